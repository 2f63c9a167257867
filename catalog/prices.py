"""What Google Cloud charges: typed, dated rows, and how to find one.

A price that no usable source holds has no row: `find` answers None, and whoever estimates says
"unknown". List prices in US dollars before tax. The rows are in `catalog.price_list`. A price says
nothing about whether there is capacity: that is in `catalog.accelerators`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Literal

Unit = Literal[
    "machine-hour",  # one machine with everything that is bundled with it
    "chip-hour",  # one TPU chip with its part of the host, or one GPU without its host
    "hour",
    "vCPU-hour",
    "VM-hour",
    "slot-hour",
    "DCU-hour",
    "GB-month",
    "GiB-month",
    "GiB",
    "MiB",
    "TiB",
    "run",
    "month",
]
Product = Literal[
    "compute",  # Compute Engine and Cloud TPU
    "training",  # Vertex AI custom training
    "prediction",  # Vertex AI online prediction
    "pipelines",
    "storage",
    "bigquery",
    "dataproc",
    "registry",
    "workstations",
    "keys",
    "network",
    "observability",
]
Capacity = Literal[
    "on-demand",
    "spot",
    "flex-start",
    "calendar",
    "commitment-1y",
    "commitment-3y",
    "flexible-1y",
    "flexible-3y",
]
REFERENCE_REGION = "us-central1"
"""The region of a list that names none."""
REGION_GROUPS = ("us", "eu", "asia", "nam4", "eur4", "asia1")
"""Multi-regions, and the predefined pairs of regions."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a row was read."""

    name: str
    as_of: str
    """ISO 8601, as exact as the source allows: `2026-10-06`, `2026-10` or `2026`."""
    mark: Literal["A", "B", "C", "D"]
    """A: Google's own text. B: a data set made from Google's price API. C: a third party's page.
    D: worked out from such."""


@dataclass(frozen=True, kw_only=True)
class Price:
    """One row."""

    sku: str
    """A machine type, a chip, a disk type, or a word for what a service meters."""
    product: Product
    unit: Unit
    region: str
    """A region, or one of `REGION_GROUPS`."""
    capacity: Capacity = "on-demand"
    usd: Decimal
    source: Source

    @property
    def as_of(self) -> str:
        return self.source.as_of


TRAINING_SURCHARGE = Decimal("1.15")
"""Vertex AI custom training on a machine without accelerators, times Compute Engine's price.

Google's page of 2026-10-07. Not for GPUs (its H100 row is without) nor for TPUs (not known).
"""

DUAL_REGION_FACTOR = Decimal("2.2")
"""Storage of class STANDARD in a pair of regions, times the price in one of them."""

SUSTAINED_USE: dict[str, Decimal] = {
    "N1": Decimal("0.30"),
    "N2": Decimal("0.20"),
    "N2D": Decimal("0.20"),
    "C2": Decimal("0.20"),
}
"""Families with a discount for running all month, and how much of it at most; nothing with GPUs
of A2, A3 and G2, TPUs, E2 or C3. Third-party tables, 2026."""


@cache
def _newest() -> dict[tuple[str, str, str, str], Price]:
    from catalog.price_list import PRICES

    return newest(PRICES)


def newest(prices: Iterable[Price]) -> dict[tuple[str, str, str, str], Price]:
    """The row with the latest date of each (product, sku, region, capacity)."""
    found: dict[tuple[str, str, str, str], Price] = {}
    for price in prices:
        key = (price.product, price.sku, price.region, price.capacity)
        if key not in found or found[key].as_of < price.as_of:
            found[key] = price
    return found


def find(product: Product, sku: str, region: str, capacity: Capacity = "on-demand") -> Price | None:
    """The newest price, or None where it is unknown. `region` may be written in capitals."""
    return _newest().get((product, sku, region.lower(), capacity))


def saving(sku: str, region: str, capacity: Capacity, product: Product = "compute") -> float | None:
    """The share that this capacity saves over on-demand, from the two rows; None without both.

    Never a fixed percentage: the spot price of H100 doubled within a year. It is only as young as
    the older of the two rows, and negative where spot became dearer than the list.
    """
    full, lower = find(product, sku, region), find(product, sku, region, capacity)
    if full is None or lower is None:
        return None
    return float(1 - lower.usd / full.usd)


def break_even_use(
    sku: str, region: str, commitment: Capacity, instead_of: Capacity = "on-demand"
) -> float | None:
    """The share of all hours above which the commitment is cheaper; None without both prices.

    A commitment is paid for every hour, used or not. Above 1 it never pays.
    """
    committed, other = (
        find("compute", sku, region, commitment),
        find("compute", sku, region, instead_of),
    )
    if committed is None or other is None:
        return None
    return float(committed.usd / other.usd)
