"""The channel through which alerts of Cloud Monitoring reach a topic.

Which policies name it is theirs to say. What listens to the topic is `event_function`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import MONITORING_PUBLISHES_AS, PUBLISHER
from infra.labels import Labels


@dataclass(frozen=True, kw_only=True)
class AlertTriggerArgs:
    project_number: Input[str]
    labels: Labels
    topic_id: Input[str]
    title: str
    """What people read in the list of channels."""
    monitoring_api: pulumi.Resource


class AlertTrigger(pulumi.ComponentResource):
    """A Pub/Sub notification channel, and the leave of Cloud Monitoring to publish through it."""

    channel: Output[str]
    """Resource name, as policies refer to it."""

    def __init__(
        self, name: str, args: AlertTriggerArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"title": args.title}
        super().__init__("mlplatform:alert_trigger:AlertTrigger", name, inputs, opts)
        channel = gcp.monitoring.NotificationChannel(
            f"{name}-channel",
            type="pubsub",
            display_name=args.title,
            labels={"topic": args.topic_id},
            user_labels=args.labels.user("automation"),
            # Without it the channel cannot be deleted before the last policy that names it.
            force_delete=True,
            opts=ResourceOptions(parent=self, depends_on=[args.monitoring_api]),
        )
        gcp.pubsub.TopicIAMMember(
            f"{name}-publishes",
            topic=args.topic_id,
            role=PUBLISHER,
            # No API says whom Cloud Monitoring publishes as: its address is the project's number.
            member=Output.concat(
                "serviceAccount:service-", args.project_number, "@", MONITORING_PUBLISHES_AS
            ),
            # The first channel of a project brings the agent into being.
            opts=ResourceOptions(parent=self, depends_on=[channel]),
        )
        self.channel = channel.id
        self.register_outputs({"channel": self.channel})
