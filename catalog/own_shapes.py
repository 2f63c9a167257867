"""Machines of one's own, a Cloud TPU or a machine of Compute Engine: how and where they can be had.

What Vertex AI trains on is in `catalog.accelerators`, which says the zones of the families that
both offer. Source of the zones: the machine-type API as read until 2026-11; they move, so re-read
before pinning. Capacity is no promise: a zone that has a shape may have none left.
"""

import re
from dataclasses import dataclass
from typing import Literal

from catalog.accelerators import CPU, H100, SHAPES, V6E, Family
from catalog.machines import MACHINES
from catalog.places import ZONES

OwnCapacity = Literal["on-demand", "spot", "flex-start", "reservation", "calendar", "queued"]
"""How a machine is obtained; `calendar` comes from a future reservation and ends with it, `queued`
waits for a Cloud TPU."""

H100_MEGA = Family(
    name="H100 Mega",
    kind="gpu",
    training_regions=(),
    zones=(
        "asia-northeast1-b",
        "asia-southeast1-b",
        "asia-southeast1-c",
        "australia-southeast1-c",
        "europe-west1-b",
        "europe-west1-c",
        "europe-west3-a",
        "europe-west3-c",
        "europe-west4-b",
        "europe-west4-c",
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
H200 = Family(
    name="H200",
    kind="gpu",
    training_regions=(),
    zones=(
        "asia-south1-b",
        "asia-south2-c",
        "europe-west1-b",
        "europe-west4-a",
        "us-central1-b",
        "us-east4-b",
        "us-east5-a",
        "us-south1-b",
        "us-west1-c",
    ),
    zones_without_spot=("asia-south2-c", "us-east5-a"),
)


@dataclass(frozen=True, kw_only=True)
class OwnShape:
    """One machine (or slice) of one's own: a Cloud TPU, or a machine of Compute Engine."""

    name: str
    """Accelerator type of a Cloud TPU, machine type of Compute Engine."""
    family: Family
    capacities: tuple[OwnCapacity, ...]
    """How it can be obtained, in the zones that have it."""

    @property
    def cloud_tpu(self) -> bool:
        """Whether the Cloud TPU API makes it, not Compute Engine."""
        return self.name in SHAPES and self.family.kind == "tpu"

    def zones(self, capacity: OwnCapacity) -> tuple[str, ...]:
        """Zones in which it can be had so; for a CPU every zone."""
        if self.family is CPU:
            return tuple(zone for zones in ZONES.values() for zone in zones)
        without = self.family.zones_without_spot if capacity == "spot" else ()
        return tuple(zone for zone in self.family.zones if zone not in without)


# A Cloud TPU starts at once, may be preempted, is reserved, or waits in a queue; flex-start is only
# for machines of Compute Engine.
_TPU: tuple[OwnCapacity, ...] = ("on-demand", "spot", "reservation", "queued")
_WHOLE_HOST: tuple[OwnCapacity, ...] = (
    "on-demand",
    "spot",
    "flex-start",
    "reservation",
    "calendar",
)
_PART_OF_A_HOST: tuple[OwnCapacity, ...] = ("spot", "flex-start")
_CPU: tuple[OwnCapacity, ...] = ("on-demand", "spot")
# Who reserves TPUs does so by contract, and takes them from the Cloud TPU API.
_TPU_MACHINE: tuple[OwnCapacity, ...] = ("on-demand", "spot", "flex-start")
_GPUS: dict[str, tuple[Family, tuple[OwnCapacity, ...]]] = {
    # Fewer than eight can be neither had on demand nor reserved.
    **{f"a3-highgpu-{gpus}g": (H100, _PART_OF_A_HOST) for gpus in (1, 2, 4)},
    "a3-highgpu-8g": (H100, _WHOLE_HOST),
    "a3-megagpu-8g": (H100_MEGA, _WHOLE_HOST),
    "a3-ultragpu-8g": (H200, _WHOLE_HOST),
}

OWN_SHAPES: dict[str, OwnShape] = {
    shape.name: shape
    for shape in [
        *(
            OwnShape(name=shape.name, family=shape.family, capacities=_TPU)
            for shape in SHAPES.values()
            if shape.family.kind == "tpu"
        ),
        *(
            OwnShape(name=name, family=family, capacities=capacities)
            for name, (family, capacities) in _GPUS.items()
        ),
        *(
            OwnShape(name=machine.name, family=V6E, capacities=_TPU_MACHINE)
            for machine in MACHINES.values()
            if machine.name.startswith("ct6e-")
        ),
        *(
            OwnShape(name=machine.name, family=CPU, capacities=_CPU)
            for machine in MACHINES.values()
            if machine.chip is None
        ),
    ]
}
"""Every machine of one's own by the name that a stack file uses."""


def why_not(shape: str) -> str | None:
    """Why a machine that Google names cannot be had as one's own; None where nothing is known."""
    if shape.startswith("ct5lp-"):
        # Field reports until 2026-10: 403, with quota as without.
        return (
            "Compute Engine refuses to ordinary projects: write the Cloud TPU v5litepod-1, "
            "v5litepod-4 or v5litepod-8 instead"
        )
    if shape.startswith("tpu7x"):
        return "is not in this platform's tables: write a v6e shape"
    if re.fullmatch(r"v(2|3|4|5p)(-.*)?", shape):
        return "is not in this platform's tables: write a v5litepod or a v6e shape, such as v6e-8"
    return None
