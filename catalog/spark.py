"""Dataproc Serverless: its runtimes, its metastore, and how Spark writes tables here.

Source: https://cloud.google.com/dataproc-serverless/docs/concepts/versions/dataproc-serverless-versions,
as of 2026-11.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class SparkRuntime:
    """One version of the runtime; Google chooses the newest of its minor versions."""

    version: str
    spark: str
    supported_until: date


RUNTIMES = {
    each.version: each
    for each in (SparkRuntime(version="2.3", spark="3.5", supported_until=date(2027, 11, 26)),)
}
"""Runtimes that the platform runs on."""

REFUSED = {
    "3.0": "it has no staging bucket and acts as whoever submits, not as a service account",
    "2.2": "its support ended on 2026-09-30",
    "1.2": "its support ended on 2026-09-30",
}
"""Runtimes that exist, and why not."""

HIVE = "3.1.2"
"""Of the metastore: the newest that one can be made with. Runtimes of 3 do not go with it.

Source: https://cloud.google.com/dataproc-metastore/docs/version-policy, read 2026-11
"""

WRITING = {
    # Columns, compressed so that a part of a file can be read by itself.
    "spark.sql.sources.default": "parquet",
    "spark.sql.parquet.compression.codec": "snappy",
    # A batch that is run again replaces the partitions that it writes, and no others.
    "spark.sql.sources.partitionOverwriteMode": "dynamic",
    # Hours mean the same wherever the batch runs.
    "spark.sql.session.timeZone": "UTC",
}
FEWEST_EXECUTORS, MOST_EXECUTORS = 2, 2000


def properties(max_executors: int) -> dict[str, str]:
    """Properties of every session and batch; each machine at most is paid for."""
    return {**WRITING, "spark.dynamicAllocation.maxExecutors": str(max_executors)}
