"""How long rows about runs are kept."""

from pydantic import Field

from infra.settings.section import Section


class WarehouseSettings(Section):
    """The dataset with the history of runs and gate verdicts."""

    history_days: int = Field(ge=1)
    """Rows older than so many days are dropped, by whole days."""
