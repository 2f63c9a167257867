"""The endpoint of one model in one region: its name, its door, its key and what it records.

A builder for `infra.model_service`. What is deployed on it and how traffic is split belongs to the
rollout: the program ignores what happens there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from infra.encryption import Key, granted
from infra.labels import Labels
from infra.settings.serving import ServingSettings


@dataclass(frozen=True, kw_only=True)
class Door:
    """How a private endpoint comes into the network."""

    project_id: str
    network_id: Input[str]
    policies: Sequence[pulumi.Resource] = field(default=())
    """What lets Google connect it; made before the endpoint."""


@dataclass(frozen=True, kw_only=True)
class EndpointArgs:
    settings: ServingSettings
    model: str
    stack: str
    region: str
    number: str
    labels: Labels
    key: Key | None
    door: Door | None
    """None unless the endpoint is private."""
    log_dataset_uri: Output[str] | None
    """None where the stack keeps no record of requests."""
    aiplatform_api: pulumi.Resource


def endpoint(name: str, args: EndpointArgs, parent: pulumi.Resource) -> gcp.vertex.AiEndpoint:
    """Register the endpoint below a model's service."""
    door = args.door
    return gcp.vertex.AiEndpoint(
        name,
        name=args.number,
        display_name=args.model,
        description=f"Serves the model {args.model} of stack {args.stack}",
        location=args.region,
        region=args.region,
        # A private endpoint must not be declared dedicated, even by a False.
        dedicated_endpoint_enabled=True if args.settings.access == "dedicated" else None,
        private_service_connect_config=_private(args.settings, door) if door else None,
        predict_request_response_logging_config=_logging(args),
        labels=args.labels.of("model-service", args.model),
        encryption_spec={"kms_key_name": args.key.id} if args.key else None,
        # The rollout changes the split; what is deployed is an output of the endpoint already.
        opts=ResourceOptions(
            parent=parent,
            depends_on=[args.aiplatform_api, *granted(args.key), *(door.policies if door else ())],
            ignore_changes=["trafficSplit"],
            # Another key or another door is another endpoint, under the same number. The API keeps
            # both as they were made, and says so only when the old one serves.
            replace_on_changes=["dedicatedEndpointEnabled", "privateServiceConnectConfig"],
            delete_before_replace=True,
        ),
    )


def _private(
    settings: ServingSettings, door: Door
) -> gcp.vertex.AiEndpointPrivateServiceConnectConfigArgsDict:
    return {
        "enable_private_service_connect": True,
        "project_allowlists": [door.project_id, *settings.consumer_projects],
        "psc_automation_configs": [{"project_id": door.project_id, "network": door.network_id}],
    }


def _logging(
    args: EndpointArgs,
) -> gcp.vertex.AiEndpointPredictRequestResponseLoggingConfigArgsDict | None:
    if not args.settings.log_sampling or args.log_dataset_uri is None:
        return None
    # Hyphens are refused in names of tables; names of models hold no underscore.
    table = args.model.replace("-", "_")
    return {
        "enabled": True,
        "sampling_rate": args.settings.log_sampling,
        "bigquery_destination": {"output_uri": Output.concat(args.log_dataset_uri, ".", table)},
    }
