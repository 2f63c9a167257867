"""How much quota a stack file asks for, entry by entry."""

import pytest
from settings_changes import changed

from infra.settings import parse
from infra.settings.quota_demand import required_quota

BOOT = {"image": "projects/acme-images/global/images/i", "disk_gb": 50, "disk_type": "pd-ssd"}


def demand(config):
    return {(d.quota.name, d.place): (d.least, d.most) for d in required_quota(parse(config))}


def machine(**values):
    return {"name": "m", "zone": "europe-west4-b", "max_run_hours": 2, "boot": BOOT, **values}


def of_machine(config, **values):
    """What one machine adds to a stack file without any."""
    return demand(changed(config, "accelerators.machines", [machine(**values)])).items() - (
        demand(config).items()
    )


def test_a_model_needs_room_to_train_and_for_all_its_replicas(config):
    config = changed(config, "models.flight-delay.serving.max_replicas", 3)
    assert demand(config) == {
        ("training-tpu-v6e-spot", "europe-west4"): (8, 8),
        ("serving-cpus", "europe-west4"): (6, 6),
    }


@pytest.mark.parametrize(
    ("shape", "capacity", "asked"),
    [
        ("cpu", "on-demand", {"training-cpus": 24}),
        ("a3-highgpu-8g", "on-demand", {"training-h100": 24}),
        ("a3-highgpu-8g", "flex-start", {"training-h100-spot": 24, "training-cpus-spot": 624}),
    ],
)
def test_all_machines_of_a_training_count(config, shape, capacity, asked):
    training = {"shape": shape, "capacity": capacity, "timeout_hours": 6, "replica_count": 3}
    config = changed(config, "models.flight-delay.arguments", {"batch_size": 24 * 86})
    found = demand(changed(config, "models.flight-delay.training", training))
    assert found == {("serving-cpus", "europe-west4"): (2, 2)} | {
        (name, "europe-west4"): (amount, amount) for name, amount in asked.items()
    }


def test_trainings_may_wait_for_each_other_but_replicas_may_not(config):
    other = config["mlplatform:models"]["flight-delay"]
    found = demand(changed(config, "models.second", other))
    assert found["training-tpu-v6e-spot", "europe-west4"] == (8, 16)
    assert found["serving-cpus", "europe-west4"] == (4, 4)


@pytest.mark.parametrize(
    ("shape", "capacity", "zone", "asked"),
    [
        ("v6e-16", "on-demand", "europe-west4-a", {"cloud-tpu-v6e": 16}),
        ("v6e-8", "spot", "europe-west4-a", {"cloud-tpu-v6e-spot": 8}),
        ("v6e-8", "reservation", "europe-west4-a", {}),
        (
            "v5litepod-4",
            "queued",
            "europe-west4-b",
            {"cloud-tpu-v5e": 4, "cloud-tpu-v5e-serving": 4},
        ),
    ],
)
def test_a_slice_counts_chips_of_its_zone_and_generation(config, shape, capacity, zone, asked):
    found = of_machine(config, shape=shape, capacity=capacity, zone=zone, boot=None)
    assert found == {((name, zone), (chips, chips)) for name, chips in asked.items()}


@pytest.mark.parametrize(
    ("capacity", "asked"),
    [
        ("on-demand", {("h100", "europe-west4"), ("gpus-everywhere", None)}),
        ("spot", {("h100-spot", "europe-west4")}),
        ("reservation", set()),
    ],
)
def test_gpus_count_in_a_region_by_how_they_are_obtained(config, capacity, asked):
    reservation = "projects/acme-capacity/reservations/r" if capacity == "reservation" else None
    found = of_machine(config, shape="a3-highgpu-8g", capacity=capacity, reservation=reservation)
    assert found == {(each, (8, 8)) for each in asked}


def test_a_tpu_machine_of_compute_engine_takes_from_another_pool_than_a_cloud_tpu(config):
    for capacity, name in (("on-demand", "machine-tpu-v6e"), ("spot", "machine-tpu-v6e-spot")):
        found = of_machine(
            config, shape="ct6e-standard-8t", capacity=capacity, zone="europe-west4-a",
            boot=BOOT | {"disk_type": "hyperdisk-balanced"},
        )  # fmt: skip
        assert found == {((name, "europe-west4"), (8, 8))}


def test_processors_count_in_their_family(config):
    found = of_machine(config, shape="c3-standard-22", capacity="on-demand")
    assert found == {(("cpus-c3", "europe-west4"), (22, 22)), (("cpus-everywhere", None), (22, 22))}


def test_workstations_count_by_person(prod_config):
    found = demand(prod_config)
    assert found["t4", "europe-west4"] == (2, 2)
    assert found["cpus", "europe-west4"] == (16, 16)
    assert found["cpus-everywhere", None] == (20, 20), "both teams"


def test_a_pool_counts_at_its_largest(prod_config):
    before = demand(prod_config)["training-cpus", "europe-west4"]
    (pool,) = prod_config["mlplatform:accelerators"]["warm_pools"]
    pool["max_replicas"] += 1
    # Others train there as well; one more n2-standard-8 is eight more.
    assert demand(prod_config)["training-cpus", "europe-west4"] == tuple(n + 8 for n in before)


def test_the_entries_that_ask_are_named(prod_config):
    (found,) = [d for d in required_quota(parse(prod_config)) if d.quota.name == "h200-spot"]
    assert found.by == ("accelerators.flex_groups (h200-sweep)",)
    assert found.least == 16, "two machines of eight"
