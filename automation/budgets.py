"""What a budget says to its topic several times a day, and what that means.

The message is schema 1.0 of
https://cloud.google.com/billing/docs/how-to/budgets-programmatic-notifications (2026-11). Its
figures are hours old, and it comes whether anything changed or not.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from automation import messages
from automation.messages import UnreadableError

LEAST_SHARE = 0.1
"""Of the budget: below it, being ahead of the month says nothing yet."""


class Notice(BaseModel):
    """The state of one budget. Fields that Google adds tomorrow are no mistake."""

    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)

    name: str = Field(alias="budgetDisplayName")
    cost: float = Field(alias="costAmount")
    budget: float = Field(alias="budgetAmount", gt=0)
    since: datetime = Field(alias="costIntervalStart")
    currency: str = Field(alias="currencyCode")

    @property
    def period(self) -> str:
        """The budget and its month: what is decided twice in one is decided once."""
        return f"{self.name} {self.since:%Y-%m}"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """`spent`: the whole budget is; `ahead`: it will not last; `within`: neither."""

    state: Literal["spent", "ahead", "within"]
    reason: str


def notice(envelope: Any) -> Notice:
    """The notice in a pushed message. Raises UnreadableError."""
    data = messages.payload(envelope)
    try:
        found = Notice.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UnreadableError(f"this is no notice of a budget: {where}: {first['msg']}") from None
    if found.since.tzinfo is None:
        raise UnreadableError("this is no notice of a budget: costIntervalStart names no zone")
    return found


def judge(found: Notice, now: datetime, ahead_factor: float | None) -> Verdict:
    """What was spent decides; a forecast, which the message may carry as well, does not."""
    share = found.cost / found.budget
    figures = f"{found.cost:,.2f} of {found.budget:,.2f} {found.currency} are spent"
    if share >= 1:
        return Verdict(state="spent", reason=f"{figures} since {found.since:%Y-%m-%d}")
    gone = _part_of_month(found.since, now)
    if ahead_factor is not None and share >= LEAST_SHARE and share > ahead_factor * gone:
        reason = f"{figures}, but only {gone:.0%} of the month have gone by"
        return Verdict(state="ahead", reason=reason)
    return Verdict(state="within", reason=figures)


def _part_of_month(since: datetime, now: datetime) -> float:
    days = monthrange(since.year, since.month)[1]
    passed = (now.astimezone(UTC) - since.astimezone(UTC)).total_seconds() / 86_400
    return min(max(passed / days, 0.0), 1.0)
