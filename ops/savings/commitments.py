"""Whether a commitment pays: it is paid for every hour of its term, used or not."""

from dataclasses import dataclass
from decimal import Decimal

from catalog.commitments import COMMITMENT_TYPES, FLEXIBLE, ONLY_WITH_A_RESERVATION
from catalog.machines import MACHINES
from catalog.prices import Capacity
from ops.errors import UsageError
from ops.savings.rates import HOURS_PER_MONTH, hour_of, sustained_use

TERMS: tuple[Capacity, ...] = ("commitment-1y", "commitment-3y", "flexible-1y", "flexible-3y")


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One commitment to so many machines, against going without."""

    term: Capacity
    type: str
    """What it is called when it is bought; for a TPU or by spend, words."""
    committed: Decimal
    """US dollars a month, idle hours included."""
    idle: Decimal
    """How much of that is for hours in which nothing ran."""
    saving: Decimal
    """US dollars a month less than without; negative where it does not pay."""
    break_even: Decimal
    """Share of all hours above which it pays."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One load, without and with each commitment that has a price."""

    machine_type: str
    region: str
    machines: int
    hours: Decimal
    """Hours a month that each machine runs."""
    without: Decimal | None
    """US dollars a month on demand, sustained use taken off; None if unknown."""
    sustained: Decimal
    """Share that sustained use took off."""
    offers: tuple[Offer, ...]
    """The best first."""


def compare(
    machine_type: str,
    region: str,
    hours: Decimal,
    machines: int,
    instead_of: Capacity = "on-demand",
) -> Comparison:
    """UsageError for hours beyond a month or fewer machines than one."""
    if not 0 <= hours <= HOURS_PER_MONTH:
        raise UsageError(f"a month has {HOURS_PER_MONTH} hours: {hours} is not between 0 and that")
    if machines < 1:
        raise UsageError(f"{machines} machines: write 1 or more")
    hour = hour_of(machine_type, region, instead_of)
    # Only a whole month is sure of the whole discount: a part of one is taken at the list price.
    whole = hours == HOURS_PER_MONTH and instead_of == "on-demand"
    sustained = sustained_use(machine_type) if whole else Decimal(0)
    without = None if hour is None else hour * (1 - sustained) * hours * machines
    offers: list[Offer] = []
    if hour is not None and without is not None:
        offers = _offers(
            machine_type, region, hours=hours, machines=machines, hour=hour, without=without
        )
    return Comparison(
        machine_type=machine_type,
        region=region,
        machines=machines,
        hours=hours,
        without=without,
        sustained=sustained,
        offers=tuple(sorted(offers, key=lambda offer: -offer.saving)),
    )


def _offers(
    machine_type: str,
    region: str,
    *,
    hours: Decimal,
    machines: int,
    hour: Decimal,
    without: Decimal,
) -> list[Offer]:
    found = []
    for term in TERMS:
        usd = hour_of(machine_type, region, term)
        if usd is None or not covers(term, machine_type):
            continue
        committed = usd * HOURS_PER_MONTH * machines
        found.append(
            Offer(
                term=term,
                type=_type(term, machine_type),
                committed=committed,
                idle=usd * (HOURS_PER_MONTH - hours) * machines,
                saving=without - committed,
                break_even=usd / hour,
            )
        )
    return found


def covers(term: Capacity, machine_type: str) -> bool:
    """Whether such a commitment can be made for such a machine at all."""
    machine = MACHINES.get(machine_type)
    if not term.startswith("flexible"):
        return True
    return machine is not None and machine.chip is None and machine.family in FLEXIBLE


def _type(term: Capacity, machine_type: str) -> str:
    if term.startswith("flexible"):
        return "spend, in all regions"
    family = MACHINES[machine_type].family if machine_type in MACHINES else ""
    if family in ONLY_WITH_A_RESERVATION:
        return "with a future reservation"
    return COMMITMENT_TYPES.get(family, "")
