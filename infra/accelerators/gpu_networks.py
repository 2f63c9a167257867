"""Networks in which GPUs of several machines talk to each other, beside the platform's own.

One network for each card, with long frames, open to its own range and to nothing else; for RDMA one
network of its zone's profile with a subnet for each card. What a machine's image needs to use them
(the receive daemon of TCPX, NVIDIA's drivers) is not made here.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

from catalog.gpu_networks import RDMA_SUBNET, rdma_profile
from infra.accelerators.virtual_machines import Card, card
from infra.naming import Names
from infra.settings.gpu_networks import GpuNetworkSettings

# Terabits a second flow here: a flow in a hundred says enough.
_LOG: gcp.compute.SubnetworkLogConfigArgsDict = {
    "aggregation_interval": "INTERVAL_10_MIN",
    "flow_sampling": 0.01,
    "metadata": "EXCLUDE_ALL_METADATA",
}


@dataclass(frozen=True, kw_only=True)
class GpuNetworksArgs:
    networks: list[GpuNetworkSettings]
    project_id: str
    names: Names
    compute_api: pulumi.Resource


class GpuNetworks(pulumi.ComponentResource):
    """Networks, their subnets, and the rule that lets a range talk to itself."""

    cards: dict[str, list[Card]]
    """Cards that a machine gets after its first one, by the networks' name in the settings."""

    def __init__(
        self, name: str, args: GpuNetworksArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = {"settings": [each.model_dump() for each in args.networks]}
        super().__init__("mlplatform:gpu_networks:GpuNetworks", name, inputs, opts)
        self._name, self._args = name, args
        self.cards = {each.name: self._cards(each) for each in args.networks}
        self.register_outputs({"networks": sorted(self.cards)})

    def _cards(self, settings: GpuNetworkSettings) -> list[Card]:
        ranges, plain = settings.subnets(), settings.kind.networks
        cards = [
            card(self._plain(settings, index, cidr)) for index, cidr in enumerate(ranges[:plain], 1)
        ]
        if settings.kind.rdma_cards:
            cards += [card(each, "MRDMA") for each in self._rdma(settings, ranges[plain:])]
        return cards

    def _plain(self, settings: GpuNetworkSettings, index: int, cidr: str) -> Output[str]:
        label = f"{self._name}-{settings.name}-{index}"
        cloud_name = self._args.names.machine(f"{settings.name}-{index}")
        network = gcp.compute.Network(
            label,
            name=cloud_name,
            description=settings.kind.technology,
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            mtu=settings.kind.mtu,
            opts=self._fixed_name(),
        )
        gcp.compute.Firewall(
            f"{label}-allow-internal",
            name=self._args.names.machine(f"{settings.name}-{index}-internal"),
            description="GPUs of one job talk to each other",
            network=network.id,
            direction="INGRESS",
            allows=[{"protocol": "tcp"}, {"protocol": "udp"}, {"protocol": "icmp"}],
            source_ranges=[cidr],
            opts=ResourceOptions(parent=self),
        )
        return gcp.compute.Subnetwork(
            f"{label}-subnet",
            name=cloud_name,
            network=network.id,
            region=settings.region,
            ip_cidr_range=cidr,
            private_ip_google_access=True,
            log_config=_LOG,
            opts=ResourceOptions(parent=self),
        ).id

    def _rdma(self, settings: GpuNetworkSettings, ranges: list[str]) -> list[Output[str]]:
        label = f"{self._name}-{settings.name}-rdma"
        network = gcp.compute.Network(
            label,
            name=self._args.names.machine(f"{settings.name}-rdma"),
            description=settings.kind.technology,
            auto_create_subnetworks=False,
            mtu=settings.kind.mtu,
            # With the profile: no firewall, no router, one zone, and cards for RDMA only.
            network_profile=rdma_profile(self._args.project_id, settings.zone),
            opts=self._fixed_name(),
        )
        return [
            gcp.compute.Subnetwork(
                f"{label}-subnet-{index}",
                name=self._args.names.machine(f"{settings.name}-rdma-{index}"),
                description=RDMA_SUBNET,
                network=network.id,
                region=settings.region,
                ip_cidr_range=cidr,
                opts=ResourceOptions(parent=self),
            ).id
            for index, cidr in enumerate(ranges, 1)
        ]

    def _fixed_name(self) -> ResourceOptions:
        return ResourceOptions(
            parent=self, depends_on=[self._args.compute_api], delete_before_replace=True
        )
