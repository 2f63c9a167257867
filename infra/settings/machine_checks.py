"""Rules between machines that are not one job's and the rest of the stack file."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from catalog.machines import MACHINES
from catalog.places import ZONES, region_of
from infra.settings.accelerator_checks import accelerator_checks
from infra.settings.problems import Path, Problem, rule
from infra.settings.workstations import LONGEST_ENCRYPTED_HOURS, TeamSettings

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


@rule
def machine_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about workstations and accelerators, in the order of the stack file."""
    yield from _disk_key(settings)
    yield from _teams(settings)
    yield from _notebooks(settings)
    yield from accelerator_checks(settings)
    yield from _machines(settings)
    yield from _start_up(settings)
    yield from _shielded(settings)
    yield from _warm_pools(settings)


@rule
def _teams(settings: "StackSettings") -> Iterator[Problem]:
    for index, team in enumerate(settings.workstations.teams):
        for problem in _team(settings, team):
            yield problem.below(("workstations", "teams", index))


@rule
def _notebooks(settings: "StackSettings") -> Iterator[Problem]:
    for index, notebook in enumerate(settings.workstations.notebooks):
        path: Path = ("workstations", "notebooks", index, "zone")
        yield from _place(settings, path, notebook.zone, ZONES[notebook.region])


@rule
def _disk_key(settings: "StackSettings") -> Iterator[Problem]:
    region, key = settings.project.region, settings.workstations.disk_key
    if settings.workstations.teams and key is not None and key.split("/")[3] != region:
        yield Problem(
            ("workstations", "disk_key"),
            f" is in {key.split('/')[3]}, but the workstations are in {region} "
            f"(mlplatform:project.region): write a key of {region}",
        )


@rule
def _team(settings: "StackSettings", team: TeamSettings) -> Iterator[Problem]:
    if team.floats and settings.environment == "prod":
        yield Problem(
            ("image",),
            f" is {team.image!r}, a tag that may be another image tomorrow, but the environment is "
            "prod: write the image with @sha256: and its digest",
        )
    encrypted = settings.keys.customer_managed and settings.workstations.disk_key is None
    if encrypted and team.running_hours > LONGEST_ENCRYPTED_HOURS:
        # With a disk_key the section itself refuses it.
        yield Problem(
            ("running_hours",),
            f" is {team.running_hours}, but mlplatform:keys.customer_managed is true, and a "
            "workstation whose disk has a key of its own runs less than a day: write at most "
            f"{LONGEST_ENCRYPTED_HOURS}",
        )
    if team.home_reclaim_policy == "DELETE" and settings.protection.enabled:
        yield Problem(
            ("home_reclaim_policy",),
            " is 'DELETE', but mlplatform:protection.enabled is true: write RETAIN",
        )


@rule
def _machines(settings: "StackSettings") -> Iterator[Problem]:
    for index, machine in enumerate(settings.accelerators.machines):
        path = ("accelerators", "machines", index, "zone")
        offered = machine.machine.zones(machine.capacity)
        yield from _place(settings, path, machine.zone, offered)
    for index, group in enumerate(settings.accelerators.flex_groups):
        path = ("accelerators", "flex_groups", index, "zones", 0)
        offered = group.machine.zones("flex-start")
        yield from _place(settings, path, group.zones[0], offered)


@rule
def _start_up(settings: "StackSettings") -> Iterator[Problem]:
    """What is installed comes from the internet, where a machine without an address needs a way."""
    network, listed = settings.network, settings.accelerators
    if network.nat or network.adopted:
        return
    for key, machines in (("machines", listed.machines), ("flex_groups", listed.flex_groups)):
        for index, machine in enumerate(machines):
            if machine.start_up:
                yield Problem(
                    ("accelerators", key, index, "start_up"),
                    " is true, but mlplatform:network.nat is false, and what is installed comes "
                    "from the internet: write false and an image that has it, or nat: true",
                )


@rule
def _shielded(settings: "StackSettings") -> Iterator[Problem]:
    """Where compute.requireShieldedVm holds, nothing starts without Secure Boot."""
    if settings.guardrails.organization_policies != "enforced":
        return
    for key, found in (
        ("machines", settings.accelerators.machines),
        ("flex_groups", settings.accelerators.flex_groups),
    ):
        for index, each in enumerate(found):
            if each.boot and MACHINES[each.shape].chips and not each.boot.signed_drivers:
                yield Problem(
                    ("accelerators", key, index, "boot", "signed_drivers"),
                    f" is false, but {each.shape} starts without Secure Boot then, and "
                    "mlplatform:guardrails.organization_policies is enforced, which refuses that "
                    "(compute.requireShieldedVm): take an image whose drivers are signed, and "
                    "write true",
                )
    for index, notebook in enumerate(settings.workstations.notebooks):
        if notebook.t4_gpus:
            yield Problem(
                ("workstations", "notebooks", index, "t4_gpus"),
                f" is {notebook.t4_gpus}, but nobody signs the driver of a notebook's GPU, and "
                "mlplatform:guardrails.organization_policies is enforced, which starts nothing "
                "without Secure Boot (compute.requireShieldedVm): write 0, and take GPUs from "
                "machines or workstations",
            )


@rule
def _place(
    settings: "StackSettings", path: Path, zone: str, offered: Sequence[str]
) -> Iterator[Problem]:
    """A machine is where there is a subnet, and a key where disks have one of their own."""
    regions, keys = settings.network.regions, settings.keys
    if region_of(zone) not in regions:
        near = [each for each in offered if region_of(each) in regions]
        instead = f"write {' or '.join(near)}, or add" if near else "add"
        yield Problem(
            path,
            f" is {zone!r}, but mlplatform:network.subnets are in "
            f"{', '.join(regions)}: {instead} a subnet with region {region_of(zone)}",
        )
    elif keys.customer_managed and region_of(zone) not in keys.regions:
        yield Problem(
            path,
            f" is {zone!r}, but mlplatform:keys.regions is {', '.join(keys.regions)} and its "
            f"disks are encrypted with a key of their region: add {region_of(zone)} there",
        )


@rule
def _warm_pools(settings: "StackSettings") -> Iterator[Problem]:
    region = settings.project.region
    for index, pool in enumerate(settings.accelerators.warm_pools):
        family = pool.machine.family
        if region not in family.training_regions:
            yield Problem(
                ("accelerators", "warm_pools", index, "shape"),
                f" is {pool.shape!r}, but Vertex AI does not have {family.name} in {region} "
                f"(mlplatform:project.region): it does in {', '.join(family.training_regions)}",
            )
