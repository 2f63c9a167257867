"""Groups that ask for flex-start machines: a template, a group that keeps none, and its requests.

Google starts all machines of a request at once when it has them, and deletes them when their time
is over. A group neither heals nor replaces a machine: that would be another request. A launcher may
ask a group for machines by itself; what it asks for is not in the graph.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.machines import MACHINES, SSD_GIB
from infra.accelerators import start_up
from infra.accelerators import virtual_machines as vm
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names, bounded
from infra.settings.flex_groups import FlexGroupSettings, RequestSettings

_BASE_NAME_LENGTH = 58
"""A machine's own name adds a hyphen and four signs to its group's."""


@dataclass(frozen=True, kw_only=True)
class FlexGroupsArgs:
    groups: list[FlexGroupSettings]
    names: Names
    labels: Labels
    subnet_ids: dict[str, Output[str]]
    account_email: Input[str]
    account_grants: pulumi.Resource
    """Made before anything acts as the account."""
    keys: dict[str, Key]
    """For disks, by region; none where Google keeps the keys."""
    gpu_cards: dict[str, list[vm.Card]]
    """Cards after the first one, by the name of a group's networks."""
    bucket_name: Input[str]
    """What machines that install something at their start see as a folder."""
    compute_api: pulumi.Resource


class FlexGroups(pulumi.ComponentResource):
    """Groups without a public address, of machines that end after seven days at most."""

    groups: dict[str, Output[str]]
    """Name of each group, as a resize request takes it, by its name in the settings."""

    def __init__(
        self, name: str, args: FlexGroupsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"settings": [each.model_dump() for each in args.groups]}
        super().__init__("mlplatform:flex_groups:FlexGroups", name, inputs, opts)
        self._name, self._args = name, args
        self.groups = {group.name: self._group(group).name for group in args.groups}
        self.register_outputs({"groups": self.groups})

    def _group(self, group: FlexGroupSettings) -> gcp.compute.RegionInstanceGroupManager:
        label = f"{self._name}-{group.name}"
        cloud_name = self._args.names.machine(group.name)
        near = self._near(label, group)
        made = gcp.compute.RegionInstanceGroupManager(
            label,
            name=cloud_name,
            # Without the shape: another description is another group, and this one's machines end.
            description="Machines that start when Google has all of them",
            region=group.region,
            base_instance_name=bounded(cloud_name, _BASE_NAME_LENGTH),
            versions=[{"instance_template": self._template(label, group).id}],
            # Requests make it larger, and their end smaller.
            target_size=0,
            distribution_policy_target_shape="ANY_SINGLE_ZONE",
            distribution_policy_zones=group.zones,
            instance_lifecycle_policy={"default_action_on_failure": "DO_NOTHING"},
            update_policy={
                "type": "OPPORTUNISTIC",
                "minimal_action": "REPLACE",
                "instance_redistribution_type": "NONE",
                "max_surge_fixed": 0,
                "max_unavailable_fixed": len(group.zones),
            },
            wait_for_instances=False,
            resource_policies={"workload_policy": near.id} if near else None,
            opts=ResourceOptions(
                parent=self, ignore_changes=["targetSize"], delete_before_replace=True
            ),
        )
        for request in group.requests:
            self._request(label, group, request, made)
        return made

    def _near(self, label: str, group: FlexGroupSettings) -> gcp.compute.ResourcePolicy | None:
        if group.near is None:
            return None
        return gcp.compute.ResourcePolicy(
            f"{label}-near",
            name=self._args.names.machine(f"{group.name}-near"),
            region=group.region,
            workload_policy={"type": "HIGH_THROUGHPUT", "max_topology_distance": group.near},
            # An edit of the policy would be a change in place, which the API refuses.
            opts=ResourceOptions(
                parent=self,
                depends_on=[self._args.compute_api],
                replace_on_changes=["name", "workloadPolicy"],
                delete_before_replace=True,
            ),
        )

    def _template(self, label: str, group: FlexGroupSettings) -> gcp.compute.RegionInstanceTemplate:
        args, key = self._args, self._args.keys.get(group.region)
        # Named by the provider: a new template is there before the old one goes.
        return gcp.compute.RegionInstanceTemplate(
            f"{label}-template",
            description=f"{group.shape}, flex-start",
            region=group.region,
            machine_type=group.shape,
            disks=_disks(group, key),
            network_interfaces=[
                {**each}
                for each in (
                    vm.card(args.subnet_ids[group.region]),
                    *args.gpu_cards.get(group.gpu_network or "", []),
                )
            ],
            scheduling={
                "provisioning_model": "FLEX_START",
                "on_host_maintenance": "TERMINATE",
                "automatic_restart": False,
                "instance_termination_action": "DELETE",
                "max_run_duration": {"seconds": group.max_run_hours * vm.SECONDS_AN_HOUR},
            },
            # A place that is reserved is never flex-start.
            reservation_affinity={"type": "NO_RESERVATION"},
            service_account={"email": args.account_email, "scopes": vm.SCOPES},
            shielded_instance_config={**vm.shielded(group.shape, group.boot)},
            metadata={
                **vm.METADATA,
                **(start_up.metadata(group.shape, args.bucket_name) if group.start_up else {}),
            },
            labels=args.labels.of("accelerators"),
            opts=ResourceOptions(
                parent=self, depends_on=[args.compute_api, args.account_grants, *granted(key)]
            ),
        )

    def _request(
        self,
        label: str,
        group: FlexGroupSettings,
        request: RequestSettings,
        made: gcp.compute.RegionInstanceGroupManager,
    ) -> None:
        gcp.compute.RegionResizeRequest(
            f"{label}-{request.name}",
            name=self._args.names.machine(f"{group.name}-{request.name}"),
            description=f"{request.machines} of {group.shape}",
            region=group.region,
            instance_group_manager=made.name,
            resize_by=request.machines,
            # Seconds are a text here.
            requested_run_duration={"seconds": str(request.run_hours * vm.SECONDS_AN_HOUR)},
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )


def _disks(
    group: FlexGroupSettings, key: Key | None
) -> list[gcp.compute.RegionInstanceTemplateDiskArgsDict]:
    """The boot disk, and the scratch disks that the machine comes with."""
    boot: gcp.compute.RegionInstanceTemplateDiskArgsDict = {
        "boot": True,
        "auto_delete": True,
        "type": "PERSISTENT",
        "mode": "READ_WRITE",
        "source_image": group.boot.image,
        "disk_size_gb": group.boot.disk_gb,
        "disk_type": group.boot.disk_type,
    }
    if key:
        boot["disk_encryption_key"] = {"kms_key_self_link": key.id}
    scratch: gcp.compute.RegionInstanceTemplateDiskArgsDict = {
        "type": "SCRATCH",
        "disk_type": "local-ssd",
        "interface": "NVME",
        "mode": "READ_WRITE",
        "disk_size_gb": SSD_GIB,
    }
    return [boot, *(scratch.copy() for _ in range(MACHINES[group.shape].local_ssds))]
