"""Rules between the bounds of the bill and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.machines import OnDemand
from infra.settings.problems import Problem, rule
from infra.settings.quota_demand import required_quota

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

_EVENING_HOURS = 12
"""A run of a working day: one that is longer is meant to go on overnight."""


@rule
def cost_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about money, in the order of the stack file."""
    if settings.environment == "prod" and settings.cost.budget is None:
        yield Problem(
            ("cost", "budget"),
            " is null, but the environment is prod, where somebody must be told what it costs: "
            "write a mapping with billing_account, currency, monthly_amount and the rest",
        )
    yield from _schedule(settings)
    yield from _reaper(settings)
    yield from _quotas(settings)


@rule
def _schedule(settings: "StackSettings") -> Iterator[Problem]:
    """A training on machines that are paid for until they are given back is not cut off at night.

    Machines of a reservation never stop by a schedule: they are paid for all the same.
    """
    if settings.cost.schedule is None or settings.environment != "prod":
        return
    for index, each in enumerate(settings.accelerators.machines):
        costly = isinstance(each.obtained, OnDemand) and each.machine.family.kind != "cpu"
        if costly and each.stops_at_night and each.max_run_hours > _EVENING_HOURS:
            yield Problem(
                ("cost", "schedule"),
                f" is set, but it would stop {each.name} (mlplatform:accelerators.machines.{index})"
                f" long before its max_run_hours of {each.max_run_hours}, and the environment is "
                f"prod: write null, or max_run_hours of at most {_EVENING_HOURS} there",
            )


@rule
def _reaper(settings: "StackSettings") -> Iterator[Problem]:
    """What models train in is not deleted under them."""
    if settings.cost.reaper is None:
        return
    pools = {each.name: index for index, each in enumerate(settings.accelerators.warm_pools)}
    ending = {each.name for each in settings.accelerators.warm_pools if not each.keep}
    for name, model in settings.models.items():
        pool = model.training.warm_pool
        if pool in ending:
            ending.remove(pool)
            yield Problem(
                ("accelerators", "warm_pools", pools[pool], "keep"),
                f" is false, but mlplatform:cost.reaper is set and {name} trains in {pool} "
                f"(mlplatform:models.{name}.training.warm_pool), which would be deleted after its "
                "ttl_hours: write true",
            )


@rule
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
