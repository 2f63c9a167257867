"""The cheapest machine that is large enough: only pairs of machine and accelerator that exist."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.chips import CHIPS
from catalog.machines import MACHINES, Machine
from catalog.own_shapes import OWN_SHAPES
from catalog.pairs import ACCELERATOR_TYPES, counts
from catalog.prices import Capacity
from ops.errors import UsageError
from ops.savings.rates import hour_of

_LISTED = {MACHINES[name].chip for name in OWN_SHAPES if name in MACHINES} - {None}


@dataclass(frozen=True, kw_only=True)
class Need:
    """What has to fit."""

    vcpus: int
    memory_gb: int
    chip: str | None = None
    """Name of a GPU or TPU generation; None for none."""
    chips: int = 0

    def __post_init__(self) -> None:
        known = sorted({*CHIPS, *ACCELERATOR_TYPES})
        if self.vcpus < 1 or self.memory_gb < 1:
            raise UsageError("a machine has at least 1 vCPU and 1 GB: write more")
        if self.chip is not None and self.chip not in known:
            raise UsageError(f"{self.chip!r} is no accelerator: there are {', '.join(known)}")
        if (self.chip is None) != (self.chips == 0) or self.chips < 0:
            raise UsageError("write a chip and how many of it, or neither")


@dataclass(frozen=True, kw_only=True)
class Fit:
    """A machine that is large enough."""

    machine_type: str
    attached: int
    """Accelerators added to it; 0 where it brings them or needs none."""
    vcpus: int
    memory_gb: int
    chips: int
    usd: Decimal | None
    """US dollars an hour; None if unknown, and for one with added accelerators."""


def fits(need: Need, region: str, capacity: Capacity = "on-demand") -> list[Fit]:
    """Every machine that is large enough and can be obtained so: the cheapest first, unknown last.

    Among those without a price the smallest is first: more of one family never costs less.
    """
    found = [fit for machine in MACHINES.values() if (fit := _fit(machine, need, region, capacity))]
    return sorted(
        found,
        key=lambda fit: (fit.usd is None, fit.usd or 0, fit.chips, fit.vcpus, fit.memory_gb),
    )


def _fit(machine: Machine, need: Need, region: str, capacity: Capacity) -> Fit | None:
    if machine.vcpus < need.vcpus or machine.memory_gb < need.memory_gb:
        return None
    if not _obtainable(machine, region, capacity):
        return None
    if need.chip is None:
        enough, attached = machine.chip is None, 0
        chips = 0
    else:
        possible = [count for count in counts(machine.name, need.chip) if count >= need.chips]
        enough, chips = bool(possible), min(possible, default=0)
        attached = 0 if machine.chip else chips
    if not enough:
        return None
    usd = None if attached else hour_of(machine.name, region, capacity)
    return Fit(
        machine_type=machine.name,
        attached=attached,
        vcpus=machine.vcpus,
        memory_gb=machine.memory_gb,
        chips=chips,
        usd=usd,
    )


def _obtainable(machine: Machine, region: str, capacity: Capacity) -> bool:
    """Whether a zone of the region is known to have it; what no list names is not left out."""
    shape = OWN_SHAPES.get(machine.name)
    if shape is None:
        # Of its GPU others are listed with their zones, and it is not among them.
        return machine.chip not in _LISTED
    if capacity not in ("on-demand", "spot", "flex-start"):
        return True
    if capacity not in shape.capacities:
        return False
    return any(zone.startswith(f"{region}-") for zone in shape.zones(capacity))
