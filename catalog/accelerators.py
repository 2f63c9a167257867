"""Machines that a model can train on, and where Vertex AI training offers them.

How a machine of one's own is obtained is in `catalog.own_shapes`.
Prices are not here. Sources: Google's TPU v5e, TPU v6e and accelerator-optimised machine pages and
the Vertex AI training locations, read in 2026-10; the tables move, so re-read before pinning.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.places import ZONES

Kind = Literal["cpu", "tpu", "gpu"]
Capacity = Literal["on-demand", "spot", "flex-start"]

FLEX_START_MAX_HOURS = 168
"""A flex-start run ends after seven days, whatever its timeout says."""
MOST_REPLICAS = 1000
"""Machines of one training. Flex-start obtains so many at once (its guide, read in 2026-11); for
the rest Vertex AI publishes no number but that of the quota."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """One generation of accelerator: what its shapes have in common."""

    name: str
    kind: Kind
    training_regions: tuple[str, ...]
    """Regions of Vertex AI custom training."""
    zones: tuple[str, ...]
    """Zones in which a machine of one's own can be had."""
    zones_without_spot: tuple[str, ...] = ()
    """Those of them in which it has no Spot price."""
    tpu_runtime: str | None = None
    """Runtime of a Cloud TPU of this generation, with JAX and PyTorch."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """One training machine (or slice), in Vertex' words."""

    name: str
    family: Family
    machine_type: str
    chips: int
    """TPU chips or GPUs; 0 for a CPU."""
    hosts: int = 1
    accelerator_type: str | None = None
    tpu_topology: str | None = None
    capacities: tuple[Capacity, ...]
    """How it can be paid for and obtained."""

    @property
    def accelerator_count(self) -> int | None:
        """What `MachineSpec.accelerator_count` wants: TPUs say it by topology instead."""
        return self.chips if self.accelerator_type else None

    @property
    def devices(self) -> int:
        """What a training finds there: chips, GPUs, or the processors as one."""
        return self.chips or 1


CPU = Family(name="CPU", kind="cpu", training_regions=tuple(ZONES), zones=())
V5E = Family(
    name="TPU v5e",
    kind="tpu",
    tpu_runtime="v2-alpha-tpuv5-lite",
    training_regions=("us-central1", "us-east1", "us-west1", "us-west4"),
    zones=(
        "europe-west4-b",
        "us-central1-a",
        "us-east1-c",
        "us-east5-b",
        "us-south1-a",
        "us-west1-c",
        "us-west4-a",
    ),
)
V6E = Family(
    name="TPU v6e",
    kind="tpu",
    tpu_runtime="v2-alpha-tpuv6e",
    training_regions=(
        "asia-northeast1",
        "europe-west4",
        "southamerica-west1",
        "us-central1",
        "us-east1",
        "us-east5",
        "us-south1",
    ),
    zones=(
        "asia-northeast1-b",
        "europe-west4-a",
        "southamerica-west1-a",
        "us-central1-b",
        "us-east1-d",
        "us-east5-a",
        "us-east5-b",
        "us-south1-ai1b",
    ),
)
H100 = Family(
    name="H100",
    kind="gpu",
    training_regions=(
        "asia-northeast1",
        "asia-northeast3",
        "asia-south1",
        "asia-southeast1",
        "europe-west1",
        "europe-west2",
        "europe-west3",
        "europe-west4",
        "northamerica-northeast2",
        "us-central1",
        "us-east4",
        "us-east5",
        "us-west1",
        "us-west4",
    ),
    zones=(
        "asia-east1-c",
        "asia-northeast1-b",
        "asia-south1-c",
        "asia-south2-b",
        "asia-southeast1-b",
        "asia-southeast1-c",
        "australia-southeast1-c",
        "europe-north1-c",
        "europe-west1-b",
        "europe-west1-c",
        "europe-west3-c",
        "europe-west4-b",
        "europe-west4-c",
        "europe-west8-c",
        "europe-west9-c",
        "us-central1-a",
        "us-central1-b",
        "us-central1-c",
        "us-east4-a",
        "us-east4-b",
        "us-east4-c",
        "us-east5-a",
        "us-west1-a",
        "us-west1-b",
        "us-west4-a",
    ),
)

_ON_DEMAND_OR_SPOT: tuple[Capacity, ...] = ("on-demand", "spot")
_ON_DEMAND: tuple[Capacity, ...] = ("on-demand",)
_SPOT_OR_FLEX: tuple[Capacity, ...] = ("spot", "flex-start")
_ANY: tuple[Capacity, ...] = ("on-demand", "spot", "flex-start")

# chips -> (topology, suffix of the machine type, chips of one host)
_SLICES = {
    1: ("1x1", "1t", 1),
    4: ("2x2", "4t", 4),
    8: ("2x4", "8t", 8),
    16: ("4x4", "4t", 4),
    32: ("4x8", "4t", 4),
    64: ("8x8", "4t", 4),
    128: ("8x16", "4t", 4),
    256: ("16x16", "4t", 4),
}


def _slices(prefix: str, machine: str, family: Family) -> list[Shape]:
    # Flex-start does not cover TPUs in Vertex AI, and Spot no slice of more than one host.
    return [
        Shape(
            name=f"{prefix}-{chips}",
            family=family,
            machine_type=f"{machine}-{suffix}",
            tpu_topology=topology,
            chips=chips,
            hosts=chips // per_host,
            capacities=_ON_DEMAND_OR_SPOT if chips == per_host else _ON_DEMAND,
        )
        for chips, (topology, suffix, per_host) in _SLICES.items()
    ]


def _h100(chips: int) -> Shape:
    # Fewer than eight GPUs cannot run on demand: refused by Compute Engine at creation.
    return Shape(
        name=f"a3-highgpu-{chips}g",
        family=H100,
        machine_type=f"a3-highgpu-{chips}g",
        accelerator_type="NVIDIA_H100_80GB",
        chips=chips,
        capacities=_ANY if chips == 8 else _SPOT_OR_FLEX,  # noqa: PLR2004 - said above
    )


SHAPES: dict[str, Shape] = {
    shape.name: shape
    for shape in [
        Shape(
            name="cpu",
            family=CPU,
            machine_type="n2-standard-8",
            chips=0,
            capacities=_ON_DEMAND_OR_SPOT,
        ),
        *_slices("v5litepod", "ct5lp-hightpu", V5E),
        *_slices("v6e", "ct6e-standard", V6E),
        *(_h100(chips) for chips in (1, 2, 4, 8)),
    ]
}
"""Every shape by the name that a stack file uses."""
