"""What Google's provider or the API behind it refuses about machines and Vertex AI: rules as data.

Read from the provider's schema definitions (validators, conflicts, ranges) and from the services'
references in 2026-11. What the SDK's own text says is `sdk_schema`; names and their lengths are in
`test_cloud_limits` and `test_names_fit`; other services in `cloud_rules_services`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Inputs = dict[str, Any]
DAY = 86_400
BOOTS = ("pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced")
"""Disks for data alone are refused as boot disks."""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that every resource of a type keeps."""

    kind: str
    """Type without its provider, such as `compute/instance:Instance`."""
    says: str
    holds: Callable[[Inputs], bool]
    broken: Inputs
    """Values, by dotted paths, that make a lawful resource of prod an unlawful one."""


def seconds(text: str) -> int:
    """A duration as the provider takes it: digits and an s; -1 for anything else."""
    return int(text[:-1]) if re.fullmatch(r"[0-9]+s", text) else -1


def between(least: float, value: Any, most: float) -> bool:
    return least <= float(value) <= most


def _pool(inputs: Inputs) -> dict[str, Any]:
    (pool,) = inputs["resourcePools"]
    return pool


def _pool_scales(inputs: Inputs) -> bool:
    scaling, count = _pool(inputs).get("autoscalingSpec"), int(_pool(inputs)["replicaCount"])
    if scaling is None:
        return count >= 1
    least, most = int(scaling["minReplicaCount"]), int(scaling["maxReplicaCount"])
    return 1 <= least <= count <= most and least < most


def _limited(scheduling: Inputs) -> bool:
    """A machine that ends by itself says after how long, and what then."""
    if "maxRunDuration" not in scheduling:
        return scheduling["provisioningModel"] in ("STANDARD", "RESERVATION_BOUND")
    ends = scheduling.get("instanceTerminationAction") in ("STOP", "DELETE")
    return ends and between(30, scheduling["maxRunDuration"]["seconds"], 120 * DAY)


def _taken_away(scheduling: Inputs) -> bool:
    """What may be taken away does not start again by itself, and does not move."""
    if scheduling["provisioningModel"] == "STANDARD":
        return True
    stays = scheduling["onHostMaintenance"] == "TERMINATE"
    return stays and scheduling["automaticRestart"] is False


def _flexible(inputs: Inputs) -> bool:
    scheduling = inputs["scheduling"]
    taken = inputs["reservationAffinity"]["type"] == "NO_RESERVATION"
    return taken and scheduling["instanceTerminationAction"] == "DELETE"


def _loses_its_disks(inputs: Inputs) -> bool:
    scheduling = inputs["scheduling"]
    stops = inputs["scratchDisks"] and scheduling.get("instanceTerminationAction") == "STOP"
    return not stops or scheduling["onInstanceStopAction"]["discardLocalSsd"] is True


def _disks(inputs: Inputs) -> bool:
    for disk in inputs["disks"]:
        if disk["type"] == "SCRATCH" and (disk["diskType"], disk["diskSizeGb"]) != (
            "local-ssd",
            375,
        ):
            return False
        if disk.get("boot") and disk["diskType"] not in BOOTS:
            return False
    # The provider takes no boot disk but the first.
    first, *others = [disk.get("boot", False) for disk in inputs["disks"]]
    return first and not any(others)


def _group(inputs: Inputs) -> bool:
    policy, zones = inputs["updatePolicy"], inputs["distributionPolicyZones"]
    down = policy["maxUnavailableFixed"]
    return (down == 0 or down >= len(zones)) and policy["instanceRedistributionType"] == "NONE"


def _shared(settings: Inputs) -> bool:
    return (settings["shareType"] == "LOCAL") != ("projects" in settings)


def _calendar(inputs: Inputs) -> bool:
    window = inputs["timeWindow"]
    start, end = (datetime.fromisoformat(window[key]) for key in ("startTime", "endTime"))
    return timedelta(0) < end - start <= timedelta(days=90)


def _home(inputs: Inputs) -> bool:
    (disk,) = [each["gcePd"] for each in inputs["persistentDirectories"]]
    large = disk["sizeGb"] >= 200 or disk["diskType"] in ("pd-balanced", "pd-ssd")
    return large and disk["sizeGb"] in (10, 50, 100, 200, 500, 1000)


def _encrypted_for_a_day(inputs: Inputs) -> bool:
    return "encryptionKey" not in inputs or between(1, seconds(inputs["runningTimeout"]), DAY - 1)


def _notebook_disks(inputs: Inputs) -> bool:
    setup = inputs["gceSetup"]
    disks = [setup["bootDisk"], setup["dataDisks"]]
    keyed = all((disk["diskEncryption"] == "CMEK") == ("kmsKey" in disk) for disk in disks)
    return keyed and all(between(10, disk["diskSizeGb"], 64_000) for disk in disks)


def _session(inputs: Inputs) -> bool:
    limits = inputs["environmentConfig"]["executionConfig"]
    return all(between(600, seconds(limits[key]), 14 * DAY) for key in ("ttl", "idleTtl"))


def _second_generation(inputs: Inputs) -> bool:
    """One that is sized keeps its data in Spanner; only one with a tier may use MySQL."""
    return "scalingConfig" not in inputs or inputs.get("databaseType") == "SPANNER"


def _nodes(inputs: Inputs) -> bool:
    scaling = inputs["bigtable"]["autoScaling"]
    least, most = scaling["minNodeCount"], scaling["maxNodeCount"]
    in_order = 1 <= least <= most <= 10 * least
    return in_order and between(10, scaling["cpuUtilizationTarget"], 80)


def _one_door(inputs: Inputs) -> bool:
    doors = ("dedicatedEndpointEnabled", "privateServiceConnectConfig", "network")
    return sum(bool(inputs.get(each)) for each in doors) <= 1


def _sampled(inputs: Inputs) -> bool:
    recorded = inputs.get("predictRequestResponseLoggingConfig")
    return recorded is None or (between(0, recorded["samplingRate"], 1) and recorded["enabled"])


def _replicas(inputs: Inputs) -> bool:
    machines = inputs["dedicatedResources"]
    targets = [each["target"] for each in machines["autoscalingMetricSpecs"]]
    in_order = 1 <= machines["minReplicaCount"] <= machines["maxReplicaCount"]
    return in_order and all(between(1, each, 100) for each in targets)


def _cron(inputs: Inputs) -> bool:
    ranges = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
    fields = inputs["syncConfig"]["cron"].split()
    numbers = [re.findall(r"(?<!/)\b[0-9]+", field) for field in fields]
    return len(fields) == 5 and all(
        between(least, each, most)
        for found, (least, most) in zip(numbers, ranges, strict=True)
        for each in found
    )


_INSTANCE = "compute/instance:Instance"
_TEMPLATE = "compute/regionInstanceTemplate:RegionInstanceTemplate"
_POOL = "vertex/aiPersistentResource:AiPersistentResource"
_METASTORE = "dataproc/metastoreService:MetastoreService"
_STATIONS = "workstations/workstationConfig:WorkstationConfig"
_ENDPOINT = "vertex/aiEndpoint:AiEndpoint"

RULES = [
    Rule(kind=kind, says=says, holds=holds, broken=broken)
    for kind, says, holds, broken in (
        (_INSTANCE, "boots from what boots",
         lambda i: i["bootDisk"]["initializeParams"]["type"] in BOOTS,
         {"bootDisk.initializeParams.type": "hyperdisk-ml"}),
        (_INSTANCE, "ends after a time", lambda i: _limited(i["scheduling"]),
         {"scheduling.maxRunDuration.seconds": 121 * DAY}),
        (_INSTANCE, "is not restarted where it may be taken away",
         lambda i: _taken_away(i["scheduling"]),
         {"scheduling.provisioningModel": "SPOT", "scheduling.automaticRestart": True}),
        (_INSTANCE, "stops only if it may lose its disks", _loses_its_disks,
         {"scratchDisks": [{}], "scheduling.instanceTerminationAction": "STOP",
          "scheduling.onInstanceStopAction": {"discardLocalSsd": False}}),
        (_TEMPLATE, "ends after a time", lambda i: _limited(i["scheduling"]),
         {"scheduling.maxRunDuration.seconds": 0}),
        (_TEMPLATE, "is deleted at its end", _flexible,
         {"scheduling.instanceTerminationAction": "STOP"}),
        (_TEMPLATE, "has one boot disk, and local disks of 375 GB", _disks,
         {"disks.1.diskSizeGb": 500}),
        (_TEMPLATE, "boots from its first disk", _disks,
         {"disks.0.boot": False, "disks.1.boot": True}),
        ("compute/regionInstanceGroupManager:RegionInstanceGroupManager",
         "lets as many machines be down as it has zones", _group,
         {"distributionPolicyZones": ["a", "b", "c"]}),
        ("compute/regionResizeRequest:RegionResizeRequest", "runs ten minutes to seven days",
         lambda i: between(600, i["requestedRunDuration"]["seconds"], 7 * DAY),
         {"requestedRunDuration.seconds": "604801"}),
        ("compute/reservation:Reservation", "names projects only where it is shared",
         lambda i: _shared(i["shareSettings"]),
         {"shareSettings.projects": ["acme"]}),
        ("compute/futureReservation:FutureReservation", "lasts 90 days at most", _calendar,
         {"timeWindow.endTime": "2027-05-31T00:00:00Z"}),
        ("compute/futureReservation:FutureReservation", "has a name or a prefix",
         lambda i: ("reservationName" in i) != ("namePrefix" in i), {"namePrefix": "h100"}),
        ("tpu/v2Vm:V2Vm", "is Spot or reserved",
         lambda i: not all(i.get("schedulingConfig", {}).get(key) for key in ("spot", "reserved")),
         {"schedulingConfig": {"spot": True, "reserved": True}}),
        (_STATIONS, "has a home of a size that there is", _home,
         {"persistentDirectories.0.gcePd.sizeGb": 300}),
        (_STATIONS, "has a small home on a better disk", _home,
         {"persistentDirectories.0.gcePd": {"sizeGb": 100, "diskType": "pd-standard"}}),
        (_STATIONS, "stops within a day where it is encrypted", _encrypted_for_a_day,
         {"runningTimeout": "86400s"}),
        ("workbench/instance:Instance", "has disks of 64,000 GB at most", _notebook_disks,
         {"gceSetup.dataDisks.diskSizeGb": "64001"}),
        ("dataproc/sessionTemplate:SessionTemplate", "ends after ten minutes to fourteen days",
         _session, {"environmentConfig.executionConfig.idleTtl": "60s"}),
        (_METASTORE, "keeps its data in Spanner where it is sized", _second_generation,
         {"databaseType": "MYSQL"}),
        (_METASTORE, "has no hour of maintenance, which Spanner does not need",
         lambda i: "maintenanceWindow" not in i or i.get("databaseType") != "SPANNER",
         {"maintenanceWindow": {"dayOfWeek": "SUNDAY", "hourOfDay": 3}}),
        (_POOL, "is between two counts that differ", _pool_scales,
         {"resourcePools.0.autoscalingSpec.maxReplicaCount": "1"}),
        (_POOL, "boots from 100 to 64,000 GB",
         lambda i: between(100, _pool(i)["diskSpec"]["bootDiskSizeGb"], 64_000),
         {"resourcePools.0.diskSpec.bootDiskSizeGb": 65_536}),
        ("vertex/aiFeatureOnlineStore:AiFeatureOnlineStore", "grows tenfold at most", _nodes,
         {"bigtable.autoScaling.maxNodeCount": 21}),
        ("vertex/aiFeatureOnlineStoreFeatureview:AiFeatureOnlineStoreFeatureview",
         "is copied at a time that there is", _cron, {"syncConfig.cron": "5 24 * * *"}),
        (_ENDPOINT, "has one door", _one_door,
         {"dedicatedEndpointEnabled": True, "privateServiceConnectConfig": {"x": 1}}),
        (_ENDPOINT, "records a share", _sampled,
         {"predictRequestResponseLoggingConfig": {"enabled": True, "samplingRate": 2}}),
        ("vertex/aiDeploymentResourcePool:AiDeploymentResourcePool", "has its counts in order",
         _replicas, {"dedicatedResources.minReplicaCount": 0}),
    )
]  # fmt: skip
