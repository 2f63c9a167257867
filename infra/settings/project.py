"""Which Google Cloud project, and where in it."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from catalog.lifetime import KEEP, TTL_HOURS
from catalog.places import ZONES
from infra.settings.cost import BillingAccount
from infra.settings.nearest import choose
from infra.settings.once import ONCE
from infra.settings.places import RegionName
from infra.settings.problems import Problem, refuse
from infra.settings.section import LabelKey, LabelValue, Matching, Section

ProjectId = Annotated[
    str,
    Matching(
        r"[a-z][-a-z0-9]{4,28}[a-z0-9]",
        "a project id: 6 to 30 lower-case letters, digits and hyphens; first a letter, "
        "last no hyphen",
    ),
]

OWN_LABELS = (
    "environment",
    "managed-by",
    "project",
    "stack",
    "component",
    "model",
    TTL_HOURS,
    KEEP,
)
"""Labels that the platform sets, and that its bills and its reaper rely on."""
_RESERVED = "goog-"
"""How labels begin that Google sets."""


_MOST_LABELS = 50
"""A resource takes 64, of which the platform, its components and Pulumi set some themselves."""


class CreatedProject(Section):
    """A project that the stack makes, billed from its first moment."""

    organization: int | None = Field(ge=1)
    """Number of the organisation to make it in; null if it is made in a folder."""
    folder: int | None = Field(ge=1)
    """Number of the folder to make it in; null if it is made right below the organisation."""
    billing_account: BillingAccount
    """Who pays. Linked while the project is made, before any API is enabled."""
    deletable: bool
    """True lets `destroy` delete the project and all that is in it, after one `up`."""

    @model_validator(mode="after")
    def _has_one_parent(self) -> "CreatedProject":
        problem = ""
        if self.organization is None and self.folder is None:
            problem = " is null and so is folder, but a project is made in one of them: write one"
        if self.organization is not None and self.folder is not None:
            problem = (
                f" is {self.organization} and folder is {self.folder}, but a project is made in "
                "one of them: write null for the other"
            )
        refuse([Problem(("organization",), problem)] if problem else [])
        return self


class ProjectSettings(Section):
    """The project, its place, and the labels that everything in it carries."""

    id: ProjectId
    """Project id, not its number and not its display name."""
    number: int | None = Field(ge=1)
    """Project number, by which guard rails name it; null where no rail needs it, and where the
    stack makes the project."""
    created: CreatedProject | None
    """Make the project; null: it exists, somebody pays for it, and this stack never deletes it."""
    region: str
    """Region of everything that has one."""
    zone: str
    """Zone of the region, for what lives in one zone."""
    allowed_regions: Annotated[list[RegionName], ONCE] = Field(min_length=1)
    """Regions in which data may lie and be processed. A bucket over two regions lies in both."""
    labels: dict[LabelKey, LabelValue] = Field(max_length=_MOST_LABELS)
    """Labels on everything, beside `environment`, `managed-by`, `project` and `stack`."""

    @model_validator(mode="after")
    def _place_exists(self) -> "ProjectSettings":
        refuse(self._id_problems(), self._place_problems(), self._label_problems())
        return self

    def _id_problems(self) -> Iterator[Problem]:
        if "google" in self.id:
            why = "which is in the name of every bucket, where Google refuses that word"
            yield Problem(("id",), f" is {self.id!r}, {why}: write the id of another project")

    def _place_problems(self) -> Iterator[Problem]:
        zones = ZONES.get(self.region)
        if zones is None:
            yield Problem(
                ("region",),
                f" is {self.region!r}, no known region: {choose(self.region, ZONES)}",
            )
        elif self.zone not in zones:
            yield Problem(
                ("zone",),
                f" is {self.zone!r}, no zone of {self.region}: write one of {', '.join(zones)}",
            )

    def _label_problems(self) -> Iterator[Problem]:
        for label in self.labels:
            for owner, theirs in (
                ("the platform", label in OWN_LABELS),
                ("Google, whose labels begin so", label.startswith(_RESERVED)),
            ):
                if theirs:
                    yield Problem(
                        ("labels", label),
                        f" is set by {owner}: leave it out, or give it another name",
                    )
