"""Where things may lie: the regions that the stack names, and nowhere else."""

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from catalog.dual_regions import DualRegion, dual_region
from policy.registry import Finding, Findings, demand, rule
from policy.tokens import BUCKET, BUILD_TRIGGER, DATASET, GRANTS, METASTORE, PROVIDER
from policy.values import get
from policy.verdicts import Context, Resource

_HOLDS_DATA = {
    "artifactregistry",
    "bigquery",
    "cloudfunctionsv2",
    "cloudrunv2",
    "dataproc",
    "kms",
    "secretmanager",
    "storage",
    "tpu",
    "vertex",
    "workbench",
    "workstations",
}
"""Modules whose resources may not be `global`."""
_TWO = 2
_MUST_SAY = {BUCKET, DATASET, METASTORE, BUILD_TRIGGER}
"""Types that lie somewhere else than the provider's region when they say nothing."""
_LISTS = (
    "customPlacementConfig.dataLocations[*]",
    "messageStoragePolicy.allowedPersistenceRegions[*]",
    "replication.userManaged.replicas[*].location",
)


@rule("location-allowed", ["gcp:*", PROVIDER])
def _location(resource: Resource, context: Context) -> Findings:
    """Data lies and is processed in the stack's regions; what holds data is never global."""
    if any(resource.type.endswith(grant.removeprefix("gcp:*")) for grant in GRANTS):
        return
    paths = [name for name in ("location", "region", "zone") if name in resource.inputs]
    if resource.type in _MUST_SAY and "location" not in paths:
        paths.append("location")
    both = get(resource.inputs, "customPlacementConfig.dataLocations")
    if both is not None:
        paths.remove("location")  # the area around two regions
        yield from _around(resource, both)
    for path in (*paths, *_LISTS):
        for finding in demand(
            resource,
            path,
            lambda place: _allowed(place, resource.type, context),
            f"write one of {', '.join(sorted(context.allowed_regions))}.",
        ):
            yield finding if context.allowed_regions else Finding(finding.property, None)


def _around(resource: Resource, both: Any) -> Findings:
    """A bucket over two regions says the area of these two, and no other."""
    names = [each.lower() for each in both if isinstance(each, str)] if both else []
    pair = dual_region(*names) if len(names) == _TWO else None
    area = pair.location if pair else ""
    if pair:
        yield from demand(
            resource, "location", lambda place: (place or "").upper() == area, f"write {area}."
        )


def _allowed(place: str | None, token: str, context: Context) -> bool:
    name = (place or "").lower()
    if name == "global":
        return token.split(":")[1].partition("/")[0] not in _HOLDS_DATA and token != BUILD_TRIGGER
    regions = {region.lower() for region in context.allowed_regions}
    if token.startswith("gcp:kms/") and name in {pair.key_location for pair in _pairs(regions)}:
        return True  # the key of a bucket over two regions, both allowed
    if token == BUCKET and name in {pair.location.lower() for pair in _named(regions)}:
        return True
    return name in regions or name.rpartition("-")[0] in regions


def _pairs(regions: Iterable[str]) -> list[DualRegion]:
    """Every bucket over two regions that lies in these regions and nowhere else."""
    pairs = [dual_region(one, other) for one, other in combinations(sorted(regions), 2)]
    return [pair for pair in pairs if pair]


def _named(regions: Iterable[str]) -> list[DualRegion]:
    return [pair for pair in _pairs(regions) if pair.predefined]
