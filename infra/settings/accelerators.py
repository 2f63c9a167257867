"""Machines of one's own beside the jobs: all that a stack lists of them."""

from collections.abc import Iterable, Iterator

from pydantic import model_validator

from infra.settings.flex_groups import FlexGroupSettings
from infra.settings.gpu_networks import GpuNetworkSettings
from infra.settings.machines import MachineSettings
from infra.settings.problems import Path, Problem, refuse
from infra.settings.reservations import FutureReservationSettings, ReservationSettings
from infra.settings.section import Section
from infra.settings.warm_pools import WarmPoolSettings


class AcceleratorSettings(Section):
    """Machines that are not one job's: none unless they are listed."""

    reservations: list[ReservationSettings]
    """Places that are kept for machines."""
    future_reservations: list[FutureReservationSettings]
    """Places that are kept from some day on."""
    gpu_networks: list[GpuNetworkSettings]
    """Networks in which GPUs of several machines talk to each other."""
    machines: list[MachineSettings]
    """Machines and slices of one's own."""
    flex_groups: list[FlexGroupSettings]
    """Groups of machines for at most seven days, which wait for their turn."""
    warm_pools: list[WarmPoolSettings]
    """Machines of Vertex AI that wait for jobs."""

    @model_validator(mode="after")
    def _names_differ(self) -> "AcceleratorSettings":
        named = {
            "reservations": self.reservations,
            "gpu_networks": self.gpu_networks,
            "machines": self.machines,
            "flex_groups": self.flex_groups,
            "warm_pools": self.warm_pools,
        }
        kept = [each.name for each in self.reservations]
        later = [each.name for each in self.future_reservations]
        refuse(
            [
                *_repeated(("future_reservations",), later, kept),
                *(
                    problem
                    for key, listed in named.items()
                    for problem in _repeated((key,), (each.name for each in listed))
                ),
            ]
        )
        return self


def _repeated(path: Path, names: Iterable[str], taken: Iterable[str] = ()) -> Iterator[Problem]:
    seen = set(taken)
    for index, name in enumerate(names):
        if name in seen:
            yield Problem(
                (*path, index, "name"), f" is {name!r} a second time: give each a name of its own"
            )
        seen.add(name)
