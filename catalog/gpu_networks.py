"""Network cards of machines whose GPUs talk to GPUs of other machines without their processors.

Source: Google's GPU networking and RDMA network profile pages and the accelerator-optimised machine
page, as read until 2026-11. The first card of a machine is in the platform's own network always.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class GpuNetwork:
    """What one shape wants beside its first card."""

    technology: Literal["GPUDirect-TCPX", "GPUDirect-TCPXO", "GPUDirect-RDMA"]
    networks: int
    """Networks with one subnet and one gVNIC card each."""
    mtu: int
    """Of all these networks: longer frames than elsewhere."""
    rdma_cards: int = 0
    """Cards in one more network, which has the profile of its zone and a subnet for each card."""


GPU_NETWORKS = {
    "a3-highgpu-8g": GpuNetwork(technology="GPUDirect-TCPX", networks=4, mtu=8244),
    "a3-megagpu-8g": GpuNetwork(technology="GPUDirect-TCPXO", networks=8, mtu=8244),
    "a3-ultragpu-8g": GpuNetwork(technology="GPUDirect-RDMA", networks=1, mtu=8896, rdma_cards=8),
}
"""By shape; every other shape has one card only, or none that GPUs use."""

SUBNETS = 16
"""Into how many equal parts a range is cut: more than any shape wants."""


def rdma_profile(project_id: str, zone: str) -> str:
    """The profile that makes a network one for RDMA, in one zone."""
    return f"projects/{project_id}/global/networkProfiles/{zone}-vpc-roce"


RDMA_SUBNET = "RDMA between GPUs: its network has neither flow logs nor a way to Google"
"""Description of a subnet of such a network; rules for other subnets know it by this."""
