"""The policies of a whole stack: each covers all jobs, machines or models that it is about.

What a model with a bound of its own gets instead is made by its service, with
`infra.observability.model_policies`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi import ResourceOptions

from catalog.alerts import ALERTS
from catalog.alerts.alert import Subject
from infra.observability.policy import PolicyContext, policy
from infra.settings.alerts import AlertSettings


@dataclass(frozen=True, kw_only=True)
class AlertPoliciesArgs:
    settings: AlertSettings
    subjects: set[Subject]
    """What the stack has that can be alerted about."""
    excepted: Mapping[str, tuple[str, ...]]
    """Values of an alert's scope that have a policy of their own, by the alert's name."""
    context: PolicyContext
    needed: list[pulumi.Resource]
    """The API, and metrics of ours."""


class AlertPolicies(pulumi.ComponentResource):
    """One policy for each alert of the catalogue that concerns the stack."""

    def __init__(
        self, name: str, args: AlertPoliciesArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"changes": args.settings.model_dump()["changes"]}
        super().__init__("mlplatform:alert_policies:AlertPolicies", name, inputs, opts)
        child = ResourceOptions(parent=self, depends_on=args.needed)
        policies = {}
        for alert in ALERTS.values():
            change = args.settings.change(alert.name)
            if alert.about in args.subjects and change.enabled:
                made = policy(
                    f"{name}-{alert.name}",
                    alert,
                    args.context,
                    child,
                    change=change,
                    excepted=args.excepted.get(alert.name, ()),
                )
                policies[alert.name] = made.id
        self.register_outputs({"policies": policies})
