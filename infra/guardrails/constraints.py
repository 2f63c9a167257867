"""Constraints of the organisation policy service, set on the project.

Does not touch what folders or the organisation set: the stricter of two boolean policies holds, and
a list here replaces theirs for this project.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.admission import PROJECT_POLICY
from catalog.organization_policies import CONSTRAINTS, Constraint
from catalog.watched import ENCRYPTED


@dataclass(frozen=True, kw_only=True)
class ConstraintsArgs:
    mode: Literal["dry-run", "enforced"]
    project_number: Input[str]
    locations: Sequence[str]
    """Groups and names of places, as the constraint on them takes them."""
    customer_managed_keys: bool
    signed_images: bool
    orgpolicy_api: pulumi.Resource


class Constraints(pulumi.ComponentResource):
    """One policy for each constraint of `catalog.organization_policies`."""

    policies: dict[str, Output[str]]

    def __init__(
        self, name: str, args: ConstraintsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"mode": args.mode, "locations": list(args.locations)}
        super().__init__("mlplatform:constraints:Constraints", name, inputs, opts)
        self.policies = {
            each.name: self._policy(name, each, args).name
            for each in CONSTRAINTS
            if _applies(each, args)
        }
        self.register_outputs({"policies": self.policies})

    def _policy(
        self, name: str, constraint: Constraint, args: ConstraintsArgs
    ) -> gcp.orgpolicy.Policy:
        parent = Output.concat("projects/", args.project_number)
        rule = _rule(constraint, args)
        enforced = args.mode == "enforced"
        return gcp.orgpolicy.Policy(
            f"{name}-{constraint.name.replace('.', '-')}",
            parent=parent,
            name=Output.concat(parent, "/policies/", constraint.name),
            spec={"rules": [rule]} if enforced else None,
            dry_run_spec=None if enforced else {"rules": [rule]},
            opts=ResourceOptions(parent=self, depends_on=[args.orgpolicy_api]),
        )


def _applies(constraint: Constraint, args: ConstraintsArgs) -> bool:
    if constraint.kind == "encrypted" and not args.customer_managed_keys:
        return False
    if constraint.kind == "asks" and not args.signed_images:
        return False
    return args.mode == "enforced" or constraint.rehearsable


def _rule(constraint: Constraint, args: ConstraintsArgs) -> Any:
    match constraint.kind:
        case "enforced":
            return {"enforce": "TRUE"}
        case "nothing":
            return {"deny_all": "TRUE"}
        case "locations":
            return {"values": {"allowed_values": list(args.locations)}}
        case "encrypted":
            return {"values": {"denied_values": [f"is:{service}" for service in ENCRYPTED]}}
        case "asks":
            return {"values": {"allowed_values": [PROJECT_POLICY]}}
