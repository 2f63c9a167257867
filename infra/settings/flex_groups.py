"""Machines that Google gives for at most seven days, when it has them: groups that ask for them."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.accelerators import FLEX_START_MAX_HOURS
from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES, OwnShape
from catalog.places import region_of
from infra.settings.machines import BootSettings
from infra.settings.once import ONCE, names_repeated
from infra.settings.problems import Problem, refuse
from infra.settings.section import Name, Section, ShortName, a_name
from infra.settings.shapes import OwnShapeName, shape_of

_MOST_MACHINES = 1000
_WHOLE_HOST = 8
_FLEXIBLE = [name for name, each in OWN_SHAPES.items() if "flex-start" in each.capacities]
_NOT_FLEXIBLE = (
    f"which flex-start does not offer: write one of {', '.join(_FLEXIBLE)}, or list it in machines"
)


class RequestSettings(Section):
    """Asks once for machines, all of them together. Asking again is another request."""

    name: Annotated[str, a_name(20)]
    """Name of the request; once it has ended, only another name asks again."""
    machines: int = Field(ge=1, le=_MOST_MACHINES)
    """How many; none starts before all can."""
    run_hours: int = Field(ge=1, le=FLEX_START_MAX_HOURS)
    """Deleted after so long; a shorter run is found sooner."""


class FlexGroupSettings(Section):
    """Machines of one shape in one region; none until a request asks for some."""

    name: ShortName
    """Name of the group; the stack's is added."""
    shape: Annotated[OwnShapeName, shape_of(_FLEXIBLE, lambda _: _NOT_FLEXIBLE)]
    """Such as `a3-ultragpu-8g`."""
    zones: Annotated[list[str], ONCE] = Field(min_length=1)
    """Zones of one region that have the shape; all machines of a request are in one of them."""
    boot: BootSettings
    """What the machines start from."""
    max_run_hours: int = Field(ge=1, le=FLEX_START_MAX_HOURS)
    """The longest that a request may run."""
    near: Literal["CLUSTER", "BLOCK", "SUBBLOCK"] | None = None
    """How near to each other the machines are at most; null: anywhere in the zone."""
    start_up: bool = False
    """Whether each machine installs what its shape needs; see a machine's."""
    gpu_network: Name | None = None
    """Name of the networks in which their GPUs talk to each other."""
    requests: list[RequestSettings]
    """What is asked for. A launcher that asks by itself needs none here."""

    @property
    def machine(self) -> OwnShape:
        return OWN_SHAPES[self.shape]

    @property
    def region(self) -> str:
        return region_of(self.zones[0])

    @model_validator(mode="after")
    def _can_be_had(self) -> "FlexGroupSettings":
        refuse(
            self._near_fits(),
            self._zones_fit(),
            self._boot_fits(),
            self._requests_fit(),
            self._requests_named(),
        )
        return self

    def _near_fits(self) -> Iterator[Problem]:
        if self.near and MACHINES[self.shape].chips != _WHOLE_HOST:
            yield Problem(
                ("near",),
                f" is {self.near!r}, but {self.shape} is a part of a host: write null, or a shape "
                "with eight accelerators",
            )

    def _boot_fits(self) -> Iterator[Problem]:
        yield from self.boot.problems(self.shape)

    def _zones_fit(self) -> Iterator[Problem]:
        offered = self.machine.zones("flex-start")
        for index, zone in enumerate(self.zones):
            if zone not in offered:
                yield Problem(
                    ("zones", index),
                    f" is {zone!r}, no zone with {self.shape}: write one of {', '.join(offered)}",
                )
            elif region_of(zone) != self.region:
                yield Problem(
                    ("zones", index),
                    f" is {zone!r}, but a group is in one region, here {self.region}: "
                    "write a group for each region",
                )

    def _requests_fit(self) -> Iterator[Problem]:
        for index, request in enumerate(self.requests):
            if request.run_hours > self.max_run_hours:
                yield Problem(
                    ("requests", index, "run_hours"),
                    f" is {request.run_hours}, but the group's max_run_hours is "
                    f"{self.max_run_hours}: write at most that, or raise it",
                )

    def _requests_named(self) -> Iterator[Problem]:
        yield from names_repeated(("requests",), self.requests)
