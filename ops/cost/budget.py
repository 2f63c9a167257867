"""Whether an estimate stays within the budget of the stack file."""

from dataclasses import dataclass
from decimal import Decimal

from infra.settings.cost import BudgetSettings
from ops.cost.estimate import Total

_ESTIMATED = "USD"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What is said, and whether the money does not last. None: that cannot be told."""

    exceeded: bool | None
    sentence: str


def judge(budget: BudgetSettings | None, month: Total) -> Verdict:
    """The estimate of a month at most against the budget; indications are not counted."""
    if budget is None:
        return Verdict(exceeded=None, sentence="no budget: nobody is told what the stack costs")
    amount = f"budget {budget.monthly_amount:,} {budget.currency} a month"
    if budget.currency != _ESTIMATED:
        text = f"{amount}: not compared, as list prices are in {_ESTIMATED}"
        return Verdict(exceeded=None, sentence=text)
    most = month.amount.high if month.amount else Decimal(0)
    share = most / budget.monthly_amount
    text = f"{amount}: the estimate takes {share:.0%} of it at most"
    if month.unknown:
        text += f", without {month.unknown} lines that have no price"
    if share > 1:
        return Verdict(exceeded=True, sentence=f"{text}; ask for less, or raise cost.budget")
    return Verdict(exceeded=None if month.unknown else False, sentence=text)
