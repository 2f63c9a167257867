"""What an hour of one machine costs by every way to obtain it, and what each way saves.

A saving is worked out from two dated rows and never from a fixed percentage. A price that the table
does not hold is None.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import get_args

from catalog.chips import CHIPS
from catalog.machines import MACHINES
from catalog.places import ZONES
from catalog.prices import SUSTAINED_USE, Capacity, Price, find
from ops.cost.quotes import compute_hour
from ops.errors import UsageError

HOURS_PER_MONTH = 730
CAPACITIES: tuple[Capacity, ...] = get_args(Capacity)


@dataclass(frozen=True, kw_only=True)
class Rate:
    """An hour of one machine, obtained in one way."""

    capacity: Capacity
    usd: Decimal | None
    saving: Decimal | None
    """Share of the price on demand; negative where it is dearer. None without both prices."""
    row: Price | None


def check(machine_type: str, region: str) -> None:
    """UsageError for what no price could ever be of."""
    from infra.settings.nearest import choose

    known = (*MACHINES, *(chip.name for chip in CHIPS.values() if chip.kind == "tpu"))
    if machine_type not in known:
        raise UsageError(f"{machine_type!r} is no known machine: {choose(machine_type, known)}")
    if region not in ZONES:
        raise UsageError(f"{region!r} is no known region: {choose(region, ZONES)}")


def rates(machine_type: str, region: str) -> list[Rate]:
    """Every way that has a price, and the price on demand in any case."""
    full = _hour(machine_type, region, "on-demand")
    found = []
    for capacity in CAPACITIES:
        hour = _hour(machine_type, region, capacity)
        if hour is None and capacity != "on-demand":
            continue
        saving = 1 - hour[0] / full[0] if hour and full and capacity != "on-demand" else None
        usd, row = hour or (None, None)
        found.append(Rate(capacity=capacity, usd=usd, saving=saving, row=row))
    return found


def hour_of(machine_type: str, region: str, capacity: Capacity) -> Decimal | None:
    """US dollars an hour, or None if unknown."""
    hour = _hour(machine_type, region, capacity)
    return hour[0] if hour else None


def sustained_use(machine_type: str) -> Decimal:
    """How much running all month takes off at most: 0 for families that are not eligible.

    Machines with accelerators never are, whatever processors they have.
    """
    machine = MACHINES.get(machine_type)
    if machine is None or machine.chip is not None:
        return Decimal(0)
    return SUSTAINED_USE.get(machine.family, Decimal(0))


def _hour(machine_type: str, region: str, capacity: Capacity) -> tuple[Decimal, Price] | None:
    if machine_type in MACHINES:
        return compute_hour(machine_type, region, capacity)
    row = find("compute", machine_type, region, capacity)
    return (row.usd, row) if row else None
