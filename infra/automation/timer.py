"""What calls by the clock: a job of Cloud Scheduler that publishes to a topic.

What listens is made elsewhere, and is called again where it fails; here only the publishing is
tried again. Cloud Scheduler publishes as its own agent, which may do so from the moment that its
API is enabled: https://docs.cloud.google.com/scheduler/docs/access-control, read 2026-11.
"""

from base64 import b64encode
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from infra.naming import Names

_MESSAGE = b64encode(b"{}").decode()
"""An empty message is refused; what it says does not matter."""


@dataclass(frozen=True, kw_only=True)
class TimerArgs:
    purpose: str
    """One line for people."""
    cron: str
    time_zone: str
    topic_id: Input[str]
    region: str
    names: Names
    scheduler_api: pulumi.Resource


class Timer(pulumi.ComponentResource):
    """One job. It carries no labels: the service has none."""

    def __init__(self, name: str, args: TimerArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"cron": args.cron, "time_zone": args.time_zone, "region": args.region}
        super().__init__("mlplatform:timer:Timer", name, inputs, opts)
        gcp.cloudscheduler.Job(
            f"{name}-job",
            name=args.names.machine(name),
            description=args.purpose,
            region=args.region,
            schedule=args.cron,
            time_zone=args.time_zone,
            pubsub_target={"topic_name": args.topic_id, "data": _MESSAGE},
            retry_config={"retry_count": 3, "min_backoff_duration": "30s"},
            opts=ResourceOptions(
                parent=self, depends_on=[args.scheduler_api], delete_before_replace=True
            ),
        )
        self.register_outputs({"topic_id": args.topic_id})
