"""What is larger than its use: replicas that nobody needs, machines that mostly wait."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from catalog.places import ZONES
from ops.errors import UsageError
from ops.savings.rates import HOURS_PER_MONTH, hour_of

BUSY = 0.05
"""Below this use a sample counts as idle: system processes alone reach it."""
TARGET = 0.7
"""Use that a group of replicas is sized for; the rest is room for a burst."""
HIGH = 0.95
"""Share of the samples that must fit: the rest may queue."""
ENOUGH = 24
"""Samples below which nothing is said: an hour of every part of a day."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """One machine or group of replicas, and how busy it was: one share from 0 to 1 per hour."""

    name: str
    machine_type: str
    region: str
    replicas: int
    use: Sequence[float]

    def __post_init__(self) -> None:
        if self.replicas < 1:
            raise UsageError(f"{self.name} has {self.replicas} replicas: write 1 or more")
        if self.region not in ZONES:
            raise UsageError(f"{self.name} is in {self.region!r}, which is no region")
        wrong = [each for each in self.use if not 0 <= each <= 1]
        if wrong:
            raise UsageError(f"{self.name} has a use of {wrong[0]}: write shares from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a series says."""

    name: str
    verdict: str
    """`idle`, `too large`, `fits` or `too few samples`."""
    replicas: int
    needed: int
    """Replicas that would do."""
    idle: float
    """Share of the samples in which nothing was done."""
    high: float
    """Use that 95 of 100 samples stayed below."""
    usd: Decimal | None
    """US dollars a month for what is not needed, on demand; None if the price is unknown."""


def report(uses: Sequence[Use]) -> list[Finding]:
    """One finding for each, the dearest first, those without a price after them."""
    found = [_finding(use) for use in uses]
    return sorted(found, key=lambda each: (each.usd is None, -(each.usd or 0), each.name))


def _finding(use: Use) -> Finding:
    samples = sorted(use.use)
    idle = sum(each < BUSY for each in samples) / len(samples) if samples else 0.0
    high = samples[math.ceil(HIGH * len(samples)) - 1] if samples else 0.0
    if len(samples) < ENOUGH:
        verdict, needed = "too few samples", use.replicas
    elif high < BUSY:
        verdict, needed = "idle", 0
    else:
        needed = min(use.replicas, max(1, math.ceil(high * use.replicas / TARGET)))
        verdict = "too large" if needed < use.replicas else "fits"
    hour = hour_of(use.machine_type, use.region, "on-demand")
    usd = None if hour is None else hour * (use.replicas - needed) * HOURS_PER_MONTH
    return Finding(
        name=use.name,
        verdict=verdict,
        replicas=use.replicas,
        needed=needed,
        idle=idle,
        high=high,
        usd=usd,
    )
