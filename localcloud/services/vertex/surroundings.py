"""What a job or a model says about its key, its network and the machines that it is given.

Refuses what Vertex AI refuses before it starts anything. Does not encrypt, and connects nothing.
"""

import re

from localcloud.services.errors import invalid, not_found
from localcloud.services.vertex import wire
from localcloud.services.vertex.cluster import replica_count
from localcloud.services.vertex.wire import Call, Json
from localcloud.store import Store

_POOLS = "gcp:vertex/aiPersistentResource:AiPersistentResource"
_KEY = re.compile(r"projects/[^/]+/locations/([^/]+)/keyRings/[^/]+/cryptoKeys/[^/]+")
_NETWORK = re.compile(r"projects/\d+/global/networks/[a-z][-a-z0-9]*")
_ATTACHMENT = re.compile(r"projects/[^/]+/regions/([^/]+)/networkAttachments/[a-z][-a-z0-9]*")
_RANGE = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_WORKER_POOL = {
    "containerSpec",
    "diskSpec",
    "lustreMounts",
    "machineSpec",
    "nfsMounts",
    "pythonPackageSpec",
    "replicaCount",
}
_FLEX_START = (6, "FLEX_START")
_STRATEGIES = (*_FLEX_START, 0, 1, 2, 3, 4, "STANDARD", "SPOT", "ON_DEMAND", "LOW_COST")
_MOST_POOLS = 4
_TPU = ("ct", "tpu")
_FLEX_START_SECONDS = 7 * 24 * 3600


def check_key(call: Call, body: Json) -> None:
    """The key, if there is one, is a whole path and lies where the resource does."""
    if (key := body.get("encryptionSpec", {}).get("kmsKeyName")) is None:
        return
    match = _KEY.fullmatch(key)
    if match is None:
        raise invalid(f"encryptionSpec.kmsKeyName {key!r} does not match {_KEY.pattern}.")
    if match[1] != call.params["location"]:
        raise invalid(
            f"Key {key} is in {match[1]}, but the resource is in {call.params['location']}: they "
            "must be in the same region."
        )


def check_network(call: Call, body: Json) -> None:
    """Peered network or network attachment; ranges by name."""
    network, ranges = body.get("network"), body.get("reservedIpRanges", [])
    attachment = body.get("pscInterfaceConfig", {}).get("networkAttachment")
    if network and attachment:
        raise invalid("Fields network and pscInterfaceConfig exclude each other.")
    if network and not _NETWORK.fullmatch(network):
        raise invalid(f"network {network!r} does not match {_NETWORK.pattern}.")
    if ranges and not network:
        raise invalid("reservedIpRanges are ranges of a network, and the request names none.")
    for name in ranges:
        if not _RANGE.fullmatch(name):
            raise invalid(f"reservedIpRanges holds {name!r}: write the name of a range.")
    if attachment:
        match = _ATTACHMENT.fullmatch(attachment)
        if match is None:
            raise invalid(f"networkAttachment {attachment!r} does not match {_ATTACHMENT.pattern}.")
        if match[1] != call.params["location"]:
            raise invalid(
                f"Network attachment {attachment} is not in {call.params['location']}: a job "
                "takes one of its own region."
            )


def check_worker_pools(pools: list[Json], scheduling: Json) -> None:
    """A pool says its machines and what they run; network and strategy are the job's.

    One replica is the first, so it has a pool of its own; a TPU's hosts are its topology's.
    """
    counts = [replica_count(pool) for pool in pools]
    machines = [pool["machineSpec"] for pool in pools]
    if len(pools) > _MOST_POOLS:
        raise invalid(f"workerPoolSpecs has {len(pools)} entries: at most {_MOST_POOLS} are known.")
    if counts[0] != 1 or min(counts) < 1:
        raise invalid(
            f"workerPoolSpecs have replicaCount {counts}: the first must be 1, others 1 or more."
        )
    if len(pools) > 1 and any(machine["machineType"].startswith(_TPU) for machine in machines):
        raise invalid("A job on TPUs has one worker pool: its topology says how many hosts.")
    if scheduling.get("strategy") in _FLEX_START and machines != [machines[0]] * len(machines):
        raise invalid("All worker pools of a FLEX_START job must have the same machineSpec.")
    for index, pool in enumerate(pools):
        if unknown := sorted(pool.keys() - _WORKER_POOL):
            raise invalid(
                f"Unknown name {unknown[0]!r} at job_spec.worker_pool_specs[{index}]: Cannot find "
                "field."
            )


def check_scheduling(scheduling: Json) -> None:
    """A strategy that exists; flex-start within its seven days, and only it waits by demand."""
    strategy = scheduling.get("strategy", 0)
    if strategy not in _STRATEGIES:
        raise invalid(f"scheduling.strategy {strategy!r} is none of {_STRATEGIES}.")
    if strategy in _FLEX_START:
        if (wire.seconds(scheduling.get("timeout")) or 0) > _FLEX_START_SECONDS:
            raise invalid("A FLEX_START job ends after seven days: lower scheduling.timeout.")
    elif "maxWaitDuration" in scheduling:
        raise invalid("scheduling.maxWaitDuration is for FLEX_START only.")


def check_persistent_resource(call: Call, store: Store, job: Json) -> None:
    """The machines that wait for jobs exist, are those that the job asks for, and fit its key."""
    spec = job["jobSpec"]
    if not (wanted := spec.get("persistentResourceId")):
        return
    name = f"{call.parent}/persistentResources/{wanted}"
    if (document := store.get(_POOLS, name)) is None:
        raise not_found(f"{name} does not exist.")
    inputs = document["inputs"]
    most = max(_most(pool) for pool in inputs["resourcePools"])
    if (count := sum(map(replica_count, spec["workerPoolSpecs"]))) > most:
        raise invalid(f"{name} has {most} machines at most, but the job asks for {count}.")
    kept = {pool["machineSpec"]["machineType"] for pool in inputs["resourcePools"]}
    for pool in spec["workerPoolSpecs"]:
        if (asked := pool["machineSpec"]["machineType"]) not in kept:
            raise invalid(f"{name} has {', '.join(sorted(kept))}, but the job asks for {asked}.")
    for asking, field, part in (
        (job, "encryptionSpec", "kmsKeyName"),
        (spec, "pscInterfaceConfig", "networkAttachment"),
    ):
        own, other = ((where.get(field) or {}).get(part) for where in (asking, inputs))
        if own != other:
            raise invalid(f"{field} of the job is {own}, but that of {name} is {other}.")


def _most(pool: Json) -> int:
    """Machines that a pool of a persistent resource may grow to."""
    scaling = pool.get("autoscalingSpec") or {}
    return int(scaling.get("maxReplicaCount", pool.get("replicaCount", 1)))
