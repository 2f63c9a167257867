"""What an estimate consists of: lines, and totals that say what they leave out. Pure values.

An unknown price is None and never 0: a total counts the lines that it had to leave out.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from catalog.prices import Price

if TYPE_CHECKING:
    from infra.settings.cost import BudgetSettings

Period = Literal["month", "run"]
"""A month of everything that stays; or one run, at most, of what ends by itself."""
State = Literal["priced", "unknown", "by use"]

HOURS_PER_MONTH = 730


@dataclass(frozen=True, kw_only=True)
class Amount:
    """US dollars, from the least to the most."""

    low: Decimal
    high: Decimal

    def __add__(self, other: "Amount") -> "Amount":
        return Amount(low=self.low + other.low, high=self.high + other.high)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing that costs money."""

    component: str
    """Value of the label `component` that it carries in the bill, too."""
    model: str = ""
    """Value of the label `model`; "" for what models share."""
    item: str
    quantity: str = ""
    period: Period = "month"
    amount: Amount | None = None
    """None where it depends on use, or where a price is unknown."""
    by_use: bool = False
    """Whether only use decides, so that no amount can be said beforehand."""
    indication: Amount | None = None
    """For an unknown price: what a near one would make, which `note` names. In no total."""
    note: str = ""
    prices: tuple[Price, ...] = ()
    """The rows of the price table that this line rests on."""

    @property
    def state(self) -> State:
        if self.by_use:
            return "by use"
        return "unknown" if self.amount is None else "priced"


@dataclass(frozen=True, kw_only=True)
class Total:
    """A sum over lines, and what it leaves out."""

    amount: Amount | None
    """Sum of the priced lines; None if there is none."""
    priced: int
    unknown: int
    """Lines without a price."""
    by_use: int
    indication: Amount | None
    """Sum of the indications of unknown lines; None if none has one."""
    without_indication: int
    """Unknown lines about which nothing can be said."""

    @property
    def complete(self) -> bool:
        """Whether every line that has a fixed size has a price."""
        return not self.unknown


def total(lines: Iterable[Line]) -> Total:
    """The sum of lines of one period."""
    lines = list(lines)
    unknown = [line for line in lines if line.state == "unknown"]
    indications = [line.indication for line in unknown if line.indication is not None]
    return Total(
        amount=_sum(line.amount for line in lines if line.state == "priced"),
        priced=sum(line.state == "priced" for line in lines),
        unknown=len(unknown),
        by_use=sum(line.state == "by use" for line in lines),
        indication=_sum(indications),
        without_indication=len(unknown) - len(indications),
    )


def totals_by(lines: Iterable[Line], key: Callable[[Line], str]) -> dict[str, Total]:
    """One total per value of `key`, in the order of their names."""
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(key(line), []).append(line)
    return {name: total(groups[name]) for name in sorted(groups)}


def _sum(amounts: Iterable[Amount | None]) -> Amount | None:
    found: Amount | None = None
    for amount in amounts:
        if amount is not None:
            found = amount if found is None else found + amount
    return found


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """The estimate of one stack."""

    stack: str
    lines: Sequence[Line]
    budget: "BudgetSettings | None" = None
    """What the stack file allows for a month."""

    def of(self, period: Period) -> list[Line]:
        """The lines of one period, by component, model and item."""
        found = (line for line in self.lines if line.period == period)
        return sorted(found, key=lambda line: (line.component, line.model, line.item))

    @property
    def prices(self) -> list[Price]:
        """Every row that a line rests on, once, oldest first."""
        rows = {price for line in self.lines for price in line.prices}
        return sorted(rows, key=lambda row: (row.as_of, row.source.name, row.sku, row.region))
