"""Which line each kind of machine becomes."""

from decimal import Decimal
from typing import Any

import pytest
from cost_fakes import MONTH, UNKNOWN, lines, one, resource, usd

from ops.graph.resources import Resource

VM = "gcp:compute/instance:Instance"


def test_a_vm_without_an_end_runs_all_month() -> None:
    line = one(VM, machineType="n2-standard-4", zone="us-central1-a")
    assert usd(line) == MONTH * Decimal("0.194236")
    assert (line.period, line.component, line.item) == ("month", "pool", "VM it")


def test_a_vm_with_an_end_is_one_run_at_most() -> None:
    line = one(
        VM,
        machineType="a3-highgpu-8g",
        zone="us-central1-a",
        scheduling={"provisioningModel": "FLEX_START", "maxRunDuration": {"seconds": 9000}},
    )
    assert usd(line) == Decimal("2.5") * Decimal("38.32")
    assert line.period == "run"
    assert "2.5 h at most" in line.quantity


def test_a_vm_of_a_reservation_is_not_charged_twice() -> None:
    line = one(
        VM, machineType="a3-highgpu-8g", scheduling={"provisioningModel": "RESERVATION_BOUND"}
    )
    assert line.by_use
    assert line.amount is None
    assert line.note == "paid for with its reservation"


@pytest.mark.parametrize(
    ("affinity", "paid"), [("SPECIFIC_RESERVATION", False), ("NO_RESERVATION", True)]
)
def test_a_vm_is_paid_for_with_the_reservation_of_its_stack(affinity: str, paid: bool) -> None:
    kept = resource("gcp:compute/reservation:Reservation", "kept", zone="us-central1-a")
    vm = resource(
        VM,
        needs=(kept.urn,),
        machineType="a3-highgpu-8g",
        zone="us-central1-a",
        reservationAffinity={"type": affinity},
    )
    (found,) = [each for each in lines(kept, vm) if each.item == "VM it"]
    assert (found.amount is not None) == paid
    assert (found.note == "paid for with its reservation") != paid


def test_a_vm_in_a_reservation_of_somebody_else_is_charged_here() -> None:
    affinity = {"type": "SPECIFIC_RESERVATION"}
    line = one(VM, machineType="a3-highgpu-8g", zone="us-central1-a", reservationAffinity=affinity)
    assert line.amount, "no other line of this stack holds it"


def test_a_vm_in_another_zone_is_not_priced_as_at_home() -> None:
    line = one(VM, machineType="n2-standard-4", zone="europe-west4-a")
    assert line.state == "unknown"
    assert line.indication
    assert "europe-west4" in line.quantity
    assert line.note == "price in us-central1"


def test_a_vm_whose_machine_is_not_known_yet_is_unknown() -> None:
    assert one(VM, machineType=UNKNOWN).state == "unknown"
    assert one(VM, scheduling={"provisioningModel": "NEW"}, machineType="n2-standard-4").note


def test_a_boot_disk_is_a_line_of_its_own() -> None:
    boot = {"initializeParams": {"size": 200, "type": "pd-balanced"}}
    vm, disk = lines(resource(VM, machineType="n2-standard-4", bootDisk=boot))
    assert vm.item == "VM it"
    assert (disk.item, usd(disk)) == ("boot disk it", Decimal(20))


def test_a_disk_is_of_the_standard_type_unless_it_says() -> None:
    assert usd(one("gcp:compute/disk:Disk", size=100)) == Decimal(4)
    assert one("gcp:compute/disk:Disk", size=100, type="hyperdisk-balanced").state == "unknown"
    assert one("gcp:compute/disk:Disk", size=UNKNOWN).state == "unknown"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"acceleratorType": "v6e-8"}, 8 * Decimal("2.70")),
        ({"acceleratorType": "v5litepod-16"}, 16 * Decimal("1.20")),
        ({"acceleratorConfig": {"type": "V6E", "topology": "2x4"}}, 8 * Decimal("2.70")),
        ({"acceleratorConfig": {"type": "V5LITE_POD", "topology": "4x4"}}, 16 * Decimal("1.20")),
        (
            {"acceleratorType": "v6e-8", "schedulingConfig": {"spot": True}},
            8 * Decimal("0.54421"),
        ),
        (
            {"acceleratorType": "v6e-8", "schedulingConfig": {"preemptible": True}},
            8 * Decimal("0.54421"),
        ),
    ],
)
def test_a_slice_costs_its_chips(inputs: dict[str, Any], expected: Decimal) -> None:
    line = one("gcp:tpu/v2Vm:V2Vm", zone="us-central1-b", **inputs)
    assert usd(line) == MONTH * expected


def test_a_slice_of_no_known_shape_is_unknown() -> None:
    assert one("gcp:tpu/v2Vm:V2Vm", acceleratorType="v9-8").state == "unknown"


def test_every_node_of_a_queued_resource_counts() -> None:
    nodes = [{"node": {"acceleratorType": name}} for name in ("v6e-1", "v6e-4")]
    found = lines(resource("gcp:tpu/v2QueuedResource:V2QueuedResource", tpu={"nodeSpecs": nodes}))
    assert [usd(line) for line in found] == [MONTH * Decimal("2.70"), MONTH * Decimal("10.80")]


def test_a_reservation_is_charged_used_or_not() -> None:
    line = one(
        "gcp:compute/reservation:Reservation",
        zone="us-central1-a",
        specificReservation={
            "count": 2,
            "instanceProperties": {"machineType": "a3-highgpu-8g"},
        },
    )
    assert usd(line) == 2 * MONTH * Decimal("88.490")


def flexible(**scheduling: Any) -> list[Resource]:
    template = resource(
        "gcp:compute/instanceTemplate:InstanceTemplate",
        "template",
        machineType="a3-highgpu-8g",
        scheduling=scheduling,
    )
    group = resource(
        "gcp:compute/instanceGroupManager:InstanceGroupManager",
        "group",
        (template.urn,),
        targetSize=0,
    )
    request = resource(
        "gcp:compute/resizeRequest:ResizeRequest",
        "request",
        (group.urn,),
        resizeBy=2,
        requestedRunDuration={"seconds": 7200},
    )
    return [template, group, request]


def test_a_resize_request_is_its_template_for_as_long_as_it_may_run() -> None:
    (line,) = lines(*flexible(provisioningModel="FLEX_START"))
    assert line.item == "VMs of the request request"
    assert line.period == "run"
    assert usd(line) == 2 * 2 * Decimal("38.32")


def test_a_group_that_keeps_machines_costs_all_month() -> None:
    template, group, _ = flexible()
    kept = resource(group.type, "kept", (template.urn,), targetSize=3, zone="us-central1-a")
    (line,) = lines(template, kept)
    assert usd(line) == 3 * MONTH * Decimal("88.490")


def test_a_group_of_a_template_elsewhere_is_unknown() -> None:
    kind = "gcp:compute/instanceGroupManager:InstanceGroupManager"
    assert one(kind, targetSize=3).note == "the template is not in this stack"


def test_a_warm_pool_costs_from_its_least_to_its_most_machines() -> None:
    pools = [
        {
            "machineSpec": {"machineType": "n1-standard-4"},
            "autoscalingSpec": {"minReplicaCount": "1", "maxReplicaCount": "3"},
        }
    ]
    kind = "gcp:vertex/aiPersistentResource:AiPersistentResource"
    amount = one(kind, location="us-central1", resourcePools=pools).amount
    assert amount
    hour = Decimal("0.21849885")
    assert (amount.low, amount.high) == (MONTH * hour, 3 * MONTH * hour)
    fixed = one(kind, resourcePools=[{"machineSpec": {"machineType": "n1-standard-4"}}])
    assert usd(fixed) == MONTH * hour
