"""Where prices were read, and how a block of text becomes rows."""

from collections.abc import Iterator
from decimal import Decimal

from catalog.prices import REFERENCE_REGION, Capacity, Price, Product, Source, Unit

GOOGLE = Source(
    name="Compute Engine's pricing page, undated (late 2025)", as_of="2025-12", mark="A"
)
GOOGLE_2026 = Source(name="Compute Engine's pricing page", as_of="2026-10-06", mark="A")
GENERAL = Source(name="Compute Engine's pricing page", as_of="2026-10-04", mark="A")
QUOTED = Source(name="a quote of Compute Engine's pricing page", as_of="2026", mark="C")
DERIVED = Source(name="worked out from the size next to it", as_of="2026-10-04", mark="D")
EIGHTH = Source(name="an eighth of the machine with eight GPUs", as_of="2025-12", mark="D")
CATALOGUE = Source(name="skypilot-catalog v8, undated (late 2025)", as_of="2025-12", mark="B")
CALCULATOR = Source(name="google-cloud-pricing-cost-calculator", as_of="2025-03-06", mark="B")
VERTEX = Source(name="Vertex AI's pricing page", as_of="2026-10-04", mark="A")
VERTEX_TRAINING = Source(name="Vertex AI's pricing page", as_of="2026-10-07", mark="A")
BIGQUERY = Source(name="BigQuery's pricing page", as_of="2026-09-05", mark="A")
DATAPROC = Source(name="Dataproc Serverless' pricing page", as_of="2026-09-28", mark="A")
KEYS = Source(name="Cloud KMS's pricing page", as_of="2025-03-17", mark="A")
ZONES = Source(name="a quote of Google's price API", as_of="2023-11", mark="C")
THIRD_PARTY = Source(name="third-party pages", as_of="2026", mark="C")
THIRD_PARTY_2026_04 = Source(name="third-party pages", as_of="2026-04", mark="C")


def rows(
    text: str,
    product: Product,
    unit: Unit,
    source: Source,
    *,
    sku: str | None = None,
    capacity: Capacity = "on-demand",
) -> Iterator[Price]:
    """`USD region...` per line of one SKU, or `sku USD region...`; no region is us-central1."""
    for line in text.strip().splitlines():
        words = line.split()
        name = sku or words.pop(0)
        usd, *regions = words
        for region in regions or [REFERENCE_REGION]:
            yield Price(
                sku=name,
                product=product,
                unit=unit,
                region=region,
                capacity=capacity,
                usd=Decimal(usd),
                source=source,
            )


def columns(text: str, source: Source, *capacities: Capacity) -> Iterator[Price]:
    """`machine USD USD...` per line, one column per capacity; `-` where there is no price."""
    for line in text.strip().splitlines():
        machine, *columns = line.split()
        for capacity, usd in zip(capacities, columns, strict=True):
            if usd != "-":
                yield from rows(
                    usd, "compute", "machine-hour", source, sku=machine, capacity=capacity
                )


def linear(
    prefix: str, usd: str, source: Source, capacity: Capacity, *gpus: int
) -> Iterator[Price]:
    """Machines that cost as many times more as they have GPUs; `usd` is for one."""
    for count in gpus:
        times = Source(name="the price of one GPU, times GPUs", as_of=source.as_of, mark="D")
        yield from rows(
            str(Decimal(usd) * count),
            "compute",
            "machine-hour",
            times if count > 1 else source,
            sku=f"{prefix}-{count}g",
            capacity=capacity,
        )
