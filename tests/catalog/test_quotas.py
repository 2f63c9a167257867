"""Quotas: each has its own service and place, and every machine of a stack file takes from some."""

import re

import pytest

from catalog import services as apis
from catalog.accelerators import SHAPES
from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES
from catalog.quotas import (
    CLOUD_TPU,
    COMPUTE,
    QUOTAS,
    VERTEX,
    cpu_quotas,
    gpu_quotas,
    machine_tpu_quotas,
    tpu_quotas,
    training_quotas,
)


def test_a_quota_is_no_quota_of_another_service():
    ids = [(each.service, each.quota_id, each.family) for each in QUOTAS.values()]
    assert len(set(ids)) == len(ids)
    assert {each.service for each in QUOTAS.values()} == {CLOUD_TPU, COMPUTE, VERTEX}
    assert {CLOUD_TPU, COMPUTE, VERTEX} <= set(apis.PLATFORM), "an API that is off has no quotas"


def test_a_tpu_has_no_quota_of_the_whole_project_but_one_per_generation_and_zone():
    for generation in ("v5e", "v6e"):
        quota = QUOTAS[f"cloud-tpu-{generation}"]
        assert (quota.service, quota.scope, quota.unit) == (CLOUD_TPU, "zone", "chips")
    assert QUOTAS["cloud-tpu-v5e"].quota_id != QUOTAS["cloud-tpu-v6e"].quota_id


@pytest.mark.parametrize("quota", QUOTAS.values(), ids=lambda quota: quota.name)
def test_the_place_of_a_quota_is_what_its_id_says(quota):
    says = {"zone": "(?i)per-?zone|PerZone", "region": "(?i)per-?project-?(per-?)?region"}
    if quota.scope == "global":
        assert "ALL-REGIONS" in quota.quota_id
        assert quota.dimensions(None) == {}
    else:
        assert re.search(says[quota.scope], quota.quota_id)
        assert quota.dimensions("here")[quota.scope] == "here"


def test_only_a_quota_of_families_names_a_family():
    for quota in QUOTAS.values():
        for kind in ("gpu", "tpu"):
            per_family = f"PER-{kind.upper()}-FAMILY" in quota.quota_id
            assert (f"{kind}_family" in quota.dimensions("europe-west4")) is per_family


@pytest.mark.parametrize("spot", [True, False])
def test_every_machine_of_ones_own_is_taken_from_some_quota(spot):
    for shape in OWN_SHAPES.values():
        if shape.family.kind == "tpu" and not shape.cloud_tpu:
            found = machine_tpu_quotas(spot=spot)
        elif shape.family.kind == "tpu":
            found = tpu_quotas(shape.family.name, 8, spot=spot)
        elif shape.family.kind == "gpu":
            found = gpu_quotas(shape.family.name, spot=spot)
        else:
            found = cpu_quotas(MACHINES[shape.name].family, spot=spot)
        assert found
        assert all(("PREEMPTIBLE" in each.quota_id.upper()) is spot for each in found)


def test_every_shape_that_trains_is_taken_from_vertex_own_quotas():
    for shape in SHAPES.values():
        for preemptible in (True, False):
            found = training_quotas(shape.family.name, preemptible=preemptible)
            assert found
            assert {each.service for each in found} == {VERTEX}


def test_a_spot_gpu_needs_processors_too():
    names = [each.name for each in training_quotas("H100", preemptible=True)]
    assert names == ["training-h100-spot", "training-cpus-spot"]


@pytest.mark.parametrize(("chips", "serving"), [(4, True), (8, True), (16, False)])
def test_a_small_slice_of_v5e_needs_room_in_the_serving_class_too(chips, serving):
    names = [each.name for each in tpu_quotas("TPU v5e", chips, spot=False)]
    assert ("cloud-tpu-v5e-serving" in names) is serving
    assert "cloud-tpu-v5e" in names


def test_a_cpu_machine_counts_in_its_family_and_everywhere():
    assert [each.name for each in cpu_quotas("C3", spot=False)] == ["cpus-c3", "cpus-everywhere"]
    assert [each.name for each in cpu_quotas("E2", spot=False)] == ["cpus", "cpus-everywhere"]
