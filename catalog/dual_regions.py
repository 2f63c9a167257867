"""Pairs of regions that one bucket of Cloud Storage can lie in.

A predefined pair has a name of its own. A pair of one's own choice takes the code of the area that
both regions belong to, and names the two. Source: Google's page of bucket locations, read 2026-04.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DualRegion:
    """Where a bucket in two regions is."""

    location: str
    """What the bucket says: the pair's name, or the code of the area."""
    regions: tuple[str, str]
    predefined: bool

    @property
    def key_location(self) -> str:
        """Where the key of such a bucket is: a region's key encrypts no bucket in two regions.

        Cloud KMS has the same names, but calls the European area `europe`.
        """
        return "europe" if self.location == "EU" else self.location.lower()


PREDEFINED: dict[str, tuple[str, str]] = {
    "ASIA1": ("asia-northeast1", "asia-northeast2"),
    "EUR4": ("europe-north1", "europe-west4"),
    "EUR5": ("europe-west1", "europe-west2"),
    "EUR7": ("europe-west2", "europe-west3"),
    "EUR8": ("europe-west3", "europe-west6"),
    "NAM4": ("us-central1", "us-east1"),
}

# Narrow areas first: the pairs of Germany and Italy are taken under their own codes. The page says
# in footnotes that some pairs of the wide areas are excluded; those are the ones above.
AREAS: dict[str, tuple[str, ...]] = {
    "AU": ("australia-southeast1", "australia-southeast2"),
    "CA": ("northamerica-northeast1", "northamerica-northeast2"),
    "DE": ("europe-west3", "europe-west10"),
    "IN": ("asia-south1", "asia-south2"),
    "IT": ("europe-west8", "europe-west12"),
    "ASIA": ("asia-east1", "asia-southeast1"),
    "EU": (
        "europe-central2",
        "europe-north1",
        "europe-southwest1",
        "europe-west1",
        "europe-west3",
        "europe-west4",
        "europe-west8",
        "europe-west9",
        "europe-west10",
        "europe-west12",
    ),
    "US": (
        "us-central1",
        "us-east1",
        "us-east4",
        "us-east5",
        "us-south1",
        "us-west1",
        "us-west2",
        "us-west3",
        "us-west4",
    ),
}
"""Regions that can be paired freely, by the code that the bucket then says."""


def dual_region(one: str, other: str) -> DualRegion | None:
    """The location of a bucket in these two regions; None if no bucket can be in both."""
    wanted = {one, other}
    if one == other:
        return None
    for name, pair in PREDEFINED.items():
        if wanted == set(pair):
            return DualRegion(location=name, regions=(one, other), predefined=True)
    for code, regions in AREAS.items():
        if wanted <= set(regions):
            return DualRegion(location=code, regions=(one, other), predefined=False)
    return None


def partners(region: str) -> list[str]:
    """Regions that a bucket can share with this one; none for a region that stands alone."""
    groups = [each for each in (*PREDEFINED.values(), *AREAS.values()) if region in each]
    return sorted({other for group in groups for other in group} - {region})


KEY_LOCATIONS = frozenset(
    DualRegion(location=name, regions=("", ""), predefined=False).key_location
    for name in (*PREDEFINED, *AREAS)
)
"""Locations of keys for buckets in two regions."""
