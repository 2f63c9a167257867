"""Flex-start as Compute Engine has it: a template, a group that keeps none, and requests."""

import pytest
from graph_changes import built, needs
from settings_changes import changed

TEMPLATE = "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate"
GROUP = "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager"
REQUEST = "gcp:compute/regionResizeRequest:RegionResizeRequest"
NEAR = "gcp:compute/resourcePolicy:ResourcePolicy"


@pytest.fixture
def of(cloud, config):
    """The graph of one group with these settings."""

    def build(**values):
        boot = {"image": "projects/acme-images/global/images/i", "disk_gb": 100}
        group = {"name": "g", "shape": "a3-highgpu-8g", "zones": ["europe-west4-b"]}
        group |= {"boot": boot | {"disk_type": "pd-ssd"}, "max_run_hours": 2, "requests": []}
        return built(cloud, changed(config, "accelerators.flex_groups", [group | values]))

    return build


def test_a_template_is_of_flex_start_machines_that_are_deleted_at_their_end(prod):
    """Standard A3 in one zone is seldom there: flex-start is one of the typed ways to get it."""
    template = prod.one(TEMPLATE).inputs
    assert template["scheduling"] == {
        "provisioningModel": "FLEX_START",
        "onHostMaintenance": "TERMINATE",
        "automaticRestart": False,
        "instanceTerminationAction": "DELETE",
        "maxRunDuration": {"seconds": 168 * 3600},
    }
    assert template["reservationAffinity"] == {"type": "NO_RESERVATION"}
    assert "guestAccelerators" not in template
    assert template["metadata"]["enable-oslogin"] == "TRUE"


def test_a_template_leaves_its_name_to_the_provider(prod):
    template = prod.one(TEMPLATE)
    assert "name" not in template.inputs, "the new one is made before the old one goes"
    assert not template.replaced_first


def test_a_template_has_its_boot_disk_and_the_scratch_disks_of_its_shape(prod):
    boot, *scratch = prod.one(TEMPLATE).inputs["disks"]
    assert (boot["boot"], boot["type"], boot["diskType"]) == (
        True,
        "PERSISTENT",
        "hyperdisk-balanced",
    )
    assert boot["diskEncryptionKey"] == {"kmsKeySelfLink": "keys-compute-europe-west4-id"}
    assert len(scratch) == 32
    assert all(
        each == {
            "type": "SCRATCH", "diskType": "local-ssd", "interface": "NVME",
            "mode": "READ_WRITE", "diskSizeGb": 375,
        }
        for each in scratch
    )  # fmt: skip


def test_the_machines_are_private_and_act_as_the_trainer(prod):
    template = prod.one(TEMPLATE)
    card, *_gpus = template.inputs["networkInterfaces"]
    assert card == {"subnetwork": "network-subnet-europe-west4-id", "nicType": "GVNIC"}
    assert template.inputs["serviceAccount"]["email"].startswith("trainer-prod@")
    before = needs(prod, template.urn)
    assert prod.named("identities-trainer-logs").urn in before
    assert prod.named("keys-compute-europe-west4-grant").urn in before
    assert template.inputs["shieldedInstanceConfig"]["enableSecureBoot"] is True, (
        "its image signs its drivers, and the organisation's policy asks for it"
    )


def test_a_group_keeps_no_machine_and_heals_none(prod):
    group = prod.one(GROUP)
    inputs = group.inputs
    assert inputs["targetSize"] == 0
    assert group.ignored == ("targetSize",), "requests change it"
    assert inputs["instanceLifecyclePolicy"] == {"defaultActionOnFailure": "DO_NOTHING"}
    assert inputs["distributionPolicyTargetShape"] == "ANY_SINGLE_ZONE"
    assert "autoHealingPolicies" not in inputs
    assert inputs["updatePolicy"]["instanceRedistributionType"] == "NONE"
    assert inputs["waitForInstances"] is False
    assert prod.one(TEMPLATE).urn in needs(prod, group.urn)


def test_a_group_says_nothing_that_another_shape_would_change(prod):
    group = prod.one(GROUP).inputs
    assert "a3" not in group["description"], "it would be made anew, and what runs in it would end"


def test_a_request_asks_its_group_once_for_all_its_machines(prod):
    request = prod.one(REQUEST)
    assert request.inputs["resizeBy"] == 2
    assert request.inputs["requestedRunDuration"] == {"seconds": str(48 * 3600)}
    assert request.inputs["instanceGroupManager"] == "h200-sweep-prod"
    assert prod.one(GROUP).urn in needs(prod, request.urn)


def test_machines_that_work_together_stand_near_each_other(prod):
    policy = prod.one(NEAR)
    assert policy.inputs["workloadPolicy"] == {
        "type": "HIGH_THROUGHPUT",
        "maxTopologyDistance": "BLOCK",
    }
    held = prod.one(GROUP).inputs["resourcePolicies"]
    assert held == {"workloadPolicy": f"{policy.name}-id"}


def test_a_group_without_requests_waits_for_a_launcher_to_ask(of):
    graph = of()
    assert graph.one(GROUP)
    assert not graph.all(REQUEST)
    assert not graph.all(NEAR)
    assert "resourcePolicies" not in graph.one(GROUP).inputs


def test_all_zones_of_a_group_may_be_unavailable_at_once(of):
    graph = of(zones=["europe-west4-b", "europe-west4-c"])
    inputs = graph.one(GROUP).inputs
    assert inputs["distributionPolicyZones"] == ["europe-west4-b", "europe-west4-c"]
    assert inputs["updatePolicy"]["maxUnavailableFixed"] == 2


def test_a_tpu_machine_of_compute_engine_comes_by_flex_start_as_well(of):
    """v6e has a machine type there; v5e has none that an ordinary project may use."""
    boot = {"image": "projects/acme-images/global/images/tpu", "disk_gb": 100}
    boot["disk_type"] = "hyperdisk-balanced"
    graph = of(shape="ct6e-standard-8t", zones=["europe-west4-a"], boot=boot)
    template = graph.one(TEMPLATE).inputs
    assert template["machineType"] == "ct6e-standard-8t"
    assert template["shieldedInstanceConfig"]["enableSecureBoot"] is False
    assert len(template["disks"]) == 1
