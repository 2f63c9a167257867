"""The part of the composition root that puts together what serves: one service per model.

Makes no resource itself. What all models share is made before, by the rest of the root.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from pulumi import Output, ResourceOptions

from catalog import services as apis
from infra.data.root import Data
from infra.encryption import granted
from infra.model_service import ModelService, ModelServiceArgs, SharedPlacement
from infra.naming import Names
from infra.observability import root as observability
from infra.post_deploy import SubmissionPlan
from infra.serving.cloud_run import CloudRunService, CloudRunServiceArgs
from infra.serving.consumers import EndpointConsumers, EndpointConsumersArgs
from infra.serving.endpoint import Door
from infra.serving.pools import ServingPools, ServingPoolsArgs
from infra.serving.request_log import RequestLog, RequestLogArgs
from infra.settings import StackSettings
from infra.settings.specs import job_specs
from infra.shared import Shared


@dataclass(frozen=True, kw_only=True)
class Serving:
    """What serves, by the model's name."""

    endpoints: dict[str, Output[str]]
    """Resource name of each model's endpoint."""
    standbys: dict[str, Output[str]]
    """That of each model's endpoint in the standby region, for models that have one."""
    services: dict[str, Output[str]]
    """Address of each service on Cloud Run that serves a version."""
    submissions: dict[str, Output[str]]
    """Canonical text of each submission."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is known before the first resource."""

    numbers: dict[str, str]
    """Number of each model's endpoint."""
    submissions: SubmissionPlan


def plan(settings: StackSettings, names: Names) -> Plan:
    """Register nothing. Raises SettingsError if the models cannot be named."""
    return Plan(
        numbers=names.endpoints(list(settings.models)),
        submissions=SubmissionPlan(
            project_id=settings.project.id,
            location=settings.project.region,
            specs=job_specs(settings, names.stack) if settings.vertex.enabled else {},
            max_submissions=settings.submission.max_submissions,
        ),
    )


def build(
    settings: StackSettings,
    shared: Shared,
    google: ResourceOptions,
    planned: Plan,
    *,
    warm_pools: Mapping[str, Output[str]],
    kept: Data,
) -> Serving:
    """Register the services of all models; none without Vertex AI."""
    if not settings.vertex.enabled:
        return Serving(endpoints={}, standbys={}, services={}, submissions={})
    project = settings.project
    pools = _pools(settings, shared, google)
    model_service = partial(
        ModelServiceArgs,
        stack=shared.names.stack,
        project_id=project.id,
        region=project.region,
        labels=shared.labels,
        alerts=settings.alerts,
        policy_context=observability.context(
            settings, shared.names, shared.labels, shared.channels
        ),
        rollout_role=shared.identities.rollout_role,
        shared=_placement(settings, shared, google, kept),
        submissions=planned.submissions,
        aiplatform_api=shared.api(apis.AI_PLATFORM),
        key=shared.key("vertex", project.region),
    )
    models = {
        name: ModelService(
            name,
            model_service(
                settings=model,
                model=name,
                endpoint_number=planned.numbers[name],
                warm_pool=warm_pools[pool] if (pool := model.training.warm_pool) else None,
                standby_region=(standby := settings.standby_region(model)),
                standby_key=shared.key("vertex", standby) if standby else None,
                serving_pool=pools[pool] if (pool := model.serving.pool) else None,
            ),
            google,
        )
        for name, model in settings.models.items()
        if model.serving.cloud_run is None
    }
    services = _services(settings, shared, google)
    return Serving(
        endpoints={name: service.endpoint for name, service in models.items()},
        standbys={name: each for name, s in models.items() if (each := s.standby)},
        services={name: each for name, s in services.items() if (each := s.address)},
        submissions={name: text for name, s in models.items() if (text := s.submission)},
    )


def _services(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> dict[str, CloudRunService]:
    """The models on Cloud Run, which have no endpoint and no run."""
    region, network = settings.project.region, shared.foundation.network
    service = partial(
        CloudRunServiceArgs,
        region=region,
        names=shared.names,
        labels=shared.labels,
        protected=settings.protection.enabled,
        bucket=shared.artifacts.bucket_name,
        network_id=network.network_id,
        subnet_id=network.subnet_id,
        key=shared.key("run", region),
        signing=shared.signing,
        iam_api=shared.api(apis.IAM),
        run_api=shared.api(apis.RUN),
    )
    return {
        name: CloudRunService(name, service(settings=run, model=name), google)
        for name, model in settings.models.items()
        if (run := model.serving.cloud_run) is not None
    }


def _pools(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> Mapping[str, Output[str]]:
    if not settings.serving_pools:
        return {}
    args = ServingPoolsArgs(
        pools=settings.serving_pools,
        region=settings.project.region,
        names=shared.names,
        aiplatform_api=shared.api(apis.AI_PLATFORM),
    )
    return ServingPools("serving-pools", args, google).pools


def _door(settings: StackSettings, shared: Shared, google: ResourceOptions) -> Door:
    network, project_id = shared.foundation.network, settings.project.id
    door = Door(project_id=project_id, network_id=network.network_id)
    if all(model.serving.access != "private" for model in settings.models.values()):
        return door
    standbys = {settings.standby_region(model) for model in settings.models.values()}
    regions = [settings.project.region, *sorted(each for each in standbys if each)]
    args = EndpointConsumersArgs(
        network_name=settings.network.name,
        network_id=network.network_id,
        subnet_ids={region: network.subnet_ids[region] for region in regions},
        labels=shared.labels,
        networkconnectivity_api=shared.api(apis.NETWORK_CONNECTIVITY),
    )
    return replace(door, policies=EndpointConsumers("endpoint-doors", args, google).made)


def _log_dataset(
    settings: StackSettings, shared: Shared, google: ResourceOptions
) -> Output[str] | None:
    dataset = shared.warehouse.requests_dataset
    if dataset is None:
        return None
    args = RequestLogArgs(
        project_id=settings.project.id,
        dataset_id=dataset,
        vertex_agent_member=shared.foundation.agents.vertex,
    )
    return RequestLog("request-log", args, google).dataset_uri


def _placement(
    settings: StackSettings, shared: Shared, google: ResourceOptions, kept: Data
) -> SharedPlacement:
    identities, access = shared.identities, shared.foundation.private_access
    templates = shared.stores.templates
    region = settings.project.region
    key = shared.key("vertex", region)
    peered = access.peered_network
    return SharedPlacement(
        bucket=shared.artifacts.bucket_name,
        registry_uri=shared.registry.registry_uri,
        pipeline_runner_email=identities.pipeline_runner.email,
        pipeline_runner_member=identities.pipeline_runner.member,
        trainer_email=identities.trainer.email,
        predictor_email=identities.predictor.email,
        runs_table=shared.warehouse.runs_table,
        gate_table=shared.warehouse.gate_table,
        tensorboard=kept.tensorboard,
        key=key.id if key else None,
        network_attachment=access.attachments.get(region),
        network=peered,
        reserved_ranges=[access.services_range] if peered and access.services_range else [],
        door=_door(settings, shared, google),
        log_dataset_uri=_log_dataset(settings, shared, google),
        templates=templates.registry_uri if templates else None,
        spark=kept.spark,
        needed=[
            identities,
            shared.artifacts,
            shared.registry,
            shared.warehouse,
            *([templates] if templates else []),
            access,
            *kept.needed,
            *granted(key),
        ],
    )
