"""Workstations and accelerators: what runs, read back and compared with what was deployed.

The fields are those of the APIs themselves: a workstation cluster has no state, but `reconciling`,
`degraded` and `conditions`.
Sources: the REST references of Cloud Workstations v1 (`workstationClusters`), Cloud TPU v2
(`nodes`, `queuedResources`), Vertex AI v1 (`persistentResources`), Compute Engine v1 (`instances`).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from catalog import services
from ops.check.deployed import Deployed
from ops.check.findings import Finding, State, compared
from ops.check.google import Google
from ops.check.trouble import explain

_GROUP = "machines"


def check(google: Google, resources: list[Deployed]) -> Iterator[Finding]:
    """Every deployed resource that a reader is known for."""
    from google.api_core.exceptions import NotFound

    for resource in resources:
        if resource.type in _READERS:
            try:
                yield from _READERS[resource.type](google, resource)
            except NotFound:
                yield _gone(resource)


def _gone(resource: Deployed) -> Finding:
    """What the state still has: `pulumi up` alone would not find out."""
    return Finding(
        group=_GROUP,
        subject=resource.name,
        state="failed",
        found="gone: deleted by hand, or when its time was over (table `actions`)",
        wanted="there",
        next="take it out of the stack file, or pulumi refresh, then pulumi up, makes it again",
    )


def _workstations(google: Google, resource: Deployed) -> Mapping[str, Any]:
    return google.get(services.WORKSTATIONS, f"v1/{resource.id}")


def _cluster(google: Google, resource: Deployed) -> Iterator[Finding]:
    yield _settled(resource, _workstations(google, resource))


def _config(google: Google, resource: Deployed) -> Iterator[Finding]:
    real = _workstations(google, resource)
    yield _settled(resource, real)
    host = resource.inputs.get("host", {}).get("gceInstance", {})
    yield compared(
        _GROUP,
        f"{resource.name} machine type",
        real.get("host", {}).get("gceInstance", {}).get("machineType"),
        host.get("machineType"),
        "somebody changed it by hand: pulumi refresh, then pulumi up",
    )
    yield compared(
        _GROUP,
        f"{resource.name} image",
        real.get("container", {}).get("image"),
        resource.inputs.get("container", {}).get("image"),
        "somebody changed it by hand: pulumi refresh, then pulumi up",
    )


def _settled(resource: Deployed, real: Mapping[str, Any]) -> Finding:
    """Whether a cluster or a configuration can be used."""
    conditions = [str(each.get("message", "")) for each in real.get("conditions", [])]
    state: State = "ok"
    found, following = "ready", ""
    if real.get("degraded"):
        state, found = "failed", f"degraded: {'; '.join(conditions) or 'no reason is given'}"
        following = explain(found).next
    elif real.get("reconciling"):
        state, found = "warning", "still being made or changed"
        following = "wait: a cluster takes 20 to 60 minutes"
    return Finding(
        group=_GROUP,
        subject=resource.name,
        state=state,
        found=found,
        wanted="ready",
        next=following,
    )


def _tpu(google: Google, resource: Deployed) -> Iterator[Finding]:
    real = google.get(services.TPU, f"v2/{resource.id}")
    symptoms = [str(each.get("details", "")) for each in real.get("symptoms", [])]
    yield _running(resource, str(real.get("state")), "READY", symptoms)
    for key, said in (("acceleratorType", "accelerator"), ("runtimeVersion", "runtime")):
        yield compared(
            _GROUP,
            f"{resource.name} {said}",
            real.get(key),
            resource.inputs.get(key),
            "it was made in another way: pulumi refresh, then pulumi up",
        )


def _queued(google: Google, resource: Deployed) -> Iterator[Finding]:
    state = google.get(services.TPU, f"v2/{resource.id}").get("state", {})
    error = state.get("failedData", {}).get("error", {}).get("message", "")
    yield _running(resource, str(state.get("state")), "ACTIVE", [error] if error else [])


def _pool(google: Google, resource: Deployed) -> Iterator[Finding]:
    region = resource.id.split("/")[3]
    real = google.get(f"{region}-{services.AI_PLATFORM}", f"v1/{resource.id}")
    error = real.get("error", {}).get("message", "")
    yield _running(resource, str(real.get("state")), "RUNNING", [error] if error else [])


def _instance(google: Google, resource: Deployed) -> Iterator[Finding]:
    real = google.get(services.COMPUTE, f"compute/v1/{resource.id}")
    message = [real["statusMessage"]] if real.get("statusMessage") else []
    yield _running(resource, str(real.get("status")), "RUNNING", message)
    yield compared(
        _GROUP,
        f"{resource.name} machine type",
        str(real.get("machineType")).rpartition("/")[2],
        resource.inputs.get("machineType"),
        "somebody changed it by hand: pulumi refresh, then pulumi up",
    )


_ON_THE_WAY = {
    "CREATING",
    "STARTING",
    "PROVISIONING",
    "STAGING",
    "ACCEPTED",
    "WAITING_FOR_RESOURCES",
    "RESTARTING",
}
_ENDED = {
    "PREEMPTED": "Spot took it back: pulumi up makes it again",
    "STOPPED": "it was stopped, by its schedule or by hand: start it, or leave it",
    "TERMINATED": "its time is over, or Spot took it back: pulumi up makes it again",
    "SUSPENDED": "the machine of the request is gone: remove the request and pulumi up",
}


def _running(resource: Deployed, state: str, wanted: str, said: list[str]) -> Finding:
    verdict: State = "ok" if state == wanted and not said else "failed"
    following = ""
    if state in _ON_THE_WAY:
        verdict, following = "warning", "it is waiting for its place, or starting"
    elif verdict == "failed":
        following = _ENDED.get(state) or explain(" ".join(said)).next
    return Finding(
        group=_GROUP,
        subject=resource.name,
        state=verdict,
        found=": ".join([state, *said]),
        wanted=wanted,
        next=following,
    )


_READERS: dict[str, Callable[[Google, Deployed], Iterator[Finding]]] = {
    "gcp:workstations/workstationCluster:WorkstationCluster": _cluster,
    "gcp:workstations/workstationConfig:WorkstationConfig": _config,
    "gcp:tpu/v2Vm:V2Vm": _tpu,
    "gcp:tpu/v2QueuedResource:V2QueuedResource": _queued,
    "gcp:vertex/aiPersistentResource:AiPersistentResource": _pool,
    "gcp:compute/instance:Instance": _instance,
}
