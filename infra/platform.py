"""The composition root: what is built, in which order, and what each part gets from the others.

    foundation ─┬─ identities ─┬─ artifacts ──┐
                │              ├─ registry  ──┼─ model service (one per entry of `models`) ─ its run
                │              └─ warehouse ──┤
                └─ alert channel ─────────────┘

The foundation, which is services, network and keys, is put together in `infra.foundation`;
machines that are not one job's in `infra.workstations.root` and `infra.accelerators.root`; features
and other data services in `infra.data.root`; what serves models in `infra.serving.root`.

Makes no resource itself but the provider, which holds the project, its place and the labels of
everything.
"""

from dataclasses import dataclass

import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra import foundation as foundations
from infra.accelerators import root as accelerators
from infra.automation import root as automation
from infra.cost import root as cost
from infra.dashboards import root as dashboards
from infra.data import root as data
from infra.delivery import root as delivery
from infra.guardrails import root as guardrails
from infra.identities import Identities, IdentitiesArgs
from infra.labels import Labels
from infra.naming import Names
from infra.observability import root as observability
from infra.serving import root as serving
from infra.settings import StackSettings
from infra.settings.specs import without_image
from infra.shared import Shared
from infra.stores import root as stores
from infra.workstations import root as workstations


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What was built, as the stack exports it."""

    project_id: str
    region: str
    artifacts_bucket: Output[str]
    lake_bucket: Output[str] | None
    """Where raw data and scripts are; None: below the artifacts."""
    registry: Output[str]
    registries: dict[str, Output[str]]
    """The same repository in each region of the stack."""
    dataset: Output[str]
    endpoints: dict[str, Output[str]]
    """Resource name of each model's endpoint."""
    standby_endpoints: dict[str, Output[str]]
    """The same in the standby region, for models whose tier wants it."""
    services: dict[str, Output[str]]
    """Address of each model's service on Cloud Run, for models that are served there."""
    submissions: dict[str, Output[str]]
    """Canonical text of each submission."""
    without_image: list[str]
    """Models that have infrastructure only."""
    dashboards: dict[str, Output[str]]
    """Address of each dashboard, by its subject."""
    workstation_cluster: Output[str] | None
    """Full name; None without a team."""
    workstation_configs: dict[str, Output[str]]
    """Full name of each team's kind of workstation."""
    tpus: dict[str, Output[str]]
    """Full name of each slice of one's own, or of the request that waits for it."""
    image_builds: dict[str, Output[str]]
    """As whom Cloud Build builds and what it signs with; empty where no account is made for it."""


def build(settings: StackSettings, stack: str) -> Platform:
    """Register everything. Raises SettingsError before the first resource, or not at all."""
    project = settings.project
    names = Names(stack=stack, project_id=project.id)
    labels = Labels.of_stack(project, settings.environment, stack)
    planned = serving.plan(settings, names)
    google = ResourceOptions(provider=_provider(settings, labels))
    shared = _shared(settings, names, labels, google)
    workshop = automation.Workshop(settings, shared, google)
    acts = automation.build(settings, shared, google, workshop)
    boards = dashboards.build(settings, shared, google)
    bounds = cost.build(settings, shared, google, workshop)
    workplaces = workstations.build(settings, shared, google)
    machines = accelerators.build(settings, shared, google, bounds.schedule_ids)
    ci = delivery.build(settings, shared, google)
    guardrails.build(settings, shared, google, ci, workshop.builders)
    kept = data.build(settings, shared, google)
    served = serving.build(
        settings, shared, google, planned, warm_pools=machines.warm_pools, kept=kept
    )
    observability.build(settings, shared, google, planned.numbers, acts.channels)
    return Platform(
        project_id=project.id,
        region=project.region,
        artifacts_bucket=shared.artifacts.bucket_name,
        lake_bucket=shared.stores.lake.bucket_name if shared.stores.lake else None,
        registry=shared.registry.registry_uri,
        registries={r: each.registry_uri for r, each in shared.stores.registries.items()},
        dataset=shared.warehouse.dataset_id,
        endpoints=served.endpoints,
        standby_endpoints=served.standbys,
        services=served.services,
        submissions=served.submissions,
        without_image=without_image(settings),
        dashboards=boards,
        workstation_cluster=workplaces.cluster,
        workstation_configs=workplaces.configs,
        tpus=machines.slices,
        image_builds=ci.image_builds,
    )


def _provider(settings: StackSettings, labels: Labels) -> gcp.Provider:
    return gcp.Provider(
        "google",
        project=settings.project.id,
        region=settings.project.region,
        zone=settings.project.zone,
        default_labels=labels.defaults,
        # Budgets and quotas are billed as calls of a project, which a person's login does not name.
        user_project_override=True,
        billing_project=settings.project.id,
    )


def _outside(settings: StackSettings, labels: Labels) -> ResourceOptions:
    """For what is called before there is a project that calls could be billed to."""
    if settings.project.created is None:
        return ResourceOptions()
    return ResourceOptions(provider=gcp.Provider("google-outside", default_labels=labels.defaults))


def _shared(
    settings: StackSettings, names: Names, labels: Labels, google: ResourceOptions
) -> Shared:
    foundation = foundations.lay(settings, labels, google, _outside(settings, labels))
    api = foundation.services.api
    identities = Identities(
        "identities", IdentitiesArgs(names=names, iam_api=api(apis.IAM)), google
    )
    channels = observability.channels(settings, labels, google, api(apis.MONITORING))
    base = stores.Base(
        settings=settings,
        names=names,
        labels=labels,
        foundation=foundation,
        identities=identities,
    )
    return Shared(
        names=names,
        labels=labels,
        foundation=foundation,
        identities=identities,
        region=settings.project.region,
        stores=stores.build(base, google),
        channels=channels,
        signing=guardrails.signing(settings, names, labels, foundation, google),
    )
