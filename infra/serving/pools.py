"""Machines that several models share: the rollout deploys into them instead of starting its own.

Does not deploy. A pool is paid for as long as it exists, and cannot be changed: another size is
another pool.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.machines import MACHINES
from catalog.pairs import ACCELERATOR_TYPES
from catalog.serving_machines import scaling_metric
from infra.naming import Names
from infra.settings.serving import ServingPoolSettings


@dataclass(frozen=True, kw_only=True)
class ServingPoolsArgs:
    pools: dict[str, ServingPoolSettings]
    region: str
    names: Names
    aiplatform_api: pulumi.Resource


class ServingPools(pulumi.ComponentResource):
    """Deployment resource pools of one region."""

    pools: dict[str, Output[str]]
    """Resource name of each pool, by its name in the settings."""

    def __init__(
        self, name: str, args: ServingPoolsArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {pool: each.model_dump() for pool, each in args.pools.items()}
        super().__init__("mlplatform:pools:ServingPools", name, inputs, opts)
        self.pools = {pool: self._pool(name, pool, args).id for pool in args.pools}
        self.register_outputs({"pools": self.pools})

    def _pool(
        self, name: str, pool: str, args: ServingPoolsArgs
    ) -> gcp.vertex.AiDeploymentResourcePool:
        settings = args.pools[pool]
        metric, target = scaling_metric(settings.machine_type), settings.target_percent
        return gcp.vertex.AiDeploymentResourcePool(
            f"{name}-{pool}",
            name=args.names.machine(pool),
            region=args.region,
            dedicated_resources={
                "machine_spec": _machine(settings.machine_type),
                "min_replica_count": settings.min_replicas,
                "max_replica_count": settings.max_replicas,
                "autoscaling_metric_specs": [{"metric_name": metric, "target": target}],
            },
            opts=ResourceOptions(
                parent=self, depends_on=[args.aiplatform_api], delete_before_replace=True
            ),
        )


def _machine(
    machine_type: str,
) -> gcp.vertex.AiDeploymentResourcePoolDedicatedResourcesMachineSpecArgsDict:
    machine = MACHINES[machine_type]
    if machine.chip is None:
        return {"machine_type": machine_type}
    return {
        "machine_type": machine_type,
        "accelerator_type": ACCELERATOR_TYPES[machine.chip],
        "accelerator_count": machine.chips,
    }
