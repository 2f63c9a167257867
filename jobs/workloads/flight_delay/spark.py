"""The same preparation as a batch of Spark: its plan, the tables that it reads, its end.

Does not run Spark: `jobs.steps.spark` submits the batch, `jobs.spark.program` is what runs in it.
"""

from pathlib import Path
from typing import Any

from jobs.spark.batch import Plan
from jobs.workloads.flight_delay import dataset, prepare, source
from jobs.workloads.flight_delay.args import Arguments
from jobs.workloads.flight_delay.columns import ORDER, Kind, prepared_columns
from jobs.workloads.flight_delay.description import TABLES, spark_sql

_SOURCE_TYPES = {
    "int32": "INT",
    "float64": "DOUBLE",
    "string": "STRING",
    "timestamp('UTC')": "TIMESTAMP",
}
_TYPES: dict[Kind, str] = {"text": "STRING", "integer": "INT", "number": "DOUBLE"}


def plan(arguments: Arguments) -> Plan:
    """What Spark computes for these arguments."""
    return Plan(
        tables={
            name: tuple((column, _SOURCE_TYPES[kind]) for column, kind in columns.items())
            for name, columns in TABLES.items()
        },
        sql=spark_sql(arguments.delay_threshold_minutes),
        columns=tuple((name, _TYPES[kind]) for name, kind in prepared_columns().items()),
        partition=("month",),
        order=tuple(name for name in ORDER if name != "month"),
    )


def tables(work: Path) -> dict[str, Path]:
    """CSV file of each table; what is packed is unpacked into `work`. Raises `DataError`."""
    return source.unpack(source.data_folder(), work)


def prepared(arguments: Arguments, output_uri: str) -> dict[str, Any] | None:
    """The manifest of what is there and complete; None if it is to be prepared."""
    return prepare.prepared(arguments, output_uri)


def conclude(arguments: Arguments, output_uri: str) -> dict[str, Any]:
    """Write the manifest of what a batch has left. Raises FileNotFoundError for a lost month."""
    table = dataset.read(output_uri, dataset.MONTHS)
    return prepare.conclude(arguments, output_uri, table)
