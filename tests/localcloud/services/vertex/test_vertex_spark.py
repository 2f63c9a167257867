"""A step whose data a real Spark prepares, on the local cloud: once, and row for row as DuckDB."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import spark_runs

from jobs import clients, files
from jobs.layout import prepared_data
from jobs.steps import prepare, spark
from jobs.steps.context import StepContext
from jobs.workloads.flight_delay import dataset, source
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.description import describe
from jobs.workloads.flight_delay.prepare import run_on_duckdb

pytestmark = [pytest.mark.slow, pytest.mark.spark]
DAYS = {"1", "2"}


@dataclass(frozen=True)
class Prepared:
    """What became of one preparation that was interrupted once."""

    context: StepContext
    tables: dict[str, Path]
    after_crash: list[Any]
    """Batches that there were when the step had died."""
    result: dict[str, Any]

    def batches(self) -> list[Any]:
        return list(clients.spark(spark_runs.REGION).list_batches(parent=spark_runs.PARENT))


def slice_of_year(work: Path) -> dict[str, Path]:
    """The first days of each month."""
    tables = source.unpack(source.data_folder(), work)
    few = work / "few.csv"
    with tables["flights"].open(newline="") as whole, few.open("w", newline="") as part:
        rows = csv.reader(whole)
        writer = csv.writer(part)
        writer.writerow(head := next(rows))
        writer.writerows(row for row in rows if row[head.index("day")] in DAYS)
    return {**tables, "flights": few}


@pytest.fixture(scope="module")
def prepared(cloud: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prepared]:
    pytest.importorskip("pyspark")
    bucket = cloud.bucket("prepared-by-spark", location="EUROPE-WEST4")
    tables = slice_of_year(tmp_path_factory.mktemp("slice"))
    with pytest.MonkeyPatch.context() as patch:
        spark_runs.use(cloud.connection, patch, tables)
        context = spark_runs.step_context(bucket)
        place = prepared_data(context.spec, context.placement)
        files.write_text(f"{place}/month=1/part-0.parquet", "of one that was killed")
        with patch.context() as broken:
            broken.setattr(spark, "wait_until", die)
            with pytest.raises(KeyboardInterrupt):
                prepare.run(context)
        found = list(clients.spark(spark_runs.REGION).list_batches(parent=spark_runs.PARENT))
        yield Prepared(context, tables, found, prepare.run(context))


def die(*_: Any, **__: Any) -> None:
    raise KeyboardInterrupt


def test_a_step_that_died_finds_its_batch_again(prepared: Prepared):
    (before,) = prepared.after_crash
    (after,) = prepared.batches()
    assert after.name == before.name
    assert after.state.name == "SUCCEEDED"


def test_spark_leaves_the_rows_of_duckdb_in_their_order(prepared: Prepared):
    by_spark = dataset.read(prepared.result["data_uri"], dataset.MONTHS)
    by_duckdb = run_on_duckdb(describe(30), prepared.tables).cast(dataset.schema())
    assert len(by_spark) == prepared.result["manifest"]["rows"] > 10_000
    assert by_spark.equals(by_duckdb), "who trains reads other rows, or in another order"


def test_the_manifest_is_that_of_a_preparation_on_duckdb(
    prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from jobs.workloads.flight_delay import prepare as on_duckdb

    monkeypatch.setattr(source, "unpack", lambda *_: prepared.tables)
    manifest = on_duckdb.prepare(Arguments(), str(tmp_path), lambda *_: None)
    assert prepared.result["manifest"] == manifest


def test_what_a_killed_preparation_left_is_replaced(prepared: Prepared):
    assert not files.exists(f"{prepared.result['data_uri']}/month=1/part-0.parquet")


def test_columns_are_compressed_and_cut_by_month(prepared: Prepared, cloud: Any):
    import io

    import pyarrow.parquet as pq

    _, _, bucket, folder = prepared.result["data_uri"].split("/", 3)
    blobs = list(clients.storage_client("p").list_blobs(bucket, prefix=f"{folder}/month="))
    assert len(blobs) == len(dataset.MONTHS), "one file a month, and no checksums of local disks"
    chunk = pq.ParquetFile(io.BytesIO(blobs[0].download_as_bytes())).metadata.row_group(0).column(0)
    assert chunk.compression == "SNAPPY"


def test_a_repeated_step_does_nothing(prepared: Prepared, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clients, "spark", die)
    assert prepare.run(prepared.context) == prepared.result


def test_data_whose_manifest_was_lost_is_not_prepared_again(prepared: Prepared):
    _, _, bucket, folder = prepared.result["data_uri"].split("/", 3)
    clients.storage_client("p").bucket(bucket).blob(f"{folder}/manifest.json").delete()
    assert prepare.run(prepared.context) == prepared.result
    assert len(prepared.batches()) == 1


def test_a_batch_of_the_stack_is_ended_and_deleted_when_it_is_drained(
    prepared: Prepared, cloud: Any
):
    from jobs import drain

    client = clients.spark(spark_runs.REGION)
    bucket = prepared.context.placement.bucket
    script = clients.storage_client("p").bucket(bucket).blob("scripts/long.py")
    script.upload_from_string("import time; time.sleep(600)")
    batch = {
        "pyspark_batch": {"main_python_file_uri": f"gs://{bucket}/scripts/long.py"},
        "labels": {"mlplatform_stack": "drained"},
    }
    client.create_batch(parent=spark_runs.PARENT, batch=batch, batch_id="prepare-long")
    name = f"{spark_runs.PARENT}/batches/prepare-long"
    lines = list(drain._end_jobs(spark_runs.PARENT, spark_runs.REGION, "drained"))
    assert lines == [f"cancelling {name}"]
    assert client.get_batch(name=name).state.name == "CANCELLED"
    list(drain._delete_jobs(spark_runs.PARENT, spark_runs.REGION, "drained"))
    assert name not in [each.name for each in prepared.batches()]
