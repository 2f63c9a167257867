"""The prepared table on storage: one folder of parquet per month, `gs://` or local.

Owns how it is laid out and read back, in an order that never changes. Does not compute it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jobs.workloads.flight_delay.columns import Kind, prepared_columns

if TYPE_CHECKING:
    import pyarrow as pa

TRAIN_MONTHS = (1, 2, 3, 4, 5, 6, 7)
TUNE_MONTHS = (8, 9)
TEST_MONTHS = (10, 11, 12)
MONTHS = (*TRAIN_MONTHS, *TUNE_MONTHS, *TEST_MONTHS)
TEST_WINDOW = "2013-10..2013-12"


def schema() -> "pa.Schema":
    """Types as written; engines disagree on them (one gives BIGINT where another gives INT)."""
    import pyarrow as pa

    types: dict[Kind, pa.DataType] = {
        "text": pa.string(),
        "integer": pa.int32(),
        "number": pa.float64(),
    }
    return pa.schema([(name, types[kind]) for name, kind in prepared_columns().items()])


def write(table: "pa.Table", data_uri: str) -> None:
    """One file per month below `data_uri`, in the order of the table's rows."""
    import pyarrow as pa
    import pyarrow.dataset as ds

    filesystem, path = _filesystem(data_uri)
    ds.write_dataset(
        table.cast(schema()),
        path,
        filesystem=filesystem,
        format="parquet",
        partitioning=ds.partitioning(pa.schema([("month", pa.int32())]), flavor="hive"),
        basename_template="part-{i}.parquet",
        existing_data_behavior="delete_matching",
        preserve_order=True,
        use_threads=False,
        # gs:// has no folders, and asking for one makes a bucket's metadata be read.
        create_dir=not data_uri.startswith("gs://"),
    )


def read(data_uri: str, months: Sequence[int]) -> "pa.Table":
    """Rows of these months, month after month, each in the order in which it was written.

    Raises FileNotFoundError if one of the months holds nothing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    filesystem, path = _filesystem(data_uri)
    tables: list[pa.Table] = []
    for month in months:
        found = sorted(filesystem.find(f"{path}/month={month}"))
        parts = [name for name in found if name.endswith(".parquet")]
        if not parts:
            raise FileNotFoundError(
                f"{data_uri} holds no month={month}; prepare it first "
                "(python -m jobs.workloads.flight_delay.prepare --output-uri ...)"
            )
        for part in parts:
            # Whole files, a megabyte each: gcsfs complains at exit of reads left half done.
            table = pq.read_table(pa.BufferReader(filesystem.cat_file(part)))
            table = table.append_column("month", pa.array([month] * len(table), pa.int32()))
            tables.append(table.select(schema().names))
    return pa.concat_tables(tables)


def _filesystem(uri: str) -> tuple[Any, str]:
    import fsspec

    # A fresh listing: a cached one would not see what another process has written since.
    fresh = {"use_listings_cache": False} if uri.startswith("gs://") else {}
    return fsspec.url_to_fs(uri, **fresh)
