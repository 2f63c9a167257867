"""The part of the composition root that lets a repository in: sign-in of CI, and builds.

Makes no resource itself. Without a repository in the settings nothing is made.
"""

from dataclasses import dataclass, field, replace

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.delivery.builds import Builds, BuildsArgs
from infra.delivery.federation import Federation, FederationArgs
from infra.delivery.workstation_image import WorkstationImage, WorkstationImageArgs
from infra.settings import StackSettings
from infra.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Who CI is, for the grants of people's duties."""

    deployers: dict[str, Output[str]] = field(default_factory=dict)
    """Members that deploy, by name."""
    readers: dict[str, Output[str]] = field(default_factory=dict)
    """Members that only compare."""
    builders: list[Output[str]] = field(default_factory=list)
    """Members that build images, and start builds at their time."""
    image_builds: dict[str, Output[str]] = field(default_factory=dict)
    """What `mlp image build` tells Cloud Build, so that it builds as the builder of this stack."""


def build(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Delivery:
    """Register what the settings ask for."""
    delivery = settings.delivery
    if delivery.github is None:
        return Delivery()
    made = Delivery()
    if delivery.builds:
        registries = shared.stores.registries
        builds = BuildsArgs(
            github=delivery.github,
            settings=delivery.builds,
            names=shared.names,
            region=settings.project.region,
            registry_uris={r: each.registry_uri for r, each in registries.items()},
            registries=list(registries.values()),
            artifacts_bucket=shared.artifacts.bucket_name,
            signing=shared.signing,
            agent_member=shared.foundation.agents.of(
                apis.CLOUD_BUILD, shared.api(apis.CLOUD_BUILD)
            ),
            cloudbuild_api=shared.api(apis.CLOUD_BUILD),
            secretmanager_api=shared.api(apis.SECRET_MANAGER),
            iam_api=shared.api(apis.IAM),
        )
        builder = Builds("builds", builds, google)
        clocks = _workstation_image(settings, shared, builder, google)
        made = Delivery(builders=[builder.builder_member, *clocks], image_builds=builder.by_hand)
    if delivery.sign_in is None:
        return made
    federation = FederationArgs(
        github=delivery.github,
        sign_in=delivery.sign_in,
        names=shared.names,
        iam_api=shared.api(apis.IAM),
        sts_api=shared.api(apis.STS),
        iamcredentials_api=shared.api(apis.IAM_CREDENTIALS),
    )
    ci = Federation("ci", federation, google)
    return replace(made, deployers={"ci": ci.deployer_member}, readers={"ci": ci.previewer_member})


def _workstation_image(
    settings: StackSettings, shared: Shared, builds: Builds, google: ResourceOptions
) -> list[Output[str]]:
    """Register it; returns who starts its builds."""
    wanted = settings.delivery.builds
    if wanted is None or wanted.workstations is None:
        return []
    cron, registries = wanted.workstations.rebuild_cron, shared.stores.registries
    args = WorkstationImageArgs(
        branch=wanted.branch,
        machine=wanted.machine,
        rebuild_cron=cron,
        names=shared.names,
        region=settings.project.region,
        registry_uris={r: each.registry_uri for r, each in registries.items()},
        repository_id=builds.repository_id,
        builder_name=builds.builder_name,
        builder_ready=builds.ready,
        signing=shared.signing,
        scheduler_api=shared.api(apis.CLOUD_SCHEDULER) if cron else None,
        iam_api=shared.api(apis.IAM),
    )
    clock = WorkstationImage("workstation-image", args, google).clock_member
    return [clock] if clock else []
