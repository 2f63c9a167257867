"""Which accelerators a machine can have: the GPUs that it brings, or those that can be added.

Source: Google's GPU machine pages (2026-11). Only N1 takes GPUs beside it; an A100 is always part
of an A2, an H100 of an A3, an L4 of a G2.
"""

from catalog.machines import MACHINES

ATTACHABLE: dict[str, dict[str, tuple[int, ...]]] = {"N1": {"T4": (1, 2, 4)}}
"""Family of machines -> chip -> how many of them one machine may have."""

ACCELERATOR_TYPES: dict[str, str] = {
    "A100 40GB": "NVIDIA_TESLA_A100",
    "A100 80GB": "NVIDIA_A100_80GB",
    "H100": "NVIDIA_H100_80GB",
    "H100 Mega": "NVIDIA_H100_MEGA_80GB",
    "H200": "NVIDIA_H200_141GB",
    "L4": "NVIDIA_L4",
    "T4": "NVIDIA_TESLA_T4",
}
"""What Vertex AI calls each GPU."""


def counts(machine_type: str, chip: str) -> tuple[int, ...]:
    """How many of a chip a machine may have; empty where it takes none."""
    machine = MACHINES.get(machine_type)
    if machine is None:
        return ()
    if machine.chip is not None:
        return (machine.chips,) if machine.chip == chip else ()
    return ATTACHABLE.get(machine.family, {}).get(chip, ())


def machines_with(chip: str) -> list[str]:
    """Machine types that have a chip or take it."""
    return [name for name in MACHINES if counts(name, chip)]


def why_not(machine_type: str, chip: str, count: int) -> str | None:
    """Why these do not go together, with what does; None if they do."""
    if machine_type not in MACHINES:
        return f"{machine_type} is not in the table of machines"
    valid = counts(machine_type, chip)
    if count in valid:
        return None
    if valid:
        return f"{machine_type} has {' or '.join(map(str, valid))} {chip}, not {count}"
    others = machines_with(chip)
    if not others:
        return f"no machine has a {chip}: there are {', '.join(sorted(ACCELERATOR_TYPES))}"
    return f"{machine_type} takes no {chip}: it comes with {', '.join(others)}"
