"""Money: budgets that say when, and whom they tell."""

from policy.registry import Finding, Findings, demand, rule
from policy.values import UNKNOWN, get
from policy.verdicts import Context, Resource

BUDGET = "gcp:billing/budget:Budget"
_HIGHEST = 2
_TOLD = ("allUpdatesRule.pubsubTopic", "allUpdatesRule.monitoringNotificationChannels")


@rule("budget-thresholds-are-fractions", [BUDGET])
def _fractions(resource: Resource, _: Context) -> Findings:
    """Thresholds of a budget are fractions: 0.5 is half of it, 50 is fifty times it."""
    yield from demand(resource, "thresholdRules", bool, "write 0.5, 0.75, 0.9 and 1.0.")
    yield from demand(
        resource,
        "thresholdRules[*].thresholdPercent",
        lambda value: value is not None and 0 < value <= _HIGHEST,
        "write a fraction, such as 0.5.",
    )


@rule("budget-tells-somebody", [BUDGET], late=_TOLD)
def _told(resource: Resource, _: Context) -> Findings:
    """A budget reaches a topic or a channel: it stops nothing by itself."""
    told = {path: get(resource.inputs, path) for path in _TOLD}
    if any(value is not UNKNOWN and value for value in told.values()):
        return
    unknown = next((path for path, value in told.items() if value is UNKNOWN), None)
    if unknown:
        yield Finding(unknown, None)
    else:
        yield Finding(_TOLD[0], f"`{_TOLD[0]}` is missing: name a topic or a channel.")
