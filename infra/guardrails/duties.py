"""Who may deploy, approve and audit: a custom role for each duty, and the members who have it.

The permissions are `catalog.staff`. Roles on the organisation or a billing account, which some
rails and budgets need, are granted there by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.staff import PREVIEWER, STAFF, Duty, Staff
from infra.naming import Names


@dataclass(frozen=True, kw_only=True)
class DutiesArgs:
    names: Names
    members: Mapping[Duty, Sequence[str]]
    ci_deployers: Mapping[str, Input[str]]
    """Accounts that deploy for CI, by a name for the grant."""
    ci_readers: Mapping[str, Input[str]]
    """Accounts that compare for CI, and see no logs."""
    iam_api: pulumi.Resource


class Duties(pulumi.ComponentResource):
    """Roles exist for duties that somebody has."""

    roles: dict[Duty, Output[str]]

    def __init__(self, name: str, args: DutiesArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"members": {duty: list(members) for duty, members in args.members.items()}}
        super().__init__("mlplatform:duties:Duties", name, inputs, opts)
        self._name, self._args = name, args
        self.roles = {}
        for duty, staff in STAFF.items():
            holders = self._holders(duty)
            if holders:
                self.roles[duty] = self._role(duty, staff)
                self._grant(duty, [self.roles[duty], *staff.besides], holders)
        if args.ci_readers:
            role = self._role("previewer", PREVIEWER)
            self._grant("previewer", [role], args.ci_readers)
        self.register_outputs({"roles": self.roles})

    def _holders(self, duty: Duty) -> dict[str, Input[str]]:
        """Each member, by what the grant is called."""
        listed: dict[str, Input[str]] = {
            member.replace(":", "-").replace("@", "-at-"): member
            for member in self._args.members[duty]
        }
        return {**listed, **(self._args.ci_deployers if duty == "deployer" else {})}

    def _role(self, duty: str, staff: Staff) -> Output[str]:
        return gcp.projects.IAMCustomRole(
            f"{self._name}-{duty}-role",
            role_id=self._args.names.role_id(duty),
            title=self._args.names.title(staff.title),
            permissions=list(staff.permissions),
            opts=ResourceOptions(parent=self, depends_on=[self._args.iam_api]),
        ).id

    def _grant(
        self, duty: str, roles: Sequence[Input[str]], holders: Mapping[str, Input[str]]
    ) -> None:
        for label, member in holders.items():
            for role in roles:
                suffix = f"-{role.removeprefix('roles/')}" if isinstance(role, str) else ""
                gcp.projects.IAMMember(
                    f"{self._name}-{duty}-{label}{suffix}",
                    project=self._args.names.project_id,
                    role=role,
                    member=member,
                    opts=ResourceOptions(parent=self, depends_on=[self._args.iam_api]),
                )
