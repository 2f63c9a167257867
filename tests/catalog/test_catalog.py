"""Facts about Google Cloud that must agree with each other and with the jobs."""

import re

import pytest

from catalog import prefixes, roles, services, tables
from catalog.accelerators import SHAPES, V5E, V6E
from catalog.places import ZONES, region_of


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.name)
def test_a_shape_is_offered_somewhere_and_somehow(shape):
    assert shape.capacities
    assert set(shape.family.training_regions) <= set(ZONES)
    for zone in shape.family.zones:
        assert zone in ZONES[region_of(zone)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=lambda shape: shape.name)
def test_a_slice_has_as_many_chips_as_its_topology_and_its_hosts(shape):
    if shape.tpu_topology:
        rows, columns = map(int, shape.tpu_topology.split("x"))
        assert rows * columns == shape.chips
        per_host = int(re.findall(r"-(\d)t$", shape.machine_type)[0])
        assert shape.hosts * per_host == shape.chips
        assert shape.name.endswith(f"-{shape.chips}")


def test_no_slice_of_several_hosts_is_spot_and_no_tpu_starts_flexibly():
    for shape in SHAPES.values():
        if shape.family in (V5E, V6E):
            assert "flex-start" not in shape.capacities
            assert ("spot" in shape.capacities) == (shape.hosts == 1)


def test_fewer_than_eight_h100_are_never_on_demand():
    assert "on-demand" not in SHAPES["a3-highgpu-4g"].capacities
    assert "on-demand" in SHAPES["a3-highgpu-8g"].capacities


@pytest.mark.parametrize(
    ("zone", "region"),
    [("europe-west4-a", "europe-west4"), ("us-central1-ai1a", "us-central1")],
)
def test_a_zone_is_of_the_region_before_its_last_part(zone, region):
    assert region_of(zone) == region
    assert zone in ZONES[region]


def test_every_path_of_a_run_lies_below_a_known_folder():
    from jobs.layout import RunLayout

    layout = RunLayout(bucket="b", model="m", run_id="r")
    paths = [value for value in map(layout.__getattribute__, dir(RunLayout)) if is_uri(value)]
    paths.append(layout.step("prepare"))
    assert len(paths) > 5
    for path in paths:
        folder = path.removeprefix("gs://b/").partition("/")[0] + "/"
        assert folder in {prefix.path for prefix in prefixes.PREFIXES}, f"nobody cleans up {path}"


def test_the_trainer_writes_where_its_run_lies():
    from jobs.layout import RunLayout

    layout = RunLayout(bucket="b", model="m", run_id="r")
    for path in (layout.checkpoints, layout.candidates, layout.trainer):
        assert path.removeprefix("gs://b/").startswith(prefixes.written_by_trainer())
    for path in (layout.submission, layout.step("gate"), layout.validation):
        assert not path.removeprefix("gs://b/").startswith(prefixes.written_by_trainer())


def is_uri(value: object) -> bool:
    return isinstance(value, str) and value.startswith("gs://")


def test_every_lifecycle_class_has_a_folder():
    classes = {prefix.lifecycle for prefix in prefixes.PREFIXES}
    assert classes == {"durable", "reproducible", "scratch"}
    assert all(prefix.path.endswith("/") for prefix in prefixes.PREFIXES)


def test_what_an_auditor_asks_for_is_never_deleted_by_age():
    durable = set(prefixes.of_class("durable"))
    assert durable == {"models/", "validation/", "governance/", "deployment/", "raw-data/"}


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
def test_a_table_is_partitioned_by_a_time_that_every_row_has(table):
    columns = {column.name: column for column in table.columns}
    assert columns[table.partitioned_by].type == "TIMESTAMP"
    assert columns[table.partitioned_by].mode == "REQUIRED"
    assert set(table.clustered_by) <= set(columns)
    assert len(table.clustered_by) <= 4, "BigQuery takes no more"
    assert len(columns) == len(table.columns)


def test_permissions_are_written_as_iam_writes_them():
    for permission in (*roles.PIPELINE_RUNNER_PERMISSIONS, *roles.ROLLOUT_PERMISSIONS):
        assert re.fullmatch(r"aiplatform\.[a-zA-Z]+\.[a-zA-Z]+", permission)


def test_services_are_listed_once():
    listed = (*services.FOUNDATION, *services.PLATFORM)
    assert len(set(listed)) == len(listed)
    assert all(name.endswith(".googleapis.com") for name in listed)
