"""Places that are kept for machines: from now on, or for some weeks later."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from catalog.own_shapes import OWN_SHAPES, OwnCapacity, OwnShape
from infra.settings.once import ONCE
from infra.settings.problems import Problem, refuse
from infra.settings.project import ProjectId
from infra.settings.section import Section, ShortName
from infra.settings.shapes import OwnShapeName

_LONGEST_CALENDAR_DAYS = 90
_MOST_CALENDAR_MACHINES = 80


def _instant(text: str) -> str:
    try:
        parsed = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise ValueError("write a time in UTC such as '2027-01-31T00:00:00Z'") from None
    return parsed.strftime("%Y-%m-%dT%H:%M:%SZ")


Instant = Annotated[str, AfterValidator(_instant)]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


class _Place(Section):
    """What both kinds keep."""

    name: ShortName
    """Name of the reservation, which machines give; the stack's is added."""
    shape: OwnShapeName
    """Such as `a3-highgpu-8g`."""
    zone: str
    """A zone that has the shape."""
    count: int = Field(ge=1, le=1000)
    """How many machines. They are paid for whether used or not."""

    @property
    def machine(self) -> OwnShape:
        return OWN_SHAPES[self.shape]

    def _offered(self, capacity: OwnCapacity) -> Iterator[Problem]:
        zones = self.machine.zones(capacity)
        kept = [
            name
            for name, each in OWN_SHAPES.items()
            if capacity in each.capacities and not each.cloud_tpu
        ]
        if self.shape not in kept:
            why = (
                "Google reserves TPUs by contract only"
                if self.machine.family.kind == "tpu"
                else "Compute Engine keeps whole hosts of eight GPUs only"
            )
            yield Problem(
                ("shape",), f" is {self.shape!r}, but {why}: write one of {', '.join(kept)}"
            )
        elif self.zone not in zones:
            yield Problem(
                ("zone",),
                f" is {self.zone!r}, no zone with {self.shape}: write one of {', '.join(zones)}",
            )


class ReservationSettings(_Place):
    """Places that are kept from the deployment on, until a day."""

    ends_at: Instant
    """When it is given back; without an end it would be paid for until somebody looks."""
    shared_with: Annotated[list[ProjectId], ONCE] = Field(default_factory=list)
    """Other projects whose machines may take places."""
    vertex: bool = False
    """Whether jobs of Vertex AI may take places as well."""

    @model_validator(mode="after")
    def _can_be_had(self) -> "ReservationSettings":
        refuse(self._offered("reservation"))
        return self


class FutureReservationSettings(_Place):
    """Places for some weeks that begin later, in Google's calendar mode.

    Asked for at least 87 hours before they begin; once submitted it cannot be changed or given
    back.
    """

    starts_at: Instant
    """When the machines are there."""
    ends_at: Instant
    """When they are taken away, at most 90 days later."""
    submitted: bool
    """False: a draft, which costs nothing. True: a commitment to pay for it."""

    @model_validator(mode="after")
    def _can_be_had(self) -> "FutureReservationSettings":
        refuse(self._offered("calendar"), self._bounded())
        return self

    def _bounded(self) -> Iterator[Problem]:
        lasts = _moment(self.ends_at) - _moment(self.starts_at)
        if lasts <= timedelta(0):
            yield Problem(
                ("ends_at",), f" is {self.ends_at}, not after starts_at: write a later time"
            )
        elif lasts > timedelta(days=_LONGEST_CALENDAR_DAYS):
            yield Problem(
                ("ends_at",),
                f" is {self.ends_at}, {lasts.days} days after starts_at: a calendar reservation "
                f"lasts at most {_LONGEST_CALENDAR_DAYS} days",
            )
        if self.count > _MOST_CALENDAR_MACHINES:
            yield Problem(
                ("count",),
                f" is {self.count}, but a calendar reservation holds at most "
                f"{_MOST_CALENDAR_MACHINES} machines: write at most that",
            )
