"""One network of our own, with one subnet from which Google's APIs are reached privately.

Does not open anything: a network without firewall rules refuses what comes from outside.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from infra.settings.network import NetworkSettings


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    settings: NetworkSettings
    region: str
    compute_api: pulumi.Resource


class Network(pulumi.ComponentResource):
    """Network and subnet of the stack's region."""

    network_id: Output[str]
    subnet_id: Output[str]

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "region": args.region}
        super().__init__("mlplatform:network:Network", name, inputs, opts)
        network = self._network(name, args)
        subnet = self._subnet(name, args, network)
        self.network_id = network.id
        self.subnet_id = subnet.id
        self.register_outputs({"network_id": self.network_id, "subnet_id": self.subnet_id})

    def _network(self, name: str, args: NetworkArgs) -> gcp.compute.Network:
        return gcp.compute.Network(
            f"{name}-network",
            name=args.settings.name,
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            opts=ResourceOptions(parent=self, depends_on=[args.compute_api]),
        )

    def _subnet(
        self, name: str, args: NetworkArgs, network: gcp.compute.Network
    ) -> gcp.compute.Subnetwork:
        sampling = args.settings.flow_log_sampling
        return gcp.compute.Subnetwork(
            f"{name}-subnet",
            name=f"{args.settings.name}-{args.region}",
            network=network.id,
            region=args.region,
            ip_cidr_range=args.settings.subnet_cidr,
            private_ip_google_access=True,
            log_config={
                "aggregation_interval": "INTERVAL_5_SEC",
                "flow_sampling": sampling,
                "metadata": "INCLUDE_ALL_METADATA",
            }
            if sampling
            else None,
            opts=ResourceOptions(parent=self),
        )
