"""What a machine of Compute Engine and a template of machines have in common: inputs, no resources.

A machine is private, hardened, and has no network card but those that the platform gives it.
"""

from typing import TypedDict

from pulumi import Input

from catalog.machines import MACHINES
from infra.settings.machines import BootSettings

SECONDS_AN_HOUR = 3600
SCOPES = ["cloud-platform"]
"""Limit nothing: what the machine may do is said by the grants of its account."""
METADATA = {
    "enable-oslogin": "TRUE",
    "block-project-ssh-keys": "TRUE",
    "serial-port-enable": "FALSE",
}


class Shielded(TypedDict):
    """Google's protection against changed boot files."""

    enable_secure_boot: bool
    enable_vtpm: bool
    enable_integrity_monitoring: bool


class Card(TypedDict):
    """One network card, without a public address."""

    subnetwork: Input[str]
    nic_type: str


def shielded(shape: str, boot: BootSettings) -> Shielded:
    return {
        # NVIDIA's and the TPU's drivers start only from images that sign them.
        "enable_secure_boot": boot.signed_drivers or not MACHINES[shape].chips,
        "enable_vtpm": True,
        "enable_integrity_monitoring": True,
    }


def card(subnet_id: Input[str], nic_type: str = "GVNIC") -> Card:
    return {"subnetwork": subnet_id, "nic_type": nic_type}
