"""One entry of `models`: its endpoint, who may deploy to it, its alerts, and its run.

What is deployed on the endpoint and how traffic is split belongs to the rollout: this only makes
the endpoint and ignores what happens on it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from infra.encryption import Key
from infra.labels import Labels
from infra.observability.model_policies import ModelPoliciesArgs, model_policies
from infra.observability.policy import PolicyContext
from infra.post_deploy import PlacementArgs, SparkPlacementArgs, SubmissionPlan
from infra.serving.endpoint import Door, EndpointArgs, endpoint
from infra.settings.alerts import AlertSettings
from infra.settings.models import ModelSettings
from infra.settings.specs import image_uri
from jobs.spec import JobSpec


@dataclass(frozen=True, kw_only=True)
class ModelServiceArgs:
    settings: ModelSettings
    model: str
    stack: str
    project_id: str
    region: str
    endpoint_number: str
    labels: Labels
    alerts: AlertSettings
    policy_context: PolicyContext
    rollout_role: Input[str]
    shared: "SharedPlacement"
    submissions: SubmissionPlan
    aiplatform_api: pulumi.Resource
    key: Key | None
    warm_pool: Input[str] | None
    serving_pool: Input[str] | None
    standby_region: str | None
    standby_key: Key | None


@dataclass(frozen=True, kw_only=True)
class SharedPlacement:
    """Where the runs of all models happen, and what must exist before the first."""

    bucket: Input[str]
    registry_uri: Output[str]
    pipeline_runner_email: Input[str]
    pipeline_runner_member: Input[str]
    trainer_email: Input[str]
    predictor_email: Input[str]
    runs_table: Input[str]
    gate_table: Input[str]
    tensorboard: Input[str] | None
    key: Input[str] | None
    network_attachment: Input[str] | None
    network: Input[str] | None
    reserved_ranges: Sequence[Input[str]]
    door: Door
    log_dataset_uri: Output[str] | None
    templates: Output[str] | None
    """Where compiled pipelines are kept; None where the stack has no such repository."""
    spark: SparkPlacementArgs | None
    """What prepares the data of models that want it so."""
    needed: Sequence[pulumi.Resource]


class ModelService(pulumi.ComponentResource):
    """Endpoint, alerts and run of one model."""

    endpoint: Output[str]
    """Resource name of the endpoint."""
    standby: Output[str] | None
    """That of the endpoint in the standby region; None where the model has none."""
    submission: Output[str] | None
    """Canonical text of the submission; None for a model without an image."""

    def __init__(
        self, name: str, args: ModelServiceArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"model": args.model, "alerts": args.settings.alerts.model_dump()}
        super().__init__("mlplatform:model_service:ModelService", name, inputs, opts)
        made = self._endpoint(name, args)
        grant = self._let_runner_deploy(name, args, made, args.region)
        policies = model_policies(
            name,
            ModelPoliciesArgs(
                settings=args.alerts,
                own=args.settings.alerts,
                model=args.model,
                endpoint_number=args.endpoint_number,
                context=args.policy_context,
            ),
            # Before the API is enabled, there is no policy.
            ResourceOptions(parent=self, depends_on=[made]),
        )
        self.endpoint = made.id
        self.standby = self._standby(name, args)
        spec = args.submissions.specs.get(args.model)
        self.submission = self._run(name, args, spec, grant) if spec else None
        self.register_outputs(
            {
                "endpoint": self.endpoint,
                "standby": self.standby,
                "alerts": [each.id for each in policies],
                "submission": self.submission,
            }
        )

    def _endpoint(self, name: str, args: ModelServiceArgs) -> gcp.vertex.AiEndpoint:
        made = self._endpoint_args(args, args.region, args.key, args.shared.log_dataset_uri)
        return endpoint(f"{name}-endpoint", made, self)

    def _standby(self, name: str, args: ModelServiceArgs) -> Output[str] | None:
        """Of the same number, which names are unique in one region by."""
        if args.standby_region is None:
            return None
        # The dataset of the record is in the other region.
        made = self._endpoint_args(args, args.standby_region, args.standby_key, None)
        standby = endpoint(f"{name}-standby-endpoint", made, self)
        self._let_runner_deploy(f"{name}-standby", args, standby, args.standby_region)
        return standby.id

    def _endpoint_args(
        self, args: ModelServiceArgs, region: str, key: Key | None, log: Output[str] | None
    ) -> EndpointArgs:
        private = args.settings.serving.access == "private"
        return EndpointArgs(
            settings=args.settings.serving,
            model=args.model,
            stack=args.stack,
            region=region,
            number=args.endpoint_number,
            labels=args.labels,
            key=key,
            door=args.shared.door if private else None,
            log_dataset_uri=log,
            aiplatform_api=args.aiplatform_api,
        )

    def _let_runner_deploy(
        self, name: str, args: ModelServiceArgs, made: gcp.vertex.AiEndpoint, region: str
    ) -> gcp.vertex.AiEndpointIamMember:
        return gcp.vertex.AiEndpointIamMember(
            f"{name}-rollout",
            endpoint=made.name,
            location=region,
            role=args.rollout_role,
            member=args.shared.pipeline_runner_member,
            opts=ResourceOptions(parent=self),
        )

    def _run(
        self, name: str, args: ModelServiceArgs, spec: JobSpec, grant: pulumi.Resource
    ) -> Output[str]:
        shared, image = args.shared, args.settings.image or ""
        placement = PlacementArgs(
            project_id=args.project_id,
            location=args.region,
            bucket=shared.bucket,
            endpoint=self.endpoint,
            image_uri=shared.registry_uri.apply(lambda uri: image_uri(image, uri, spec.code)),
            pipeline_service_account=shared.pipeline_runner_email,
            trainer_service_account=shared.trainer_email,
            predictor_service_account=shared.predictor_email,
            runs_table=shared.runs_table,
            gate_table=shared.gate_table,
            tensorboard=shared.tensorboard,
            labels=args.labels.user("jobs", args.model),
            key=shared.key,
            network_attachment=shared.network_attachment,
            network=shared.network,
            reserved_ranges=shared.reserved_ranges,
            serving_pool=args.serving_pool,
            warm_pool=args.warm_pool,
            templates=shared.templates,
            spark=shared.spark if args.settings.prepared_on == "spark" else None,
        )
        needed = ResourceOptions(parent=self, depends_on=[*shared.needed, grant])
        return args.submissions.stash(f"{name}-run", spec, placement, needed)
