"""Tunnels to a network of one's own outside of Google Cloud."""

from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv4Network
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from infra.settings.once import ONCE, once
from infra.settings.places import RegionName
from infra.settings.problems import Problem, refuse
from infra.settings.section import Matching, Section

_PRIVATE_NUMBERS = ((64_512, 65_534), (4_200_000_000, 4_294_967_294))
_LINKS = IPv4Network("169.254.0.0/16")
_LINK_PREFIX = 30
_METADATA_SERVER = IPv4Address("169.254.169.254")
TUNNELS = 2
"""Interfaces of Google's gateway: only with a tunnel on each it promises to stay up."""


def _public(text: str) -> str:
    try:
        address = IPv4Address(text)
    except AddressValueError as error:
        raise ValueError(f"write an IPv4 address such as '8.8.4.4' ({error})") from None
    if not address.is_global:
        raise ValueError("a tunnel comes over the internet: write a public IPv4 address")
    return text


def _link(text: str) -> str:
    try:
        block = IPv4Network(text)
    except ValueError as error:
        raise ValueError(f"write a range such as '169.254.10.0/30' ({error})") from None
    if block.prefixlen != _LINK_PREFIX or not block.subnet_of(_LINKS):
        raise ValueError(f"write a /{_LINK_PREFIX} within {_LINKS}, such as '169.254.10.0/30'")
    if _METADATA_SERVER in block:
        raise ValueError(
            f"{_METADATA_SERVER} answers every machine about itself, and no router may have it: "
            "write another range, such as '169.254.10.0/30'"
        )
    return text


def _own_number(number: int) -> int:
    if not any(low <= number <= high for low, high in _PRIVATE_NUMBERS):
        known = " or ".join(f"{low} to {high}" for low, high in _PRIVATE_NUMBERS)
        raise ValueError(f"write a private AS number, {known}")
    return number


PublicAddress = Annotated[str, AfterValidator(_public)]
LinkRange = Annotated[str, AfterValidator(_link)]
SharedSecret = Annotated[
    str,
    Matching(
        r"projects/[a-z][-a-z0-9]{4,28}[a-z0-9]/secrets/[A-Za-z0-9_-]{1,255}/versions/[1-9]\d*",
        "a version in Secret Manager as projects/P/secrets/S/versions/N; never the secret itself",
        hidden=True,
    ),
]


class HybridSettings(Section):
    """A VPN gateway with a tunnel on each of its two interfaces; routes are exchanged by BGP."""

    region: RegionName
    """Where the tunnels end; a region with a subnet."""
    asn: Annotated[int, AfterValidator(_own_number)]
    """This side's AS number, a private one."""
    peer_asn: int = Field(ge=1, le=4_294_967_294)
    """The other side's."""
    peer_addresses: Annotated[list[PublicAddress], ONCE] = Field(min_length=1, max_length=TUNNELS)
    """Public addresses of the other side's gateway: one, or two that fail independently."""
    links: Annotated[list[LinkRange], once("write another range")] = Field(
        min_length=TUNNELS, max_length=TUNNELS
    )
    """A /30 of 169.254.0.0/16 for each tunnel: the first address is ours, the second theirs."""
    shared_secret: SharedSecret
    """What both sides know. It is read at each deployment, and kept encrypted in the state."""

    @model_validator(mode="after")
    def _parts_agree(self) -> "HybridSettings":
        refuse(self._differ())
        return self

    def _differ(self) -> Iterator[Problem]:
        if self.asn == self.peer_asn:
            yield Problem(
                ("peer_asn",), f" is {self.peer_asn}, as asn is: two networks have two numbers"
            )
