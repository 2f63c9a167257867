"""The way to a network outside of Google Cloud: two tunnels, and routes over both of them.

Lets nothing in: what may come from the other side is a rule of the network's firewall, of which
there is none. A dedicated line (Interconnect) is ordered from a provider and is not made here.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, Output, ResourceOptions

from infra.labels import Labels
from infra.settings.hybrid import TUNNELS, HybridSettings

_IKE = 2


@dataclass(frozen=True, kw_only=True)
class HybridArgs:
    settings: HybridSettings
    network_name: str
    """Names of what is made begin with it."""
    network_id: Input[str]
    labels: Labels
    compute_api: pulumi.Resource
    secretmanager_api: pulumi.Resource


class Hybrid(pulumi.ComponentResource):
    """Both gateways, a router, and a tunnel with a BGP session on each interface."""

    addresses: Output[list[str]]
    """Of our gateway: what the other side calls."""

    def __init__(self, name: str, args: HybridArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("mlplatform:hybrid:Hybrid", name, args.settings.model_dump(), opts)
        self._name, self._args, self._child = name, args, ResourceOptions(parent=self)
        ours, theirs, router = self._ours(), self._theirs(), self._router()
        secret = self._secret()
        for index in range(TUNNELS):
            self._session(index, self._tunnel(index, ours, theirs, router, secret), router)
        self.addresses = ours.vpn_interfaces.apply(
            lambda found: [str(each.ip_address) for each in found or []]
        )
        self.register_outputs({"addresses": self.addresses})

    def _named(self, role: str) -> str:
        return f"{self._args.network_name}-{role}"

    def _ours(self) -> gcp.compute.HaVpnGateway:
        args = self._args
        return gcp.compute.HaVpnGateway(
            f"{self._name}-gateway",
            name=self._named("vpn"),
            network=args.network_id,
            region=args.settings.region,
            stack_type="IPV4_ONLY",
            labels=args.labels.of("network"),
            opts=ResourceOptions(parent=self, depends_on=[args.compute_api]),
        )

    def _theirs(self) -> gcp.compute.ExternalVpnGateway:
        args, addresses = self._args, self._args.settings.peer_addresses
        return gcp.compute.ExternalVpnGateway(
            f"{self._name}-peer",
            name=self._named("vpn-peer"),
            redundancy_type="TWO_IPS_REDUNDANCY"
            if len(addresses) == TUNNELS
            else "SINGLE_IP_INTERNALLY_REDUNDANT",
            interfaces=[
                {"id": index, "ip_address": address} for index, address in enumerate(addresses)
            ],
            labels=args.labels.of("network"),
            opts=ResourceOptions(parent=self, depends_on=[args.compute_api]),
        )

    def _router(self) -> gcp.compute.Router:
        args = self._args
        # Not that of the addresses' translation: it has no AS number, and cannot be given one.
        return gcp.compute.Router(
            f"{self._name}-router",
            name=self._named("vpn-router"),
            network=args.network_id,
            region=args.settings.region,
            bgp={"asn": args.settings.asn},
            opts=ResourceOptions(parent=self, depends_on=[args.compute_api]),
        )

    def _secret(self) -> Output[str]:
        """Read when it is deployed; everything that holds it is encrypted in the state."""
        _, project, _, secret, _, version = self._args.settings.shared_secret.split("/")
        found = gcp.secretmanager.get_secret_version_output(
            project=project,
            secret=secret,
            version=version,
            opts=pulumi.InvokeOutputOptions(parent=self, depends_on=[self._args.secretmanager_api]),
        )
        return Output.secret(found.secret_data)

    def _tunnel(
        self,
        index: int,
        ours: gcp.compute.HaVpnGateway,
        theirs: gcp.compute.ExternalVpnGateway,
        router: gcp.compute.Router,
        secret: Output[str],
    ) -> gcp.compute.VPNTunnel:
        settings = self._args.settings
        return gcp.compute.VPNTunnel(
            f"{self._name}-tunnel-{index}",
            name=self._named(f"vpn-{index}"),
            region=settings.region,
            vpn_gateway=ours.id,
            vpn_gateway_interface=index,
            peer_external_gateway=theirs.id,
            # With one address both tunnels lead to it.
            peer_external_gateway_interface=min(index, len(settings.peer_addresses) - 1),
            router=router.id,
            ike_version=_IKE,
            shared_secret_wo=secret,
            # The secret itself is compared by nobody: another version is another secret.
            shared_secret_wo_version=settings.shared_secret.rpartition("/")[2],
            labels=self._args.labels.of("network"),
            opts=ResourceOptions(parent=self, delete_before_replace=True),
        )

    def _session(
        self, index: int, tunnel: gcp.compute.VPNTunnel, router: gcp.compute.Router
    ) -> None:
        settings = self._args.settings
        here, there = IPv4Network(settings.links[index]).hosts()
        interface = gcp.compute.RouterInterface(
            f"{self._name}-interface-{index}",
            name=self._named(f"vpn-{index}"),
            router=router.name,
            region=settings.region,
            ip_range=f"{here}/30",
            vpn_tunnel=tunnel.name,
            opts=self._child,
        )
        gcp.compute.RouterPeer(
            f"{self._name}-session-{index}",
            name=self._named(f"vpn-{index}"),
            router=router.name,
            region=settings.region,
            interface=interface.name,
            ip_address=str(here),
            peer_ip_address=str(there),
            peer_asn=settings.peer_asn,
            opts=self._child,
        )
