"""Runs on Spark: evaluates one query over CSV tables and writes its rows as sorted Parquet.

Sent to the bucket as it is and run there, so it imports nothing of ours. What it computes is in the
plan (`jobs.spark.batch.Plan`); compression and time zone are properties of the batch.
"""

import json
import sys
from typing import Any

_ARGUMENTS = ("PLAN_URI", "SOURCE_URI", "OUTPUT_URI")


def prepare(session: Any, plan_uri: str, source_uri: str, output_uri: str) -> None:
    """Write the plan's rows below `output_uri`; what lies in the same partitions is replaced."""
    plan = json.loads(session.read.text(plan_uri, wholetext=True).first().value)
    for name, columns in plan["tables"].items():
        schema = ", ".join(f"`{column}` {kind}" for column, kind in columns)
        table = session.read.csv(
            f"{source_uri}/{name}.csv", schema=schema, header=True, nullValue="NA", mode="FAILFAST"
        )
        table.createOrReplaceTempView(name)
    # Engines disagree on types (one gives BIGINT where another gives INT).
    typed = [f"CAST(`{column}` AS {kind}) AS `{column}`" for column, kind in plan["columns"]]
    rows = session.sql(plan["sql"]).selectExpr(*typed)
    # One file for each partition, in an order that never changes: whoever trains reads in order.
    rows = rows.repartition(*plan["partition"])
    rows = rows.sortWithinPartitions(*plan["partition"], *plan["order"])
    rows.write.partitionBy(*plan["partition"]).mode("overwrite").parquet(output_uri)


def main() -> None:
    from pyspark.sql import SparkSession

    given = sys.argv[1:]
    if len(given) != len(_ARGUMENTS):
        sys.exit(f"usage: program.py {' '.join(_ARGUMENTS)}")
    session = SparkSession.builder.getOrCreate()  # pyright: ignore[reportAttributeAccessIssue]
    prepare(session, *given)
    session.stop()


if __name__ == "__main__":
    main()
