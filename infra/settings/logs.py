"""What people look at when something is wrong, and how long it can be looked at."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from infra.settings.problems import Problem, refuse
from infra.settings.section import Section

Dashboard = Literal["overview", "training", "tpu", "serving", "spark", "storage", "cost"]


class LogSettings(Section):
    """Logs and dashboards."""

    training_days: int | None = Field(ge=1, le=3650)
    """Keep logs of training, pipelines and automatic actions so many days in a bucket of their
    own, in the project's region; null: where the project keeps all others, 30 days."""
    dashboards: list[Dashboard]
    """One for each subject; `[]`: none."""

    @model_validator(mode="after")
    def _once_each(self) -> "LogSettings":
        refuse(self._repeated())
        return self

    def _repeated(self) -> Iterator[Problem]:
        for index, subject in enumerate(self.dashboards):
            if subject in self.dashboards[:index]:
                yield Problem(
                    ("dashboards", index), f" is {subject!r} a second time: write each once"
                )
