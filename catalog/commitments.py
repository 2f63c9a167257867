"""What a commitment on Compute Engine is called for each family of machines, and what it covers.

Sources, 2026-11: Google's pages on resource-based commitments and on commitments by spend. A
resource commitment is to one family in one region; a flexible one to spend, and covers neither
accelerators nor Spot. What the terms cost is `catalog.prices`.
"""

from catalog.machines import MACHINES

COMMITMENT_TYPES: dict[str, str] = {
    "A2 Standard": "ACCELERATOR_OPTIMIZED",
    "A2 Ultra": "ACCELERATOR_OPTIMIZED",
    "A3 Edge": "ACCELERATOR_OPTIMIZED_A3",
    "A3 High": "ACCELERATOR_OPTIMIZED_A3",
    "A3 Mega": "ACCELERATOR_OPTIMIZED_A3_MEGA",
    "C3": "GENERAL_PURPOSE_C3",
    "E2": "GENERAL_PURPOSE_E2",
    "N1": "GENERAL_PURPOSE",
    "N2": "GENERAL_PURPOSE_N2",
}
"""Type of a resource commitment by family. One for A2 does not cover an A3."""

ONLY_WITH_A_RESERVATION = ("A3 Ultra",)
"""Families whose commitment is bought with a future reservation."""

FLEXIBLE = ("C3", "E2", "N1", "N2")
"""Families that a commitment to spend covers; none with accelerators."""


def family_of(machine_type: str) -> str:
    """Family of a machine type. KeyError for one that `catalog.machines` does not have."""
    return MACHINES[machine_type].family
