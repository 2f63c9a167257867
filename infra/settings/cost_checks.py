"""Rules between the bounds of the bill and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem
from infra.settings.quota_demand import required_quota

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


def cost_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about money, in the order of the stack file."""
    if settings.environment == "prod" and settings.cost.budget is None:
        yield Problem(
            ("cost", "budget"),
            " is null, but the environment is prod, where somebody must be told what it costs: "
            "write a mapping with billing_account, currency, monthly_amount and the rest",
        )
    yield from _quotas(settings)


def _quotas(settings: "StackSettings") -> Iterator[Problem]:
    """A limit below what the stack file needs would keep its machines from ever starting."""
    needs = {(each.quota.name, each.place): each for each in required_quota(settings)}
    for index, each in enumerate(settings.cost.quotas):
        need = needs.get((each.quota, each.place))
        if need is not None and each.limit < need.least:
            yield Problem(
                ("cost", "quotas", index, "limit"),
                f" is {each.limit}, but {', '.join(need.by)} ask for {need.least} "
                f"{need.quota.unit} of {each.quota}"
                f"{f' in {each.place}' if each.place else ''}: write at least {need.least}, or "
                "ask for less",
            )
