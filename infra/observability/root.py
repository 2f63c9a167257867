"""The part of the composition root that watches: metrics of ours, alerts, objectives.

    channels ─┬─ policies of the stack ─ own metrics
              └─ objectives of endpoints

Makes no resource itself. Where `alerts.enabled` is off, nothing of this is made.
"""

from collections.abc import Mapping

import pulumi
from pulumi import Input, ResourceOptions

from catalog import services as apis
from infra.labels import Labels
from infra.naming import Names
from infra.observability.alert_policies import AlertPolicies, AlertPoliciesArgs
from infra.observability.channels import AlertChannels, AlertChannelsArgs
from infra.observability.model_policies import excepted
from infra.observability.objectives import Objectives, ObjectivesArgs, Target
from infra.observability.own_metrics import OwnMetrics, OwnMetricsArgs
from infra.observability.policy import PolicyContext
from infra.observability.reach import Channels
from infra.settings import StackSettings
from infra.settings.alerts_checks import subjects
from infra.shared import Shared


def channels(
    settings: StackSettings,
    labels: Labels,
    google: ResourceOptions,
    monitoring_api: pulumi.Resource,
) -> Channels:
    """Register how people are reached: before everything that may have to reach them."""
    if not settings.alerts.enabled:
        return Channels()
    args = AlertChannelsArgs(settings=settings.alerts, labels=labels, monitoring_api=monitoring_api)
    return AlertChannels("alerts", args, google).channels


def context(
    settings: StackSettings,
    names: Names,
    labels: Labels,
    reached: Channels,
    actions: Mapping[str, Input[str] | None] | None = None,
) -> PolicyContext:
    """What all policies of the stack have in common."""
    return PolicyContext(
        stack=names.stack,
        snake_stack=names.snake_stack,
        labels=labels,
        channels=reached,
        repeat_minutes=settings.alerts.repeat_minutes,
        readers=_usual(settings),
        actions={name: channel for name, channel in (actions or {}).items() if channel},
    )


def build(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    numbers: dict[str, str],
    actions: Mapping[str, Input[str] | None],
) -> None:
    """Register what the settings switch on. `actions`: channels to what acts on an alert."""
    if not settings.alerts.enabled:
        return
    monitoring = shared.api(apis.MONITORING)
    metrics_args = OwnMetricsArgs(
        snake_stack=shared.names.snake_stack,
        monitoring_api=monitoring,
        logging_api=shared.api(apis.LOGGING),
    )
    metrics = OwnMetrics("metrics", metrics_args, google)
    common = context(settings, shared.names, shared.labels, shared.channels, actions)
    policies_args = AlertPoliciesArgs(
        settings=settings.alerts,
        subjects=subjects(settings),
        excepted=excepted(settings.models, numbers),
        context=common,
        needed=[monitoring, metrics],
    )
    AlertPolicies("alert", policies_args, google)
    targets = {
        name: Target(endpoint_number=numbers[name], availability_percent=aim)
        for name, model in settings.models.items()
        if (aim := model.availability_percent)
    }
    if targets:
        objectives_args = ObjectivesArgs(targets=targets, context=common, monitoring_api=monitoring)
        Objectives("objective", objectives_args, google)


def _usual(settings: StackSettings) -> str:
    """Service accounts, Google's agents among them, and the people that are listed.

    Without a backslash, which a filter would want doubled.
    """
    people = [f"^{each}$" for each in settings.alerts.readers]
    either = "|".join([".gserviceaccount.com$", *people])
    return either.replace(".", "[.]").replace("+", "[+]")
