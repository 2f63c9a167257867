"""Machines of Compute Engine: A3 hosts with their GPUs, and machines without any.

Cloud TPUs are in `infra.accelerators.cloud_tpus`, machines by flex-start in
`infra.accelerators.flex_groups`. What runs on a machine is not started here: a job or a person does
that.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.lifetime import TTL_HOURS
from catalog.machines import MACHINES, SSD_GIB
from infra.accelerators import start_up
from infra.accelerators import virtual_machines as vm
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.machines import (
    BootSettings,
    Calendar,
    MachineSettings,
    OnDemand,
    Queued,
    Reserved,
    Spot,
)

_RESERVATION_NAME = "compute.googleapis.com/reservation-name"


@dataclass(frozen=True, kw_only=True)
class MachinesArgs:
    machines: list[MachineSettings]
    """Those that Compute Engine makes."""
    names: Names
    labels: Labels
    subnet_ids: dict[str, Output[str]]
    account_email: Input[str]
    account_grants: pulumi.Resource
    """Made before anything acts as the account."""
    keys: dict[str, Key]
    """For disks, by region; none where Google keeps the keys."""
    reservations: dict[str, Output[str]]
    """Names of those that the stack makes itself, by their names in the settings."""
    gpu_cards: dict[str, list[vm.Card]]
    """Cards after the first one, by the name of a machine's networks."""
    schedule_ids: dict[str, Output[str]]
    """When machines of a region stop for the night; none where they do not."""
    bucket_name: Input[str]
    """What machines that install something at their start see as a folder."""
    compute_api: pulumi.Resource


class Machines(pulumi.ComponentResource):
    """Machines without a public address, each of which ends by itself."""

    machines: dict[str, Output[str]]
    """Id of each machine, by its name in the settings."""

    def __init__(self, name: str, args: MachinesArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"settings": [each.model_dump() for each in args.machines]}
        super().__init__("mlplatform:machines:Machines", name, inputs, opts)
        self.machines = {
            machine.name: self._machine(name, machine, machine.boot, args)
            for machine in args.machines
            if machine.boot
        }
        self.register_outputs({"machines": self.machines})

    def _machine(
        self, name: str, machine: MachineSettings, boot: BootSettings, args: MachinesArgs
    ) -> Output[str]:
        key = args.keys.get(machine.region)
        return gcp.compute.Instance(
            f"{name}-{machine.name}",
            name=args.names.machine(machine.name),
            description=f"{machine.shape}, {machine.capacity}",
            zone=machine.zone,
            # It brings its GPUs: listing them beside is refused or replaces the machine.
            machine_type=machine.shape,
            boot_disk=_boot_disk(boot, key),
            # They come with the machine; left out, the next refresh would find them and replace it.
            scratch_disks=[
                {"interface": "NVME", "size": SSD_GIB}
                for _ in range(MACHINES[machine.shape].local_ssds)
            ],
            network_interfaces=[
                {**each}
                for each in (
                    vm.card(args.subnet_ids[machine.region]),
                    *args.gpu_cards.get(machine.gpu_network or "", []),
                )
            ],
            scheduling=_scheduling(machine),
            resource_policies=args.schedule_ids.get(machine.region)
            if machine.stops_at_night
            else None,
            reservation_affinity=_affinity(machine, args.reservations, args.names.project_id),
            service_account={"email": args.account_email, "scopes": vm.SCOPES},
            shielded_instance_config={**vm.shielded(machine.shape, boot)},
            metadata={
                **vm.METADATA,
                **(start_up.metadata(machine.shape, args.bucket_name) if machine.start_up else {}),
            },
            labels={
                **args.labels.of("accelerators"),
                TTL_HOURS: str(machine.max_run_hours),
            },
            # The name is taken until the old machine has gone; a new end is a new machine.
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.compute_api, args.account_grants, *granted(key)],
                delete_before_replace=True,
                custom_timeouts=pulumi.CustomTimeouts(create="45m"),
            ),
        ).id


def _boot_disk(boot: BootSettings, key: Key | None) -> gcp.compute.InstanceBootDiskArgsDict:
    disk: gcp.compute.InstanceBootDiskArgsDict = {
        "auto_delete": True,
        "initialize_params": {"image": boot.image, "size": boot.disk_gb, "type": boot.disk_type},
    }
    if key:
        disk["kms_key_self_link"] = key.id
    return disk


def _scheduling(machine: MachineSettings) -> gcp.compute.InstanceSchedulingArgsDict:
    kind = MACHINES[machine.shape]
    moves = not kind.chips and isinstance(machine.obtained, OnDemand)
    if isinstance(machine.obtained, Calendar):
        # It ends with its reservation; a label says how long it is meant to be used.
        return {
            "provisioning_model": "RESERVATION_BOUND",
            "on_host_maintenance": "TERMINATE",
            "automatic_restart": False,
            "instance_termination_action": "DELETE",
        }
    result: gcp.compute.InstanceSchedulingArgsDict = {
        "on_host_maintenance": "MIGRATE" if moves else "TERMINATE",
        # One that ends by itself must not begin again by itself.
        "automatic_restart": False,
        "max_run_duration": {"seconds": machine.max_run_hours * vm.SECONDS_AN_HOUR},
        "instance_termination_action": "STOP",
    }
    match machine.obtained:
        case Spot():
            result |= {"provisioning_model": "SPOT", "preemptible": True}
        case OnDemand() | Reserved() | Queued():
            result |= {"provisioning_model": "STANDARD"}
    if kind.local_ssds:
        # A machine with local disks does not stop unless it may lose them.
        result |= {"on_instance_stop_action": {"discard_local_ssd": True}}
    return result


def _affinity(
    machine: MachineSettings, own: dict[str, Output[str]], project_id: str
) -> gcp.compute.InstanceReservationAffinityArgsDict:
    match machine.obtained:
        case Reserved(str(name)) | Calendar(name):
            # One of the same project goes by its name alone.
            theirs = name.removeprefix(f"projects/{project_id}/reservations/")
            values = [own.get(name, theirs)]
            return {
                "type": "SPECIFIC_RESERVATION",
                "specific_reservation": {"key": _RESERVATION_NAME, "values": values},
            }
        case _:
            # Else it would take a place that somebody reserved for something else.
            return {"type": "NO_RESERVATION"}
