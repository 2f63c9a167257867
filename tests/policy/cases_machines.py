"""Cases of the rules about accelerators and workstations."""

from policy_case import ACCOUNT, MISSING, Case

from policy.tokens import (
    INSTANCE,
    PERSISTENT_RESOURCE,
    QUEUED_TPU,
    TEMPLATES,
    TPU_VM,
    WORKBENCH,
    WORKSTATION_CLUSTER,
    WORKSTATION_CONFIG,
)

NODE = "tpu.nodeSpecs[0].node"


def node(**properties: object) -> dict[str, object]:
    return {"tpu": {"nodeSpecs": [{"parent": "p", "node": properties}]}}


A3 = {
    "machineType": "a3-highgpu-8g",
    "scheduling": {
        "onHostMaintenance": "TERMINATE",
        "automaticRestart": False,
        "provisioningModel": "STANDARD",
        "maxRunDuration": {"seconds": 28800},
    },
}
SPOT = {
    "scheduling": {
        "provisioningModel": "SPOT",
        "preemptible": True,
        "automaticRestart": False,
        "instanceTerminationAction": "STOP",
    }
}
FLEX = {
    "scheduling": {
        "provisioningModel": "FLEX_START",
        "automaticRestart": False,
        "instanceTerminationAction": "DELETE",
    }
}

CASES = [
    Case(
        rule="accelerator-time-is-bounded",
        type=INSTANCE,
        good=A3,
        bad={"scheduling.maxRunDuration": [MISSING]},
        unknown=("scheduling", "machineType"),
    ),
    Case(
        rule="accelerator-time-is-bounded",
        type=TPU_VM,
        good={"labels": {"ttl-hours": "8"}},
        bad={"labels": [MISSING, {}]},
        unknown=("labels",),
    ),
    Case(rule="accelerator-time-is-bounded", type=INSTANCE, good={"machineType": "n2-standard-8"}),
    Case(
        rule="accelerator-time-is-bounded",
        type=PERSISTENT_RESOURCE,
        good={
            "resourcePools": [{"machineSpec": {"machineType": "a3-highgpu-8g"}}],
            "labels": {"expires-on": "2027-01-01"},
        },
        bad={"labels": [{}]},
        unknown=("labels", "resourcePools[0].machineSpec"),
    ),
    Case(
        rule="reservation-ends",
        type="gcp:compute/reservation:Reservation",
        good={"deleteAtTime": "2027-01-31T00:00:00Z"},
        bad={"deleteAtTime": [MISSING, ""]},
        unknown=("deleteAtTime",),
    ),
    Case(
        rule="no-accelerator-beside-built-in",
        type=INSTANCE,
        good={"machineType": "a3-highgpu-8g"},
        bad={"guestAccelerators": [[{"type": "nvidia-h100-80gb", "count": 8}]]},
        unknown=("guestAccelerators", "machineType"),
    ),
    Case(
        rule="accelerator-stops-for-maintenance",
        type=TEMPLATES[1],
        good=A3,
        bad={"scheduling.onHostMaintenance": ["MIGRATE", MISSING]},
        unknown=("scheduling", "scheduling.onHostMaintenance"),
    ),
    Case(
        rule="interruptible-machine-is-consistent",
        type=INSTANCE,
        good=SPOT,
        bad={
            "scheduling.automaticRestart": [True, MISSING],
            "scheduling.preemptible": [False, MISSING],
            "scheduling.instanceTerminationAction": [MISSING],
        },
        unknown=("scheduling", "scheduling.preemptible"),
    ),
    Case(
        rule="interruptible-machine-is-consistent",
        type=TEMPLATES[0],
        good=FLEX,
        bad={"scheduling.instanceTerminationAction": ["STOP"]},
        unknown=("scheduling.provisioningModel",),
    ),
    Case(rule="interruptible-machine-is-consistent", type=INSTANCE, good=A3),
    Case(
        rule="tpu-runtime-fits",
        type=TPU_VM,
        good={"acceleratorType": "v5litepod-8", "runtimeVersion": "v2-alpha-tpuv5-lite"},
        bad={
            "runtimeVersion": ["tpu-ubuntu2204-base", "v2-alpha-tpuv6e"],
            "acceleratorType": [MISSING],
        },
        unknown=("runtimeVersion", "acceleratorType"),
    ),
    Case(
        rule="tpu-runtime-fits",
        type=QUEUED_TPU,
        good=node(acceleratorType="v6e-8", runtimeVersion="v2-alpha-tpuv6e"),
        bad={f"{NODE}.runtimeVersion": ["v2-alpha-tpuv5-lite"]},
        unknown=(NODE,),
    ),
    Case(
        rule="tpu-zone-has-it",
        type=TPU_VM,
        good={"acceleratorType": "v6e-8", "zone": "europe-west4-a"},
        bad={"zone": ["us-central2-b", MISSING]},
        unknown=("zone", "acceleratorType"),
    ),
    Case(
        rule="workstation-cluster-is-private",
        type=WORKSTATION_CLUSTER,
        good={"privateClusterConfig": {"enablePrivateEndpoint": True}},
        bad={
            "privateClusterConfig": [MISSING],
            "privateClusterConfig.enablePrivateEndpoint": [False],
        },
        unknown=("privateClusterConfig",),
    ),
    Case(
        rule="workstation-stops-by-itself",
        type=WORKSTATION_CONFIG,
        good={"idleTimeout": "3600s", "runningTimeout": "43200s"},
        bad={"idleTimeout": ["0s", MISSING], "runningTimeout": ["0s"]},
        unknown=("idleTimeout", "runningTimeout"),
    ),
    Case(
        rule="workstation-is-audited",
        type=WORKSTATION_CONFIG,
        good={"enableAuditAgent": True, "host": {"gceInstance": {"serviceAccount": ACCOUNT}}},
        bad={"enableAuditAgent": [False, MISSING], "host": [MISSING]},
        unknown=("enableAuditAgent", "host"),
    ),
    Case(
        rule="workstation-home-survives",
        type=WORKSTATION_CONFIG,
        good={"persistentDirectories": [{"gcePd": {"reclaimPolicy": "RETAIN"}}]},
        bad={
            "persistentDirectories[0].gcePd": [MISSING],
            "persistentDirectories[0].gcePd.reclaimPolicy": ["DELETE"],
        },
        unknown=("persistentDirectories", "persistentDirectories[0].gcePd"),
    ),
    Case(
        rule="workstation-home-survives",
        type=WORKSTATION_CONFIG,
        good={
            "persistentDirectories": [
                {"gceHd": {"reclaimPolicy": "RETAIN"}},
                {"gcePd": {"reclaimPolicy": "RETAIN"}},
            ]
        },
        bad={
            "persistentDirectories[0].gceHd.reclaimPolicy": ["DELETE", MISSING],
            "persistentDirectories[1].gcePd.reclaimPolicy": ["DELETE"],
        },
        unknown=("persistentDirectories[0]", "persistentDirectories[0].gceHd"),
    ),
    Case(
        rule="workbench-stops-by-itself",
        type=WORKBENCH,
        good={"gceSetup": {"metadata": {"idle-timeout-seconds": "3600"}}},
        bad={"gceSetup.metadata": [MISSING, {"idle-timeout-seconds": "0"}]},
        unknown=("gceSetup",),
    ),
]
