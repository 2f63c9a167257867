"""Machines with accelerators: bounded in time, of combinations that Google Cloud accepts."""

from catalog.accelerators import V5E, V6E
from policy.registry import Finding, Findings, demand, rule
from policy.tokens import MACHINES, PERSISTENT_RESOURCE, QUEUED_TPU, TPU_VM
from policy.values import UNKNOWN, find, get
from policy.verdicts import Context, Resource

RESERVATION = "gcp:compute/reservation:Reservation"
_BUILT_IN = ("a2-", "a3-", "a4-", "a4x-", "g2-", "g4-", "ct3", "ct4", "ct5", "ct6", "tpu7")
"""Machine types that carry their accelerators."""
_TIME_TO_LIVE = ("ttl", "expires")
"""How the label begins that says when a machine may be deleted."""
_RUNTIMES = {
    "v5litepod-": (V5E, "v2-alpha-tpuv5-lite"),
    "v6e-": (V6E, "v2-alpha-tpuv6e"),
    "v5p-": (None, "v2-alpha-tpuv5"),
}
"""Family and runtime of what a TPU's type begins with."""
_STANDARD = "STANDARD"


def _accelerated(resource: Resource) -> bool:
    inputs = resource.inputs
    if resource.type == PERSISTENT_RESOURCE:
        machine = "resourcePools[*].machineSpec"
        return any(value for _, value in find(inputs, f"{machine}.acceleratorType")) or any(
            (value or "").startswith(_BUILT_IN)
            for _, value in find(inputs, f"{machine}.machineType")
        )
    if resource.type == TPU_VM:
        return True
    return _carries(resource) or bool(get(inputs, "guestAccelerators"))


def _carries(resource: Resource) -> bool:
    """Whether the machine type brings accelerators of its own."""
    return (get(resource.inputs, "machineType") or "").rpartition("/")[2].startswith(_BUILT_IN)


@rule("accelerator-time-is-bounded", [*MACHINES, TPU_VM, PERSISTENT_RESOURCE])
def _bounded(resource: Resource, _: Context) -> Findings:
    """An accelerator has a longest run or a label that says when it goes: idle, it bills on."""
    if not _accelerated(resource):
        return
    inputs = resource.inputs
    limits = [get(inputs, f"scheduling.{n}") for n in ("maxRunDuration.seconds", "terminationTime")]
    if any(limit is UNKNOWN or limit for limit in limits):
        yield from (Finding("scheduling", None) for limit in limits if limit is UNKNOWN)
    elif (labels := get(inputs, "labels")) is UNKNOWN:
        yield Finding("labels", None)
    elif not any(key.startswith(_TIME_TO_LIVE) for key in labels or {}):
        place = "scheduling.maxRunDuration" if resource.type in MACHINES else "labels"
        yield Finding(
            place,
            f"`{place}` sets no end: write `scheduling.max_run_duration` where there is one, else"
            " a label such as `ttl-hours`.",
        )


@rule("reservation-ends", [RESERVATION])
def _reservation(resource: Resource, _: Context) -> Findings:
    """A reservation has an end: it is paid for whether used or not."""
    ends = [resource.inputs.get(name) for name in ("deleteAtTime", "deleteAfterDuration")]
    if any(end is UNKNOWN for end in ends):
        yield Finding("deleteAtTime", None)
    elif not any(ends):
        yield Finding("deleteAtTime", "`deleteAtTime` is missing: write the day it is given back.")


@rule("no-accelerator-beside-built-in", MACHINES)
def _no_guest(resource: Resource, _: Context) -> Findings:
    """A machine type that carries its GPUs lists none beside."""
    if _carries(resource):
        yield from demand(resource, "guestAccelerators", lambda value: not value, "leave it out.")


@rule("accelerator-stops-for-maintenance", MACHINES)
def _terminates(resource: Resource, _: Context) -> Findings:
    """A machine with accelerators cannot be moved, so it stops for maintenance."""
    if _accelerated(resource):
        yield from demand(
            resource,
            "scheduling.onHostMaintenance",
            lambda value: value == "TERMINATE",
            'write `on_host_maintenance="TERMINATE"`.',
        )


@rule("interruptible-machine-is-consistent", MACHINES)
def _interruptible(resource: Resource, _: Context) -> Findings:
    """Spot and flex-start machines do not restart by themselves and say what ends them."""
    model = get(resource.inputs, "scheduling.provisioningModel") or _STANDARD
    if model not in ("SPOT", "FLEX_START"):
        return
    yield from demand(
        resource,
        "scheduling.automaticRestart",
        lambda value: value is False,
        "write `automatic_restart=False`; the default is True and refused.",
    )
    if model == "SPOT":
        yield from demand(
            resource, "scheduling.preemptible", lambda value: value is True, "write True with SPOT."
        )
    actions = ("STOP", "DELETE") if model == "SPOT" else ("DELETE",)
    yield from demand(
        resource,
        "scheduling.instanceTerminationAction",
        lambda value: value in actions,
        f"write {' or '.join(actions)}.",
    )


@rule("tpu-runtime-fits", [TPU_VM, QUEUED_TPU])
def _runtime_fits(resource: Resource, _: Context) -> Findings:
    """A TPU names its type, and the runtime of that type; without one it is a v2-8."""
    at = "" if resource.type == TPU_VM else "tpu.nodeSpecs[*].node"
    for where, node in find(resource.inputs, at):
        prefix = f"{where}." if where else ""
        if node is UNKNOWN:
            yield Finding(where, None)
        elif not node.get("acceleratorConfig"):
            yield from _fits(node, prefix)


def _fits(node: dict, prefix: str) -> Findings:
    kind, runtime = node.get("acceleratorType"), node.get("runtimeVersion")
    known = next(
        (each for start, each in _RUNTIMES.items() if (kind or "").startswith(start)), None
    )
    if not kind:
        path = f"{prefix}acceleratorType"
        yield Finding(path, f"`{path}` is missing: write a shape such as v6e-8.")
    elif known and runtime != known[1]:
        path = f"{prefix}runtimeVersion"
        yield Finding(path, f"`{path}` is {runtime!r}: write {known[1]} for {kind}.")


@rule("tpu-zone-has-it", [TPU_VM, QUEUED_TPU])
def _zone(resource: Resource, _: Context) -> Findings:
    """A TPU stands in a zone that has its generation."""
    at = "" if resource.type == TPU_VM else "tpu.nodeSpecs[*].node."
    for _where, kind in find(resource.inputs, f"{at}acceleratorType"):
        starts = (each for start, each in _RUNTIMES.items() if (kind or "").startswith(start))
        family, _runtime = next(starts, (None, ""))
        zones = family.zones if family else None
        if zones:
            yield from demand(
                resource,
                "zone",
                lambda zone, zones=zones: zone in zones,
                f"{kind} is in {', '.join(zones)}.",
            )
