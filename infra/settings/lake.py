"""The data lake: raw data as it came, and the programs that turn it into more."""

from typing import Annotated

from pydantic import Field, model_validator

from infra.settings.artifacts import Days
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

PoolName = Annotated[
    str,
    Matching(
        r"(?!goog)[a-z]([-_.a-z0-9]{0,126}[a-z0-9])?",
        "1 to 128 lower-case letters, digits, hyphens, underscores and dots; first a letter, last "
        "a letter or digit, and not beginning with goog",
    ),
]


class LakeBucketSettings(Section):
    """How long the lake keeps what. Raw data is never deleted by itself."""

    retention_days: int | None = Field(ge=1, le=3650)
    """Nothing can be deleted or overwritten before it is so old; null: no such hold."""
    nearline_days: Days | None
    """Raw data so old moves to a class that is cheaper to keep and dearer to read; null: never."""
    script_days: Days
    """Scripts so old are deleted: uploading them again is a matter of seconds."""
    noncurrent_days: Days
    """Overwritten or deleted versions of any object."""
    soft_delete_days: int = Field(ge=7, le=90)
    """How long a deleted object can be brought back; you pay for it meanwhile."""
    incomplete_upload_days: int = Field(ge=1, le=30)
    """Parts of uploads that never ended."""

    @model_validator(mode="after")
    def _rules_can_act(self) -> "LakeBucketSettings":
        held, scripts = self.retention_days or 0, self.script_days
        if scripts < held:
            refuse(
                [
                    Problem(
                        ("script_days",),
                        f" is {scripts}, but nothing goes before retention_days: {held}: "
                        f"write {held} or more, or a shorter retention",
                    )
                ]
            )
        return self


class OnPremisesSettings(Section):
    """Agents in a data centre of one's own, which Storage Transfer tells what to copy."""

    pool: PoolName
    """Name of the agents' pool. Agents join it when they are started there."""
    bandwidth_mbps: int = Field(ge=1)
    """What all agents together may send, so that copying does not fill the line; megabytes a
    second, as Storage Transfer counts."""


class LakeSettings(Section):
    """The lake, and the way in for data from outside of Google Cloud."""

    bucket: LakeBucketSettings | None
    """Raw data and scripts, where the tier of the stack says; null: there is no lake."""
    on_premises: OnPremisesSettings | None
    """Where data comes from outside of Google Cloud; null: from nowhere."""

    @model_validator(mode="after")
    def _agents_have_a_lake(self) -> "LakeSettings":
        if self.on_premises and not self.bucket:
            refuse(
                [
                    Problem(
                        ("on_premises",),
                        " is given, but bucket is null, so agents have nowhere to copy to: "
                        "write null, or a bucket",
                    )
                ]
            )
        return self
