"""What people look at when something is wrong, and how long it can be looked at."""

from typing import Annotated, Literal

from pydantic import Field

from infra.settings.once import ONCE
from infra.settings.section import Section

Dashboard = Literal["overview", "training", "tpu", "serving", "spark", "storage", "cost"]


class LogSettings(Section):
    """Logs and dashboards."""

    training_days: int | None = Field(ge=1, le=3650)
    """Keep logs of training, pipelines and automatic actions so many days in a bucket of their
    own, in the project's region; null: where the project keeps all others, 30 days."""
    dashboards: Annotated[list[Dashboard], ONCE]
    """One for each subject; `[]`: none."""
