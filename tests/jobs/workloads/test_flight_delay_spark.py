"""The description's Spark SQL gives on Spark what DuckDB gives, row for row."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.spark import program
from jobs.spec import canonical_json
from jobs.workloads.flight_delay import dataset, source
from jobs.workloads.flight_delay import spark as on_spark
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.description import describe
from jobs.workloads.flight_delay.prepare import run_on_duckdb


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    warehouse = tmp_path_factory.mktemp("warehouse")
    # Spark takes Ctrl-C for itself, and would keep it after its end.
    interrupted = signal.getsignal(signal.SIGINT)
    session = (
        sql.SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(warehouse))
        .getOrCreate()
    )
    signal.signal(signal.SIGINT, interrupted)
    yield session
    session.stop()


@pytest.mark.spark
@pytest.mark.slow
def test_spark_and_duckdb_prepare_the_same_rows(spark: Any, tmp_path: Path):
    tables = source.unpack(source.data_folder(), tmp_path)
    for file in set(tables.values()) - {tmp_path / "flights.csv"}:
        shutil.copy(file, tmp_path)
    plan, output = tmp_path / "plan.json", tmp_path / "prepared"
    plan.write_text(canonical_json(on_spark.plan(Arguments())))
    program.prepare(spark, str(plan), str(tmp_path), str(output))
    by_spark = dataset.read(str(output), dataset.MONTHS)
    by_duckdb = run_on_duckdb(describe(30), tables).cast(dataset.schema())
    assert len(by_duckdb) == 327_346
    assert by_spark.equals(by_duckdb), "Spark and DuckDB disagree on rows or their order"
