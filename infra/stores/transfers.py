"""What lets Storage Transfer work in the project: it speaks over topics that it makes for itself.

Once, whoever copies: a grant that two parts made would be gone for both when one of them goes. Does
not let it into any bucket: that is done where the bucket is.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, ResourceOptions

from catalog.roles import PUBLISHER, TOPIC_EDITOR


@dataclass(frozen=True, kw_only=True)
class TransfersArgs:
    project_id: str
    transfer_agent: Input[str]
    storage_agent: Input[str] | None
    """Says what changed in a bucket; None where no bucket is copied as it changes."""
    pubsub_api: pulumi.Resource
    storagetransfer_api: pulumi.Resource


class Transfers(pulumi.ComponentResource):
    """Grants in the project for the agents that copy."""

    allowed: list[pulumi.Resource]
    """Made before the pools and jobs that need them."""

    def __init__(self, name: str, args: TransfersArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"project_id": args.project_id}
        super().__init__("mlplatform:transfers:Transfers", name, inputs, opts)
        wanted = {"makes-topics": (TOPIC_EDITOR, args.transfer_agent)}
        if args.storage_agent is not None:
            wanted["storage-tells"] = (PUBLISHER, args.storage_agent)
        self.allowed = [
            gcp.projects.IAMMember(
                f"{name}-{label}",
                project=args.project_id,
                role=role,
                member=member,
                opts=ResourceOptions(
                    parent=self, depends_on=[args.pubsub_api, args.storagetransfer_api]
                ),
            )
            for label, (role, member) in wanted.items()
        ]
        self.register_outputs({"grants": list(wanted)})
