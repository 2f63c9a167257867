"""One alert of the catalogue as a policy of Cloud Monitoring.

No component of its own: it would be a registration more for every model.
"""

from dataclasses import dataclass, field
from typing import Any

import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from catalog.alerts.alert import EVERY, Alert, LogMatch, Query, Severity, Threshold
from catalog.alerts.data import READERS
from catalog.incidents import ACTION
from catalog.metrics.metric import in_stack
from infra.labels import Labels
from infra.observability.reach import Channels
from infra.settings.alerts import AlertChange

_EVALUATED = "60s"
_COMPARISONS = {"above": "COMPARISON_GT", "below": "COMPARISON_LT"}
_TERABYTE = 1e12
_UNCHANGED = AlertChange()


@dataclass(frozen=True, kw_only=True)
class PolicyContext:
    """What all policies of a stack have in common."""

    stack: str
    snake_stack: str
    labels: Labels
    channels: Channels
    repeat_minutes: int
    readers: str = ""
    """Regular expression of the people whose reading of data is usual."""
    actions: dict[str, Input[str]] = field(default_factory=dict)
    """Channel that leads to what acts on an alert, by the action's name."""


@dataclass(frozen=True, kw_only=True)
class Model:
    """The one model that a policy is about."""

    name: str
    label_value: str
    """Of the label that `Alert.scope` names."""
    bound: float


@dataclass(frozen=True, kw_only=True)
class _Wanted:
    """An alert as this stack, or this model, wants it."""

    alert: Alert
    context: PolicyContext
    severity: Severity
    bound: float | None
    minutes: int
    scope: tuple[str, str]
    """What to replace in the alert's query, and by what."""

    @property
    def meaning(self) -> str:
        return self.alert.meaning.format(bound=in_words(self.alert, self.bound))

    @property
    def duration(self) -> str:
        return f"{self.minutes * 60}s"

    @property
    def compared(self) -> float:
        return self.alert.in_metrics_unit(self.bound or 0)


def policy(
    name: str,
    alert: Alert,
    context: PolicyContext,
    opts: ResourceOptions,
    *,
    change: AlertChange = _UNCHANGED,
    model: Model | None = None,
    excepted: tuple[str, ...] = (),
) -> gcp.monitoring.AlertPolicy:
    """Register the policy: of all models but the excepted ones, or of a single one."""
    wanted = _Wanted(
        alert=alert,
        context=context,
        severity=change.severity or alert.severity,
        bound=model.bound if model else alert.bound if change.bound is None else change.bound,
        minutes=alert.for_minutes if change.for_minutes is None else change.for_minutes,
        scope=_scope(alert, model, excepted),
    )
    acting = context.actions.get(alert.action) if alert.action else None
    reached = [*context.channels.of(wanted.severity), *([acting] if acting else [])]
    action = {ACTION: alert.action} if acting and alert.action else {}
    return gcp.monitoring.AlertPolicy(
        name,
        display_name=f"{model.name}: {alert.title}" if model else alert.title,
        combiner="OR",
        severity=wanted.severity.upper(),
        conditions=[_condition(wanted)],
        documentation={
            "mime_type": "text/markdown",
            "subject": f"{wanted.severity}: {alert.title} ({context.stack})",
            "content": _documentation(wanted),
        },
        alert_strategy=_strategy(alert, reached, context),
        notification_channels=reached,
        user_labels={**context.labels.user("alerts", model.name if model else None), **action},
        opts=opts,
    )


def in_words(alert: Alert, bound: float | None) -> str:
    """A bound as people say it: `80 %`, `500 ms`, `60 min`, `1 TB`, `3 times`."""
    if bound is None:
        return ""
    if alert.bound_in == "share":
        return f"{bound * 100:.6g} %"
    if alert.bound_in == "By":
        return f"{bound / 1e12:g} TB" if bound >= _TERABYTE else f"{bound / 1e9:g} GB"
    if alert.bound_in == "s":
        return f"{bound / 60:g} min"
    return f"{bound:g}" + {"ms": " ms", "times": " times"}.get(alert.bound_in, "")


def _condition(wanted: _Wanted) -> gcp.monitoring.AlertPolicyConditionArgsDict:
    condition, context = wanted.alert.condition, wanted.context
    if isinstance(condition, LogMatch):
        found = condition.filter.replace(READERS, context.readers)
        return {"display_name": wanted.meaning, "condition_matched_log": {"filter": found}}
    if isinstance(condition, Query):
        query = in_stack(condition.text(wanted.compared), context.snake_stack)
        return {
            "display_name": wanted.meaning,
            "condition_prometheus_query_language": {
                "query": query.replace(*wanted.scope),
                "duration": wanted.duration,
                "evaluation_interval": _EVALUATED,
                # What was never written has no series yet: creation must not fail.
                "disable_metric_validation": True,
            },
        }
    return {"display_name": wanted.meaning, "condition_threshold": _threshold(condition, wanted)}


def _threshold(condition: Threshold, wanted: _Wanted) -> Any:
    aligned = condition.aligned
    aggregation: dict[str, Any] = {
        "alignment_period": f"{aligned.period_seconds}s",
        "per_series_aligner": aligned.aligner,
    }
    if aligned.reducer:
        aggregation["cross_series_reducer"] = aligned.reducer
    if aligned.by:
        aggregation["group_by_fields"] = list(aligned.by)
    threshold = {
        "filter": in_stack(aligned.filter, wanted.context.snake_stack),
        "aggregations": [aggregation],
        "comparison": _COMPARISONS[condition.comparison],
        "threshold_value": wanted.compared,
        "duration": wanted.duration,
        "trigger": {"count": 1},
    }
    if wanted.minutes:
        # Only with a duration is there anything to decide about missing points.
        threshold["evaluation_missing_data"] = "EVALUATION_MISSING_DATA_INACTIVE"
    return threshold


def _scope(alert: Alert, model: Model | None, excepted: tuple[str, ...]) -> tuple[str, str]:
    """What to replace in the query of an alert, and by what."""
    every = f'{alert.scope}=~"{EVERY.removeprefix("~")}"'
    if model:
        return every, f'{alert.scope}="{model.label_value}"'
    return every, f'{alert.scope}!~"{"|".join(excepted)}"' if excepted else every


def _strategy(alert: Alert, reached: list[Input[str]], context: PolicyContext) -> Any:
    """A rate limit on lines of logs, where alone the API takes one; elsewhere reminders."""
    strategy: dict[str, Any] = {"auto_close": f"{alert.auto_close_hours * 3600}s"}
    if isinstance(alert.condition, LogMatch):
        period = f"{alert.condition.at_most_every_seconds}s"
        return {**strategy, "notification_rate_limit": {"period": period}}
    reminder = {
        "notification_channel_names": reached,
        "renotify_interval": f"{context.repeat_minutes * 60}s",
    }
    return {**strategy, "notification_channel_strategies": [reminder]}


def _documentation(wanted: _Wanted) -> str:
    alert = wanted.alert
    command = f"{alert.command} --stack {wanted.context.stack}"
    return f"{wanted.meaning}\n\n{alert.next_step}\n\nBegin with `{command}`."
