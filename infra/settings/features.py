"""Features that several models share: their tables, and the store that serves them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from infra.settings.cron import Schedule
from infra.settings.once import names_repeated
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

_LONGEST_GROUP = 40
# 40: the stack's name is added, and 60 is what the service takes.


def _snake(longest: int) -> Matching:
    return Matching(
        rf"[a-z][a-z0-9_]{{0,{longest - 1}}}",
        f"1 to {longest} lower-case letters, digits and underscores, the first a letter; "
        "hyphens are refused here",
    )


SnakeName = Annotated[str, _snake(60)]
Kind = Literal["text", "integer", "number"]

TIMESTAMP = "feature_timestamp"
"""The column that Vertex AI finds the newest values by."""


class OnlineStoreSettings(Section):
    """Nodes that serve the newest values. On Bigtable: the other engine, optimized serving, is shut
    down on 2027-02-17 and takes no key of one's own."""

    min_nodes: int = Field(ge=1, le=100)
    """Nodes at least, which are paid for from the first hour."""
    max_nodes: int = Field(ge=1, le=1000)
    """Nodes at most; the same as `min_nodes` for a fixed number."""
    cpu_percent: int = Field(ge=10, le=80)
    """Use of processors above which a node is added."""

    @model_validator(mode="after")
    def _nodes_agree(self) -> "OnlineStoreSettings":
        # https://cloud.google.com/vertex-ai/docs/featurestore/latest/create-onlinestore
        if not self.min_nodes <= self.max_nodes <= 10 * self.min_nodes:
            problem = Problem(
                ("max_nodes",),
                f" is {self.max_nodes}, but min_nodes is {self.min_nodes}: "
                f"write {self.min_nodes} to {10 * self.min_nodes}",
            )
            refuse([problem])
        return self


class FeatureGroupSettings(Section):
    """Features of one kind of thing, in one table."""

    name: Annotated[str, _snake(_LONGEST_GROUP)]
    """Name of the group and of its table."""
    about: str = Field(min_length=1, max_length=512)
    """What a row says, in words."""
    entity: SnakeName
    """Column that says whose features a row holds."""
    features: dict[SnakeName, Kind] = Field(min_length=1)
    """Every feature and what it is. A new one goes last."""
    history_days: int = Field(ge=1, le=3650)
    """Rows older than so many days are dropped, by whole days."""
    sync_cron: Schedule | None
    """When the newest values are copied into the online store, in UTC; null: they are not."""

    @model_validator(mode="after")
    def _columns_differ(self) -> "FeatureGroupSettings":
        problems = [
            Problem(
                ("features", column),
                f" is {why}: give the feature another name",
            )
            for column, why in (
                (self.entity, "the column that says whose features a row holds"),
                (TIMESTAMP, "the column that says when the values held"),
            )
            if column in self.features
        ]
        if self.entity == TIMESTAMP:
            sentence = f" is {TIMESTAMP}, the column that says when the values held: write another"
            problems.append(Problem(("entity",), sentence))
        refuse(problems)
        return self


class FeatureSettings(Section):
    """Groups of features: none unless they are listed."""

    online_store: OnlineStoreSettings | None
    """Serves the groups that have a `sync_cron`; null: no store, and nothing to pay for."""
    groups: list[FeatureGroupSettings]
    """Tables of features, each registered with Vertex AI."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "FeatureSettings":
        refuse(self._repeated(), self._served_by_nobody(), self._serving_nothing())
        return self

    def _repeated(self) -> Iterator[Problem]:
        yield from names_repeated(("groups",), self.groups)

    def _served_by_nobody(self) -> Iterator[Problem]:
        for index, group in enumerate(self.groups):
            if group.sync_cron and self.online_store is None:
                yield Problem(
                    ("groups", index, "sync_cron"),
                    f" is {group.sync_cron!r}, but online_store is null and nothing would serve "
                    "it: write null, or an online_store",
                )

    def _serving_nothing(self) -> Iterator[Problem]:
        if self.online_store and not any(group.sync_cron for group in self.groups):
            yield Problem(
                ("online_store",),
                " has nodes to pay for, but no group has a sync_cron and it would serve nothing: "
                "write null, or give a group a sync_cron",
            )
