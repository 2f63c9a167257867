"""When machines of Compute Engine stop for the night, and who may stop them.

Which machines keep to it is decided where they are made. Cloud TPUs cannot: the reaper deletes them
at their end.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.roles import SCHEDULE_PERMISSIONS
from infra.naming import Names
from infra.settings.cost import ScheduleSettings


@dataclass(frozen=True, kw_only=True)
class SchedulesArgs:
    settings: ScheduleSettings
    regions: list[str]
    project_id: str
    names: Names
    compute_agent_member: Input[str]
    compute_api: pulumi.Resource
    iam_api: pulumi.Resource


class Schedules(pulumi.ComponentResource):
    """One schedule in each region; a machine takes one of its own region."""

    policy_ids: dict[str, Output[str]]
    """By region. They follow the grant without which they would do nothing."""

    def __init__(self, name: str, args: SchedulesArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "regions": args.regions}
        super().__init__("mlplatform:schedules:Schedules", name, inputs, opts)
        grant = self._grant(name, args)
        self.policy_ids = {
            region: self._policy(name, region, grant, args) for region in args.regions
        }
        self.register_outputs({"policy_ids": self.policy_ids})

    def _grant(self, name: str, args: SchedulesArgs) -> pulumi.Resource:
        role = gcp.projects.IAMCustomRole(
            f"{name}-role",
            role_id=args.names.role_id("scheduled_stop"),
            title=args.names.title("ML platform, scheduled stop"),
            permissions=list(SCHEDULE_PERMISSIONS),
            opts=ResourceOptions(parent=self, depends_on=[args.compute_api, args.iam_api]),
        )
        return gcp.projects.IAMMember(
            f"{name}-stops",
            project=args.project_id,
            role=role.id,
            member=args.compute_agent_member,
            opts=ResourceOptions(parent=self),
        )

    def _policy(
        self, name: str, region: str, grant: pulumi.Resource, args: SchedulesArgs
    ) -> Output[str]:
        settings = args.settings
        return gcp.compute.ResourcePolicy(
            f"{name}-{region}",
            name=args.names.machine(f"night-{region}"),
            description="Stops machines that nobody needs at night",
            region=region,
            instance_schedule_policy={
                "time_zone": settings.time_zone,
                "vm_stop_schedule": {"schedule": settings.stop},
                "vm_start_schedule": {"schedule": settings.start} if settings.start else None,
            },
            opts=ResourceOptions(
                parent=self,
                depends_on=[grant],
                # The API changes no schedule in place, whatever the provider plans.
                replace_on_changes=["name", "instanceSchedulePolicy"],
                delete_before_replace=True,
            ),
        ).id
