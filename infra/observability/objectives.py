"""What is promised about endpoints, and alerts when a promise is being used up too fast.

An endpoint's availability is the share of its answers that are no server error, over four weeks;
what a caller did wrong does not count. Which model has which target is in the settings, what Google
promises in `catalog.slas`.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.alerts.alert import Severity
from catalog.alerts.serving import SERVER_ERROR
from catalog.metrics.series import Series
from catalog.metrics.serving import ENDPOINT_RESPONSES
from infra.observability.policy import PolicyContext

DAYS = 28
BURN_RATES: dict[Severity, tuple[float, tuple[int, ...]]] = {
    "critical": (14.4, (3600, 300)),
    "warning": (6.0, (21_600, 1800)),
}
"""How many times too fast, over a long and a short window: both, so that it stops soon after."""


@dataclass(frozen=True, kw_only=True)
class Target:
    """The promise about one endpoint."""

    endpoint_number: str
    availability_percent: float


@dataclass(frozen=True, kw_only=True)
class ObjectivesArgs:
    targets: dict[str, Target]
    """By the model's name."""
    context: PolicyContext
    monitoring_api: pulumi.Resource


class Objectives(pulumi.ComponentResource):
    """One service of Cloud Monitoring for all endpoints, an objective for each that has a target.

    Two alerts each: in the first case the month's allowance is gone in two days, in the second in
    five.
    """

    def __init__(
        self, name: str, args: ObjectivesArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {model: each.availability_percent for model, each in args.targets.items()}
        super().__init__("mlplatform:objectives:Objectives", name, inputs, opts)
        self._name, self._context = name, args.context
        self._child = ResourceOptions(parent=self)
        service = gcp.monitoring.CustomService(
            f"{name}-serving",
            service_id=f"mlplatform-{args.context.snake_stack.replace('_', '-')}",
            display_name=f"ML platform, {args.context.stack}",
            user_labels=args.context.labels.user("alerts"),
            opts=ResourceOptions(
                parent=self, depends_on=[args.monitoring_api], delete_before_replace=True
            ),
        )
        objectives = {}
        for model, target in args.targets.items():
            objective = self._objective(service, model, target)
            objectives[model] = objective.name
            for severity in BURN_RATES:
                self._burning(model, objective, severity)
        self.register_outputs({"service": service.name, "objectives": objectives})

    def _objective(
        self, service: gcp.monitoring.CustomService, model: str, target: Target
    ) -> gcp.monitoring.Slo:
        answers = Series(ENDPOINT_RESPONSES).where(endpoint_id=target.endpoint_number)
        return gcp.monitoring.Slo(
            f"{self._name}-{model}",
            service=service.service_id,
            slo_id=f"{model}-availability",
            display_name=f"{model}: {target.availability_percent:g} % of answers",
            goal=round(target.availability_percent / 100, 6),
            rolling_period_days=DAYS,
            request_based_sli={
                "good_total_ratio": {
                    "total_service_filter": answers.filter,
                    "bad_service_filter": answers.where(response_code=f"~{SERVER_ERROR}").filter,
                }
            },
            user_labels=self._context.labels.user("alerts", model),
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _burning(
        self, model: str, objective: gcp.monitoring.Slo, severity: Severity
    ) -> gcp.monitoring.AlertPolicy:
        context, (rate, windows) = self._context, BURN_RATES[severity]
        channels = context.channels.of(severity)
        meaning = f"Answers fail {rate:g} times faster than the objective of {model} allows."
        return gcp.monitoring.AlertPolicy(
            f"{self._name}-{model}-{severity}",
            display_name=f"{model}: objective in danger ({severity})",
            # Over the long window it is no accident; over the short one it is still going on.
            combiner="AND",
            severity=severity.upper(),
            conditions=[_burn_condition(objective.name, rate, window) for window in windows],
            documentation={
                "mime_type": "text/markdown",
                "subject": f"{severity}: {model}, objective in danger ({context.stack})",
                "content": (
                    f"{meaning}\n\nGo back to the version before, if a new one has begun to serve."
                    f"\n\nBegin with `mlp models list --cloud --stack {context.stack}`."
                ),
            },
            alert_strategy={
                "auto_close": "86400s",
                "notification_channel_strategies": [
                    {
                        "notification_channel_names": channels,
                        "renotify_interval": f"{context.repeat_minutes * 60}s",
                    }
                ],
            },
            notification_channels=channels,
            user_labels=context.labels.user("alerts", model),
            opts=self._child,
        )


def _burn_condition(objective: Output[str], rate: float, window_seconds: int) -> Any:
    return {
        "display_name": f"Over {window_seconds // 60} minutes",
        "condition_threshold": {
            "filter": Output.format(
                'select_slo_burn_rate("{0}", "{1}s")', objective, window_seconds
            ),
            "comparison": "COMPARISON_GT",
            "threshold_value": rate,
            "duration": "0s",
            "trigger": {"count": 1},
        },
    }
