"""The network that machines of the platform are in: made here and closed, or adopted.

Made: a subnet in each region, closed to everything that is not in the network, and a way out for
machines without a public address. Adopted: only its name and those of its subnets are known here.
How Google's services are reached privately is `infra.private_access`.
"""

from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp
from pulumi import Alias, Output, ResourceOptions

from catalog.addresses import IDENTITY_AWARE_PROXY
from infra.settings.network import NetworkSettings, SubnetSettings

# 65535 is the rule that every network has and nobody sees: it cannot log.
_LAST_PRIORITY = 65_534
_EVERYWHERE = "0.0.0.0/0"
_LOGGED = "INCLUDE_ALL_METADATA"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    settings: NetworkSettings
    project_id: str
    region: str
    """The region whose subnet machines start in."""
    compute_api: pulumi.Resource


class Network(pulumi.ComponentResource):
    """Network, its subnets, what may come in and how machines get out."""

    network_id: Output[str]
    subnet_id: Output[str]
    """The subnet of the stack's region."""
    subnet_ids: dict[str, Output[str]]
    """Each region's subnet."""

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        inputs = {**args.settings.model_dump(), "region": args.region}
        super().__init__("mlplatform:network:Network", name, inputs, opts)
        if args.settings.adopted:
            self._adopt(args)
        else:
            self._make(name, args)
        self.subnet_id = self.subnet_ids[args.region]
        self.register_outputs(
            {
                "network_id": self.network_id,
                "subnet_id": self.subnet_id,
                "subnet_ids": self.subnet_ids,
            }
        )

    def _adopt(self, args: NetworkArgs) -> None:
        # By name, not by looking them up: a preview without credentials works, too.
        project, settings = f"projects/{args.project_id}", args.settings
        self.network_id = Output.from_input(f"{project}/global/networks/{settings.name}")
        self.subnet_ids = {
            subnet.region: Output.from_input(
                f"{project}/regions/{subnet.region}/subnetworks/{_subnet_name(settings, subnet)}"
            )
            for subnet in settings.subnets
        }

    def _make(self, name: str, args: NetworkArgs) -> None:
        network = self._network(name, args)
        self.network_id = network.id
        self.subnet_ids = {
            subnet.region: self._subnet(name, args, subnet, network).id
            for subnet in args.settings.subnets
        }
        self._firewall(name, args.settings, network)
        if args.settings.nat:
            for region in args.settings.regions:
                self._way_out(name, region, args.settings, network)

    def _network(self, name: str, args: NetworkArgs) -> gcp.compute.Network:
        return gcp.compute.Network(
            f"{name}-network",
            name=args.settings.name,
            auto_create_subnetworks=False,
            routing_mode="GLOBAL" if len(args.settings.subnets) > 1 else "REGIONAL",
            opts=ResourceOptions(parent=self, depends_on=[args.compute_api]),
        )

    def _subnet(
        self,
        name: str,
        args: NetworkArgs,
        subnet: SubnetSettings,
        network: gcp.compute.Network,
    ) -> gcp.compute.Subnetwork:
        sampling = args.settings.flow_log_sampling
        # Before there were several regions, the only subnet was not named by its own.
        former = [Alias(name=f"{name}-subnet")] if subnet.region == args.region else []
        return gcp.compute.Subnetwork(
            f"{name}-subnet-{subnet.region}",
            name=_subnet_name(args.settings, subnet),
            network=network.id,
            region=subnet.region,
            ip_cidr_range=subnet.cidr,
            private_ip_google_access=True,
            log_config={
                "aggregation_interval": "INTERVAL_5_SEC",
                "flow_sampling": sampling,
                "metadata": _LOGGED,
            }
            if sampling
            else None,
            opts=ResourceOptions(parent=self, aliases=former),
        )

    def _firewall(self, name: str, settings: NetworkSettings, network: gcp.compute.Network) -> None:
        gcp.compute.Firewall(
            f"{name}-refuse-all",
            name=f"{settings.name}-refuse-all",
            description="Nothing comes in unless a rule before this one lets it; what is refused "
            "is logged",
            network=network.id,
            direction="INGRESS",
            priority=_LAST_PRIORITY,
            denies=[{"protocol": "all"}],
            source_ranges=[_EVERYWHERE],
            log_config={"metadata": _LOGGED},
            opts=ResourceOptions(parent=self),
        )
        gcp.compute.Firewall(
            f"{name}-allow-internal",
            name=f"{settings.name}-allow-internal",
            description="Hosts of one training job talk to each other",
            network=network.id,
            direction="INGRESS",
            allows=[{"protocol": "tcp"}, {"protocol": "udp"}, {"protocol": "icmp"}],
            source_ranges=[subnet.cidr for subnet in settings.subnets],
            opts=ResourceOptions(parent=self),
        )
        if settings.iap_ssh:
            gcp.compute.Firewall(
                f"{name}-allow-iap-ssh",
                name=f"{settings.name}-allow-iap-ssh",
                description="SSH from the Identity-Aware Proxy only",
                network=network.id,
                direction="INGRESS",
                allows=[{"protocol": "tcp", "ports": ["22"]}],
                source_ranges=[IDENTITY_AWARE_PROXY],
                log_config={"metadata": _LOGGED},
                opts=ResourceOptions(parent=self),
            )

    def _way_out(
        self, name: str, region: str, settings: NetworkSettings, network: gcp.compute.Network
    ) -> None:
        router = gcp.compute.Router(
            f"{name}-router-{region}",
            name=f"{settings.name}-router",
            network=network.id,
            region=region,
            opts=ResourceOptions(parent=self),
        )
        gcp.compute.RouterNat(
            f"{name}-nat-{region}",
            name=f"{settings.name}-nat",
            router=router.name,
            region=region,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
            log_config={"enable": True, "filter": "ERRORS_ONLY"},
            opts=ResourceOptions(parent=self),
        )


def _subnet_name(settings: NetworkSettings, subnet: SubnetSettings) -> str:
    return subnet.name or f"{settings.name}-{subnet.region}"
