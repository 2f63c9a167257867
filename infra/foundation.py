"""The first part of the composition root: what everything else of a stack stands on.

    project ─ services ─┬─ network ─ private access
                        └─ service agents ─ keys

Makes no resource itself; the rest of the platform is put together in `infra.platform`.
"""

from dataclasses import dataclass

from pulumi import ResourceOptions

from catalog import services as apis
from infra.encryption import Key
from infra.hybrid import Hybrid, HybridArgs
from infra.keys import Keys, KeysArgs
from infra.labels import Labels
from infra.network import Network, NetworkArgs
from infra.private_access import PrivateAccess, PrivateAccessArgs
from infra.project import Project, ProjectArgs
from infra.service_agents import ServiceAgents, ServiceAgentsArgs
from infra.services import Services, ServicesArgs
from infra.settings import StackSettings
from infra.settings.keys import Purpose


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """APIs, network and keys."""

    project: Project | None
    """None where the stack adopts one."""
    services: Services
    agents: ServiceAgents
    network: Network
    private_access: PrivateAccess
    keys: Keys | None
    """None where Google keeps the keys."""

    def key(self, purpose: Purpose, region: str) -> Key | None:
        """What to encrypt with in a region, or None; KeyError for a region without keys."""
        return self.keys.key(purpose, region) if self.keys else None


def lay(
    settings: StackSettings, labels: Labels, google: ResourceOptions, outside: ResourceOptions
) -> Foundation:
    """Register the foundation of a stack. `outside` calls Google as no call of the project."""
    project_id = settings.project.id
    project = _project(settings, outside)
    services_args = ServicesArgs(
        project_id=project_id,
        beside=_beside(settings),
        project=project,
        first=outside if project else ResourceOptions(),
    )
    services = Services("services", services_args, google)
    agents_args = ServiceAgentsArgs(
        project_id=project_id,
        aiplatform_api=services.api(apis.AI_PLATFORM),
        artifactregistry_api=services.api(apis.ARTIFACT_REGISTRY),
        bigquery_api=services.api(apis.BIGQUERY),
        pubsub_api=services.api(apis.PUBSUB),
        storage_api=services.api(apis.STORAGE),
        storagetransfer_api=services.api(apis.STORAGE_TRANSFER),
    )
    agents = ServiceAgents("agents", agents_args, google)
    network_args = NetworkArgs(
        settings=settings.network,
        project_id=project_id,
        region=settings.project.region,
        compute_api=services.api(apis.COMPUTE),
    )
    network = Network("network", network_args, google)
    _hybrid(settings, labels, google, services, network)
    access_args = PrivateAccessArgs(
        settings=settings.network,
        project_id=project_id,
        labels=labels,
        project_number=project.number if project else None,
        network_id=network.network_id,
        subnet_ids=network.subnet_ids,
        vertex_agent_member=agents.vertex,
        compute_api=services.api(apis.COMPUTE),
        dns_api=services.api(apis.DNS),
        servicedirectory_api=services.api(apis.SERVICE_DIRECTORY),
        servicenetworking_api=services.api(apis.SERVICE_NETWORKING),
    )
    return Foundation(
        project=project,
        services=services,
        agents=agents,
        network=network,
        private_access=PrivateAccess("private-access", access_args, google),
        keys=_keys(settings, labels, google, services, agents),
    )


def _beside(settings: StackSettings) -> list[str]:
    """APIs that only this stack wants."""
    workstations = settings.delivery.builds and settings.delivery.builds.workstations
    wanted = {
        apis.CONTAINER_FILE_SYSTEM: settings.registry.image_streaming,
        apis.CLOUD_SCHEDULER: settings.reaped or (workstations and workstations.rebuild_cron),
        apis.BINARY_AUTHORIZATION: settings.guardrails.binary_authorization,
        apis.CONTAINER_ANALYSIS: settings.guardrails.binary_authorization,
        apis.METASTORE: settings.spark.metastore,
    }
    return [each for each, is_wanted in wanted.items() if is_wanted]


def _project(settings: StackSettings, outside: ResourceOptions) -> Project | None:
    created = settings.project.created
    if created is None:
        return None
    args = ProjectArgs(settings=created, project_id=settings.project.id)
    return Project("project", args, outside)


def _hybrid(
    settings: StackSettings,
    labels: Labels,
    google: ResourceOptions,
    services: Services,
    network: Network,
) -> None:
    if settings.network.hybrid is None:
        return
    args = HybridArgs(
        settings=settings.network.hybrid,
        network_name=settings.network.name,
        network_id=network.network_id,
        labels=labels,
        compute_api=services.api(apis.COMPUTE),
        secretmanager_api=services.api(apis.SECRET_MANAGER),
    )
    Hybrid("hybrid", args, google)


def _keys(
    settings: StackSettings,
    labels: Labels,
    google: ResourceOptions,
    services: Services,
    agents: ServiceAgents,
) -> Keys | None:
    if not settings.keys.customer_managed:
        return None
    args = KeysArgs(
        settings=settings.keys,
        store_location=settings.store_location.key_location,
        protected=settings.protection.enabled,
        labels=labels,
        agent_members={
            "storage": agents.storage(),
            "bigquery": agents.bigquery(),
            "registry": agents.registry,
            "vertex": agents.vertex,
            "run": agents.of(apis.RUN, services.api(apis.RUN)),
            "secrets": agents.of(apis.SECRET_MANAGER, services.api(apis.SECRET_MANAGER)),
            # Disks of workstations are disks of Compute Engine.
            **dict.fromkeys(("compute", "workstations"), agents.compute),
            "pubsub": agents.pubsub,
        },
        kms_api=services.api(apis.CLOUD_KMS),
        compute_api=services.api(apis.COMPUTE),
    )
    return Keys("keys", args, google)
