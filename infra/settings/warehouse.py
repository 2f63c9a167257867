"""How long rows are kept, and which tables of others are read."""

from typing import Annotated

from pydantic import Field

from infra.settings.once import ONCE
from infra.settings.section import Matching, Section

SourceTable = Annotated[
    str,
    Matching(
        r"[a-z][-a-z0-9]{4,28}[a-z0-9]\.[A-Za-z0-9_]{1,1024}\.[-A-Za-z0-9_]{1,1024}",
        "PROJECT.DATASET.TABLE, such as 'acme-data.sales.orders': a dataset holds letters, "
        "digits and underscores, no hyphen",
    ),
]


_MOST_PARTITIONS = 10_000
"""Of one table in BigQuery: each day of rows is one."""


class WarehouseSettings(Section):
    """The history of runs and verdicts, what endpoints were asked, and what pipelines read."""

    history_days: int = Field(ge=1, le=_MOST_PARTITIONS)
    """Rows older than so many days are dropped, by whole days."""
    requests_days: int | None = Field(ge=1, le=_MOST_PARTITIONS)
    """What endpoints are asked and answer is kept for so many days, if they are told to record it;
    null: there is no dataset for it."""
    sources: Annotated[list[SourceTable], ONCE]
    """Tables of others that pipelines may read, and only read."""
