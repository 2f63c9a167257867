"""Every client library the platform's jobs use reads and writes the local Cloud Storage.

The libraries read their environment when imported, so each runs in a process of its own, as a job.
"""

import json


def test_gcsfs_and_pyarrow_carry_a_parquet_file_of_12_mb(cloud, bucket):
    printed = cloud.run(
        """
        import json, sys
        import fsspec, gcsfs, numpy, pyarrow as pa, pyarrow.parquet as pq
        from pyarrow.fs import FSSpecHandler, PyFileSystem

        bucket = sys.argv[1]
        gcs = fsspec.filesystem("gs")
        files = PyFileSystem(FSSpecHandler(gcs))
        table = pa.table({f"c{n}": numpy.random.default_rng(n).random(500_000) for n in range(3)})
        pq.write_table(table, f"{bucket}/data/month=1/part.parquet", filesystem=files)
        read = pq.read_table(f"{bucket}/data", filesystem=files)
        gcs.pipe(f"{bucket}/note.txt", b"data\\r")
        gcs.invalidate_cache()
        print(json.dumps({
            "size": gcs.size(f"{bucket}/data/month=1/part.parquet"),
            "equal": read.drop(["month"]).equals(table),
            "note": gcs.cat(f"{bucket}/note.txt").decode(),
            "missing": gcs.exists(f"{bucket}/nothing"),
            "found": sorted(gcs.find(bucket)),
            "top": sorted(gcs.ls(bucket)),
        }))
        gcs.rm(bucket + "/data", recursive=True)
        gcs.invalidate_cache()
        assert gcs.find(bucket) == [f"{bucket}/note.txt"]
        """,
        bucket,
    )
    seen = json.loads(printed)
    assert seen.pop("size") > 12_000_000
    part, note = f"{bucket}/data/month=1/part.parquet", f"{bucket}/note.txt"
    assert seen == {
        "equal": True,
        "note": "data\r",
        "missing": False,
        "found": [part, note],
        "top": [f"{bucket}/data", note],
    }


def test_tensorstore_writes_reads_lists_and_deletes_beside_other_objects(cloud, bucket):
    printed = cloud.run(
        """
        import json, sys
        import numpy, tensorstore as ts
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage

        bucket = sys.argv[1]
        client = storage.Client(project="p", credentials=AnonymousCredentials())
        # Names on both sides of "ts/": a listing that returns them aborts the whole process.
        for other in ("c1", "ts", "ts0", "z"):
            client.bucket(bucket).blob(other).upload_from_string("other")
        spec = {"driver": "zarr", "kvstore": {"driver": "gcs", "bucket": bucket, "path": "ts/"}}
        values = numpy.arange(100_000, dtype="float32").reshape(100, 1000)
        shape = {"shape": values.shape, "chunks": [10, 1000], "dtype": "<f4"}
        array = ts.open({**spec, "metadata": shape}, create=True).result()
        array.write(values).result()
        again = ts.open(spec).result().read().result()
        assert numpy.array_equal(values, again)
        store = ts.KvStore.open(spec["kvstore"]).result()
        names = store.list().result()
        assert b".zarray" in names and len(names) == 11, names
        first = store.read(b".zarray").result()
        changed = store.write(b".zarray", b"{}", if_equal=first.stamp.generation).result()
        lost = store.write(b".zarray", b"{2}", if_equal=first.stamp.generation).result()
        assert changed.generation != first.stamp.generation
        assert store.read(b".zarray").result().value == b"{}", "a stale write went through"
        store.delete_range(ts.KvStore.KeyRange()).result()
        print(json.dumps(sorted(blob.name for blob in client.list_blobs(bucket))))
        """,
        bucket,
    )
    assert json.loads(printed) == ["c1", "ts", "ts0", "z"], "what lies beside it is not its own"


def test_orbax_saves_keeps_two_and_restores(cloud, bucket):
    printed = cloud.run(
        """
        import sys
        import jax, jax.numpy as jnp
        import orbax.checkpoint as ocp
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage

        bucket = sys.argv[1]
        client = storage.Client(project="p", credentials=AnonymousCredentials())
        client.bucket(bucket).blob("checkpoint-notes").upload_from_string("other")
        client.bucket(bucket).blob("a").upload_from_string("other")
        state = {"w": jnp.arange(20_000.0).reshape(100, 200), "b": jnp.ones(7)}
        options = ocp.CheckpointManagerOptions(max_to_keep=2, save_interval_steps=1)
        with ocp.CheckpointManager(f"gs://{bucket}/checkpoint", options=options) as manager:
            for step in (1, 2, 3):
                scaled = jax.tree.map(lambda leaf: leaf * step, state)
                manager.save(step, args=ocp.args.StandardSave(scaled))
            manager.wait_until_finished()
        with ocp.CheckpointManager(f"gs://{bucket}/checkpoint", options=options) as manager:
            empty = jax.tree.map(jnp.zeros_like, state)
            restored = manager.restore(3, args=ocp.args.StandardRestore(empty))
            assert (restored["w"] == state["w"] * 3).all()
            print(manager.all_steps())
        """,
        bucket,
    )
    assert printed.strip().splitlines()[-1] == "[2, 3]"
