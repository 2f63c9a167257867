"""Machines of Vertex AI that wait for jobs."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from catalog.accelerators import SHAPES, Shape
from infra.settings.machines import LONGEST_HOURS
from infra.settings.nearest import choose
from infra.settings.problems import Problem, refuse
from infra.settings.section import Section, ShortName
from infra.settings.serving import out_of_order
from infra.settings.shapes import shape_of

_KEPT = [
    name
    for name, shape in SHAPES.items()
    if shape.family.kind != "tpu" and "on-demand" in shape.capacities
]


def _no_pool(shape: str) -> str:
    return f"which no pool can keep: {choose(shape, _KEPT)}"


class WarmPoolSettings(Section):
    """Machines of Vertex AI that stay up between jobs; they are paid for while idle."""

    name: ShortName
    """Name of the pool, which jobs ask for; the stack's is added."""
    shape: Annotated[str, shape_of(_KEPT, _no_pool)]
    """A machine of Vertex AI without TPUs that can be had on demand."""
    min_replicas: int = Field(ge=1, le=100)
    """Machines that are always up."""
    max_replicas: int = Field(ge=1, le=100)
    """Machines at most, while jobs wait; the same as `min_replicas` for a fixed number."""
    boot_disk_gb: int = Field(ge=100, le=64_000)
    """Size of each machine's boot disk, a pd-ssd."""
    ttl_hours: int = Field(ge=1, le=LONGEST_HOURS)
    """The label that says when the pool may be deleted: `cost.reaper` does."""
    keep: bool = False
    """Nothing deletes it by itself, as where models train in it."""

    @property
    def machine(self) -> Shape:
        return SHAPES[self.shape]

    @model_validator(mode="after")
    def _can_be_had(self) -> "WarmPoolSettings":
        refuse(self._count_problems())
        return self

    def _count_problems(self) -> Iterator[Problem]:
        yield from out_of_order(self.min_replicas, self.max_replicas)
