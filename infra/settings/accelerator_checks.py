"""Rules between the lists of the accelerators: who takes a reservation, who is in which network."""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from catalog.places import region_of
from infra.settings.accelerators import AcceleratorSettings
from infra.settings.flex_groups import FlexGroupSettings
from infra.settings.machines import MachineSettings
from infra.settings.nearest import choose
from infra.settings.network import NetworkSettings, apart
from infra.settings.problems import Path, Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

_HERE = "accelerators"
_IN_BOTH = ", and a machine has cards in both: write a range outside of it"


@rule
def accelerator_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts, in the order of the stack file."""
    listed = settings.accelerators
    yield from _kept_elsewhere(settings)
    yield from _shared_with_itself(settings)
    yield from _ranges(settings)
    yield from _reserved(listed)
    for index, machine in enumerate(listed.machines):
        path: Path = (_HERE, "machines", index, "gpu_network")
        yield from _network(listed, path, machine, [machine.zone])
    for index, group in enumerate(listed.flex_groups):
        path = (_HERE, "flex_groups", index, "gpu_network")
        yield from _network(listed, path, group, group.zones)


@rule
def _kept_elsewhere(settings: "StackSettings") -> Iterator[Problem]:
    """What is in no subnet of the platform's. Machines are, and those are in its regions."""
    listed, allowed = settings.accelerators, settings.project.allowed_regions
    for key, places in (
        ("reservations", listed.reservations),
        ("future_reservations", listed.future_reservations),
        ("gpu_networks", listed.gpu_networks),
    ):
        for index, each in enumerate(places):
            if region_of(each.zone) not in allowed:
                yield Problem(
                    (_HERE, key, index, "zone"),
                    f" is {each.zone!r}, but mlplatform:project.allowed_regions is "
                    f"{', '.join(allowed)}: write a zone of these, or add "
                    f"{region_of(each.zone)} there",
                )


@rule
def _shared_with_itself(settings: "StackSettings") -> Iterator[Problem]:
    own = settings.project.id
    for index, place in enumerate(settings.accelerators.reservations):
        for at, project in enumerate(place.shared_with):
            if project == own:
                yield Problem(
                    (_HERE, "reservations", index, "shared_with", at),
                    f" is {own!r}, this stack's own project (mlplatform:project.id), whose "
                    "machines may take places in any case: leave it out",
                )


@rule
def _ranges(settings: "StackSettings") -> Iterator[Problem]:
    taken: list[tuple[str, str]] = []
    for index, each in enumerate(settings.accelerators.gpu_networks):
        path = (_HERE, "gpu_networks", index, "cidr")
        yield from _outside_network(settings, path, each.cidr)
        for where, cidr in taken:
            yield from apart(path, each.cidr, where, cidr, _IN_BOTH)
        taken.append((f"{_HERE}.gpu_networks.{index}.cidr", each.cidr))


@rule
def _outside_network(settings: "StackSettings", path: Path, own: str) -> Iterator[Problem]:
    network = settings.network
    for name in ("private_services_range", "google_apis_address"):
        yield from _outside(network, path, own, name)
    for index, subnet in enumerate(network.subnets):
        yield from apart(path, own, f"network.subnets.{index}.cidr", subnet.cidr, _IN_BOTH)


@rule
def _outside(network: NetworkSettings, path: Path, own: str, name: str) -> Iterator[Problem]:
    if cidr := getattr(network, name):
        yield from apart(path, own, f"network.{name}", cidr, _IN_BOTH)


@rule
def _reserved(listed: AcceleratorSettings) -> Iterator[Problem]:
    kept = {each.name: each for each in listed.reservations}
    later = {each.name: each for each in listed.future_reservations}
    used: Counter[str] = Counter()
    for index, machine in enumerate(listed.machines):
        path = (_HERE, "machines", index)
        own, other = (later, kept) if machine.capacity == "calendar" else (kept, later)
        name = machine.reservation
        if name is None:
            continue
        if name in other:
            way = "reservation" if machine.capacity == "calendar" else "calendar"
            yield Problem(
                (*path, "capacity"),
                f" is {machine.capacity!r}, but {name} is listed in "
                f"{'reservations' if way == 'reservation' else 'future_reservations'}: write {way}",
            )
        elif name not in own:
            yield from _somebodys((*path, "reservation"), name, own, machine.capacity)
        else:
            used[name] += 1
            place = own[name]
            if (place.shape, place.zone) != (machine.shape, machine.zone):
                yield Problem(
                    (*path, "reservation"),
                    f" is {name!r}, which keeps {place.shape} in {place.zone}, not "
                    f"{machine.shape} in {machine.zone}: write these there, or another reservation",
                )
            elif used[name] > place.count:
                yield Problem(
                    (*path, "reservation"),
                    f" is {name!r}, whose count of {place.count} other machines have taken: "
                    f"raise it to {used[name]}",
                )


def _somebodys(path: Path, name: str, own: Collection[str], capacity: str) -> Iterator[Problem]:
    """A name that is not listed is a slip of the pen; what others made is written in full."""
    if "/" not in name:
        key = "future_reservations" if capacity == "calendar" else "reservations"
        listed = f"{choose(name, own)};" if own else "list it there;"
        yield Problem(
            path,
            f" is {name!r}, not in mlplatform:accelerators.{key}: {listed} for one that somebody "
            f"else made write projects/PROJECT/reservations/{name}",
        )


@rule
def _network(
    listed: AcceleratorSettings,
    path: Path,
    machine: MachineSettings | FlexGroupSettings,
    zones: list[str],
) -> Iterator[Problem]:
    name = machine.gpu_network
    if name is None:
        return
    known = {each.name: each for each in listed.gpu_networks}
    if name not in known:
        have = f"write one of {', '.join(known)}" if known else "list it there"
        yield Problem(
            path, f" is {name!r}, not in mlplatform:accelerators.gpu_networks: {have}, or null"
        )
    elif known[name].shape != machine.shape:
        yield Problem(
            path,
            f" is {name!r}, whose cards are those of {known[name].shape}, but the shape is "
            f"{machine.shape}: write networks of its shape, or null",
        )
    elif zones != [known[name].zone]:
        yield Problem(
            path,
            f" is {name!r}, which is in {known[name].zone}, but the machine is in "
            f"{', '.join(zones)}: write networks of its zone, or null",
        )
