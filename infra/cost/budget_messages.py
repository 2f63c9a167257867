"""How the state of a budget reaches its topic, and the alert on money that is spent too fast.

What acts on the messages is the function `automation.spend_cap`; there is no metric of spending to
alert on, so that the alert waits for what the function logs.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from catalog.incidents import COST_AHEAD
from catalog.roles import BILLING_PUBLISHES_AS, PUBLISHER
from infra.labels import Labels

_ONCE_A_DAY = "86400s"


@dataclass(frozen=True, kw_only=True)
class BudgetMessagesArgs:
    topic_id: Input[str]
    stack: str
    service: str | None
    """Name of the function that logs; None if nobody wants the alert."""
    channels: list[Input[str]]
    labels: Labels
    monitoring_api: pulumi.Resource


class BudgetMessages(pulumi.ComponentResource):
    """The leave of Cloud Billing to publish, and one alert."""

    grant: pulumi.Resource
    """What a budget that names the topic waits for."""

    def __init__(
        self, name: str, args: BudgetMessagesArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__(
            "mlplatform:budget_messages:BudgetMessages", name, {"service": args.service}, opts
        )
        self.grant = gcp.pubsub.TopicIAMMember(
            f"{name}-publishes",
            topic=args.topic_id,
            role=PUBLISHER,
            member=BILLING_PUBLISHES_AS,
            opts=ResourceOptions(parent=self),
        )
        if args.service:
            self._alert(name, args.service, args)
        self.register_outputs({"topic_id": args.topic_id})

    def _alert(self, name: str, service: str, args: BudgetMessagesArgs) -> None:
        gcp.monitoring.AlertPolicy(
            f"{name}-ahead",
            display_name="Cost: spent faster than the month goes by",
            combiner="OR",
            severity="WARNING",
            conditions=[
                {
                    "display_name": "The budget will not last",
                    "condition_matched_log": {
                        "filter": 'resource.type="cloud_run_revision" AND '
                        f'resource.labels.service_name="{service}" AND '
                        f'jsonPayload.action="{COST_AHEAD}"'
                    },
                }
            ],
            alert_strategy={"notification_rate_limit": {"period": _ONCE_A_DAY}},
            documentation={
                "mime_type": "text/markdown",
                "content": (
                    "The log entry says how much is spent. What is expected: "
                    f"`mlp cost --stack {args.stack}`. Which day and what: `mlp bill rows.json`."
                ),
            },
            notification_channels=args.channels,
            user_labels=args.labels.user("cost"),
            opts=ResourceOptions(parent=self, depends_on=[args.monitoring_api]),
        )
