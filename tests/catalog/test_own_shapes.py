"""Machines of one's own: where and how each can be had."""

import pytest

from catalog.accelerators import CPU, SHAPES
from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES, why_not
from catalog.places import ZONES, region_of

SHAPES_OF_OWN = [pytest.param(shape, id=name) for name, shape in OWN_SHAPES.items()]


@pytest.mark.parametrize("shape", SHAPES_OF_OWN)
def test_each_is_offered_somehow_in_zones_that_exist(shape):
    assert shape.capacities
    for capacity in shape.capacities:
        assert shape.zones(capacity)
        assert all(zone in ZONES[region_of(zone)] for zone in shape.zones(capacity))


@pytest.mark.parametrize("shape", SHAPES_OF_OWN)
def test_each_is_a_machine_type_or_a_slice_with_a_runtime(shape):
    if shape.cloud_tpu:
        assert shape.family.tpu_runtime.startswith("v2-alpha-tpu")
        assert SHAPES[shape.name].family is shape.family
    else:
        chip = MACHINES[shape.name].chip
        assert chip == (None if shape.family is CPU else shape.family.name)
        assert (shape.family.tpu_runtime is None) == (shape.family.kind != "tpu")


def test_compute_engine_has_the_machines_of_v6e_and_refuses_those_of_v5e():
    tpus = {n for n, each in OWN_SHAPES.items() if each.family.kind == "tpu" and not each.cloud_tpu}
    assert tpus == {"ct6e-standard-1t", "ct6e-standard-4t", "ct6e-standard-8t"}
    assert "v5litepod-4" in (why_not("ct5lp-hightpu-4t") or "")
    assert why_not("tpu7x-standard-4t")
    assert why_not("a3-highgpu-9g") is None


def test_only_a_cloud_tpu_waits_in_a_queue_and_none_starts_flexibly():
    for shape in OWN_SHAPES.values():
        tpu = shape.cloud_tpu
        assert ("queued" in shape.capacities) == tpu
        assert not (tpu and "flex-start" in shape.capacities)


@pytest.mark.parametrize("gpus", [1, 2, 4])
def test_part_of_an_a3_host_is_neither_on_demand_nor_reserved(gpus):
    assert set(OWN_SHAPES[f"a3-highgpu-{gpus}g"].capacities) == {"spot", "flex-start"}
    assert {"on-demand", "reservation"} <= set(OWN_SHAPES["a3-highgpu-8g"].capacities)


def test_where_a_family_has_no_spot_price_it_is_had_otherwise():
    ultra = OWN_SHAPES["a3-ultragpu-8g"]
    assert set(ultra.zones("on-demand")) - set(ultra.zones("spot")) == {
        "asia-south2-c",
        "us-east5-a",
    }


def test_v6e_is_not_where_only_older_generations_are():
    assert "us-central2-b" not in OWN_SHAPES["v6e-8"].zones("on-demand")
    assert "us-central1-b" in OWN_SHAPES["v6e-8"].zones("queued")
