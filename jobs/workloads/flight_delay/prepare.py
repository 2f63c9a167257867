"""Prepare the flights: run the one description on DuckDB and write it by month.

On Spark (`spark`) the same description runs as SQL; its SHA-256 in the manifest says which
transformation made the data. Does not fit anything: vocabularies and means
are learnt by training, from its own months.
"""

import argparse
import hashlib
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs import files
from jobs.progress import Progress
from jobs.workloads.flight_delay import dataset, source
from jobs.workloads.flight_delay.args import DATA, Arguments
from jobs.workloads.flight_delay.columns import LABEL
from jobs.workloads.flight_delay.description import LEAD_HOURS, TABLES, describe, spark_sql

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

DUCKDB_TYPES = {
    "int32": "INTEGER",
    "float64": "DOUBLE",
    "string": "VARCHAR",
    "timestamp('UTC')": "TIMESTAMPTZ",
}


def prepare(arguments: Arguments, output_uri: str, progress: Progress) -> dict[str, Any]:
    """Write the prepared months and `manifest.json` below `output_uri`; returns the manifest.

    What is already there and complete (the manifest is written last) is kept. Raises `DataError`
    if the installed data is absent or altered.
    """
    manifest = prepared(arguments, output_uri)
    if manifest is not None:
        progress(1.0, f"already prepared: {manifest['rows']:,} flights")
        return manifest
    progress(0.05, f"checking {DATA.name} {DATA.version}")
    folder = source.data_folder()
    progress(0.1, "joining flights, weather and aircraft")
    with tempfile.TemporaryDirectory() as work:
        table = run_on_duckdb(
            describe(arguments.delay_threshold_minutes), source.unpack(folder, Path(work))
        )
    progress(0.6, f"writing {len(table):,} flights")
    dataset.write(table, output_uri)
    manifest = conclude(arguments, output_uri, table)
    progress(1.0, f"prepared {len(table):,} flights of {len(manifest['months'])} months")
    return manifest


def prepared(arguments: Arguments, output_uri: str) -> dict[str, Any] | None:
    """The manifest of what is there and complete; None if there is nothing, or something else."""
    uri = f"{output_uri}/manifest.json"
    if not files.exists(uri):
        return None
    manifest = json.loads(files.read_text(uri))
    same = all(manifest.get(key) == value for key, value in _facts(arguments).items())
    return manifest if same else None


def conclude(arguments: Arguments, output_uri: str, table: "pa.Table") -> dict[str, Any]:
    """Write the manifest of a table that lies below `output_uri`, and with it say: complete."""
    manifest = {**_facts(arguments), **_contents(table)}
    files.write_text(f"{output_uri}/manifest.json", json.dumps(manifest, indent=1))
    return manifest


def _facts(arguments: Arguments) -> dict[str, Any]:
    return {
        "data": DATA.model_dump(),
        "sql_sha256": sql_sha256(arguments.delay_threshold_minutes),
        "delay_threshold_minutes": arguments.delay_threshold_minutes,
        "lead_hours": LEAD_HOURS,
    }


def sql_sha256(delay_threshold_minutes: int) -> str:
    """Identity of the transformation: the SHA-256 of its Spark SQL."""
    return hashlib.sha256(spark_sql(delay_threshold_minutes).encode()).hexdigest()


def run_on_duckdb(description: "ir.Table", tables: dict[str, Path]) -> "pa.Table":
    """Evaluate the description over the CSV files of its tables."""
    import ibis

    connection = ibis.duckdb.connect()
    try:
        connection.raw_sql("SET TimeZone = 'UTC'")
        for name, file in tables.items():
            columns = {column: DUCKDB_TYPES[kind] for column, kind in TABLES[name].items()}
            connection.raw_sql(
                f"CREATE TABLE {name} AS SELECT * FROM read_csv("  # noqa: S608 - names are ours
                f"'{file}', header = true, nullstr = ['NA', ''], columns = {columns})"
            )
        return connection.to_pyarrow(description)
    finally:
        connection.disconnect()


def _contents(table: "pa.Table") -> dict[str, Any]:
    grouped = table.group_by("month").aggregate([(LABEL, "count"), (LABEL, "mean")])
    months = {
        str(row["month"]): {
            "rows": row[f"{LABEL}_count"],
            "delayed_rate": round(row[f"{LABEL}_mean"], 4),
        }
        for row in sorted(grouped.to_pylist(), key=lambda row: row["month"])
    }
    columns = {field.name: str(field.type) for field in dataset.schema()}
    return {"rows": len(table), "months": months, "columns": columns}


def main() -> None:
    """Prepare from the command line."""
    parser = argparse.ArgumentParser(prog="jobs.workloads.flight_delay.prepare")
    parser.add_argument("--arguments", default="{}", help="Arguments as JSON")
    parser.add_argument("--output-uri", required=True)
    given = parser.parse_args()
    arguments = Arguments.model_validate_json(given.arguments)
    manifest = prepare(
        arguments,
        given.output_uri.rstrip("/"),
        lambda fraction, message: print(f"{fraction:4.0%} {message}", flush=True),
    )
    print(json.dumps({key: manifest[key] for key in ("rows", "sql_sha256")}))


if __name__ == "__main__":
    main()
