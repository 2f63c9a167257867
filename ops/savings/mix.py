"""How to obtain a load that changes: a base that is committed, bursts on demand, peaks on Spot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.prices import Capacity
from ops.errors import UsageError
from ops.savings.commitments import covers
from ops.savings.rates import hour_of


@dataclass(frozen=True, kw_only=True)
class Part:
    """Machine-hours that are obtained in one way, over the whole series."""

    name: str
    """base, burst or peak."""
    capacity: Capacity
    machines: int
    """At most at once."""
    hours: Decimal
    """Machine-hours used."""
    usd: Decimal
    """What they cost; for a commitment idle hours too."""


@dataclass(frozen=True, kw_only=True)
class Mix:
    """The cheapest way to serve a series of loads."""

    parts: tuple[Part, ...]
    usd: Decimal
    on_demand: Decimal
    """What the same would cost on demand alone, beside what is committed already."""
    committed: int
    """Machines that the base commits to, those that are committed already included."""


@dataclass(frozen=True, kw_only=True)
class _Hour:
    """US dollars for an hour of one machine."""

    full: Decimal
    committed: Decimal | None
    spot: Decimal | None


def plan(
    loads: Sequence[int],
    machine_type: str,
    region: str,
    *,
    term: Capacity = "commitment-1y",
    already: int = 0,
    interruptible: Decimal = Decimal(0),
) -> Mix | None:
    """The cheapest mix over loads, as machines in each hour; None if a price is unknown.

    `already` machines are committed to until their term ends, whatever the load. `interruptible` is
    the share of what goes beyond the base that may be preempted. The hours must be typical: the
    commitment is for a year or three.
    """
    _check(loads, already, interruptible)
    full = hour_of(machine_type, region, "on-demand")
    committed = hour_of(machine_type, region, term) if covers(term, machine_type) else None
    if full is None or (already and committed is None):
        return None
    hour = _Hour(full=full, committed=committed, spot=hour_of(machine_type, region, "spot"))
    share = interruptible if hour.spot is not None and hour.spot < full else Decimal(0)
    most = already if committed is None else max(already, *loads)
    plain = _cost(_parts(loads, already, hour, Decimal(0), term))
    base, parts = min(
        ((base, _parts(loads, base, hour, share, term)) for base in range(already, most + 1)),
        key=lambda each: _cost(each[1]),
    )
    return Mix(parts=tuple(parts), usd=_cost(parts), on_demand=plain, committed=base)


def _check(loads: Sequence[int], already: int, interruptible: Decimal) -> None:
    if not loads:
        raise UsageError("the series has no hour: write one number of machines for each hour")
    if min(loads) < 0 or already < 0:
        raise UsageError("there are no fewer than 0 machines")
    if not 0 <= interruptible <= 1:
        raise UsageError(f"a share is between 0 and 1, not {interruptible}")


def _parts(
    loads: Sequence[int], base: int, hour: _Hour, share: Decimal, term: Capacity
) -> list[Part]:
    """What it takes to commit to a base; empty parts are left out."""
    beyond = [max(load - base, 0) for load in loads]
    used = Decimal(sum(loads) - sum(beyond))
    paid = Decimal(base * len(loads)) * (hour.committed or 0)
    burst = _beyond("burst", "on-demand", beyond, 1 - share, hour.full)
    peak = _beyond("peak", "spot", beyond, share, hour.spot or Decimal(0))
    first = Part(name="base", capacity=term, machines=base, hours=used, usd=paid)
    return [part for part in (first, burst, peak) if part.machines]


def _beyond(
    name: str, capacity: Capacity, beyond: Sequence[int], share: Decimal, usd: Decimal
) -> Part:
    hours = sum(beyond) * share
    machines = math.ceil(max(beyond) * share)
    return Part(name=name, capacity=capacity, machines=machines, hours=hours, usd=hours * usd)


def _cost(parts: Sequence[Part]) -> Decimal:
    return sum((part.usd for part in parts), Decimal(0))
