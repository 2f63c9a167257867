"""Machines of one's own beside the jobs: all that a stack lists of them."""

from collections.abc import Iterator

from pydantic import model_validator

from infra.settings.flex_groups import FlexGroupSettings
from infra.settings.gpu_networks import GpuNetworkSettings
from infra.settings.machines import MachineSettings
from infra.settings.once import names_repeated
from infra.settings.problems import Problem, refuse
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
        refuse(
            self._kept_twice(),
            self._named_twice("reservations"),
            self._named_twice("gpu_networks"),
            self._named_twice("machines"),
            self._named_twice("flex_groups"),
            self._named_twice("warm_pools"),
        )
        return self

    def _kept_twice(self) -> Iterator[Problem]:
        # A machine names either by its name alone.
        later = self.future_reservations
        yield from names_repeated(("future_reservations",), later, self.reservations)

    def _named_twice(self, key: str) -> Iterator[Problem]:
        yield from names_repeated((key,), getattr(self, key))
