"""Runs one PySpark batch in a process of its own, on Spark in local mode.

Run by path: `python -P spark_runner.py FOLDER`. Reads `batch.json`, ends with the driver's status.
Spark has no connector to Cloud Storage here: each argument that is a `gs://` URI, alone, is a
folder or a file of this machine while the batch runs, and what has changed there is sent back. A
URI in any other place is not found.
"""

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_GS = "gs://"
_LOCAL = {
    "spark.ui.enabled": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    # Two hundred, Spark's own number, would be two hundred tasks for every join.
    "spark.sql.shuffle.partitions": "4",
}


class Mirror:
    """Objects that a batch names, as files below one folder."""

    def __init__(self, folder: Path) -> None:
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import storage

        self._folder = folder
        project_id = os.environ["GOOGLE_CLOUD_PROJECT"]
        self._client = storage.Client(project=project_id, credentials=AnonymousCredentials())
        self._places: list[tuple[Any, str]] = []
        self._seen: dict[Path, int] = {}
        shutil.rmtree(folder, ignore_errors=True)

    def local(self, argument: str) -> str:
        """Brings what a URI names, and returns its path; any other argument as it is."""
        if not argument.startswith(_GS):
            return argument
        bucket_name, _, name = argument.removeprefix(_GS).rstrip("/").partition("/")
        bucket = self._client.bucket(bucket_name)
        for blob in bucket.list_blobs(prefix=name):
            if blob.name == name or blob.name.startswith(f"{name}/"):
                path = self._path(bucket, blob.name)
                path.parent.mkdir(parents=True, exist_ok=True)
                blob.download_to_filename(str(path))
                self._seen[path] = path.stat().st_mtime_ns
        self._places.append((bucket, name))
        return str(self._path(bucket, name))

    def send_back(self) -> None:
        """New and changed files become objects; objects whose file is gone are deleted."""
        for bucket, name in self._places:
            place, root = self._path(bucket, name), self._path(bucket, "")
            found = [place] if place.is_file() else sorted(place.rglob("*"))
            # Hidden files are checksums of Spark's own on local disks.
            files = [each for each in found if each.is_file() and not each.name.startswith(".")]
            for file in files:
                if self._seen.get(file) != file.stat().st_mtime_ns:
                    blob = bucket.blob(file.relative_to(root).as_posix())
                    blob.upload_from_filename(str(file))
            for file in self._seen:
                if file.is_relative_to(place) and not file.exists():
                    bucket.blob(file.relative_to(root).as_posix()).delete()

    def _path(self, bucket: Any, name: str) -> Path:
        return self._folder / bucket.name / name


def command(batch: dict[str, Any], mirror: Mirror) -> list[str]:
    """What starts the driver."""
    pyspark = find_spec("pyspark")
    assert pyspark is not None and pyspark.origin is not None  # noqa: S101, PT018  # looked for
    submit = Path(pyspark.origin).parent / "bin" / "spark-submit"
    main = batch["pysparkBatch"]
    settings = _LOCAL | batch.get("runtimeConfig", {}).get("properties", {})
    return [
        *(str(submit), "--master", "local[2]"),
        *(part for key, value in settings.items() for part in ("--conf", f"{key}={value}")),
        mirror.local(main["mainPythonFileUri"]),
        *(mirror.local(argument) for argument in main.get("args", [])),
    ]


def run(folder: Path) -> int:
    """The driver's status; nothing is sent back unless it is 0."""
    batch = json.loads((folder / "batch.json").read_text())
    mirror = Mirror(folder / "gs")
    spark = {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    code = subprocess.run(command(batch, mirror), env=os.environ | spark, check=False).returncode
    if code == 0:
        mirror.send_back()
    shutil.rmtree(folder / "gs", ignore_errors=True)
    return code


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1])))
