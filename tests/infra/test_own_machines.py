"""Slices, GPU machines and warm pools: private, bounded in time, and of combinations that exist."""

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed

TPU = "gcp:tpu/v2Vm:V2Vm"
QUEUED = "gcp:tpu/v2QueuedResource:V2QueuedResource"
INSTANCE = "gcp:compute/instance:Instance"
FLEX = {
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    "gcp:compute/regionResizeRequest:RegionResizeRequest",
    "gcp:compute/resourcePolicy:ResourcePolicy",
}
POOL = "gcp:vertex/aiPersistentResource:AiPersistentResource"
TRAINER = "trainer-prod@p.iam.gserviceaccount.com"
IMAGE = "projects/acme-images/global/images/h100"
BOOT = {"image": IMAGE, "disk_gb": 200, "disk_type": "pd-ssd"}
SIGNED = BOOT | {"signed_drivers": True}


def of(cloud, config, token, **values):
    """The one machine that these settings make; the zone has v5e and H100."""
    machine = {"name": "m", "zone": "europe-west4-b", "max_run_hours": 2, **values}
    graph = built(cloud, changed(config, "accelerators.machines", [machine]))
    return graph.one(token).inputs


def test_every_accelerator_of_every_stack_has_an_end(program):
    bounded = {
        TPU: lambda each: each["labels"]["ttl-hours"],
        POOL: lambda each: each["labels"]["ttl-hours"],
        INSTANCE: lambda each: each["scheduling"]["maxRunDuration"]["seconds"],
        # It has no labels: its description is all that it carries.
        QUEUED: lambda each: each["tpu"]["nodeSpecs"][0]["node"]["description"].rpartition(
            "ttl-hours="
        )[2],
    }
    for token, end in bounded.items():
        for each in program.all(token):
            assert int(end(each.inputs)) > 0, each.name


def test_prod_has_a_machine_of_every_kind(prod):
    assert all(prod.all(token) for token in (TPU, QUEUED, INSTANCE, POOL))


@pytest.mark.parametrize(
    ("shape", "zone", "runtime"),
    [
        ("v5litepod-4", "europe-west4-b", "v2-alpha-tpuv5-lite"),
        ("v6e-8", "europe-west4-a", "v2-alpha-tpuv6e"),
    ],
)
def test_a_slice_starts_from_the_runtime_of_its_generation(cloud, config, shape, zone, runtime):
    tpu = of(cloud, config, TPU, shape=shape, capacity="on-demand", zone=zone)
    assert (tpu["acceleratorType"], tpu["runtimeVersion"], tpu["zone"]) == (shape, runtime, zone)
    assert tpu["labels"]["ttl-hours"] == "2"
    assert shape in tpu["description"]


def test_a_slice_is_private_and_acts_as_the_trainer(prod):
    tpu = prod.one(TPU)
    assert tpu.inputs["networkConfig"] == {
        "network": "network-network-id",
        "subnetwork": "network-subnet-europe-west4-id",
        "enableExternalIps": False,
    }
    assert tpu.inputs["serviceAccount"]["email"] == TRAINER
    assert tpu.inputs["shieldedInstanceConfig"] == {"enableSecureBoot": True}
    assert prod.named("identities-trainer-logs").urn in needs(prod, tpu.urn)


@pytest.mark.parametrize(
    ("capacity", "spot", "reserved"),
    [("on-demand", False, False), ("spot", True, False), ("reservation", False, True)],
)
def test_a_slice_is_obtained_as_asked(cloud, config, capacity, spot, reserved):
    tpu = of(cloud, config, TPU, shape="v5litepod-16", capacity=capacity)
    assert tpu["schedulingConfig"] == {"spot": spot, "reserved": reserved}


def test_a_slice_that_waits_says_only_what_the_queue_can_carry(cloud, config):
    request = of(cloud, config, QUEUED, shape="v5litepod-4", capacity="queued")
    (spec,) = request["tpu"]["nodeSpecs"]
    assert spec["parent"] == "projects/mlplatform-dev/locations/europe-west4-b"
    assert (request["zone"], spec["nodeId"]) == ("europe-west4-b", "m-dev")
    assert set(spec["node"]) == {
        "acceleratorType",
        "runtimeVersion",
        "description",
        "networkConfig",
    }
    assert spec["node"]["networkConfig"]["enableExternalIps"] is False


@pytest.mark.parametrize(
    ("shape", "zone", "disks"),
    [
        ("a3-highgpu-1g", "europe-west4-b", 2),
        ("a3-highgpu-8g", "europe-west4-b", 16),
        ("a3-megagpu-8g", "europe-west4-c", 16),
        ("a3-ultragpu-8g", "europe-west4-a", 32),
    ],
)
def test_an_a3_brings_its_gpus_and_all_its_scratch_disks(cloud, config, shape, zone, disks):
    type_ = "hyperdisk-balanced" if "ultra" in shape else "pd-ssd"
    boot = {**BOOT, "disk_type": type_}
    machine = of(cloud, config, INSTANCE, shape=shape, capacity="spot", zone=zone, boot=boot)
    assert "guestAccelerators" not in machine
    assert machine["scratchDisks"] == [{"interface": "NVME", "size": 375}] * disks
    assert machine["scheduling"]["onHostMaintenance"] == "TERMINATE"
    params = machine["bootDisk"]["initializeParams"]
    assert params == {"image": BOOT["image"], "size": 200, "type": type_}


STOPS = {"instanceTerminationAction": "STOP", "onInstanceStopAction": {"discardLocalSsd": True}}


@pytest.mark.parametrize(
    ("capacity", "rest"),
    [
        ("on-demand", {"provisioningModel": "STANDARD", **STOPS}),
        ("reservation", {"provisioningModel": "STANDARD", **STOPS}),
        ("spot", {"provisioningModel": "SPOT", "preemptible": True, **STOPS}),
    ],
)
def test_a_gpu_machine_ends_as_its_capacity_demands(cloud, config, capacity, rest):
    reservation = "projects/acme-capacity/reservations/mine" if capacity == "reservation" else None
    machine = of(
        cloud, config, INSTANCE, shape="a3-highgpu-8g", capacity=capacity, boot=BOOT,
        reservation=reservation,
    )  # fmt: skip
    assert machine["scheduling"] == {
        "onHostMaintenance": "TERMINATE",
        "automaticRestart": False,
        "maxRunDuration": {"seconds": 7200},
        **rest,
    }
    named = {"key": "compute.googleapis.com/reservation-name", "values": [reservation]}
    assert machine["reservationAffinity"] == (
        {"type": "SPECIFIC_RESERVATION", "specificReservation": named}
        if reservation
        else {"type": "NO_RESERVATION"}
    )


def test_a_machine_is_private_and_hardened_and_acts_as_the_trainer(prod):
    for each in prod.all(INSTANCE):
        card, *others = each.inputs["networkInterfaces"]
        assert len(others) == (4 if "h100" in each.name else 0)
        assert card == {"subnetwork": "network-subnet-europe-west4-id", "nicType": "GVNIC"}
        assert each.inputs["serviceAccount"] == {"email": TRAINER, "scopes": ["cloud-platform"]}
        assert each.inputs["metadata"]["enable-oslogin"] == "TRUE"
        assert each.inputs["metadata"]["block-project-ssh-keys"] == "TRUE"
        assert all(each.inputs["shieldedInstanceConfig"].values()), (
            "compute.requireShieldedVm refuses a machine without Secure Boot"
        )
        assert prod.named("identities-trainer-logs").urn in needs(prod, each.urn)
        assert each.replaced_first, "its name is taken until the old one has gone"


def test_a_gpu_machine_starts_by_secure_boot_only_if_its_drivers_are_signed(cloud, prod_config):
    prod_config["mlplatform:guardrails"] |= {"organization_policies": None, "extra_locations": []}
    machine = prod_config["mlplatform:accelerators"]["machines"][2]
    del machine["boot"]["signed_drivers"]
    cloud.stack = "prod"
    graph = built(cloud, prod_config)
    shielded = graph.named("machines-h100-tuning").inputs["shieldedInstanceConfig"]
    assert shielded["enableSecureBoot"] is False, "its drivers would not load"
    assert shielded["enableVtpm"]
    assert shielded["enableIntegrityMonitoring"]


def test_disks_of_machines_are_encrypted_with_the_stacks_key_of_their_region(cloud, prod_config):
    machine = {"name": "m", "shape": "n2-standard-8", "zone": "europe-west1-b", "boot": BOOT}
    machine |= {"capacity": "spot", "max_run_hours": 2}
    graph = built(cloud, changed(prod_config, "accelerators.machines", [machine]))
    each = graph.one(INSTANCE)
    assert each.inputs["bootDisk"]["kmsKeySelfLink"] == "keys-compute-europe-west1-id"
    assert graph.named("keys-compute-europe-west1-grant").urn in needs(graph, each.urn)


@pytest.mark.parametrize(("capacity", "moves"), [("on-demand", "MIGRATE"), ("spot", "TERMINATE")])
def test_a_machine_without_gpus_moves_unless_it_may_be_taken_away(cloud, config, capacity, moves):
    machine = of(cloud, config, INSTANCE, shape="n2-standard-8", capacity=capacity, boot=BOOT)
    assert machine["scheduling"]["onHostMaintenance"] == moves
    assert machine["scheduling"]["maxRunDuration"] == {"seconds": 7200}
    assert "onInstanceStopAction" not in machine["scheduling"], "it has nothing to lose"
    assert machine["scratchDisks"] == []


def test_a_machine_stands_in_the_subnet_of_its_zones_region(cloud, prod_config):
    machine = of(
        cloud, prod_config, INSTANCE, shape="a3-highgpu-8g", capacity="on-demand", boot=SIGNED,
        zone="europe-west1-b",
    )  # fmt: skip
    (card,) = machine["networkInterfaces"]
    assert card["subnetwork"] == "network-subnet-europe-west1-id"


def test_a_pool_stays_between_its_two_counts_in_the_network_and_encrypted(prod):
    pool = prod.one(POOL)
    (machines,) = pool.inputs["resourcePools"]
    assert machines["machineSpec"] == {"machineType": "n2-standard-8"}
    assert machines["replicaCount"] == "1"
    assert machines["autoscalingSpec"] == {"minReplicaCount": "1", "maxReplicaCount": "4"}
    runtime = pool.inputs["resourceRuntimeSpec"]["serviceAccountSpec"]
    assert runtime == {"enableCustomServiceAccount": True}
    door = pool.inputs["pscInterfaceConfig"]["networkAttachment"]
    assert door == "private-access-vertex-europe-west4-id"
    assert pool.inputs["encryptionSpec"] == {"kmsKeyName": "keys-vertex-europe-west4-id"}
    first = ("private-access-vertex-attaches", "keys-vertex-europe-west4-grant")
    assert {prod.named(each).urn for each in first} <= needs(prod, pool.urn)


def test_a_pool_of_gpus_names_them_and_outside_of_a_network_has_no_door(cloud, config):
    pool = {"name": "p", "shape": "a3-highgpu-8g", "min_replicas": 2, "max_replicas": 2}
    pool |= {"boot_disk_gb": 200, "ttl_hours": 24}
    made = built(cloud, changed(config, "accelerators.warm_pools", [pool])).one(POOL).inputs
    assert made["resourcePools"][0]["machineSpec"] == {
        "machineType": "a3-highgpu-8g",
        "acceleratorType": "NVIDIA_H100_80GB",
        "acceleratorCount": 8,
    }
    assert "autoscalingSpec" not in made["resourcePools"][0], "bounds that are the same are refused"
    assert "pscInterfaceConfig" not in made
    assert "encryptionSpec" not in made
    assert made["labels"]["ttl-hours"] == "24"


@pytest.mark.parametrize("key", ["machines", "flex_groups", "warm_pools"])
def test_what_is_not_listed_is_not_made_and_nothing_else_goes(cloud, prod, prod_config, key):
    kinds = {"machines": {TPU, QUEUED, INSTANCE}, "flex_groups": FLEX, "warm_pools": {POOL}}[key]
    for model in prod_config["mlplatform:models"].values():
        model["training"]["warm_pool"] = None
    graph = built(cloud, changed(prod_config, f"accelerators.{key}", []))
    gone = resources(prod) - resources(graph)
    looks = ("alertPolicy", "reaper", "cloudscheduler")
    watched = {each for each in gone if any(word in str(each) for word in looks)}
    assert gone - watched == {each for each in resources(prod) if each[0] in kinds}
    assert bool(watched) == (key == "machines"), "nobody looks at what is not there"
