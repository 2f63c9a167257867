"""Machines of Vertex AI that stay up between jobs, so that a job need not wait for them.

A job asks for a pool by its name. Idle machines are paid for: every pool carries the label that
says when it may be deleted.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.lifetime import lifetime
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.warm_pools import WarmPoolSettings


@dataclass(frozen=True, kw_only=True)
class WarmPoolsArgs:
    pools: list[WarmPoolSettings]
    location: str
    names: Names
    labels: Labels
    attachment_id: Output[str] | None
    """Door into the subnet of the location; None: the pool is outside of the network."""
    attachment_grants: pulumi.Resource
    """Made before a pool comes through the door."""
    key: Key | None
    aiplatform_api: pulumi.Resource


class WarmPools(pulumi.ComponentResource):
    """Persistent resources, each between two counts of one machine."""

    pools: dict[str, Output[str]]
    """What jobs name as their `persistent_resource_id`, by the pool's name in the settings."""

    def __init__(self, name: str, args: WarmPoolsArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {"settings": [each.model_dump() for each in args.pools]}
        super().__init__("mlplatform:warm_pools:WarmPools", name, inputs, opts)
        self.pools = {pool.name: self._pool(name, pool, args).name for pool in args.pools}
        self.register_outputs({"pools": self.pools})

    def _pool(
        self, name: str, pool: WarmPoolSettings, args: WarmPoolsArgs
    ) -> gcp.vertex.AiPersistentResource:
        attachment = args.attachment_id
        return gcp.vertex.AiPersistentResource(
            f"{name}-{pool.name}",
            name=args.names.machine(pool.name),
            display_name=args.names.title(pool.name),
            location=args.location,
            resource_pools=[_machines(pool)],
            # Jobs act as the trainer here, as everywhere else.
            resource_runtime_spec={"service_account_spec": {"enable_custom_service_account": True}},
            psc_interface_config={"network_attachment": attachment} if attachment else None,
            encryption_spec={"kms_key_name": args.key.id} if args.key else None,
            labels={
                **args.labels.of("accelerators"),
                **lifetime(pool.ttl_hours, kept=pool.keep),
            },
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.aiplatform_api, args.attachment_grants, *granted(args.key)],
                delete_before_replace=True,
                custom_timeouts=pulumi.CustomTimeouts(create="60m"),
            ),
        )


def _machines(pool: WarmPoolSettings) -> gcp.vertex.AiPersistentResourceResourcePoolArgsDict:
    shape = pool.machine
    machine: gcp.vertex.AiPersistentResourceResourcePoolMachineSpecArgsDict = {
        "machine_type": shape.machine_type
    }
    if shape.accelerator_type:
        machine |= {"accelerator_type": shape.accelerator_type, "accelerator_count": shape.chips}
    machines: gcp.vertex.AiPersistentResourceResourcePoolArgsDict = {
        "id": "machines",
        "machine_spec": machine,
        # Counts are texts here.
        "replica_count": str(pool.min_replicas),
        "disk_spec": {"boot_disk_type": "pd-ssd", "boot_disk_size_gb": pool.boot_disk_gb},
    }
    # Bounds that are the same are refused: a pool between them has a fixed size.
    if pool.min_replicas < pool.max_replicas:
        machines["autoscaling_spec"] = {
            "min_replica_count": str(pool.min_replicas),
            "max_replica_count": str(pool.max_replicas),
        }
    return machines
