"""A topic that something publishes to when it happens, and what becomes of undelivered messages.

Who publishes and what listens are made elsewhere. Subscriptions never expire: the default ends one
that was quiet for 31 days, and an alert may be quiet for longer.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.functions import MESSAGES_KEPT
from catalog.roles import PUBLISHER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class EventTopicArgs:
    region: str
    """Messages are kept in it only, and encrypted with its key."""
    names: Names
    labels: Labels
    pubsub_agent: Input[str]
    """Member that forwards what is given up."""
    pubsub_api: pulumi.Resource
    key: Key | None


class EventTopic(pulumi.ComponentResource):
    """A topic, and a second one with a subscription for what its listeners gave up."""

    topic_id: Output[str]
    """`projects/P/topics/T`"""
    undelivered_topic_id: Output[str]
    """Dead-letter topic for subscriptions; Pub/Sub may already publish to it."""

    def __init__(
        self, name: str, args: EventTopicArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("mlplatform:event_topic:EventTopic", name, {"region": args.region}, opts)
        self._args = args
        topic = self._topic(name, name)
        undelivered = self._topic(f"{name}-undelivered", f"{name}-undelivered")
        gives_up = gcp.pubsub.TopicIAMMember(
            f"{name}-gives-up",
            topic=undelivered.id,
            role=PUBLISHER,
            member=args.pubsub_agent,
            opts=ResourceOptions(parent=self),
        )
        gcp.pubsub.Subscription(
            f"{name}-undelivered-kept",
            name=args.names.machine(f"{name}-undelivered"),
            topic=undelivered.id,
            message_retention_duration=MESSAGES_KEPT,
            expiration_policy={"ttl": ""},
            labels=args.labels.of("automation"),
            opts=ResourceOptions(parent=self),
        )
        self.topic_id = topic.id
        # Whoever names it as a dead-letter topic thereby waits for the grant.
        self.undelivered_topic_id = gives_up.topic.apply(str)
        self.register_outputs(
            {"topic_id": self.topic_id, "undelivered_topic_id": self.undelivered_topic_id}
        )

    def _topic(self, name: str, role: str) -> gcp.pubsub.Topic:
        args = self._args
        return gcp.pubsub.Topic(
            f"{name}-topic",
            name=args.names.machine(role),
            kms_key_name=args.key.id if args.key else None,
            message_retention_duration=MESSAGES_KEPT,
            # Kept there only, but taken from anywhere: alerts and budgets are published globally,
            # and in-transit enforcement would refuse them.
            message_storage_policy={"allowed_persistence_regions": [args.region]},
            labels=args.labels.of("automation"),
            opts=ResourceOptions(parent=self, depends_on=[args.pubsub_api, *granted(args.key)]),
        )
