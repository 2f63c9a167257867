"""Alerts that reach somebody, on series that exist."""

import json
import re
from typing import Any

from policy.registry import Finding, Findings, demand, rule
from policy.tokens import ALERT_POLICY
from policy.values import UNKNOWN, find, get
from policy.verdicts import Context, Resource

LOG_METRIC = "gcp:logging/metric:Metric"
DASHBOARD = "gcp:monitoring/dashboard:Dashboard"
SUBSCRIPTION = "gcp:pubsub/subscription:Subscription"

_COMPARISONS = {f"COMPARISON_{each}" for each in ("GT", "GE", "LT", "LE", "EQ", "NE")}
_METRIC = re.compile(r"metric\.type\s*=\s*\"([^\"]+)\"")
_RESOURCE = re.compile(r"resource\.type\s*=\s*\"([^\"]+)\"")
_BURN_RATE = "select_slo_"
_NOT_REAL = {
    "aiplatform.googleapis.com/job/error_count",
    "aiplatform.googleapis.com/job/gpu_utilization",
    "aiplatform.googleapis.com/prediction/accuracy",
    "vertex_ai_endpoint",
}
"""Names that circulate in examples and that Cloud Monitoring never had."""
_FILTERS = (
    "conditions[*].conditionThreshold",
    "conditions[*].conditionAbsent",
)


@rule("alert-names-a-channel", [ALERT_POLICY], late=["notificationChannels"])
def _channel(resource: Resource, _: Context) -> Findings:
    """An alert tells somebody."""
    yield from demand(
        resource, "notificationChannels", lambda value: len(value or ()) > 0, "name a channel."
    )


@rule("alert-filter-names-one-series", [ALERT_POLICY], late=["conditions"])
def _filter(resource: Resource, _: Context) -> Findings:
    """A filter names one metric and the resource it is written on, and both exist."""
    for path in _FILTERS:
        for where, condition in find(resource.inputs, path):
            if condition is UNKNOWN:
                yield Finding(where, None)
            elif condition is not None:
                yield from _one_series(condition.get("filter"), f"{where}.filter")


def _one_series(text: Any, where: str) -> Findings:
    if text is UNKNOWN:
        yield Finding(where, None)
        return
    if _BURN_RATE in (text or ""):
        return
    metrics, resources = _METRIC.findall(text or ""), _RESOURCE.findall(text or "")
    if len(metrics) != 1 or len(resources) != 1:
        yield Finding(
            where,
            f"`{where}` names {len(metrics)} metrics and {len(resources)} resource types: write"
            ' `metric.type="..." AND resource.type="..."`, once each.',
        )
    for name in {*metrics, *resources} & _NOT_REAL:
        yield Finding(where, f"`{where}` names {name}, which does not exist: see catalog.metrics.")


@rule("alert-comparison-exists", [ALERT_POLICY])
def _comparison(resource: Resource, _: Context) -> Findings:
    """A threshold is compared in one of the six ways that the API has."""
    for where, condition in find(resource.inputs, "conditions[*].conditionThreshold"):
        if condition is UNKNOWN:
            yield Finding(where, None)
        elif condition is not None:
            value = condition.get("comparison")
            if value not in _COMPARISONS:
                path = f"{where}.comparison"
                choices = ", ".join(sorted(_COMPARISONS))
                yield Finding(path, f"`{path}` is {value!r}: write one of {choices}.")


@rule("log-alert-is-limited", [ALERT_POLICY])
def _rate_limit(resource: Resource, _: Context) -> Findings:
    """An alert on log lines has a rate limit, and no other alert has one: the API wants it so."""
    on_logs = any(
        value is not None for _, value in find(resource.inputs, "conditions[*].conditionMatchedLog")
    )
    wanted = "write a period, such as 300s." if on_logs else "leave it out."
    yield from demand(
        resource,
        "alertStrategy.notificationRateLimit.period",
        lambda value: bool(value) == on_logs,
        wanted,
    )


@rule("log-metric-is-about-one-resource", [LOG_METRIC])
def _log_metric(resource: Resource, _: Context) -> Findings:
    """A metric made of log lines says whose lines, or it reads every log of the project."""
    yield from demand(
        resource,
        "filter",
        lambda value: "resource.type" in (value or "") or "logName" in (value or ""),
        'write `resource.type="..."` into the filter.',
    )


def _is_json_object(text: Any) -> bool:
    try:
        return isinstance(json.loads(text or ""), dict)
    except ValueError:
        return False


@rule("dashboard-is-json", [DASHBOARD], late=["dashboardJson"])
def _dashboard(resource: Resource, _: Context) -> Findings:
    """A dashboard is a JSON object."""
    yield from demand(
        resource, "dashboardJson", _is_json_object, "write it with `json.dumps` of a dictionary."
    )


@rule("subscription-stays", [SUBSCRIPTION])
def _subscription(resource: Resource, _: Context) -> Findings:
    """A subscription that is quiet for a month still exists."""
    missing = get(resource.inputs, "expirationPolicy") is None
    yield from demand(
        resource,
        "expirationPolicy.ttl",
        lambda value: value == "" and not missing,
        'write `expiration_policy={"ttl": ""}`; the default ends it after 31 idle days.',
    )
