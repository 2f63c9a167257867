"""One machine of one's own: which shape, where, how it is obtained, from what, and until when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from catalog.accelerators import CPU
from catalog.machines import MACHINES, DiskType
from catalog.own_shapes import OWN_SHAPES, OwnCapacity, OwnShape
from catalog.places import region_of
from infra.settings.nearest import choose
from infra.settings.places import ReservationName
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Name, Section, ShortName
from infra.settings.shapes import OwnShapeName

LONGEST_HOURS = 28 * 24
_FEW_ZONES = 30
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
class Reserved:
    """From a reservation."""

    name: str | None
    """Of a GPU's reservation; a Cloud TPU takes any of the project's."""


@dataclass(frozen=True)
class Calendar:
    """From a future reservation, and deleted with it."""

    name: str


@dataclass(frozen=True)
class Queued:
    """Asked for, and made when there is one."""


Obtained = OnDemand | Spot | Reserved | Calendar | Queued


class BootSettings(Section):
    """What a machine of Compute Engine starts from. A Cloud TPU starts from its runtime."""

    image: BootImage
    """Image, drivers included. A family is looked up once, when the machine is made."""
    disk_gb: int = Field(ge=10, le=65_536)
    """Size of the boot disk."""
    disk_type: DiskType
    """Such as `pd-ssd`; not every machine boots from every type."""
    signed_drivers: bool = False
    """The image trusts who signed its accelerators' drivers, so that they start by Secure Boot. A
    machine without accelerators starts by it in any case."""

    def problems(self, shape: str) -> Iterator[Problem]:
        """What the machines of a shape do not boot from."""
        disks = MACHINES[shape].disks or _WITHOUT_LIST
        if self.disk_type not in disks:
            yield Problem(
                ("boot", "disk_type"),
                f" is {self.disk_type!r}, which {shape} does not boot from: "
                f"write one of {', '.join(disks)}",
            )
        if self.signed_drivers and not MACHINES[shape].chips:
            yield Problem(
                ("boot", "signed_drivers"),
                f" is true, but {shape} has no accelerators, and starts by Secure Boot without: "
                "leave the key out",
            )


class MachineSettings(Section):
    """One machine or slice, of one shape and obtained in one way."""

    name: ShortName
    """Name of the machine; the stack's is added."""
    shape: OwnShapeName
    """Such as `v6e-8`, `a3-highgpu-8g` or, without accelerators, `n2-standard-8`."""
    zone: str
    """A zone that has the shape, in a region with a subnet."""
    capacity: OwnCapacity
    """How it is obtained. Flex-start machines are listed in `flex_groups`."""
    reservation: ReservationName | None = None
    """What a GPU machine comes from: a name of `reservations` or, if `calendar`, of
    `future_reservations`; or projects/PROJECT/reservations/NAME, which somebody else made."""
    gpu_network: Name | None = None
    """Name of the networks in which its GPUs talk to those of other machines."""
    boot: BootSettings | None = None
    """What it starts from; a Cloud TPU has none."""
    start_up: bool = False
    """Whether it installs, at each start, what its shape needs: JAX for TPUs, a look at the GPUs'
    driver, scratch disks as one, Google's agent, and the artifacts as a folder."""
    max_run_hours: int = Field(ge=1, le=LONGEST_HOURS)
    """Stopped or deleted after so long; a Cloud TPU by `cost.reaper` only."""
    keep: bool = False
    """A Cloud TPU that nothing deletes by itself. A change makes a request in the queue anew: to a
    slice that came out of one, give the label by hand."""

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
            case "reservation":
                return Reserved(self.reservation)
            case "calendar":
                return Calendar(self.reservation or "")
            case "queued":
                return Queued()
            case "flex-start":
                raise AssertionError("refused by the validator below")

    @property
    def stops_at_night(self) -> bool:
        """Whether a schedule may stop it: a reserved place is paid for at night as well."""
        reserved = isinstance(self.obtained, Reserved | Calendar)
        return not self.machine.cloud_tpu and not reserved

    @model_validator(mode="after")
    def _can_be_had(self) -> "MachineSettings":
        refuse(
            self._capacity_fits(),
            self._reservation_fits(),
            self._boot_fits(),
            self._start_up_fits(),
            self._keep_fits(),
        )
        return self

    def _capacity_fits(self) -> Iterator[Problem]:
        shape, capacity = self.machine, self.capacity
        alone = [each for each in shape.capacities if each != "flex-start"]
        if capacity not in shape.capacities:
            yield Problem(
                ("capacity",),
                f" is {capacity!r}, which {_refused(shape, capacity)}: "
                f"write {' or '.join(alone)} for {self.shape}",
            )
        elif capacity == "flex-start":
            yield Problem(
                ("capacity",),
                " is 'flex-start', but a machine by itself does not wait for its turn, and would "
                "be made again after its end: list it in mlplatform:accelerators.flex_groups, "
                f"or write {' or '.join(alone)}",
            )
        elif self.zone not in shape.zones(capacity):
            kind = "of Google Cloud" if shape.family is CPU else f"with {self.shape} by {capacity}"
            yield Problem(
                ("zone",),
                f" is {self.zone!r}, no zone {kind}: {_zones(self.zone, shape.zones(capacity))}",
            )

    def _reservation_fits(self) -> Iterator[Problem]:
        takes = self.capacity in ("reservation", "calendar")
        named = takes and self.machine.family.kind == "gpu"
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
        tpu = self.machine.cloud_tpu
        if self.boot is None:
            if not tpu:
                yield Problem(("boot",), " is null: write a mapping with image, disk_gb, disk_type")
        elif tpu:
            yield Problem(
                ("boot",),
                f" is set, but a Cloud TPU starts from {self.machine.family.tpu_runtime}: "
                "write null",
            )
        else:
            yield from self.boot.problems(self.shape)

    def _start_up_fits(self) -> Iterator[Problem]:
        if self.start_up and self.capacity == "queued":
            yield Problem(
                ("start_up",),
                " is true, but a request in the queue carries no script: write false",
            )

    def _keep_fits(self) -> Iterator[Problem]:
        if self.keep and not self.machine.cloud_tpu:
            why = f"{self.shape} ends by itself after max_run_hours: leave the key out"
            yield Problem(("keep",), f" is true, but {why}, or raise max_run_hours")


def _zones(wrong: str, offered: Sequence[str]) -> str:
    """All of them; of the many that have any machine, those of the region that is meant."""
    near = [each for each in offered if region_of(each) == region_of(wrong)]
    if len(offered) > _FEW_ZONES and not near:
        return choose(wrong, offered)
    return f"write one of {', '.join(near if len(offered) > _FEW_ZONES else offered)}"


def _refused(shape: OwnShape, capacity: OwnCapacity) -> str:
    if capacity == "calendar" and shape.family.kind == "tpu":
        return "is known of GPUs only"
    if capacity == "queued":
        return "only a Cloud TPU can be waited for in a queue"
    if shape.cloud_tpu:
        return "a Cloud TPU does not know"
    if shape.family.kind == "tpu":
        return "is for a Cloud TPU, of which this is the machine"
    if shape.family is CPU:
        return "is for accelerators"
    return "Compute Engine does not offer for fewer than eight H100"
