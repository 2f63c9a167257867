"""Who is told, and about what: the stack's e-mail channel and the two policies of an endpoint.

Bounds come from the model's settings; which metrics exist is `catalog.metrics`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.metrics import promql
from catalog.metrics.serving import ENDPOINT_LATENCY, ENDPOINT_RESPONSES
from infra.labels import Labels
from infra.settings.alerts import AlertSettings
from infra.settings.models import ModelAlertSettings

WINDOW_SECONDS = 600
MIN_REQUESTS = 100
"""With fewer in a window, a single slow or failed answer would be one in a hundred already."""
_DURATION = "300s"
_EVALUATED = "60s"
_SERVER_ERROR = "~5(xx|..)"  # the reference says 5xx, series hold 503: both are met
_CLOSED_AFTER = "86400s"


@dataclass(frozen=True, kw_only=True)
class AlertChannelArgs:
    settings: AlertSettings
    labels: Labels
    monitoring_api: pulumi.Resource


class AlertChannel(pulumi.ComponentResource):
    """Where the alerts of a stack go."""

    channel: Output[str]
    """Resource name, as policies refer to it."""

    def __init__(
        self, name: str, args: AlertChannelArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("mlplatform:alerts:AlertChannel", name, args.settings.model_dump(), opts)
        channel = gcp.monitoring.NotificationChannel(
            f"{name}-email",
            type="email",
            display_name=f"ML platform: {args.settings.email}",
            labels={"email_address": args.settings.email},
            user_labels=args.labels.user("alerts"),
            # Without it the channel cannot be deleted before the last policy that names it.
            force_delete=True,
            opts=ResourceOptions(parent=self, depends_on=[args.monitoring_api]),
        )
        self.channel = channel.id
        self.register_outputs({"channel": self.channel})


@dataclass(frozen=True, kw_only=True)
class EndpointAlertsArgs:
    settings: ModelAlertSettings
    model: str
    stack: str
    endpoint_number: str
    labels: Labels
    channel: Input[str]


def endpoint_policies(
    name: str, args: EndpointAlertsArgs, opts: ResourceOptions
) -> tuple[gcp.monitoring.AlertPolicy, gcp.monitoring.AlertPolicy]:
    """Slow answers and failed answers of one endpoint.

    No component of its own: it would be a registration more for every model.
    """
    slow = _policy(
        f"{name}-slow",
        args,
        title=f"{args.model}: slow answers",
        query=slow_query(args.endpoint_number, args.settings.latency_p99_ms),
        meaning=f"One in a hundred answers takes longer than {args.settings.latency_p99_ms:g} ms.",
        severity="WARNING",
        opts=opts,
    )
    failing = _policy(
        f"{name}-failing",
        args,
        title=f"{args.model}: failed answers",
        query=failing_query(args.endpoint_number, args.settings.error_ratio),
        meaning=f"More than {args.settings.error_ratio:.2%} of the answers are server errors.",
        severity="CRITICAL",
        opts=opts,
    )
    return slow, failing


def slow_query(endpoint_number: str, bound_ms: float) -> str:
    """p99 of the whole answer time above the bound, in milliseconds; silent without traffic."""
    p99 = promql.quantile(
        ENDPOINT_LATENCY, 0.99, WINDOW_SECONDS, endpoint_id=endpoint_number, latency_type="total"
    )
    return f"{p99.text} > {bound_ms:g} and {_enough(endpoint_number)}"


def failing_query(endpoint_number: str, bound: float) -> str:
    """Share of server errors above the bound, 0 to 1; silent below `MIN_REQUESTS`."""
    failed = promql.per_second(
        ENDPOINT_RESPONSES,
        WINDOW_SECONDS,
        endpoint_id=endpoint_number,
        response_code=_SERVER_ERROR,
    )
    everything = promql.per_second(ENDPOINT_RESPONSES, WINDOW_SECONDS, endpoint_id=endpoint_number)
    return f"{failed.over(everything).text} > {bound:g} and {_enough(endpoint_number)}"


def _enough(endpoint_number: str) -> str:
    requests = promql.count(ENDPOINT_RESPONSES, WINDOW_SECONDS, endpoint_id=endpoint_number)
    return f"{requests.text} >= {MIN_REQUESTS}"


def _policy(
    name: str,
    args: EndpointAlertsArgs,
    *,
    title: str,
    query: str,
    meaning: str,
    severity: str,
    opts: ResourceOptions,
) -> gcp.monitoring.AlertPolicy:
    return gcp.monitoring.AlertPolicy(
        name,
        display_name=title,
        combiner="OR",
        severity=severity,
        conditions=[
            {
                "display_name": meaning,
                "condition_prometheus_query_language": {
                    "query": query,
                    "duration": _DURATION,
                    "evaluation_interval": _EVALUATED,
                    # An endpoint that never answered has no series yet: creation must not fail.
                    "disable_metric_validation": True,
                },
            }
        ],
        documentation={
            "mime_type": "text/markdown",
            "content": (
                f"{meaning}\n\nState of the stack: `mlp status --stack {args.stack}`. "
                f"Versions to go back to: `mlp models list --stack {args.stack}`."
            ),
        },
        alert_strategy={"auto_close": _CLOSED_AFTER},
        notification_channels=[args.channel],
        user_labels=args.labels.user("alerts", args.model),
        opts=opts,
    )
