"""The part of the composition root that puts together machines which people develop on.

    network, keys, registry ─┬─ cluster ─ workstations
                             └─ notebooks

Makes no resource itself. Without a team there is no cluster.
"""

from dataclasses import dataclass

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.settings import StackSettings
from infra.shared import Shared
from infra.workstations.notebooks import Notebooks, NotebooksArgs
from infra.workstations.workstation_cluster import WorkstationCluster, WorkstationClusterArgs
from infra.workstations.workstations import Workstations, WorkstationsArgs


@dataclass(frozen=True, kw_only=True)
class Workplaces:
    """What people name who sign in."""

    cluster: Output[str] | None
    """Full name of the cluster of workstations; None without a team."""
    configs: dict[str, Output[str]]
    """Full name of each team's kind of workstation."""


def build(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Workplaces:
    """Register what the settings list."""
    if settings.workstations.notebooks:
        _notebooks(settings, shared, google)
    if not settings.workstations.teams:
        return Workplaces(cluster=None, configs={})
    return _workstations(settings, shared, google)


def _notebooks(settings: StackSettings, shared: Shared, google: ResourceOptions) -> None:
    network, api = shared.foundation.network, shared.api
    found = {each: shared.key("compute", each) for each in settings.keys.regions}
    args = NotebooksArgs(
        notebooks=settings.workstations.notebooks,
        project_id=settings.project.id,
        names=shared.names,
        labels=shared.labels,
        network_id=network.network_id,
        subnet_ids=network.subnet_ids,
        keys={region: key for region, key in found.items() if key},
        notebooks_api=api(apis.NOTEBOOKS),
        compute_api=api(apis.COMPUTE),
        iam_api=api(apis.IAM),
    )
    Notebooks("notebooks", args, google)


def _workstations(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Workplaces:
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
        key=shared.key("workstations", region),
        iam_api=api(apis.IAM),
    )
    made = Workstations("workstations", args, google)
    return Workplaces(cluster=cluster.full_name, configs=made.configs)
