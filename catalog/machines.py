"""Machine types: processors, memory, accelerators, local SSDs, and the disks that they take.

Source: Google's accelerator-optimised, TPU v5e, TPU v6e and general-purpose machine pages as read
until 2026-11. A family whose disks were not found there says None. What one chip can do is in
`catalog.chips`; what a machine costs in `catalog.prices`; where it is offered in
`catalog.accelerators`.
"""

from dataclasses import dataclass
from typing import Literal

DiskType = Literal[
    "pd-standard",
    "pd-balanced",
    "pd-ssd",
    "hyperdisk-balanced",
]
"""Disks that a machine may start from; other kinds of Hyperdisk hold data only."""

SSD_GIB = 375
"""Size of one local SSD disk, wherever `local_ssds` counts them."""


@dataclass(frozen=True, kw_only=True)
class Machine:
    """One machine type."""

    name: str
    family: str
    """Such as N2 or A3 High: machines of one family differ in size only."""
    vcpus: int
    memory_gb: int
    chip: str | None = None
    """Name in `catalog.chips`; None without an accelerator."""
    chips: int = 0
    """GPUs or TPU chips of one machine."""
    local_ssd_gib: int = 0
    """Local SSD that every such machine has."""
    optional_ssd_gib: int = 0
    """Local SSD that can be added, at most."""
    disks: tuple[DiskType, ...] | None = None
    """Disks that it boots from; None where that is not known."""

    @property
    def local_ssds(self) -> int:
        """How many scratch disks of 375 GiB the machine comes with."""
        return self.local_ssd_gib // SSD_GIB


_PD: tuple[DiskType, ...] = ("pd-balanced", "pd-ssd")
_A3_WHOLE: tuple[DiskType, ...] = (*_PD, "hyperdisk-balanced")
_A2: tuple[DiskType, ...] = (*_PD, "pd-standard")


# Google's page on storage for Cloud TPUs, read 2026-11.
_TPU_DISKS: dict[str, tuple[DiskType, ...]] = {
    "TPU v5e": ("pd-balanced",),
    "TPU v6e": ("hyperdisk-balanced",),
}


def _standard(series: str, memory_per_vcpu: float, *vcpus: int) -> list[Machine]:
    return [
        Machine(
            name=f"{series}-standard-{count}",
            family=series.upper(),
            vcpus=count,
            memory_gb=int(count * memory_per_vcpu),
        )
        for count in vcpus
    ]


def _a3_high(gpus: int) -> Machine:
    whole = gpus == 8  # noqa: PLR2004 - a whole host has eight
    return Machine(
        name=f"a3-highgpu-{gpus}g",
        family="A3 High",
        vcpus=26 * gpus,
        memory_gb=234 * gpus,
        chip="H100",
        chips=gpus,
        local_ssd_gib=750 * gpus,
        disks=_A3_WHOLE if whole else _PD,
    )


def _a3(name: str, family: str, chip: str) -> Machine:
    return Machine(
        name=name,
        family=family,
        vcpus=208,
        memory_gb=1872,
        chip=chip,
        chips=8,
        local_ssd_gib=6000,
        disks=_A3_WHOLE,
    )


def _a2(gpus: int) -> list[Machine]:
    return [
        Machine(
            name=f"a2-highgpu-{gpus}g",
            family="A2 Standard",
            vcpus=12 * gpus,
            memory_gb=85 * gpus,
            chip="A100 40GB",
            chips=gpus,
            optional_ssd_gib=3000,
            disks=_A2,
        ),
        Machine(
            name=f"a2-ultragpu-{gpus}g",
            family="A2 Ultra",
            vcpus=12 * gpus,
            memory_gb=170 * gpus,
            chip="A100 80GB",
            chips=gpus,
            local_ssd_gib=375 * gpus,
            disks=_A2,
        ),
    ]


def _g2(vcpus: int, gpus: int, optional_ssd_gib: int) -> Machine:
    return Machine(
        name=f"g2-standard-{vcpus}",
        family="G2",
        vcpus=vcpus,
        memory_gb=4 * vcpus,
        chip="L4",
        chips=gpus,
        optional_ssd_gib=optional_ssd_gib,
        disks=_PD,
    )


def _tpu(name: str, chip: str, chips: int, vcpus: int, memory_gb: int) -> Machine:
    return Machine(
        name=name,
        family=chip,
        vcpus=vcpus,
        memory_gb=memory_gb,
        chip=chip,
        chips=chips,
        disks=_TPU_DISKS[chip],
    )


MACHINES: dict[str, Machine] = {
    machine.name: machine
    for machine in [
        *_standard("n1", 3.75, 4, 8),
        *_standard("n2", 4, 2, 4, 8, 16),
        *_standard("e2", 4, 2, 4, 8),
        *_standard("c3", 4, 4, 8, 22, 44, 88, 176),
        *(_a3_high(gpus) for gpus in (1, 2, 4, 8)),
        _a3("a3-edgegpu-8g", "A3 Edge", "H100"),
        _a3("a3-megagpu-8g", "A3 Mega", "H100 Mega"),
        Machine(
            name="a3-ultragpu-8g",
            family="A3 Ultra",
            vcpus=224,
            memory_gb=2952,
            chip="H200",
            chips=8,
            local_ssd_gib=12000,
            disks=("hyperdisk-balanced",),
        ),
        *(machine for gpus in (1, 2, 4, 8) for machine in _a2(gpus)),
        Machine(
            name="a2-megagpu-16g",
            family="A2 Standard",
            vcpus=96,
            memory_gb=1360,
            chip="A100 40GB",
            chips=16,
            optional_ssd_gib=3000,
            disks=_A2,
        ),
        *(_g2(vcpus, 1, 375) for vcpus in (4, 8, 12, 16, 32)),
        _g2(24, 2, 750),
        _g2(48, 4, 1500),
        _g2(96, 8, 3000),
        _tpu("ct5lp-hightpu-1t", "TPU v5e", 1, 24, 48),
        _tpu("ct5lp-hightpu-4t", "TPU v5e", 4, 112, 192),
        _tpu("ct5lp-hightpu-8t", "TPU v5e", 8, 224, 384),
        _tpu("ct6e-standard-1t", "TPU v6e", 1, 44, 176),
        _tpu("ct6e-standard-4t", "TPU v6e", 4, 180, 720),
        _tpu("ct6e-standard-8t", "TPU v6e", 8, 360, 1440),
    ]
}
"""Every machine type by its name."""
