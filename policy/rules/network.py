"""Networks of our own that let nothing in, and machines in them without an address."""

from ipaddress import ip_network

from catalog.addresses import IDENTITY_AWARE_PROXY
from catalog.gpu_networks import RDMA_SUBNET
from policy.registry import Finding, Findings, demand, rule
from policy.tokens import (
    BUILD_POOL,
    DATAPROC_CLUSTER,
    MACHINES,
    QUEUED_TPU,
    TPU_VM,
    WORKBENCH,
    WORKSTATION_CLUSTER,
    WORKSTATION_CONFIG,
)
from policy.values import find, get
from policy.verdicts import Context, Resource

FIREWALL = "gcp:compute/firewall:Firewall"
NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
FIREWALL_RULES = (
    "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
    "gcp:compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
    "gcp:compute/firewallPolicyRule:FirewallPolicyRule",
)
FORWARDING_RULE = "gcp:compute/globalForwardingRule:GlobalForwardingRule"

_WIDEST = {4: 8, 6: 32}
"""By version of IP: shorter prefixes cover a good part of the world."""
_SOURCES = ("sourceRanges", "sourceTags", "sourceServiceAccounts")
_NO_FLAG = "networkConfig.enableExternalIps"
_QUEUED_NODE = "tpu.nodeSpecs[*].node.networkConfig"
_CLOSED = {
    WORKBENCH: ("gceSetup.disablePublicIp", True),
    WORKSTATION_CONFIG: ("host.gceInstance.disablePublicIpAddresses", True),
    BUILD_POOL: ("workerConfig.noExternalIp", True),
    DATAPROC_CLUSTER: ("clusterConfig.gceClusterConfig.internalIpOnly", True),
}
_NETWORKS = {
    TPU_VM: ("networkConfig",),
    QUEUED_TPU: (_QUEUED_NODE,),
    WORKBENCH: ("gceSetup.networkInterfaces[*]",),
    WORKSTATION_CLUSTER: ("",),
    **dict.fromkeys(MACHINES, ("networkInterfaces[*]",)),
}


@rule("network-has-own-subnets", [NETWORK])
def _own_subnets(resource: Resource, _: Context) -> Findings:
    """A network has the subnets we gave it, not one in every region of the world."""
    yield from demand(
        resource,
        "autoCreateSubnetworks",
        lambda value: value is False,
        "write `auto_create_subnetworks=False`; the provider's default is True.",
    )


def _ordinary(resource: Resource) -> bool:
    """Whether machines live there; where GPUs talk by RDMA the network has no such features."""
    inputs = resource.inputs
    return get(inputs, "purpose") in (None, "PRIVATE") and inputs.get("description") != RDMA_SUBNET


@rule("subnet-reaches-google-privately", [SUBNET])
def _private_access(resource: Resource, _: Context) -> Findings:
    """Machines without an address reach Google's APIs."""
    if _ordinary(resource):
        yield from demand(
            resource,
            "privateIpGoogleAccess",
            lambda value: value is True,
            "write `private_ip_google_access=True`.",
        )


@rule("subnet-logs-its-flows", [SUBNET])
def _flow_logs(resource: Resource, _: Context) -> Findings:
    """Who talked to whom is on record."""
    if _ordinary(resource):
        yield from demand(
            resource,
            "logConfig.flowSampling",
            lambda value: value is not None and 0 < value <= 1,
            'write `log_config={"flow_sampling": ...}` with a fraction above 0.',
        )


def _narrow(source: str | None) -> bool:
    if source is None:
        return True
    try:
        network = ip_network(source, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= _WIDEST[network.version]


@rule("firewall-closed-to-the-world", [FIREWALL, *FIREWALL_RULES], late=["sourceRanges", "match"])
def _firewall(resource: Resource, _: Context) -> Findings:
    """No rule lets the internet in."""
    inputs = resource.inputs
    if get(inputs, "direction") == "EGRESS":
        return
    if resource.type == FIREWALL:
        opens, path = get(inputs, "allows"), "sourceRanges"
        if opens and all(inputs.get(name) in (None, []) for name in _SOURCES):
            yield Finding(path, f"`{path}` is missing, which means everybody: name the sources.")
    else:
        opens, path = get(inputs, "action") != "deny", "match.srcIpRanges"
    if opens:
        yield from demand(
            resource,
            f"{path}[*]",
            _narrow,
            f"name the addresses, such as {IDENTITY_AWARE_PROXY} of IAP.",
        )


@rule("no-public-address", [*MACHINES, TPU_VM, QUEUED_TPU, *_CLOSED])
def _no_address(resource: Resource, _: Context) -> Findings:
    """No machine has an address on the internet."""
    if resource.type in _CLOSED:
        path, wanted = _CLOSED[resource.type]
        yield from demand(
            resource, path, lambda value: value is wanted, f"set it to {wanted}: NAT leads out."
        )
    elif resource.type in MACHINES:
        for name in ("accessConfigs", "ipv6AccessConfigs"):
            yield from demand(
                resource,
                f"networkInterfaces[*].{name}",
                lambda value: not value,
                "leave it out: NAT leads out.",
            )
    else:
        paths = (
            (f"{_QUEUED_NODE}.enableExternalIps",)
            if resource.type == QUEUED_TPU
            else (_NO_FLAG, "networkConfigs[*].enableExternalIps")
        )
        for path in paths:
            yield from demand(
                resource, path, lambda value: not value, "leave it out: NAT leads out."
            )


@rule(
    "machine-in-own-network",
    list(_NETWORKS),
    late=[
        "network",
        "subnetwork",
        *(f"{at}.{name}" for paths in _NETWORKS.values() for at in paths if at
          for name in ("network", "subnetwork")),
    ],
)  # fmt: skip
def _own_network(resource: Resource, _: Context) -> Findings:
    """Machines stand in a network of ours; saying nothing means the project's default one."""
    for at in _NETWORKS[resource.type]:
        prefix = f"{at}." if at else ""
        if at and "[*]" in at and at != _QUEUED_NODE:
            yield from demand(resource, at.removesuffix("[*]"), bool, "name a subnet of ours.")
        for name in ("network", "subnetwork"):
            yield from demand(
                resource,
                f"{prefix}{name}",
                lambda value: (value or "").rpartition("/")[2] != "default",
                "name a subnet of ours.",
            )
        yield from _named(resource, at)


def _named(resource: Resource, at: str) -> Findings:
    """Network or subnet must be there; a plain value or an unknown one."""
    for where, each in find(resource.inputs, at):
        holder = each or {}
        if holder.get("network") is None and holder.get("subnetwork") is None:
            place = f"{where}.subnetwork".lstrip(".")
            yield Finding(place, f"`{place}` is missing: name a subnet of ours.")


@rule("private-google-endpoint-is-no-load-balancer", [FORWARDING_RULE], late=["target"])
def _private_service_connect(resource: Resource, _: Context) -> Findings:
    """The private way to Google's APIs has an empty scheme and a name without hyphens."""
    if get(resource.inputs, "target") not in ("all-apis", "vpc-sc"):
        return
    yield from demand(
        resource,
        "loadBalancingScheme",
        lambda value: value == "",
        'write `load_balancing_scheme=""`; the default makes a load balancer of it.',
    )
    yield from demand(
        resource,
        "name",
        lambda value: bool(value) and value.isalnum() and value.islower() and len(value) <= 20,  # noqa: PLR2004
        "write 1 to 20 small letters and digits, beginning with a letter.",
    )
