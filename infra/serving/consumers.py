"""How machines of this network reach private endpoints: Google connects each of them by itself.

An endpoint's own door exists only once a model is deployed on it, so no address is made here: the
policy lets Vertex AI make address and forwarding rule in the subnet, and the endpoint says which
address it got. Does not make endpoints.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from infra.labels import Labels
from infra.naming import LABEL_LENGTH, bounded

SERVICE_CLASS = "gcp-vertexai"


@dataclass(frozen=True, kw_only=True)
class EndpointConsumersArgs:
    network_name: str
    network_id: Input[str]
    subnet_ids: dict[str, Output[str]]
    """Subnet of every region that has private endpoints."""
    labels: Labels
    networkconnectivity_api: pulumi.Resource


class EndpointConsumers(pulumi.ComponentResource):
    """One connection policy in each region with private endpoints."""

    made: list[pulumi.Resource]
    """Made before the endpoints that are reached by them."""

    def __init__(
        self, name: str, args: EndpointConsumersArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"network": args.network_name, "regions": list(args.subnet_ids)}
        super().__init__("mlplatform:consumers:EndpointConsumers", name, inputs, opts)
        policies = {
            region: gcp.networkconnectivity.ServiceConnectionPolicy(
                f"{name}-{region}",
                name=bounded(f"{args.network_name}-vertex-{region}", LABEL_LENGTH),
                location=region,
                network=args.network_id,
                service_class=SERVICE_CLASS,
                description="Vertex AI connects private endpoints to this network",
                psc_config={"subnetworks": [subnet]},
                labels=args.labels.of("network"),
                opts=ResourceOptions(parent=self, depends_on=[args.networkconnectivity_api]),
            )
            for region, subnet in args.subnet_ids.items()
        }
        self.made = list(policies.values())
        self.register_outputs({"policy_ids": {key: each.id for key, each in policies.items()}})
