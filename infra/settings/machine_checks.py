"""Rules between machines that are not one job's and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem
from infra.settings.workstations import TeamSettings

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


def machine_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about workstations and accelerators, in the order of the stack file."""
    if settings.workstations.teams:
        yield from _disk_key(settings)
    for index, team in enumerate(settings.workstations.teams):
        for problem in _team(settings, team):
            yield problem.below(("workstations", "teams", index))
    yield from _machines(settings)
    yield from _warm_pools(settings)


def _disk_key(settings: "StackSettings") -> Iterator[Problem]:
    region, key = settings.project.region, settings.workstations.disk_key
    if key is None and settings.keys.customer_managed:
        yield Problem(
            ("workstations", "disk_key"),
            " is null, but mlplatform:keys.customer_managed is True and home disks hold code and "
            f"data: write a key of {region}, as "
            f"projects/PROJECT/locations/{region}/keyRings/RING/cryptoKeys/KEY",
        )
    if key is not None and key.split("/")[3] != region:
        yield Problem(
            ("workstations", "disk_key"),
            f" is in {key.split('/')[3]}, but the workstations are in {region} "
            f"(mlplatform:project.region): write a key of {region}",
        )


def _team(settings: "StackSettings", team: TeamSettings) -> Iterator[Problem]:
    if team.floats and settings.environment == "prod":
        yield Problem(
            ("image",),
            f" is {team.image!r}, a tag that may be another image tomorrow, but the environment is "
            "prod: write the image with @sha256: and its digest",
        )
    if team.home_reclaim_policy == "DELETE" and settings.protection.enabled:
        yield Problem(
            ("home_reclaim_policy",),
            " is 'DELETE', but mlplatform:protection.enabled is True: write RETAIN",
        )


def _machines(settings: "StackSettings") -> Iterator[Problem]:
    regions = settings.network.regions
    for index, machine in enumerate(settings.accelerators.machines):
        if machine.region not in regions:
            near = [
                zone
                for zone in machine.machine.zones(machine.capacity)
                if zone.startswith(tuple(f"{region}-" for region in regions))
            ]
            instead = f"write {' or '.join(near)}, or add" if near else "add"
            yield Problem(
                ("accelerators", "machines", index, "zone"),
                f" is {machine.zone!r}, but mlplatform:network.subnets are in "
                f"{', '.join(regions)}: {instead} a subnet with region {machine.region}",
            )


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
