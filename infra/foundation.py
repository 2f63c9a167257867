"""The first part of the composition root: what everything else of a stack stands on.

    services ─┬─ network ─ private access
              └─ service agents ─ keys

Makes no resource itself; the rest of the platform is put together in `infra.platform`.
"""

from dataclasses import dataclass

from pulumi import ResourceOptions

from catalog import services as apis
from infra.encryption import Key
from infra.keys import Keys, KeysArgs
from infra.labels import Labels
from infra.network import Network, NetworkArgs
from infra.private_access import PrivateAccess, PrivateAccessArgs
from infra.service_agents import ServiceAgents, ServiceAgentsArgs
from infra.services import Services, ServicesArgs
from infra.settings import StackSettings
from infra.settings.keys import Purpose


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """APIs, network and keys."""

    services: Services
    agents: ServiceAgents
    network: Network
    private_access: PrivateAccess
    keys: Keys | None
    """None where Google keeps the keys."""

    def key(self, purpose: Purpose, region: str) -> Key | None:
        """What to encrypt with in a region, or None; KeyError for a region without keys."""
        return self.keys.key(purpose, region) if self.keys else None


def lay(settings: StackSettings, labels: Labels, google: ResourceOptions) -> Foundation:
    """Register the foundation of a stack."""
    project_id = settings.project.id
    services = Services("services", ServicesArgs(project_id=project_id), google)
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
    access_args = PrivateAccessArgs(
        settings=settings.network,
        project_id=project_id,
        labels=labels,
        network_id=network.network_id,
        subnet_ids=network.subnet_ids,
        vertex_agent_member=agents.vertex,
        compute_api=services.api(apis.COMPUTE),
        dns_api=services.api(apis.DNS),
        servicedirectory_api=services.api(apis.SERVICE_DIRECTORY),
        servicenetworking_api=services.api(apis.SERVICE_NETWORKING),
    )
    return Foundation(
        services=services,
        agents=agents,
        network=network,
        private_access=PrivateAccess("private-access", access_args, google),
        keys=_keys(settings, labels, google, services, agents),
    )


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
            "secrets": agents.of(apis.SECRET_MANAGER, services.api(apis.SECRET_MANAGER)),
            # Disks of workstations are disks of Compute Engine.
            **dict.fromkeys(("compute", "workstations"), agents.compute),
            "pubsub": agents.pubsub,
        },
        kms_api=services.api(apis.CLOUD_KMS),
        compute_api=services.api(apis.COMPUTE),
    )
    return Keys("keys", args, google)
