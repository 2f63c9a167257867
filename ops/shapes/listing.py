"""Machines that can be had: their memory and peak, how and where, and what an hour costs.

From the tables in `catalog`; whether a zone has one left nobody knows beforehand.
"""

from dataclasses import dataclass
from decimal import Decimal

from catalog import prices
from catalog.accelerators import SHAPES, Kind
from catalog.chips import CHIPS
from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES, OwnCapacity, OwnShape
from catalog.places import ZONES, region_of
from infra.settings.nearest import choose
from ops.cost.quotes import compute_hour
from ops.errors import UsageError

_CHARGED: dict[OwnCapacity, prices.Capacity] = {
    "on-demand": "on-demand",
    "spot": "spot",
    "flex-start": "flex-start",
    "calendar": "calendar",
    # What is reserved, or waited for, costs what it costs without.
    "reservation": "on-demand",
    "queued": "on-demand",
}


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One shape as it can be had."""

    shape: str
    kind: Kind
    machine_type: str
    machines: int
    """Hosts of a slice; 1 of everything else."""
    chip: str | None
    chips: int
    """Of all hosts."""
    chip_memory_gb: int
    """Of all chips."""
    host_memory_gb: int
    """Of all hosts."""
    bf16_tflops: int | None
    """Of all chips; None without any."""
    jobs: bool
    """Whether Vertex AI trains on it, under the same name."""
    zones: tuple[str, ...]
    """Those that have it in one of the ways below."""
    usd_an_hour: dict[OwnCapacity, Decimal | None]
    """By the way it is obtained, all hosts; None where the price table does not know."""


def offers(
    zone: str | None = None, capacity: OwnCapacity | None = None, kind: Kind | None = None
) -> list[Offer]:
    """Every shape that fits the filters. Raises `UsageError` for a zone that does not exist."""
    if zone is not None:
        _check(zone)
    region = region_of(zone) if zone else prices.REFERENCE_REGION
    found = [
        _offer(shape, region, zone, [capacity] if capacity else [*shape.capacities])
        for shape in OWN_SHAPES.values()
        if kind in (None, shape.family.kind)
    ]
    return [each for each in found if each.zones]


def _check(zone: str) -> None:
    known = [each for zones in ZONES.values() for each in zones]
    if zone not in known:
        near = [each for each in known if each.startswith(zone)]
        instead = f"write {' or '.join(near)}" if near else choose(zone, known)
        raise UsageError(f"--zone {zone}: no zone of Google Cloud; {instead}")


def _offer(shape: OwnShape, region: str, zone: str | None, wanted: list[OwnCapacity]) -> Offer:
    job = SHAPES.get(shape.name)
    hosts = job.hosts if job else 1
    machine = MACHINES[job.machine_type if job else shape.name]
    chip = CHIPS[machine.chip] if machine.chip else None
    ways: dict[OwnCapacity, tuple[str, ...]] = {
        each: tuple(place for place in shape.zones(each) if zone in (None, place))
        for each in wanted
        if each in shape.capacities
    }
    chips = hosts * machine.chips
    return Offer(
        shape=shape.name,
        kind=shape.family.kind,
        machine_type=machine.name,
        machines=hosts,
        chip=machine.chip,
        chips=chips,
        chip_memory_gb=chips * chip.memory_gb if chip else 0,
        host_memory_gb=hosts * machine.memory_gb,
        bf16_tflops=chips * chip.bf16_tflops if chip else None,
        jobs=job is not None,
        zones=tuple(dict.fromkeys(place for places in ways.values() for place in places)),
        usd_an_hour={
            each: _hour(machine.name, hosts, region, each)
            for each, places in ways.items()
            if places
        },
    )


def _hour(machine: str, hosts: int, region: str, capacity: OwnCapacity) -> Decimal | None:
    listed = compute_hour(machine, region, _CHARGED[capacity])
    return None if listed is None else listed[0] * hosts
