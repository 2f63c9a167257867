"""The price table: legal, dated, and honest about what it does not hold."""

import re
from decimal import Decimal
from typing import get_args

import pytest

from catalog.accelerators import SHAPES
from catalog.accelerators import Capacity as Offered
from catalog.chips import CHIPS
from catalog.machines import MACHINES
from catalog.places import ZONES
from catalog.price_list import COMPILED, PRICES
from catalog.prices import (
    REGION_GROUPS,
    SUSTAINED_USE,
    Capacity,
    Price,
    Product,
    Source,
    Unit,
    break_even_use,
    find,
    newest,
    saving,
)

ISO = r"20\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"


def row(usd: str, as_of: str, sku: str = "x") -> Price:
    source = Source(name="a page", as_of=as_of, mark="C")
    return Price(
        sku=sku,
        product="compute",
        unit="hour",
        region="us-central1",
        usd=Decimal(usd),
        source=source,
    )


def test_every_row_is_legal():
    for price in PRICES:
        assert price.usd > 0, f"{price}: what is unknown has no row"
        assert price.usd != 700, f"{price}: a catalogue's placeholder"
        assert price.unit in get_args(Unit)
        assert price.product in get_args(Product)
        assert price.capacity in get_args(Capacity)
        assert price.region in ZONES or price.region in REGION_GROUPS


def test_every_row_is_dated_and_no_source_is_younger_than_the_table():
    for price in PRICES:
        assert re.fullmatch(ISO, price.as_of), price
        assert price.source.name
        assert price.as_of[:7] <= COMPILED, f"{price} was read after the table was compiled"


def test_no_row_is_there_twice():
    keys = [(p.product, p.sku, p.region, p.capacity, p.as_of) for p in PRICES]
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_priced_machine_and_chip_exists():
    for price in PRICES:
        if price.unit == "machine-hour":
            assert price.sku in MACHINES
        if price.unit == "chip-hour":
            assert price.sku in CHIPS


def test_every_shape_that_can_be_had_on_demand_has_a_price_somewhere():
    for shape in SHAPES.values():
        machine = MACHINES[shape.machine_type]
        sku = machine.chip if shape.family.kind == "tpu" else machine.name
        assert sku
        for capacity in shape.capacities:
            if capacity == "spot":
                continue  # the price of a day: not every source lists it
            assert find("compute", sku, "us-central1", capacity), (shape.name, capacity)


def test_no_shape_has_a_price_for_a_way_that_it_cannot_be_had():
    for shape in SHAPES.values():
        for capacity in get_args(Offered):
            if capacity in shape.capacities:
                continue
            assert find("compute", shape.machine_type, "us-central1", capacity) is None


@pytest.mark.parametrize(
    ("sku", "region", "capacity", "usd"),
    [
        ("a3-highgpu-8g", "us-central1", "on-demand", "88.490"),
        ("a3-highgpu-8g", "europe-west4", "on-demand", "112.54"),
        ("a3-highgpu-4g", "us-central1", "spot", "25.1576"),
        ("a2-highgpu-2g", "us-central1", "on-demand", "7.346770"),
        ("TPU v6e", "us-central1", "on-demand", "2.70"),
        ("TPU v6e", "EUROPE-WEST4", "spot", "1.03748"),
    ],
)
def test_known_prices(sku, region, capacity, usd):
    found = find("compute", sku, region, capacity)
    assert found
    assert found.usd == Decimal(usd)


@pytest.mark.parametrize(
    ("product", "sku", "region", "capacity"),
    [
        ("compute", "a3-highgpu-1g", "us-central1", "on-demand"),  # cannot be had
        ("compute", "TPU v6e", "southamerica-west1", "spot"),  # a placeholder in the catalogue
        ("compute", "TPU v6e", "us-central1", "flex-start"),
        ("compute", "c3-standard-4", "us-central1", "on-demand"),  # sources disagree
        ("compute", "n2-standard-4", "europe-west4", "on-demand"),
        ("training", "ct6e-standard-8t", "us-central1", "on-demand"),
        ("compute", "g2-standard-96", "us-central1", "spot"),  # an error of the page
    ],
)
def test_what_no_source_holds_stays_unknown(product, sku, region, capacity):
    assert find(product, sku, region, capacity) is None


def test_what_was_worked_out_is_marked_so():
    marks = {
        sku: find("compute", sku, "us-central1", "flex-start")
        for sku in ("a2-highgpu-1g", "a2-highgpu-4g", "a3-highgpu-1g")
    }
    assert [price.source.mark for price in marks.values() if price] == ["A", "D", "D"]


def test_of_several_dates_the_newest_counts():
    found = newest([row("3", "2026"), row("2", "2026-10-06"), row("1", "2025-12")])
    assert [price.usd for price in found.values()] == [Decimal(2)]
    spot = find("compute", "g2-standard-4", "us-central1", "spot")
    assert spot
    assert (spot.usd, spot.as_of) == (Decimal("0.4028"), "2026-10-06")


def test_eight_gpus_on_demand_are_dearer_than_their_gpus_alone():
    for region in ("us-central1", "us-east4", "europe-west4", "asia-south1"):
        whole, gpu = find("compute", "a3-highgpu-8g", region), find("compute", "H100", region)
        assert whole
        assert gpu
        assert whole.usd > 8 * gpu.usd, "a flex-start row passed for an on-demand price"


def test_no_region_is_so_cheap_that_its_price_must_be_of_another_kind():
    for chip in CHIPS:
        found = [p.usd for p in PRICES if p.sku == chip and p.capacity == "on-demand"]
        assert found, f"{chip} has no price"
        assert min(found) > Decimal("0.55") * max(found), chip


def test_accelerators_have_no_discount_for_running_all_month():
    families = {machine.family for machine in MACHINES.values() if machine.chip}
    assert not families & set(SUSTAINED_USE)
    assert SUSTAINED_USE["N1"] > SUSTAINED_USE["N2"] > 0


def test_a_saving_is_read_from_two_rows():
    h100 = saving("a3-highgpu-8g", "us-central1", "flex-start")
    assert h100 == pytest.approx(1 - 38.32 / 88.49)
    assert saving("a3-highgpu-8g", "us-central1", "spot") == pytest.approx(1 - 52.962 / 88.49)
    assert saving("a3-highgpu-1g", "us-central1", "spot") is None, "there is no on-demand price"
    assert saving("n2-standard-4", "us-central1", "spot") is None


@pytest.mark.parametrize(
    ("sku", "term", "share"),
    [
        ("a3-highgpu-8g", "commitment-1y", 0.694),
        ("a3-highgpu-8g", "commitment-3y", 0.439),
        ("TPU v6e", "commitment-1y", 0.70),
        ("TPU v6e", "commitment-3y", 0.452),
        ("n2-standard-4", "flexible-1y", 0.72),
        ("g2-standard-8", "commitment-1y", 0.63),
    ],
)
def test_a_commitment_pays_from_this_use_on(sku, term, share):
    assert break_even_use(sku, "us-central1", term) == pytest.approx(share, abs=0.001)


def test_a_commitment_may_not_pay_against_flex_start():
    against = break_even_use("a3-highgpu-8g", "us-central1", "commitment-1y", "flex-start")
    assert against
    assert against > 1, "every hour of a year is dearer than flex-start for the same hours"
    assert break_even_use("TPU v5e", "us-central1", "commitment-1y") is None
