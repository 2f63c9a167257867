"""Spark without a cluster: Dataproc Serverless, and what it needs."""

from typing import Literal

from pydantic import Field, field_validator, model_validator

from catalog.spark import FEWEST_EXECUTORS, MOST_EXECUTORS, REFUSED, RUNTIMES
from infra.settings.problems import Problem, refuse
from infra.settings.section import Section

_LONGEST_HOURS = 14 * 24


class ServerlessSettings(Section):
    """An account, a bucket and a template of sessions; batches are made by runs, and not here."""

    runtime: str
    """Version of the runtime, such as `2.3`."""
    max_executors: int = Field(ge=FEWEST_EXECUTORS, le=MOST_EXECUTORS)
    """Machines of one session or batch at most; each is paid for while it is there."""
    session_hours: int = Field(ge=1, le=_LONGEST_HOURS)
    """A session or a batch ends after so long, whatever it does."""
    idle_minutes: int = Field(ge=10, le=_LONGEST_HOURS * 60)
    """A session ends after so long without work."""
    staging_days: int = Field(ge=1, le=365)
    """What batches and sessions leave in their bucket is deleted after so many days."""

    @field_validator("runtime")
    @classmethod
    def _can_be_had(cls, runtime: str) -> str:
        if runtime in RUNTIMES:
            return runtime
        why = REFUSED.get(runtime, "it is no runtime, or one with a patch number")
        raise ValueError(f"{why}: write {' or '.join(RUNTIMES)}")


class MetastoreSettings(Section):
    """A Hive metastore: what Spark knows about its tables outlives the session that made them."""

    size: Literal["EXTRA_SMALL", "SMALL", "MEDIUM", "LARGE", "EXTRA_LARGE"]
    """Of the service, which is paid for at all hours; it can be changed."""


class SparkSettings(Section):
    """Where Spark runs, and where it keeps what it knows about tables."""

    serverless: ServerlessSettings | None
    """Dataproc Serverless; null: none of it is made."""
    metastore: MetastoreSettings | None
    """Tables that all sessions know; null: each knows its own, and files by their addresses."""

    @model_validator(mode="after")
    def _is_used(self) -> "SparkSettings":
        if self.metastore and self.serverless is None:
            refuse(
                [
                    Problem(
                        ("metastore",),
                        " is set, but serverless is null, and a metastore that nothing uses is "
                        "paid for at all hours: write null, or serverless",
                    )
                ]
            )
        return self
