"""Prices of one accelerator chip per hour.

GPU rows of public catalogues that are flex-start or calendar prices in truth are left out, and so
are placeholders of 700.0: both would pass for on-demand prices.
"""

from collections.abc import Iterator

from catalog.price_list.rows import CATALOGUE, THIRD_PARTY, rows
from catalog.prices import Capacity, Price

_GPU_HOURS = {
    "H100": """
        9.79655 us-central1 us-east4
        10.18841 asia-south1
        10.78698 europe-west1 europe-north1
        11.03385 us-east5
        11.16807 europe-west2
        11.34343 asia-east1
        11.364 europe-west9
        11.55993 europe-west3
        11.76664 asia-south2
        12.58073 asia-northeast3
        12.73552 europe-west4
        """,
    "H100 Mega": """
        10.34428 us-central1 us-west1 us-east4
        11.65076 us-west4
        12.93034 australia-southeast1
        13.44756 europe-west4
        """,
    "H200": "9.31174 us-central1 us-east4 us-west1",
    "A100 40GB": """
        2.93391 us-central1 us-east1 us-west1
        3.10156 us-west4
        3.2273 me-west1
        3.43686 us-west3
        """,
    "A100 80GB": """
        4.4242 us-east5
        4.84607 asia-southeast1
        """,
    "L4": """
        0.55821 us-east4
        0.56004 us-central1 us-east1 us-west1
        0.58298 asia-south1
        0.58804 europe-west4
        0.61666 europe-west1
        0.63077 us-west4
        0.64847 asia-east1
        0.69092 asia-southeast1
        0.7192 asia-northeast1
        0.78344 europe-west6
        0.89606 me-central2
        """,
}
"""One GPU on demand; the host is charged besides."""

_TPU_HOURS: dict[tuple[str, Capacity], str] = {
    ("TPU v5e", "on-demand"): """
        1.20 us-central1 us-east1 us-east4 us-east5 us-west1 us-west4
        1.32132 europe-west1 europe-north1 northamerica-northeast1
        1.38948 asia-east1
        1.416 us-south1 europe-west3
        1.54104 asia-northeast1
        1.56 europe-west4 asia-southeast1
        1.716 southamerica-west1
        """,
    ("TPU v5e", "spot"): """
        0.24493 us-central1 us-east1 us-west1
        0.4244 asia-northeast1
        0.44498 europe-west4
        0.48 us-west4
        0.5664 us-south1
        0.60 us-east4 us-east5
        """,
    ("TPU v6e", "on-demand"): """
        2.70 us-central1 us-east1 us-east4 us-east5 us-south1 us-west1 southamerica-west1
        2.97 europe-west4 asia-southeast1
        3.24 asia-northeast1 asia-south1
        """,
    ("TPU v6e", "spot"): """
        0.36292 asia-southeast1
        0.54421 us-central1 us-east1 us-west1
        0.57766 us-east4
        0.94352 asia-northeast1
        1.03748 europe-west4
        1.215 us-east5
        1.35 us-south1
        2.27 asia-south1
        """,
    ("TPU v5p", "on-demand"): """
        4.20 us-central1 us-east1 us-east5
        4.2525 europe-west4
        4.4595 europe-west1
        4.779 us-south1
        """,
    ("TPU v5p", "spot"): """
        0.83568 us-central1 us-east1
        1.31614 us-south1
        1.3485 europe-west4
        1.68 us-east5
        1.7838 europe-west1
        """,
}
"""One TPU chip with its host; a slice costs as many times more as it has chips."""


def chip_prices() -> Iterator[Price]:
    """Every row whose SKU is a chip."""
    for chip, text in _GPU_HOURS.items():
        yield from rows(text, "compute", "chip-hour", CATALOGUE, sku=chip)
    for (chip, capacity), text in _TPU_HOURS.items():
        yield from rows(text, "compute", "chip-hour", CATALOGUE, sku=chip, capacity=capacity)
    terms: tuple[tuple[str, Capacity], ...] = (("1.89", "commitment-1y"), ("1.22", "commitment-3y"))
    for usd, term in terms:
        yield from rows(usd, "compute", "chip-hour", THIRD_PARTY, sku="TPU v6e", capacity=term)
