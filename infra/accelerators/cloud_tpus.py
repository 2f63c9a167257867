"""Cloud TPUs of one's own: slices that are made at once, and slices that wait in a queue.

What a request in the queue cannot say (Spot, a reservation, who runs, labels) the settings cannot
ask of it. Machines of Compute Engine are in `infra.accelerators.machines`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.lifetime import in_words, lifetime
from infra.accelerators import start_up
from infra.labels import Labels
from infra.naming import Names
from infra.settings.machines import MachineSettings, Queued, Reserved, Spot

_MANAGED = "https://www.googleapis.com/auth/cloud-platform"
"""Limits nothing: what the machine may do is said by the grants of its account."""


@dataclass(frozen=True, kw_only=True)
class CloudTpusArgs:
    machines: list[MachineSettings]
    """Those whose shape is a TPU."""
    project_id: str
    names: Names
    labels: Labels
    network_id: Input[str]
    subnet_ids: dict[str, Output[str]]
    account_email: Input[str]
    account_grants: pulumi.Resource
    """Made before anything acts as the account."""
    bucket_name: Input[str]
    """What machines that install something at their start see as a folder."""
    tpu_api: pulumi.Resource


class CloudTpus(pulumi.ComponentResource):
    """Slices without a public address, each with the label that says when it may be deleted."""

    slices: dict[str, Output[str]]
    """Full name of each slice, or of the request that waits for it, by its name in the settings."""

    def __init__(self, name: str, args: CloudTpusArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"settings": [each.model_dump() for each in args.machines]}
        super().__init__("mlplatform:cloud_tpus:CloudTpus", name, inputs, opts)
        self.slices = {
            machine.name: self._queued(name, machine, args)
            if isinstance(machine.obtained, Queued)
            else self._slice(name, machine, args)
            for machine in args.machines
        }
        self.register_outputs({"slices": self.slices})

    def _slice(self, name: str, machine: MachineSettings, args: CloudTpusArgs) -> Output[str]:
        return gcp.tpu.V2Vm(
            f"{name}-{machine.name}",
            name=args.names.machine(machine.name),
            description=f"{machine.shape}, {machine.capacity}",
            zone=machine.zone,
            accelerator_type=machine.shape,
            runtime_version=machine.machine.family.tpu_runtime or "",
            network_config={
                "network": args.network_id,
                "subnetwork": args.subnet_ids[machine.region],
                "enable_external_ips": False,
            },
            scheduling_config={
                "spot": isinstance(machine.obtained, Spot),
                "reserved": isinstance(machine.obtained, Reserved),
            },
            service_account={"email": args.account_email, "scopes": [_MANAGED]},
            shielded_instance_config={"enable_secure_boot": True},
            metadata=start_up.metadata(machine.shape, args.bucket_name)
            if machine.start_up
            else None,
            labels={**args.labels.of("accelerators"), **_lifetime(machine)},
            opts=self._slow(args),
        ).id

    def _queued(self, name: str, machine: MachineSettings, args: CloudTpusArgs) -> Output[str]:
        cloud_name = args.names.machine(machine.name)
        return gcp.tpu.V2QueuedResource(
            f"{name}-{machine.name}",
            name=cloud_name,
            zone=machine.zone,
            tpu={
                "node_specs": [
                    {
                        "parent": f"projects/{args.project_id}/locations/{machine.zone}",
                        "node_id": cloud_name,
                        "node": {
                            "accelerator_type": machine.shape,
                            "runtime_version": machine.machine.family.tpu_runtime or "",
                            # The only words that a waiting slice carries: it has no labels.
                            "description": _description(machine, args),
                            "network_config": {
                                "network": args.network_id,
                                "subnetwork": args.subnet_ids[machine.region],
                                "enable_external_ips": False,
                            },
                        },
                    }
                ]
            },
            opts=self._slow(args),
        ).id

    def _slow(self, args: CloudTpusArgs) -> ResourceOptions:
        """A slice of many hosts takes long to start, and its name is taken until it has gone."""
        return ResourceOptions(
            parent=self,
            depends_on=[args.tpu_api, args.account_grants],
            delete_before_replace=True,
            custom_timeouts=pulumi.CustomTimeouts(create="60m"),
        )


def _lifetime(machine: MachineSettings) -> dict[str, str]:
    return lifetime(machine.max_run_hours, kept=machine.keep)


def _description(machine: MachineSettings, args: CloudTpusArgs) -> str:
    labels = {**args.labels.user("accelerators"), **_lifetime(machine)}
    return f"{machine.shape}, {machine.capacity}; {in_words(labels)}"
