"""Machines of one's own beside the jobs: which shape, where, how it is obtained, and until when."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from catalog.accelerators import CPU, FLEX_START_MAX_HOURS, SHAPES, Shape
from catalog.machines import MACHINES, DiskType
from catalog.own_shapes import OWN_SHAPES, OwnCapacity, OwnShape
from catalog.places import region_of
from infra.settings.nearest import choose
from infra.settings.problems import Path, Problem, refuse
from infra.settings.section import Matching, Name, Section

_LONGEST_HOURS = 28 * 24
_WITHOUT_LIST: tuple[DiskType, ...] = ("pd-balanced", "pd-ssd")
"""Disks of machines whose own list `catalog.machines` does not have: every family takes them."""

BootImage = Annotated[
    str,
    Matching(
        r"projects/[a-z][-a-z0-9]{4,28}[a-z0-9]/global/images/(family/)?[a-z][-a-z0-9]{0,62}",
        "an image as projects/PROJECT/global/images/NAME, or its newest as …/images/family/NAME",
    ),
]


@dataclass(frozen=True)
class OnDemand:
    """Ours until it is given back, if the zone has one."""


@dataclass(frozen=True)
class Spot:
    """Cheaper, and taken away with half a minute's notice."""


@dataclass(frozen=True)
class FlexStart:
    """For at most seven days, then deleted."""


@dataclass(frozen=True)
class Reserved:
    """From a reservation that somebody made."""

    name: str | None
    """Of a GPU's reservation; a Cloud TPU takes any of the project's."""


@dataclass(frozen=True)
class Queued:
    """Asked for, and made when there is one."""


Obtained = OnDemand | Spot | FlexStart | Reserved | Queued


class BootSettings(Section):
    """What a machine of Compute Engine starts from. A Cloud TPU starts from its runtime."""

    image: BootImage
    """Image, drivers included. A family is looked up once, when the machine is made."""
    disk_gb: int = Field(ge=10, le=65_536)
    """Size of the boot disk."""
    disk_type: DiskType
    """Such as `pd-ssd`; not every machine boots from every type."""


class MachineSettings(Section):
    """One machine or slice, of one shape and obtained in one way."""

    name: Name = Field(max_length=30)
    """Name of the machine; the stack's is added."""
    shape: str
    """Such as `v6e-8`, `a3-highgpu-8g` or, without accelerators, `n2-standard-8`."""
    zone: str
    """A zone that has the shape, in a region with a subnet."""
    capacity: OwnCapacity
    """How it is obtained."""
    reservation: Name | None = None
    """Name of the reservation that a GPU machine with capacity `reservation` comes from."""
    boot: BootSettings | None = None
    """What it starts from; a Cloud TPU has none."""
    max_run_hours: int = Field(ge=1, le=_LONGEST_HOURS)
    """Stopped or deleted after so long; on a Cloud TPU a label that says so."""

    @property
    def machine(self) -> OwnShape:
        return OWN_SHAPES[self.shape]

    @property
    def region(self) -> str:
        return region_of(self.zone)

    @property
    def obtained(self) -> Obtained:
        match self.capacity:
            case "on-demand":
                return OnDemand()
            case "spot":
                return Spot()
            case "flex-start":
                return FlexStart()
            case "reservation":
                return Reserved(self.reservation)
            case "queued":
                return Queued()

    @model_validator(mode="after")
    def _can_be_had(self) -> "MachineSettings":
        if self.shape not in OWN_SHAPES:
            sentence = f" is {self.shape!r}, no known shape: {choose(self.shape, OWN_SHAPES)}"
            refuse([Problem(("shape",), sentence)])
        refuse([*self._place_and_time(), *self._reservation_fits(), *self._boot_fits()])
        return self

    def _place_and_time(self) -> Iterator[Problem]:
        shape, capacity = self.machine, self.capacity
        if capacity not in shape.capacities:
            yield Problem(
                ("capacity",),
                f" is {capacity!r}, which {_why_not(shape, capacity)}: "
                f"write {' or '.join(shape.capacities)} for {self.shape}",
            )
        elif self.zone not in shape.zones(capacity):
            kind = "of Google Cloud" if shape.family is CPU else f"with {self.shape} by {capacity}"
            yield Problem(
                ("zone",),
                f" is {self.zone!r}, no zone {kind}: "
                f"write one of {', '.join(shape.zones(capacity))}",
            )
        if capacity == "flex-start" and self.max_run_hours > FLEX_START_MAX_HOURS:
            yield Problem(
                ("max_run_hours",),
                f" is {self.max_run_hours}, but a flex-start machine ends after "
                f"{FLEX_START_MAX_HOURS} hours: write at most {FLEX_START_MAX_HOURS}",
            )

    def _reservation_fits(self) -> Iterator[Problem]:
        named = self.capacity == "reservation" and self.machine.family.kind == "gpu"
        if named and self.reservation is None:
            yield Problem(
                ("reservation",), " is null: write the name of the reservation to take it from"
            )
        if self.reservation is not None and not named:
            why = (
                "a Cloud TPU takes whichever its project has"
                if self.capacity == "reservation"
                else f"capacity is {self.capacity}, and nothing would use it"
            )
            yield Problem(("reservation",), f" is {self.reservation!r}, but {why}: write null")

    def _boot_fits(self) -> Iterator[Problem]:
        tpu = self.machine.family.kind == "tpu"
        if self.boot is None:
            if not tpu:
                yield Problem(("boot",), " is null: write a mapping with image, disk_gb, disk_type")
            return
        if tpu:
            yield Problem(
                ("boot",),
                f" is set, but a Cloud TPU starts from {self.machine.family.tpu_runtime}: "
                "write null",
            )
            return
        disks = MACHINES[self.shape].disks or _WITHOUT_LIST
        if self.boot.disk_type not in disks:
            yield Problem(
                ("boot", "disk_type"),
                f" is {self.boot.disk_type!r}, which {self.shape} does not boot from: "
                f"write one of {', '.join(disks)}",
            )


def _why_not(shape: OwnShape, capacity: OwnCapacity) -> str:
    if capacity == "queued":
        return "only a Cloud TPU can be waited for in a queue"
    if shape.family.kind == "tpu":
        return "a Cloud TPU does not know"
    if capacity == "reservation" and shape.family is CPU:
        return "is for accelerators"
    if capacity == "flex-start" and shape.family is CPU:
        return "is for accelerators"
    return "Compute Engine does not offer for fewer than eight H100"


class WarmPoolSettings(Section):
    """Machines of Vertex AI that stay up between jobs; they are paid for while idle."""

    name: Name = Field(max_length=30)
    """Name of the pool, which jobs ask for; the stack's is added."""
    shape: str
    """A machine of Vertex AI without TPUs that can be had on demand."""
    min_replicas: int = Field(ge=1, le=100)
    """Machines that are always up."""
    max_replicas: int = Field(ge=1, le=100)
    """Machines at most, while jobs wait."""
    boot_disk_gb: int = Field(ge=100, le=65_536)
    """Size of each machine's boot disk, a pd-ssd."""
    ttl_hours: int = Field(ge=1, le=_LONGEST_HOURS)
    """The label that says when the pool may be deleted."""

    @property
    def machine(self) -> Shape:
        return SHAPES[self.shape]

    @model_validator(mode="after")
    def _can_be_had(self) -> "WarmPoolSettings":
        refuse([*self._shape_problems(), *self._count_problems()])
        return self

    def _shape_problems(self) -> Iterator[Problem]:
        valid = [
            name
            for name, shape in SHAPES.items()
            if shape.family.kind != "tpu" and "on-demand" in shape.capacities
        ]
        if self.shape not in valid:
            yield Problem(
                ("shape",),
                f" is {self.shape!r}, which no pool can keep: {choose(self.shape, valid)}",
            )

    def _count_problems(self) -> Iterator[Problem]:
        if self.min_replicas > self.max_replicas:
            yield Problem(
                ("min_replicas",),
                f" is {self.min_replicas}, more than max_replicas: "
                f"write at most {self.max_replicas}, or raise max_replicas",
            )


class AcceleratorSettings(Section):
    """Machines that are not one job's: none unless they are listed."""

    machines: list[MachineSettings]
    """Machines and slices of one's own."""
    warm_pools: list[WarmPoolSettings]
    """Machines of Vertex AI that wait for jobs."""

    @model_validator(mode="after")
    def _names_differ(self) -> "AcceleratorSettings":
        refuse(
            [
                *_repeated(("machines",), (each.name for each in self.machines)),
                *_repeated(("warm_pools",), (each.name for each in self.warm_pools)),
            ]
        )
        return self


def _repeated(path: Path, names: Iterable[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, name in enumerate(names):
        if name in seen:
            yield Problem(
                (*path, index, "name"), f" is {name!r} a second time: give each a name of its own"
            )
        seen.add(name)
