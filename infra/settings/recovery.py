"""What must survive the loss of a region, and where it then goes on; the rest follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from catalog.dual_regions import dual_region
from catalog.tiers import TIERS, Tier, TierName
from infra.settings.once import ONCE
from infra.settings.places import RegionName
from infra.settings.section import Section

_MOST_STANDBYS = 2


class RecoverySettings(Section):
    """The promise that the stores of the stack keep, and the regions that it takes."""

    tier: TierName
    """regional: what the region held waits for its return. copied: copies in other regions, without
    a promise. durable: one bucket over two regions, at most 12 hours behind. serving: at most 30
    minutes behind, and endpoints in both. continuous: trainings move as well. A model may ask for
    less, or for more of the same copies."""
    standby_regions: Annotated[list[RegionName], ONCE] = Field(max_length=_MOST_STANDBYS)
    """Where work goes when the project's region is lost, the first one first; [] for one region."""


@dataclass(frozen=True, kw_only=True)
class StoreLocation:
    """Where a bucket of the stack is, as Cloud Storage wants it said."""

    location: str
    """Of the bucket, in upper case, as the API gives it back."""
    data_locations: tuple[str, ...]
    """Both regions, in upper case, of a pair that has no name of its own; else empty."""
    rpo: Literal["DEFAULT", "ASYNC_TURBO"] | None
    """None in one region, where the provider takes no value."""
    key_location: str
    """Where the key that encrypts it must be."""
    regions: tuple[str, ...]
    """Regions that have all of it."""


def store_location(tier: Tier, regions: Sequence[str]) -> StoreLocation:
    """Where the stores of a tier are; `regions` begins with the project's own.

    In one region where the pair cannot be joined: `recovery_checks` refuses that before.
    """
    pair = dual_region(*regions[:2]) if len(regions) > 1 else None
    if tier.copies not in ("default", "turbo") or pair is None:
        return one_region(regions[0])
    return StoreLocation(
        location=pair.location,
        data_locations=() if pair.predefined else tuple(each.upper() for each in pair.regions),
        rpo="ASYNC_TURBO" if tier.copies == "turbo" else "DEFAULT",
        key_location=pair.key_location,
        regions=pair.regions,
    )


def one_region(region: str) -> StoreLocation:
    """Where a bucket in one region is."""
    return StoreLocation(
        location=region.upper(), data_locations=(), rpo=None, key_location=region, regions=(region,)
    )


def replica_regions(tier: Tier, regions: Sequence[str]) -> tuple[str, ...]:
    """Standby regions that the stores themselves do not reach: each gets a bucket of copies."""
    if tier.copies == "none":
        return ()
    reached = store_location(tier, regions).regions
    return tuple(region for region in regions if region not in reached)


def tier_of(settings: RecoverySettings, own: TierName | None) -> Tier:
    """The tier of a model: its own, or that of the stack."""
    return TIERS[own or settings.tier]
