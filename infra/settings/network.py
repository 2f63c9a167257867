"""The network that machines of the platform are in."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError

from pydantic import Field, field_validator

from infra.settings.section import Name, Section

_PRIVATE = tuple(IPv4Network(block) for block in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
_SMALLEST = 29


class NetworkSettings(Section):
    """One network with one subnet in the project's region."""

    name: Name
    """Name of the network that is created."""
    subnet_cidr: str
    """Private IPv4 range of the subnet, such as `10.10.0.0/20`. It can grow, never shrink."""
    flow_log_sampling: float = Field(ge=0, le=1)
    """Share of flows that is logged; 0 turns flow logs off."""

    @field_validator("name")
    @classmethod
    def _not_the_default_network(cls, name: str) -> str:
        if name == "default":
            raise ValueError(
                "the network `default` comes with the project and opens its machines to each "
                "other: write the name of a network of your own, such as 'mlplatform'"
            )
        return name

    @field_validator("subnet_cidr")
    @classmethod
    def _private_range(cls, text: str) -> str:
        try:
            block = IPv4Network(text)
        except (AddressValueError, NetmaskValueError, ValueError) as error:
            raise ValueError(f"write an IPv4 range such as '10.10.0.0/20' ({error})") from None
        if not any(block.subnet_of(private) for private in _PRIVATE):
            raise ValueError(f"write a range within {', '.join(map(str, _PRIVATE))}")
        if block.prefixlen > _SMALLEST:
            raise ValueError(f"a subnet holds at least a /{_SMALLEST}: write a larger range")
        return text
