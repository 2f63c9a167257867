"""Prices of whole machines per hour, with what is bundled with them.

Of accelerators with local SSD; of others without disks.
"""

from collections.abc import Iterator

from catalog.price_list.rows import (
    CALCULATOR,
    DERIVED,
    EIGHTH,
    GENERAL,
    GOOGLE,
    GOOGLE_2026,
    QUOTED,
    columns,
    linear,
    rows,
)
from catalog.prices import Capacity, Price


def machine_prices() -> Iterator[Price]:
    """Every row whose SKU is a machine type."""
    yield from _accelerators()
    yield from _general()


def _accelerators() -> Iterator[Price]:
    yield from columns(
        """
        a3-highgpu-8g   88.490   38.32 41.60 25.762   61.3837   38.8644
        a3-megagpu-8g   93.4007  40.32 44.00 27.191   64.2066   40.6501
        a3-ultragpu-8g  84.8069  42.40 59.36 42.165   58.4719   37.2084
        a2-megagpu-16g  55.7395  -     -     27.344   35.1155   19.5092
        g2-standard-4   0.706832 -     -     0.2818   0.445304  0.318075
        g2-standard-8   0.853624 -     -     0.3406   0.537783  0.384131
        g2-standard-12  1.000416 -     -     0.3993   0.630262  0.450187
        g2-standard-16  1.147208 -     -     0.458    0.722741  0.516244
        g2-standard-24  2.000833 -     -     0.799    1.260525  0.900375
        g2-standard-32  1.734377 -     -     0.693    1.092657  0.780469
        g2-standard-48  4.001665 -     -     1.597    2.521049  1.800749
        g2-standard-96  8.003331 -     -     -        5.042098  3.601499
        """,
        GOOGLE,
        *("on-demand", "flex-start", "calendar", "spot", "commitment-1y", "commitment-3y"),
    )
    a2: tuple[tuple[str, Capacity], ...] = (
        ("3.673385", "on-demand"),
        ("2.00", "flex-start"),
        ("1.80385", "spot"),
        ("2.314207", "commitment-1y"),
        ("1.285708", "commitment-3y"),
    )
    for usd, capacity in a2:
        yield from linear("a2-highgpu", usd, GOOGLE, capacity, 1, 2, 4, 8)
    ultra: tuple[tuple[str, Capacity], ...] = (
        ("5.068798", "on-demand"),
        ("2.40", "flex-start"),
        ("2.526828", "spot"),
    )
    for usd, capacity in ultra:
        yield from linear("a2-ultragpu", usd, GOOGLE, capacity, 1, 2, 4, 8)
    # Fewer than eight H100 are never on demand: no such price exists.
    yield from linear("a3-highgpu", "4.79", EIGHTH, "flex-start", 1, 2, 4)
    yield from linear("a3-highgpu", "6.2894", GOOGLE_2026, "spot", 1, 2, 4)
    yield from linear("a2-highgpu", "2.20401", GOOGLE_2026, "spot", 1)
    yield from columns("g2-standard-4 0.4028", GOOGLE_2026, "spot")
    yield from columns("a3-highgpu-8g 52.962\na3-ultragpu-8g 50.874", QUOTED, "spot")
    yield from rows(
        """
        88.49 us-west1
        88.56 us-east4
        92.13 asia-south1
        97.37 europe-west1
        97.44 europe-north1
        99.58 us-east5
        99.65 us-west4
        104.43 europe-west3
        106.28 asia-south2
        112.54 europe-west4
        114.28 asia-southeast1
        126.64 asia-northeast1
        """,
        *("compute", "machine-hour", CALCULATOR),
        sku="a3-highgpu-8g",
    )


def _general() -> Iterator[Price]:
    yield from columns("n1-standard-4 0.189999\ne2-standard-4 0.13402284", GENERAL, "on-demand")
    yield from columns(
        """
        n1-standard-8 0.379998
        e2-standard-2 0.067011
        e2-standard-8 0.268046
        """,
        DERIVED,
        "on-demand",
    )
    yield from columns(
        """
        n2-standard-4  0.194236 0.139850 0.104887 0.122364 0.087412
        n2-standard-8  0.388472 0.279700 0.209775 0.244728 0.174824
        n2-standard-16 0.776944 0.559399 0.419550 0.489456 0.349648
        """,
        GOOGLE,
        *("on-demand", "flexible-1y", "flexible-3y", "commitment-1y", "commitment-3y"),
    )
    yield from columns("n2-standard-8 0.388472", GOOGLE_2026, "on-demand")
