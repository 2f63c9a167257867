"""The description's Spark SQL gives on Spark what DuckDB gives, row for row."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from jobs.workloads.flight_delay import dataset, source
from jobs.workloads.flight_delay.columns import ORDER
from jobs.workloads.flight_delay.description import TABLES, describe, spark_sql
from jobs.workloads.flight_delay.prepare import run_on_duckdb

SPARK_TYPES = {
    "int32": "INT",
    "float64": "DOUBLE",
    "string": "STRING",
    "timestamp('UTC')": "TIMESTAMP",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    sql = pytest.importorskip("pyspark.sql")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    warehouse = tmp_path_factory.mktemp("warehouse")
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
    yield session
    session.stop()


@pytest.mark.spark
@pytest.mark.slow
def test_spark_and_duckdb_prepare_the_same_rows(spark: Any, tmp_path: Path):
    tables = source.unpack(source.data_folder(), tmp_path)
    for name, file in tables.items():
        columns = ", ".join(f"`{key}` {SPARK_TYPES[kind]}" for key, kind in TABLES[name].items())
        frame = spark.read.csv(
            str(file), schema=columns, header=True, nullValue="NA", mode="FAILFAST"
        )
        frame.createOrReplaceTempView(name)
    spark.sql(spark_sql(30)).coalesce(1).write.parquet(str(tmp_path / "spark"))
    by_spark = pq.read_table(tmp_path / "spark").cast(dataset.schema())
    by_duckdb = run_on_duckdb(describe(30), tables).cast(dataset.schema())
    keys = [(name, "ascending") for name in ORDER]
    assert len(by_duckdb) == 327_346
    assert by_spark.sort_by(keys).equals(by_duckdb.sort_by(keys)), "Spark and DuckDB disagree"
