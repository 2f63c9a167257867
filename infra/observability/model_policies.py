"""Policies of a model with bounds of its own; the stack's policies leave it out then."""

from dataclasses import dataclass

import pulumi_gcp as gcp
from pulumi import ResourceOptions

from catalog.alerts import ALERTS
from infra.observability.policy import Model, PolicyContext, policy
from infra.settings.alerts import AlertSettings
from infra.settings.models import ModelAlertSettings, ModelSettings

OWN = {
    "latency_p99_ms": "slow-answers",
    "error_ratio": "failed-answers",
    "performance": "model-performance",
}
"""Key of a model's settings to the alert whose bound it is."""


@dataclass(frozen=True, kw_only=True)
class ModelPoliciesArgs:
    settings: AlertSettings
    own: ModelAlertSettings
    model: str
    endpoint_number: str
    context: PolicyContext


def model_policies(
    name: str, args: ModelPoliciesArgs, opts: ResourceOptions
) -> list[gcp.monitoring.AlertPolicy]:
    """One for each bound that the model has of its own; none where alerts are off."""
    policies = []
    for key, alert_name in OWN.items():
        alert, change = ALERTS[alert_name], args.settings.change(alert_name)
        bound = getattr(args.own, key)
        if bound is None or not change.enabled or not args.settings.enabled:
            continue
        value = _scope_value(alert.scope, args.model, args.endpoint_number)
        model = Model(name=args.model, label_value=value, bound=bound)
        policies.append(
            policy(f"{name}-{alert_name}", alert, args.context, opts, change=change, model=model)
        )
    return policies


def excepted(
    models: dict[str, ModelSettings], numbers: dict[str, str]
) -> dict[str, tuple[str, ...]]:
    """What the stack's policies leave out, by the alert's name."""
    return {
        alert_name: tuple(
            _scope_value(ALERTS[alert_name].scope, name, numbers[name])
            for name, model in models.items()
            if getattr(model.alerts, key) is not None
        )
        for key, alert_name in OWN.items()
    }


def _scope_value(scope: str | None, model: str, endpoint_number: str) -> str:
    return endpoint_number if scope == "endpoint_id" else model
