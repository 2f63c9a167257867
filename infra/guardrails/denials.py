"""What nobody may do, whatever roles they are granted: one deny policy on the project."""

from dataclasses import dataclass
from urllib.parse import quote

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.watched import DENIED, DENIED_WHILE_PROTECTED, EVERYBODY
from infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class DenialsArgs:
    names: Names
    protected: bool
    iam_api: pulumi.Resource


class Denials(pulumi.ComponentResource):
    """The permissions are `catalog.watched`; there is no exception, not even for deployers."""

    policy: Output[str]

    def __init__(self, name: str, args: DenialsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("mlplatform:denials:Denials", name, {"protected": args.protected}, opts)
        denied = {**DENIED, **(DENIED_WHILE_PROTECTED if args.protected else {})}
        attachment = f"cloudresourcemanager.googleapis.com/projects/{args.names.project_id}"
        policy = gcp.iam.DenyPolicy(
            f"{name}-policy",
            name=args.names.machine("guardrails"),
            parent=quote(attachment, safe=""),
            display_name=args.names.title("Guard rails", 63),
            rules=[
                {
                    "description": because,
                    "deny_rule": {
                        "denied_principals": [EVERYBODY],
                        "denied_permissions": [permission],
                    },
                }
                for permission, because in denied.items()
            ],
            opts=ResourceOptions(
                parent=self, depends_on=[args.iam_api], delete_before_replace=True
            ),
        )
        self.policy = policy.name
        self.register_outputs({"policy": self.policy})
