"""The part of the composition root that puts together machines which are not one job's.

    network, keys, identities ─┬─ workstation cluster ─ workstations
                               ├─ cloud TPUs, machines of Compute Engine
                               └─ warm pools of Vertex AI

Makes no resource itself. What the settings do not list is not made, and neither is its component.
"""

from dataclasses import dataclass

import pulumi
from pulumi import ResourceOptions

from catalog import services as apis
from infra.cloud_tpus import CloudTpus, CloudTpusArgs
from infra.foundation import Foundation
from infra.identities import Identities
from infra.labels import Labels
from infra.machines import Machines, MachinesArgs
from infra.naming import Names
from infra.settings import StackSettings
from infra.warm_pools import WarmPools, WarmPoolsArgs
from infra.workstation_cluster import WorkstationCluster, WorkstationClusterArgs
from infra.workstations import Workstations, WorkstationsArgs


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What machines get from the rest of the platform."""

    names: Names
    labels: Labels
    foundation: Foundation
    registry: pulumi.Resource
    identities: Identities
    """Machines and slices act as the trainer: they train, as jobs do."""


def build(settings: StackSettings, given: Surroundings, google: ResourceOptions) -> None:
    """Register what the settings list."""
    if settings.workstations.teams:
        _workstations(settings, given, google)
    _accelerators(settings, given, google)


def _workstations(settings: StackSettings, given: Surroundings, google: ResourceOptions) -> None:
    region, network = settings.project.region, given.foundation.network
    api = given.foundation.services.api
    cluster_args = WorkstationClusterArgs(
        protected=settings.protection.enabled,
        region=region,
        names=given.names,
        labels=given.labels,
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
        names=given.names,
        labels=given.labels,
        cluster_id=cluster.cluster_id,
        cluster=cluster,
        registry=given.registry,
        iam_api=api(apis.IAM),
    )
    Workstations("workstations", args, google)


def _accelerators(settings: StackSettings, given: Surroundings, google: ResourceOptions) -> None:
    listed, foundation = settings.accelerators, given.foundation
    network, api = foundation.network, foundation.services.api
    tpus = [each for each in listed.machines if each.machine.family.kind == "tpu"]
    others = [each for each in listed.machines if each not in tpus]
    if tpus:
        tpu_args = CloudTpusArgs(
            machines=tpus,
            project_id=settings.project.id,
            names=given.names,
            labels=given.labels,
            network_id=network.network_id,
            subnet_ids=network.subnet_ids,
            account_email=given.identities.trainer.email,
            account_grants=given.identities,
            tpu_api=api(apis.TPU),
        )
        CloudTpus("tpus", tpu_args, google)
    if others:
        machine_args = MachinesArgs(
            machines=others,
            names=given.names,
            labels=given.labels,
            subnet_ids=network.subnet_ids,
            account_email=given.identities.trainer.email,
            account_grants=given.identities,
            compute_api=api(apis.COMPUTE),
        )
        Machines("machines", machine_args, google)
    if listed.warm_pools:
        region = settings.project.region
        pool_args = WarmPoolsArgs(
            pools=listed.warm_pools,
            location=region,
            names=given.names,
            labels=given.labels,
            attachment_id=foundation.private_access.attachments.get(region),
            attachment_grants=foundation.private_access,
            key=foundation.key("vertex", region),
            aiplatform_api=api(apis.AI_PLATFORM),
        )
        WarmPools("warm-pools", pool_args, google)
