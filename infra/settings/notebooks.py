"""Machines with a notebook server, each for one person."""

from collections.abc import Iterator
from typing import Literal

from pydantic import Field, model_validator

from catalog.machines import MACHINES
from catalog.pairs import counts
from catalog.places import ZONES, region_of
from infra.settings.alerts import Email
from infra.settings.nearest import choose
from infra.settings.problems import Problem, refuse
from infra.settings.section import Section, ShortName

_FAMILIES = ("E2", "N1", "N2")
_MACHINES = tuple(name for name, each in MACHINES.items() if each.family in _FAMILIES)
_SMALLEST_BOOT_DISK_GB, _LARGEST_DISK_GB = 150, 64_000


def machine_problems(machine_type: str, t4_gpus: int, runs: str) -> Iterator[Problem]:
    """What is wrong with the machine under a notebook or a workstation."""
    if machine_type not in _MACHINES:
        yield Problem(
            ("machine_type",),
            f" is {machine_type!r}, which no {runs} runs on here: "
            f"{choose(machine_type, _MACHINES)}",
        )
    elif t4_gpus and t4_gpus not in counts(machine_type, "T4"):
        yield Problem(
            ("t4_gpus",),
            f" is {t4_gpus}, but {machine_type} takes no GPU: write 0, or "
            "machine_type n1-standard-8",
        )


class NotebookSettings(Section):
    """One machine of Vertex AI Workbench."""

    name: ShortName
    """Name of the machine; the stack's is added."""
    owner: Email
    """Who alone may open it."""
    zone: str
    """A zone of a region with a subnet."""
    machine_type: str
    """Such as `n1-standard-8`."""
    t4_gpus: Literal[0, 1, 2, 4] = 0
    """T4 GPUs; only an n1 machine takes them. None where the stack enforces organization policies:
    nobody signs their driver, and it does not start by Secure Boot."""
    disk_gb: int = Field(ge=_SMALLEST_BOOT_DISK_GB, le=_LARGEST_DISK_GB)
    """Size of the boot disk, on which Google's image is."""
    home_gb: int = Field(ge=10, le=_LARGEST_DISK_GB)
    """Size of the disk with the notebooks."""
    idle_minutes: int = Field(ge=10, le=24 * 60)
    """Stopped after so long without a running kernel."""

    @property
    def region(self) -> str:
        return region_of(self.zone)

    @model_validator(mode="after")
    def _can_be_had(self) -> "NotebookSettings":
        refuse(self._place(), self._machine())
        return self

    def _place(self) -> Iterator[Problem]:
        zones = ZONES.get(self.region, ())
        if self.zone not in zones:
            near = zones or [each for region in ZONES.values() for each in region]
            yield Problem(
                ("zone",), f" is {self.zone!r}, no zone of Google Cloud: {choose(self.zone, near)}"
            )

    def _machine(self) -> Iterator[Problem]:
        yield from machine_problems(self.machine_type, self.t4_gpus, "notebook")
