"""The network that machines of the platform are in, and how they reach Google and the world."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network, NetmaskValueError
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from infra.settings.hybrid import HybridSettings
from infra.settings.places import RegionName
from infra.settings.problems import Path, Problem, refuse, spelt
from infra.settings.section import Name, Section, a_name

_PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_CONTAINERS = IPv4Network("172.17.0.0/16")
"""The bridge that Docker has unless it is told otherwise, as on machines of Google's services."""
_SMALLEST_SUBNET = 29
_SMALLEST_SERVICE_RANGE = 24
_SMALLEST_ATTACHED_SUBNET = 28
_LONGEST_NETWORK_NAME = 39
# 39: a subnet's name is the network's and the region's, which has at most 23 letters, and at most
# 63 characters long.


def _private_range(text: str) -> str:
    try:
        block = IPv4Network(text)
    except (AddressValueError, NetmaskValueError, ValueError) as error:
        near = _nearest_range(text)
        raise ValueError(f"write an IPv4 range such as {near!r} ({error})") from None
    if text != str(block) and "/" in text:
        raise ValueError(f"Google Cloud takes the length of the prefix only: write {str(block)!r}")
    if not any(block.subnet_of(private) for private in _PRIVATE):
        raise ValueError(f"write a range within {', '.join(map(str, _PRIVATE))}")
    if block.overlaps(_CONTAINERS):
        raise ValueError(
            f"containers of workstations, builds and notebooks have {_CONTAINERS} on each machine "
            "and would not reach it: write a range outside of it"
        )
    return text


def _nearest_range(text: str) -> str:
    """The range that an address within it is written for."""
    try:
        return str(IPv4Network(text.strip(), strict=False))
    except ValueError:
        return "10.10.0.0/20"


def _private_address(text: str) -> str:
    try:
        address = IPv4Address(text)
    except AddressValueError as error:
        raise ValueError(f"write an IPv4 address such as '10.255.255.254' ({error})") from None
    if not any(address in private for private in _PRIVATE):
        raise ValueError(f"write an address within {', '.join(map(str, _PRIVATE))}")
    if address in _CONTAINERS:
        raise ValueError(f"containers have {_CONTAINERS} on each machine: write another address")
    return text


PrivateRange = Annotated[str, AfterValidator(_private_range)]
PrivateAddress = Annotated[str, AfterValidator(_private_address)]


class SubnetSettings(Section):
    """One subnet; a region has one."""

    region: RegionName
    """Region of the subnet."""
    cidr: PrivateRange
    """Private IPv4 range, such as `10.10.0.0/20`. It can grow, never shrink."""
    name: Name | None = None
    """Name of the subnet; without one, that of the network and the region."""

    @field_validator("cidr")
    @classmethod
    def _large_enough(cls, cidr: str) -> str:
        if IPv4Network(cidr).prefixlen > _SMALLEST_SUBNET:
            raise ValueError(f"a subnet holds at least a /{_SMALLEST_SUBNET}: write a larger range")
        return cidr


class NetworkSettings(Section):
    """One network, with a subnet in each region where something runs."""

    name: Annotated[str, a_name(_LONGEST_NETWORK_NAME)]
    """Name of the network, made or adopted."""
    adopted: bool
    """The network and its subnets exist in the same project and stay as their owner made them;
    false: they are made here."""
    subnets: list[SubnetSettings] = Field(min_length=1)
    """One for each region. That of the project's region is the one that machines start in."""
    flow_log_sampling: float = Field(ge=0, le=1)
    """Share of flows that is logged; 0 turns flow logs off."""
    nat: bool
    """Machines without a public address reach the internet, such as PyPI, through a router."""
    iap_ssh: bool
    """People reach machines over SSH through the Identity-Aware Proxy, which knows who they are."""
    private_services_range: PrivateRange | None
    """Range for services that Google runs in networks of its own, peered with this one; null: none
    is. At least a /24; it cannot shrink."""
    google_apis_address: PrivateAddress | None
    """Address in this network under which Google's APIs answer; null: they answer under their
    public addresses, which private machines reach as well."""
    google_apis: Literal["all-apis", "vpc-sc"]
    """What answers there: all APIs, or those that a service perimeter covers."""
    vertex_attachment: bool
    """Pipelines and training jobs of Vertex AI get an interface in the subnet of their region."""
    vertex_peering: bool
    """They run in the peered range instead: the older way, for networks whose rules are made for
    it. They have one or the other; with neither they are outside of the network."""
    hybrid: HybridSettings | None
    """Tunnels to a network of one's own outside of Google Cloud; null: there are none."""

    @property
    def regions(self) -> list[str]:
        return [subnet.region for subnet in self.subnets]

    @field_validator("name")
    @classmethod
    def _not_the_default_network(cls, name: str) -> str:
        if name == "default":
            raise ValueError(
                "the network `default` comes with the project and opens its machines to each "
                "other: write the name of a network of your own, such as 'mlplatform'"
            )
        return name

    @field_validator("private_services_range")
    @classmethod
    def _room_for_a_service(cls, cidr: str | None) -> str | None:
        if cidr and IPv4Network(cidr).prefixlen > _SMALLEST_SERVICE_RANGE:
            raise ValueError(
                f"a service takes a /{_SMALLEST_SERVICE_RANGE} for itself: write a larger range"
            )
        return cidr

    @model_validator(mode="after")
    def _parts_agree(self) -> "NetworkSettings":
        refuse(
            self._repeated_regions(),
            self._subnets_apart(),
            self._outside_subnets("private_services_range"),
            self._outside_subnets("google_apis_address"),
            self._address_outside_services(),
            self._small_attachments(),
            self._made_in_adopted(),
            self._selected_for_nobody(),
            self._ways_of_jobs(),
            self._tunnels(),
        )
        return self

    def _tunnels(self) -> Iterator[Problem]:
        if self.hybrid and self.hybrid.region not in self.regions:
            yield Problem(
                ("hybrid", "region"),
                f" is {self.hybrid.region!r}, where the network has no subnet: write "
                f"{' or '.join(self.regions)}",
            )

    def _repeated_regions(self) -> Iterator[Problem]:
        taken: set[str] = set()
        for index, subnet in enumerate(self.subnets):
            if subnet.region in taken:
                yield Problem(
                    ("subnets", index, "region"),
                    f" is {subnet.region!r} a second time: write one subnet for each region",
                )
            taken.add(subnet.region)

    def _subnets_apart(self) -> Iterator[Problem]:
        taken: list[tuple[str, str]] = []
        for index, subnet in enumerate(self.subnets):
            for where, cidr in taken:
                yield from apart(("subnets", index, "cidr"), subnet.cidr, where, cidr)
            taken.append((f"network.subnets.{index}.cidr", subnet.cidr))

    def _outside_subnets(self, name: str) -> Iterator[Problem]:
        own = getattr(self, name)
        for index, subnet in enumerate(self.subnets if own else []):
            yield from apart((name,), own, f"network.subnets.{index}.cidr", subnet.cidr)

    def _address_outside_services(self) -> Iterator[Problem]:
        address, services = self.google_apis_address, self.private_services_range
        if address and services:
            there = "network.private_services_range"
            yield from apart(("google_apis_address",), address, there, services)

    def _small_attachments(self) -> Iterator[Problem]:
        for index, subnet in enumerate(self.subnets):
            small = IPv4Network(subnet.cidr).prefixlen > _SMALLEST_ATTACHED_SUBNET
            if self.vertex_attachment and small:
                yield Problem(
                    ("subnets", index, "cidr"),
                    f" is {subnet.cidr}, too small for jobs of Vertex AI: write at least a "
                    f"/{_SMALLEST_ATTACHED_SUBNET}, or set vertex_attachment to false",
                )

    def _made_in_adopted(self) -> Iterator[Problem]:
        """What would change a network that belongs to somebody else."""
        switched_off = {
            "flow_log_sampling": "0",
            "nat": "false",
            "iap_ssh": "false",
            "private_services_range": "null",
            "google_apis_address": "null",
        }
        for name, off in switched_off.items():
            value = getattr(self, name)
            if self.adopted and value:
                yield Problem(
                    (name,),
                    f" is {spelt(value)}, but the network is adopted and its owner decides this: "
                    f"write {off}, or set adopted to false",
                )

    def _selected_for_nobody(self) -> Iterator[Problem]:
        if self.google_apis != "all-apis" and self.google_apis_address is None:
            yield Problem(
                ("google_apis",),
                f" is {self.google_apis!r}, but google_apis_address is null and machines go on "
                "reaching all APIs: write an address there, or all-apis here",
            )

    def _ways_of_jobs(self) -> Iterator[Problem]:
        if self.vertex_peering and self.vertex_attachment:
            yield Problem(
                ("vertex_peering",),
                " is true, but so is vertex_attachment, and a job has one way into the network: "
                "set one of them to false",
            )
        if self.vertex_peering and self.private_services_range is None:
            yield Problem(
                ("vertex_peering",),
                " is true, but private_services_range is null and jobs would have no addresses: "
                "write a range there, or set vertex_attachment to true instead",
            )


def apart(
    path: Path, wanted: str, where: str, taken: str, instead: str = ": write one outside of it"
) -> Iterator[Problem]:
    """A range that overlaps the one under the key `where`."""
    if IPv4Network(taken).overlaps(IPv4Network(wanted)):
        sentence = f" is {wanted}, which overlaps {taken} (mlplatform:{where}){instead}"
        yield Problem(path, sentence)
