"""Days on which a cost jumped, found in daily rows of the billing export: money, not requests.

A day is compared with the days before it: far above their median, by more than they usually vary,
and by an amount that matters. A cost that stays high is the usual one after a week. Days without a
row cost nothing. Whoever exports leaves the newest day out: its rows arrive for hours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

BEFORE = 14
"""Days that one is compared with."""
LEAST = 7
"""Days before it without which nothing is said."""
SPREADS = 4.0
"""How many times the usual variation is too much."""
_TO_DEVIATION = 1.4826
"""Of a normal series: its standard deviation over its median deviation."""


@dataclass(frozen=True, kw_only=True)
class DailyCost:
    """One row: what one model and component cost on one day."""

    day: date
    model: str
    component: str
    cost: float


@dataclass(frozen=True, kw_only=True)
class Anomaly:
    """A day that stands out."""

    day: date
    model: str
    component: str
    cost: float
    usual: float
    """Median of the days before."""


def anomalies(rows: Iterable[DailyCost], *, least: float) -> list[Anomaly]:
    """The days that cost `least` more than usual and vary as none before, by how much more."""
    series: dict[tuple[str, str], dict[date, float]] = {}
    for row in rows:
        days = series.setdefault((row.model, row.component), {})
        days[row.day] = days.get(row.day, 0.0) + row.cost
    if not series:
        return []
    first = min(min(days) for days in series.values())
    last = max(max(days) for days in series.values())
    every = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    found = [
        Anomaly(day=day, model=model, component=component, cost=cost, usual=usual)
        for (model, component), days in series.items()
        for day, cost, usual in _jumps(every, [days.get(day, 0.0) for day in every], least)
    ]
    return sorted(found, key=lambda each: (each.usual - each.cost, each.day))


def _jumps(
    every: Sequence[date], costs: Sequence[float], least: float
) -> Iterable[tuple[date, float, float]]:
    past: list[float] = []
    for day, cost in zip(every, costs, strict=True):
        before = past[-BEFORE:]
        usual = median(before) if before else 0.0
        spread = median(abs(each - usual) for each in before) * _TO_DEVIATION if before else 0.0
        if len(before) >= LEAST and cost - usual > max(least, SPREADS * spread):
            yield day, cost, usual
        past.append(cost)
