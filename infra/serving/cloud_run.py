"""A model on Cloud Run: the image that serves it behind an endpoint, as a service of its own.

Reached from inside only, and by named callers. The stack file says which version it serves:
rollouts only know endpoints of Vertex AI. Traffic that somebody gave back to an earlier revision
by hand stays there.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from catalog.cloud_run import LONGEST_START_SECONDS
from catalog.prefixes import MODELS
from catalog.roles import OBJECT_VIEWER, RUN_INVOKER
from infra.encryption import Key, granted
from infra.labels import Labels
from infra.naming import Names
from infra.settings.cloud_run import CloudRunSettings, ServedVersion
from infra.signing import Signing, asked
from infra.stores.buckets import below, grant

_PORT = 8080
_HEALTH, _PREDICT = "/health", "/predict"
_PROBED_SECONDS = 10
_LIVENESS_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class CloudRunServiceArgs:
    settings: CloudRunSettings
    model: str
    region: str
    names: Names
    labels: Labels
    protected: bool
    bucket: Input[str]
    """Holds the candidates of all models."""
    network_id: Input[str]
    subnet_id: Input[str]
    key: Key | None
    signing: Signing | None
    iam_api: pulumi.Resource
    run_api: pulumi.Resource


class CloudRunService(pulumi.ComponentResource):
    """Account, its view of this model's candidates, the service, and who may call it."""

    address: Output[str] | None
    """Where callers inside reach it; None while there is no version to serve."""

    def __init__(
        self, name: str, args: CloudRunServiceArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"model": args.model, **args.settings.model_dump()}
        super().__init__("mlplatform:cloud_run:CloudRunService", name, inputs, opts)
        account = gcp.serviceaccount.Account(
            f"{name}-server",
            account_id=args.names.account_id(f"serve-{args.model}"),
            display_name=args.names.title(f"Serves {args.model} on Cloud Run"),
            opts=ResourceOptions(parent=self, depends_on=[args.iam_api]),
        )
        reads = self._let_read_candidates(name, account, args)
        version = args.settings.version
        self.address = None
        if version is not None:
            service = self._service(name, version, account, reads, args)
            self._let_call(name, service, args)
            self.address = service.uri
        self.register_outputs({"account": account.email, "address": self.address})

    def _let_read_candidates(
        self, name: str, account: gcp.serviceaccount.Account, args: CloudRunServiceArgs
    ) -> gcp.storage.BucketIAMMember:
        return grant(
            f"{name}-server-reads",
            args.bucket,
            OBJECT_VIEWER,
            account.member,
            self,
            condition={
                "title": "candidates-of-the-model",
                "description": "What serves one model sees no other, and no data",
                "expression": below(args.bucket, [f"{MODELS}{args.model}/"]),
            },
        )

    def _service(
        self,
        name: str,
        version: ServedVersion,
        account: gcp.serviceaccount.Account,
        reads: pulumi.Resource,
        args: CloudRunServiceArgs,
    ) -> gcp.cloudrunv2.Service:
        settings = args.settings
        return gcp.cloudrunv2.Service(
            f"{name}-service",
            name=args.names.service(f"serve-{args.model}"),
            location=args.region,
            description=f"Serves the model {args.model} of stack {args.names.stack}",
            ingress="INGRESS_TRAFFIC_INTERNAL_ONLY",
            deletion_protection=args.protected,
            binary_authorization={"use_default": True} if args.signing else None,
            template={
                "service_account": account.email,
                "encryption_key": args.key.id if args.key else None,
                "max_instance_request_concurrency": settings.requests_at_once,
                "scaling": {
                    "min_instance_count": settings.min_instances,
                    "max_instance_count": settings.max_instances,
                },
                # The model is read from the bucket on the network's private way to Google.
                "vpc_access": {
                    "egress": "ALL_TRAFFIC",
                    "network_interfaces": [
                        {"network": args.network_id, "subnetwork": args.subnet_id}
                    ],
                },
                "containers": [_container(version, args)],
                "labels": args.labels.user("model-service", args.model),
            },
            labels=args.labels.of("model-service", args.model),
            opts=ResourceOptions(
                parent=self,
                depends_on=[args.run_api, reads, *granted(args.key), *asked(args.signing)],
                # gcloud writes who deployed last; traffic given back by hand stays there.
                ignore_changes=["client", "clientVersion", "traffics"],
            ),
        )

    def _let_call(
        self, name: str, service: gcp.cloudrunv2.Service, args: CloudRunServiceArgs
    ) -> None:
        for caller in args.settings.callers:
            gcp.cloudrunv2.ServiceIamMember(
                f"{name}-called-by-{caller.replace(':', '-').replace('@', '-at-')}",
                name=service.name,
                location=args.region,
                role=RUN_INVOKER,
                member=caller,
                opts=ResourceOptions(parent=self),
            )


def _container(
    version: ServedVersion, args: CloudRunServiceArgs
) -> gcp.cloudrunv2.ServiceTemplateContainerArgsDict:
    candidate = f"{MODELS}{args.model}/{version.run}/{version.candidate}"
    variables = {
        "AIP_STORAGE_URI": Output.format("gs://{0}/{1}", args.bucket, candidate),
        "AIP_HTTP_PORT": str(_PORT),
        "AIP_HEALTH_ROUTE": _HEALTH,
        "AIP_PREDICT_ROUTE": _PREDICT,
    }
    return {
        "image": version.image,
        "ports": {"container_port": _PORT},
        "envs": [{"name": name, "value": value} for name, value in variables.items()],
        "resources": {
            "limits": {"cpu": str(args.settings.cpu), "memory": f"{args.settings.memory_gib}Gi"},
            "cpu_idle": True,
            "startup_cpu_boost": True,
        },
        # It answers once the model is loaded and every batch size compiled.
        "startup_probe": {
            "http_get": {"path": _HEALTH, "port": _PORT},
            "period_seconds": _PROBED_SECONDS,
            "timeout_seconds": _PROBED_SECONDS // 2,
            "failure_threshold": LONGEST_START_SECONDS // _PROBED_SECONDS,
        },
        "liveness_probe": {
            "http_get": {"path": _HEALTH, "port": _PORT},
            "period_seconds": _LIVENESS_SECONDS,
            "timeout_seconds": _PROBED_SECONDS // 2,
            "failure_threshold": 3,
        },
    }
