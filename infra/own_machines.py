"""The part of the composition root that puts together machines which are not one job's.

    network, keys, identities ─┬─ workstation cluster ─ workstations
                               ├─ cloud TPUs, machines of Compute Engine
                               └─ warm pools of Vertex AI

Makes no resource itself. What the settings do not list is not made, and neither is its component.
"""

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.cloud_tpus import CloudTpus, CloudTpusArgs
from infra.machines import Machines, MachinesArgs
from infra.settings import StackSettings
from infra.shared import Shared
from infra.warm_pools import WarmPools, WarmPoolsArgs
from infra.workstation_cluster import WorkstationCluster, WorkstationClusterArgs
from infra.workstations import Workstations, WorkstationsArgs


def build(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    """Register what the settings list; returns what jobs name to train in each warm pool."""
    if settings.workstations.teams:
        _workstations(settings, shared, google)
    _accelerators(settings, shared, google)
    return _warm_pools(settings, shared, google)


def _workstations(settings: StackSettings, shared: Shared, google: ResourceOptions) -> None:
    region, network = settings.project.region, shared.foundation.network
    api = shared.api
    cluster_args = WorkstationClusterArgs(
        protected=settings.protection.enabled,
        region=region,
        names=shared.names,
        labels=shared.labels,
        network_id=network.network_id,
        subnet_id=network.subnet_id,
        workstations_api=api(apis.WORKSTATIONS),
        compute_api=api(apis.COMPUTE),
        dns_api=api(apis.DNS),
    )
    cluster = WorkstationCluster("workstation-cluster", cluster_args, google)
    args = WorkstationsArgs(
        settings=settings.workstations,
        project_id=settings.project.id,
        region=region,
        names=shared.names,
        labels=shared.labels,
        cluster_id=cluster.cluster_id,
        cluster=cluster,
        registry=shared.registry,
        iam_api=api(apis.IAM),
    )
    Workstations("workstations", args, google)


def _accelerators(settings: StackSettings, shared: Shared, google: ResourceOptions) -> None:
    listed, foundation = settings.accelerators, shared.foundation
    network, api = foundation.network, foundation.services.api
    tpus = [each for each in listed.machines if each.machine.family.kind == "tpu"]
    others = [each for each in listed.machines if each not in tpus]
    if tpus:
        tpu_args = CloudTpusArgs(
            machines=tpus,
            project_id=settings.project.id,
            names=shared.names,
            labels=shared.labels,
            network_id=network.network_id,
            subnet_ids=network.subnet_ids,
            account_email=shared.identities.trainer.email,
            account_grants=shared.identities,
            tpu_api=api(apis.TPU),
        )
        CloudTpus("tpus", tpu_args, google)
    if others:
        machine_args = MachinesArgs(
            machines=others,
            names=shared.names,
            labels=shared.labels,
            subnet_ids=network.subnet_ids,
            account_email=shared.identities.trainer.email,
            account_grants=shared.identities,
            compute_api=api(apis.COMPUTE),
        )
        Machines("machines", machine_args, google)


def _warm_pools(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, Output[str]]:
    listed, foundation = settings.accelerators.warm_pools, shared.foundation
    if not listed:
        return {}
    region = settings.project.region
    pool_args = WarmPoolsArgs(
        pools=listed,
        location=region,
        names=shared.names,
        labels=shared.labels,
        attachment_id=foundation.private_access.attachments.get(region),
        attachment_grants=foundation.private_access,
        key=foundation.key("vertex", region),
        aiplatform_api=foundation.services.api(apis.AI_PLATFORM),
    )
    return WarmPools("warm-pools", pool_args, google).pools
