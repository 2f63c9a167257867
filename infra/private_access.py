"""How machines of the network reach Google's services without a public address, and the reverse.

Three switches of the network's settings, each with everything that it needs: an address of our own
for Google's APIs with the names that lead to it; a range for services that Google runs in networks
of its own; a door for jobs of Vertex AI into each subnet.
"""

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Network

import pulumi
import pulumi_gcp as gcp
from pulumi import Input, InvokeOutputOptions, Output, ResourceOptions

from catalog.roles import NETWORK_ADMIN
from infra.labels import Labels
from infra.settings.network import NetworkSettings

GOOGLE_DOMAINS = ("googleapis.com", "gcr.io", "pkg.dev")
"""Where jobs call APIs and pull images from."""

_PRODUCER = "servicenetworking.googleapis.com"
_SECONDS_TO_LIVE = 300


@dataclass(frozen=True, kw_only=True)
class PrivateAccessArgs:
    settings: NetworkSettings
    project_id: str
    project_number: Output[str] | None
    """None: the project exists, and is asked for it."""
    labels: Labels
    network_id: Input[str]
    subnet_ids: dict[str, Output[str]]
    vertex_agent_member: Input[str]
    compute_api: pulumi.Resource
    dns_api: pulumi.Resource
    servicedirectory_api: pulumi.Resource
    servicenetworking_api: pulumi.Resource


class PrivateAccess(pulumi.ComponentResource):
    """What the network's switches ask for; nothing if all are off."""

    attachments: dict[str, Output[str]]
    """Id of each region's attachment for jobs of Vertex AI."""
    services_range: Output[str] | None
    """Name of the range for peered services, as job specs take it; None without one."""
    peered_network: Output[str] | None
    """The network as jobs name it that run peered with it; None: they do not."""

    def __init__(
        self, name: str, args: PrivateAccessArgs, opts: ResourceOptions | None = None
    ) -> None:
        inputs = args.settings.model_dump(
            include={
                "private_services_range",
                "google_apis_address",
                "google_apis",
                "vertex_attachment",
                "vertex_peering",
            }
        )
        super().__init__("mlplatform:private_access:PrivateAccess", name, inputs, opts)
        if args.settings.google_apis_address:
            self._google_apis(name, args, args.settings.google_apis_address)
        self.services_range = self._private_services(name, args)
        self.attachments = self._attachments(name, args)
        self.peered_network = self._peered_network(args)
        self.register_outputs(
            {
                "attachments": self.attachments,
                "services_range": self.services_range,
                "peered_network": self.peered_network,
            }
        )

    def _google_apis(self, name: str, args: PrivateAccessArgs, address: str) -> None:
        endpoint = gcp.compute.GlobalAddress(
            f"{name}-google-apis-address",
            name=f"{args.settings.name}-google-apis",
            address=address,
            address_type="INTERNAL",
            purpose="PRIVATE_SERVICE_CONNECT",
            network=args.network_id,
            labels=args.labels.of("network"),
            opts=self._replaced_in_place(args.compute_api),
        )
        rule = gcp.compute.GlobalForwardingRule(
            f"{name}-google-apis",
            name=_forwarding_rule_name(args.settings.name),
            target=args.settings.google_apis,
            # Left out, the provider would ask for a load balancer that is open to the world.
            load_balancing_scheme="",
            network=args.network_id,
            ip_address=endpoint.id,
            # The zones below are our own.
            no_automate_dns_zone=True,
            # Left out, it is listed in us-central1, which a constraint on places refuses.
            service_directory_registrations={"service_directory_region": args.settings.regions[0]},
            labels=args.labels.of("network"),
            # The endpoint is listed in Service Directory.
            opts=self._replaced_in_place(args.servicedirectory_api),
        )
        for domain in GOOGLE_DOMAINS:
            self._lead_here(name, domain, args, address, rule)

    def _lead_here(
        self,
        name: str,
        domain: str,
        args: PrivateAccessArgs,
        address: str,
        rule: gcp.compute.GlobalForwardingRule,
    ) -> None:
        """A zone of the network alone, in which the domain and all below it are the address."""
        label = domain.replace(".", "-")
        zone = gcp.dns.ManagedZone(
            f"{name}-zone-{label}",
            name=f"{args.settings.name}-{label}",
            dns_name=f"{domain}.",
            description=f"Leads {domain} to {args.settings.name}'s own address of Google's APIs",
            visibility="private",
            private_visibility_config={"networks": [{"network_url": args.network_id}]},
            labels=args.labels.of("network"),
            # Names must not lead to an address before something answers there.
            opts=ResourceOptions(parent=self, depends_on=[args.dns_api, rule]),
        )
        for what, record, kind, value in (
            ("itself", f"{domain}.", "A", address),
            ("below", f"*.{domain}.", "CNAME", f"{domain}."),
        ):
            gcp.dns.RecordSet(
                f"{name}-{label}-{what}",
                name=record,
                managed_zone=zone.name,
                type=kind,
                ttl=_SECONDS_TO_LIVE,
                rrdatas=[value],
                opts=ResourceOptions(parent=self),
            )

    def _private_services(self, name: str, args: PrivateAccessArgs) -> Output[str] | None:
        if not args.settings.private_services_range:
            return None
        block = IPv4Network(args.settings.private_services_range)
        reserved = gcp.compute.GlobalAddress(
            f"{name}-services-range",
            name=f"{args.settings.name}-services",
            address=str(block.network_address),
            prefix_length=block.prefixlen,
            address_type="INTERNAL",
            purpose="VPC_PEERING",
            network=args.network_id,
            labels=args.labels.of("network"),
            opts=self._replaced_in_place(args.compute_api),
        )
        connection = gcp.servicenetworking.Connection(
            f"{name}-services",
            network=args.network_id,
            service=_PRODUCER,
            reserved_peering_ranges=[reserved.name],
            # A network may have one such peering already, and keeps it when a stack is destroyed
            # unless it is told to let it go.
            update_on_creation_fail=True,
            deletion_policy="REMOVE_PEERING",
            opts=ResourceOptions(parent=self, depends_on=[args.servicenetworking_api]),
        )
        # Whoever takes the range's name waits until it is peered.
        return Output.all(reserved.name, connection.id).apply(lambda both: both[0])

    def _peered_network(self, args: PrivateAccessArgs) -> Output[str] | None:
        if not args.settings.vertex_peering:
            return None
        # Jobs want the project's number, which only the project knows.
        number = args.project_number
        if number is None:
            number = gcp.organizations.get_project_output(
                project_id=args.project_id, opts=InvokeOutputOptions(parent=self)
            ).number
        return Output.concat("projects/", number, "/global/networks/", args.settings.name)

    def _attachments(self, name: str, args: PrivateAccessArgs) -> dict[str, Output[str]]:
        if not args.settings.vertex_attachment:
            return {}
        gcp.projects.IAMMember(
            f"{name}-vertex-attaches",
            project=args.project_id,
            role=NETWORK_ADMIN,
            member=args.vertex_agent_member,
            opts=ResourceOptions(parent=self),
        )
        return {
            region: gcp.compute.NetworkAttachment(
                f"{name}-vertex-{region}",
                name=f"{args.settings.name}-vertex",
                description="Jobs of Vertex AI get an interface in this subnet",
                region=region,
                connection_preference="ACCEPT_AUTOMATIC",
                subnetworks=[subnet_id],
                opts=ResourceOptions(parent=self, depends_on=[args.compute_api]),
            ).id
            for region, subnet_id in args.subnet_ids.items()
        }

    def _replaced_in_place(self, api: pulumi.Resource) -> ResourceOptions:
        """For what cannot be changed and whose name is fixed: the old one goes first."""
        return ResourceOptions(parent=self, depends_on=[api], delete_before_replace=True)


def _forwarding_rule_name(network: str) -> str:
    """At most 20 lower-case letters and digits, unlike the names of everything else."""
    return f"psc{sha256(network.encode()).hexdigest()[:12]}"
