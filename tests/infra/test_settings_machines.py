"""Settings of workstations and accelerators: what cannot be had is refused with what can."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from settings_changes import changed, mistakes, problem_with, refusal, refusals

from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES
from catalog.places import ZONES
from infra.settings import parse
from infra.settings.machines import OnDemand, Queued, Reserved, Spot

TEAM = "workstations.teams.0"
TPU, QUEUED, H100, CPU = (f"accelerators.machines.{at}" for at in range(4))
FLEX = "accelerators.flex_groups.0"
KEPT = "accelerators.reservations.0"
LATER = "accelerators.future_reservations.0"
GPUS = "accelerators.gpu_networks.0"
POOL = "accelerators.warm_pools.0"


# The key of prod's file that is set, its value, and words that the refusal must hold.
MISTAKES = [
    (f"{TPU}.name", "TPU", ["lower-case"]),
    (f"{TPU}.name", "n" * 31, ["write 1 to 30 lower-case"]),
    (f"{TPU}.shape", "v6e-12", ["no known shape", "did you mean 'v6e-1"]),
    (f"{TPU}.zone", "us-central2-b", ["no zone with v6e-8 by spot", "europe-west4-a"]),
    (f"{TPU}.zone", "europe-west4-b", ["no zone with v6e-8 by spot", "us-central1-b"]),
    (f"{TPU}.zone", "us-east5-a", ["subnets are in", "write europe-west4-a, or add a subnet"]),
    (f"{TPU}.capacity", "flex-start", ["a Cloud TPU does not know", "reservation or queued"]),
    (f"{TPU}.capacity", "cheap", ["'queued'"]),
    (f"{TPU}.reservation", "mine", ["capacity is spot", "write null"]),
    (f"{TPU}.max_run_hours", 0, ["write 1 or more"]),
    (f"{TPU}.max_run_hours", -1, ["write 1 or more"]),
    (f"{TPU}.max_run_hours", 673, ["write 672 or less"]),
    (f"{QUEUED}.reservation", "mine", ["capacity is queued", "write null"]),
    (f"{QUEUED}.service_account", "x", ["no key"]),
    (f"{QUEUED}.shape", "v6e-8", ["no zone with v6e-8 by queued"]),
    (f"{H100}.capacity", "queued", ["only a Cloud TPU can be waited for"]),
    (f"{H100}.shape", "a3-highgpu-4g", ["fewer than eight H100", "write spot for"]),
    (f"{H100}.reservation", None, ["write the name of the reservation"]),
    (f"{H100}.boot", None, ["image, disk_gb, disk_type"]),
    (f"{H100}.boot.image", "ubuntu", ["projects/PROJECT/global/images/NAME"]),
    (f"{H100}.boot.disk_gb", 0, ["write 10 or more"]),
    (f"{H100}.boot.disk_type", "pd-standard", ["does not boot from", "hyperdisk-balanced"]),
    (f"{H100}.boot.signed_drivers", False, ["compute.requireShieldedVm", "and write true"]),
    (f"{FLEX}.boot.signed_drivers", False, ["a3-ultragpu-8g starts without", "and write true"]),
    (f"{CPU}.boot.signed_drivers", True, ["has no accelerators", "leave the key out"]),
    (f"{H100}.boot.disk_size", 5, ["boot.disk_size is no key"]),
    (f"{H100}.capacity", "flex-start", ["does not wait for its turn", "accelerators.flex_groups"]),
    (f"{H100}.shape", "ct5lp-hightpu-4t", ["refuses to ordinary projects", "v5litepod-4"]),
    (f"{H100}.shape", "tpu7x-standard-4t", ["is not in this platform's tables"]),
    (f"{H100}.shape", "ct6e-standard-8t", ["is for a Cloud TPU, of which this is the machine"]),
    (f"{FLEX}.shape", "v6e-8", ["flex-start does not offer", "ct6e-standard-8t"]),
    (f"{FLEX}.shape", "a3-highgpu-8x", ["no known shape", "did you mean 'a3-highgpu-8g'"]),
    (f"{FLEX}.shape", "a3-highgpu-4g", ["near is 'BLOCK'", "a part of a host"]),
    (f"{FLEX}.zones", [], ["flex_groups.0.zones"]),
    (f"{FLEX}.zones", ["europe-west4-b"], ["zones.0", "no zone with a3-ultragpu-8g"]),
    (f"{FLEX}.zones", ["europe-west4-a", "europe-west1-b"], ["zones.1", "in one region"]),
    (f"{FLEX}.zones", ["europe-west4-a", "europe-west4-a"], ["zones.1", "a second time"]),
    (f"{FLEX}.zones", ["us-east4-b"], ["subnets are in", "or add a subnet with region us-east4"]),
    (f"{FLEX}.max_run_hours", 169, ["write 168 or less"]),
    (f"{FLEX}.max_run_hours", 0, ["write 1 or more"]),
    (f"{FLEX}.max_run_hours", 24, ["run_hours is 48", "max_run_hours is 24"]),
    (f"{FLEX}.near", "RACK", ["write 'CLUSTER', 'BLOCK' or 'SUBBLOCK'"]),
    (f"{FLEX}.requests.0.machines", 0, ["write 1 or more"]),
    (f"{FLEX}.requests.0.machines", 1001, ["write 1000 or less"]),
    (f"{FLEX}.requests.0.run_hours", -1, ["write 1 or more"]),
    (f"{FLEX}.boot.disk_type", "pd-ssd", ["write one of hyperdisk-balanced"]),
    (f"{CPU}.zone", "europe-west4-z", ["no zone of Google Cloud"]),
    (f"{CPU}.capacity", "reservation", ["is for accelerators", "write on-demand or spot"]),
    (f"{CPU}.capacity", "flex-start", ["is for accelerators", "write on-demand or spot"]),
    (f"{CPU}.boot.disk_type", "hyperdisk-balanced", ["pd-balanced, pd-ssd"]),
    # A disk for data alone.
    (f"{H100}.boot.disk_type", "hyperdisk-ml", ["write", "hyperdisk-balanced"]),
    (f"{CPU}.name", "v5e-batch", ["machines.3.name", "a second time"]),
    (f"{FLEX}.gpu_network", "h100", ["whose cards are those of a3-highgpu-8g", "or null"]),
    (f"{H100}.gpu_network", "mine", ["not in mlplatform:accelerators.gpu_networks", "h100, h200"]),
    (f"{H100}.gpu_network", "h200", ["whose cards are those of a3-ultragpu-8g", "or null"]),
    (f"{H100}.zone", "europe-west4-c", ["which is in europe-west4-b", "networks of its zone"]),
    (f"{H100}.capacity", "calendar", ["h100-2026 is listed in reservations", "write reservation"]),
    (f"{H100}.reservation", "h100-spring", ["listed in future_reservations", "write calendar"]),
    (f"{H100}.reservation", "h100-2062", ["did you mean 'h100-2026'", "projects/PROJECT/reserv"]),
    (f"{H100}.reservation", "projects/acme/h100", ["projects/PROJECT/reservations/NAME"]),
    (f"{TPU}.capacity", "calendar", ["is known of GPUs only"]),
    (f"{KEPT}.shape", "v6e-8", ["reserves TPUs by contract only", "a3-highgpu-8g"]),
    (f"{KEPT}.shape", "a3-highgpu-2g", ["whole hosts of eight GPUs only"]),
    (f"{KEPT}.zone", "europe-west4-a", ["no zone with a3-highgpu-8g", "europe-west4-b"]),
    (f"{KEPT}.zone", "us-east4-a", ["project.allowed_regions is", "or add us-east4 there"]),
    (f"{LATER}.zone", "us-east4-a", ["project.allowed_regions is", "or add us-east4 there"]),
    (f"{KEPT}.count", 0, ["write 1 or more"]),
    (f"{KEPT}.ends_at", "tomorrow", ["a time in UTC such as '2027-01-31T00:00:00Z'"]),
    (f"{KEPT}.ends_at", None, ["reservations.0.ends_at"]),
    (f"{KEPT}.shared_with", ["acme-one", "acme-one"], ["shared_with.1", "a second time"]),
    (f"{LATER}.name", "h100-2026", ["future_reservations.0.name", "a second time"]),
    (f"{LATER}.count", 81, ["at most 80 machines"]),
    (f"{LATER}.ends_at", "2027-03-01T00:00:00Z", ["not after starts_at"]),
    (f"{LATER}.ends_at", "2027-06-30T00:00:00Z", ["121 days after", "at most 90 days"]),
    (f"{GPUS}.shape", "a3-highgpu-4g", ["no cards that GPUs use", "a3-megagpu-8g"]),
    (f"{GPUS}.zone", "europe-west1-z", ["no zone with a3-highgpu-8g"]),
    (f"{GPUS}.zone", "us-east4-a", ["project.allowed_regions is", "or add us-east4 there"]),
    (f"{GPUS}.cidr", "10.44.0.0/21", ["too small for a subnet for each card", "at least a /20"]),
    (f"{GPUS}.cidr", "10.40.0.0/18", ["overlaps 10.40.0.0/20", "network.subnets.0.cidr"]),
    (f"{POOL}.shape", "v6e-8", ["no pool can keep"]),
    (f"{POOL}.shape", "a3-highgpu-1g", ["no pool can keep", "a3-highgpu-8g"]),
    (f"{POOL}.min_replicas", 0, ["write 1 or more"]),
    (f"{POOL}.min_replicas", 5, ["more than max_replicas", "at most 4"]),
    (f"{POOL}.max_replicas", -1, ["write 1 or more"]),
    (f"{POOL}.boot_disk_gb", 99, ["write 100 or more"]),
    (f"{POOL}.ttl_hours", 0, ["write 1 or more"]),
]


@pytest.mark.parametrize(("path", "value", "words"), MISTAKES)
def test_a_wrong_machine_is_refused_by_its_key_with_what_to_write(prod_config, path, value, words):
    problem = problem_with(prod_config, path, value, words)
    assert problem.startswith(f"mlplatform:{path.rpartition('.')[0]}")


def test_a_slice_on_a_boot_disk_is_refused(prod_config):
    boot = prod_config["mlplatform:accelerators"]["machines"][2]["boot"]
    problem = refusal(changed(prod_config, f"{TPU}.boot", boot))
    assert "a Cloud TPU starts from v2-alpha-tpuv6e: write null" in problem


def test_a_slice_comes_from_any_reservation_and_names_none(prod_config):
    reserved = changed(prod_config, f"{TPU}.capacity", "reservation")
    assert parse(reserved).accelerators.machines[0].obtained == Reserved(None)
    problem = refusal(changed(reserved, f"{TPU}.reservation", "mine"))
    assert "a Cloud TPU takes whichever its project has: write null" in problem


def test_two_pools_have_two_names(prod_config):
    (pool,) = prod_config["mlplatform:accelerators"]["warm_pools"]
    problem = refusal(changed(prod_config, "accelerators.warm_pools", [pool, pool]))
    assert problem.startswith("mlplatform:accelerators.warm_pools.1.name is 'short-trainings'")


def test_a_pool_of_gpus_is_where_vertex_has_them(config):
    pool = {"name": "p", "shape": "a3-highgpu-8g", "min_replicas": 1, "max_replicas": 1}
    pool |= {"boot_disk_gb": 100, "ttl_hours": 1}
    config = changed(config, "accelerators.warm_pools", [pool])
    assert parse(config)
    config = changed(config, "project.region", "europe-west9")
    config = changed(config, "project.zone", "europe-west9-a")
    problems = refusals(config)
    assert any("does not have H100 in europe-west9" in each for each in problems)


def test_a_machine_stands_where_its_disks_have_a_key(prod_config):
    config = changed(prod_config, "keys.regions", ["europe-west4"])
    problem = refusals(changed(config, f"{CPU}.zone", "europe-west1-b"))[-1]
    assert problem.startswith(f"mlplatform:{CPU}.zone")
    assert "keys.regions is europe-west4" in problem
    assert "add europe-west1 there" in problem


def test_a_machine_takes_a_reservation_of_its_own_shape(prod_config):
    problem = refusal(changed(prod_config, f"{KEPT}.shape", "a3-megagpu-8g"))
    assert problem.startswith(f"mlplatform:{H100}.reservation is 'h100-2026'")
    assert "which keeps a3-megagpu-8g in europe-west4-b, not a3-highgpu-8g" in problem


def test_networks_of_gpus_do_not_overlap_each_other(prod_config):
    problem = refusal(changed(prod_config, f"{GPUS}.cidr", "10.44.64.0/20"))
    assert problem.startswith("mlplatform:accelerators.gpu_networks.1.cidr is 10.44.64.0/18")
    assert "overlaps 10.44.64.0/20 (mlplatform:accelerators.gpu_networks.0.cidr)" in problem


def test_a_reservation_is_not_taken_by_more_machines_than_it_keeps(prod_config):
    machines = prod_config["mlplatform:accelerators"]["machines"]
    two = [*machines, {**machines[2], "name": "two"}]
    config = changed(prod_config, "accelerators.machines", two)
    assert "count of 1 other machines have taken: raise it to 2" in refusal(config)


def test_a_request_is_asked_under_its_own_name(prod_config):
    (group,) = prod_config["mlplatform:accelerators"]["flex_groups"]
    twice = group["requests"] * 2
    problem = refusal(changed(prod_config, f"{FLEX}.requests", twice))
    assert "requests.1.name is 'sweep-1' a second time" in problem


@pytest.mark.parametrize("path", [f"{TEAM}.repository", f"{QUEUED}.reservation", f"{TPU}.boot"])
def test_what_may_be_left_out_may_be_null(prod_config, path):
    assert parse(changed(prod_config, path, None))


def test_each_capacity_is_one_of_its_ways(prod_config):
    found = [each.obtained for each in parse(prod_config).accelerators.machines]
    assert found == [Spot(), Queued(), Reserved("h100-2026"), Spot()]
    owned = parse(changed(prod_config, f"{TPU}.capacity", "on-demand")).accelerators.machines[0]
    assert owned.obtained == OnDemand()


CAPACITIES = ("on-demand", "spot", "flex-start", "reservation", "calendar", "queued")
ALL_ZONES = [zone for zones in ZONES.values() for zone in zones]


@given(
    shape=st.sampled_from(sorted(OWN_SHAPES)),
    capacity=st.sampled_from(CAPACITIES),
    zone=st.sampled_from(ALL_ZONES),
)
def test_shape_capacity_and_zone_are_taken_exactly_where_they_meet(
    dev_config, shape, capacity, zone
):
    known = OWN_SHAPES[shape]
    gpu = known.family.kind == "gpu"
    disk = (MACHINES[shape].disks or ("pd-ssd",))[0] if shape in MACHINES else "pd-ssd"
    boot = {"image": "projects/acme-images/global/images/i", "disk_gb": 10, "disk_type": disk}
    machine = {"name": "m", "shape": shape, "zone": zone, "capacity": capacity, "max_run_hours": 1}
    machine["boot"] = None if known.cloud_tpu else boot
    kept = gpu and capacity in ("reservation", "calendar")
    machine["reservation"] = "projects/their-project/reservations/theirs" if kept else None
    region = zone.rpartition("-")[0]
    here = [{"region": "europe-west4", "cidr": "10.20.0.0/20"}]
    there = [{"region": region, "cidr": "10.20.16.0/20"}] if region != "europe-west4" else []
    config = changed(dev_config, "network.subnets", here + there)
    config = changed(config, "project.allowed_regions", sorted({"europe-west4", region}))
    config = changed(config, "accelerators.machines", [machine])
    fits = (
        capacity in known.capacities and capacity != "flex-start" and zone in known.zones(capacity)
    )  # type: ignore[arg-type]
    said = mistakes(config)
    assert (said == []) == fits, said
    assert all(each.startswith("mlplatform:accelerators.machines.0.") for each in said)
