"""Networks in which GPUs of several machines talk to each other."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Annotated

from pydantic import model_validator

from catalog.gpu_networks import GPU_NETWORKS, SUBNETS, GpuNetwork
from catalog.own_shapes import OWN_SHAPES
from catalog.places import region_of
from infra.settings.network import PrivateRange
from infra.settings.problems import Problem, refuse
from infra.settings.section import Section, ShortName
from infra.settings.shapes import shape_of

_LONGEST_PREFIX = 20
"""Cut into parts, it leaves room for 250 machines."""
_NO_CARDS = f"which has no cards that GPUs use: write one of {', '.join(GPU_NETWORKS)}"


class GpuNetworkSettings(Section):
    """The networks of one shape in one zone; machines name it as their `gpu_network`."""

    name: ShortName
    """Name of the networks; the stack's and a number are added."""
    shape: Annotated[str, shape_of(GPU_NETWORKS, lambda _: _NO_CARDS)]
    """Such as `a3-megagpu-8g`: the shape says how many networks there are and of which kind."""
    zone: str
    """Zone of the machines."""
    cidr: PrivateRange
    """Private range, at least a /20, cut into a subnet for each card."""

    @property
    def kind(self) -> GpuNetwork:
        return GPU_NETWORKS[self.shape]

    @property
    def region(self) -> str:
        return region_of(self.zone)

    def subnets(self) -> list[str]:
        """Ranges of the cards, in order."""
        whole = IPv4Network(self.cidr)
        parts = whole.subnets(prefixlen_diff=SUBNETS.bit_length() - 1)
        wanted = self.kind.networks + self.kind.rdma_cards
        return [str(part) for part, _ in zip(parts, range(wanted), strict=False)]

    @model_validator(mode="after")
    def _can_be_had(self) -> "GpuNetworkSettings":
        refuse(self._zone_fits(), self._range_fits())
        return self

    def _zone_fits(self) -> Iterator[Problem]:
        zones = OWN_SHAPES[self.shape].zones("on-demand")
        if self.zone not in zones:
            yield Problem(
                ("zone",),
                f" is {self.zone!r}, no zone with {self.shape}: write one of {', '.join(zones)}",
            )

    def _range_fits(self) -> Iterator[Problem]:
        if IPv4Network(self.cidr).prefixlen > _LONGEST_PREFIX:
            yield Problem(
                ("cidr",),
                f" is {self.cidr}, too small for a subnet for each card: "
                f"write at least a /{_LONGEST_PREFIX}",
            )
