"""Lines of resources that are machines: VMs, TPUs, pools, groups, reservations and disks.

A machine that has a longest run is one run at most; every other one is taken to run all month.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from catalog.accelerators import SHAPES
from catalog.prices import Capacity
from ops.cost.estimate import HOURS_PER_MONTH, Line
from ops.cost.lines import Graph, line, place
from ops.cost.quotes import machine_hour, rate
from ops.graph.resources import Resource

_CAPACITIES: dict[str, Capacity] = {
    "STANDARD": "on-demand",
    "SPOT": "spot",
    "FLEX_START": "flex-start",
}
_TEMPLATES = (
    "gcp:compute/instanceTemplate:InstanceTemplate",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate",
)
_RESERVATIONS = (
    "gcp:compute/reservation:Reservation",
    "gcp:compute/futureReservation:FutureReservation",
)
_WORKSTATION_CONFIG = "gcp:workstations/workstationConfig:WorkstationConfig"
_SECONDS_AN_HOUR = 3600


def instance(resource: Resource, graph: Graph) -> Iterator[Line]:
    """A VM, and its boot disk."""
    inputs = resource.inputs
    scheduling = inputs.get("scheduling") or {}
    if _reserved(resource, graph):
        yield line(resource, graph, "VM", by_use=True, note="paid for with its reservation")
    else:
        yield _machines(
            resource,
            graph,
            "VM",
            machine=inputs.get("machineType"),
            count=1,
            scheduling=scheduling,
        )
    boot = (inputs.get("bootDisk") or {}).get("initializeParams") or {}
    if "size" in boot:
        yield disk_line(resource, graph, "boot disk", boot.get("type"), boot["size"])


def _reserved(resource: Resource, graph: Graph) -> bool:
    """Whether its place is paid for already, as a line of this stack or of another one."""
    scheduling = resource.inputs.get("scheduling") or {}
    affinity = resource.inputs.get("reservationAffinity") or {}
    named = affinity.get("type") == "SPECIFIC_RESERVATION"
    here = named and graph.first_needed(resource, _RESERVATIONS) is not None
    return here or scheduling.get("provisioningModel") == "RESERVATION_BOUND"


def disk(resource: Resource, graph: Graph) -> Iterator[Line]:
    """A disk of its own."""
    yield disk_line(
        resource, graph, "disk", resource.inputs.get("type"), resource.inputs.get("size")
    )


def home(resource: Resource, graph: Graph) -> Iterator[Line]:
    """What a workstation keeps when it is stopped: a disk in two zones, charged for both."""
    config = graph.first_needed(resource, (_WORKSTATION_CONFIG,))
    for folder in (config.inputs.get("persistentDirectories") or []) if config else []:
        held = folder.get("gcePd") or {}
        kind, size = held.get("diskType"), held.get("sizeGb")
        yield disk_line(resource, graph, "home of", kind, size, zones=2)
    if config is None:
        yield line(resource, graph, "home of", note="its configuration is not in this stack")


def group(resource: Resource, graph: Graph) -> Iterator[Line]:
    """As many VMs as the group keeps by itself; none of its resize requests."""
    size = resource.inputs.get("targetSize", 0)
    if size:
        yield _templated(resource, graph, "VMs of the group", size, {})


def resize_request(resource: Resource, graph: Graph) -> Iterator[Line]:
    """VMs that a group asks for once, and how long they may run."""
    inputs = resource.inputs
    scheduling = {"maxRunDuration": inputs.get("requestedRunDuration")}
    yield _templated(resource, graph, "VMs of the request", inputs.get("resizeBy", 0), scheduling)


def reservation(resource: Resource, graph: Graph) -> Iterator[Line]:
    """Reserved VMs: charged like running ones, used or not."""
    specific = resource.inputs.get("specificReservation") or {}
    machine = (specific.get("instanceProperties") or {}).get("machineType")
    yield _machines(
        resource,
        graph,
        "reserved VMs",
        machine=machine,
        count=specific.get("count", 0),
        scheduling={},
    )


def tpu(resource: Resource, graph: Graph) -> Iterator[Line]:
    """A TPU slice with its hosts."""
    yield _slice(resource, graph, resource.inputs, "TPU")


def queued(resource: Resource, graph: Graph) -> Iterator[Line]:
    """The slices that a queued resource waits for."""
    for spec in (resource.inputs.get("tpu") or {}).get("nodeSpecs") or []:
        yield _slice(resource, graph, spec.get("node") or {}, "queued TPU")


def _machines(
    resource: Resource,
    graph: Graph,
    item: str,
    *,
    machine: Any,
    count: Any,
    scheduling: Mapping[str, Any],
) -> Line:
    model = str(scheduling.get("provisioningModel", "STANDARD"))
    if not is_count(count) or model not in _CAPACITIES:
        return line(resource, graph, item, note="its size is not known beforehand")
    region = place(resource, graph)
    hours = _limit(scheduling)
    return line(
        resource,
        graph,
        item,
        quantity=f"{count} {machine} {_CAPACITIES[model]} in {region}, {_duration(hours)}",
        period="run" if hours else "month",
        quote=machine_hour("compute", str(machine), region, _CAPACITIES[model]),
        units=(hours or Decimal(HOURS_PER_MONTH)) * Decimal(count),
    )


def _templated(
    resource: Resource, graph: Graph, item: str, count: Any, limits: Mapping[str, Any]
) -> Line:
    found = graph.first_needed(resource, _TEMPLATES)
    if found is None:
        return line(resource, graph, item, note="the template is not in this stack")
    scheduling = {**(found.inputs.get("scheduling") or {}), **limits}
    return _machines(
        resource,
        graph,
        item,
        machine=found.inputs.get("machineType"),
        count=count,
        scheduling=scheduling,
    )


def _slice(resource: Resource, graph: Graph, inputs: Mapping[str, Any], item: str) -> Line:
    shape = SHAPES.get(_shape_name(inputs))
    if shape is None:
        return line(resource, graph, item, note="no shape of the accelerator table")
    scheduling = inputs.get("schedulingConfig") or {}
    spot = scheduling.get("spot") or scheduling.get("preemptible")
    capacity: Capacity = "spot" if spot else "on-demand"
    region = place(resource, graph)
    return line(
        resource,
        graph,
        item,
        quantity=f"{shape.name} {capacity} in {region}, all hours",
        quote=machine_hour("compute", shape.machine_type, region, capacity),
        units=Decimal(HOURS_PER_MONTH * shape.hosts),
    )


def _shape_name(inputs: Mapping[str, Any]) -> str:
    """`v6e-8`, whether it is named or written as a generation and a topology."""
    config = inputs.get("acceleratorConfig") or {}
    if not config:
        return str(inputs.get("acceleratorType"))
    machines = {"V5LITE_POD": "v5litepod", "V6E": "v6e"}
    for shape in SHAPES.values():
        generation = machines.get(str(config.get("type")), "?")
        if shape.name.startswith(generation) and shape.tpu_topology == config.get("topology"):
            return shape.name
    return ""


def disk_line(
    resource: Resource, graph: Graph, item: str, kind: Any, size: Any, *, zones: int = 1
) -> Line:
    region = place(resource, graph)
    name = str(kind or "pd-standard")
    if not is_count(size):
        return line(resource, graph, item, note="its size is not known beforehand")
    return line(
        resource,
        graph,
        item,
        quantity=f"{size} GB {name} in {f'{zones} zones of ' if zones > 1 else ''}{region}",
        quote=rate("compute", name, region),
        units=Decimal(size) * zones,
    )


def _limit(scheduling: Mapping[str, Any]) -> Decimal | None:
    """The longest run in hours, or None if the machine runs until somebody ends it."""
    seconds: Any = (scheduling.get("maxRunDuration") or {}).get("seconds")
    return Decimal(seconds) / _SECONDS_AN_HOUR if is_count(seconds) else None


def _duration(hours: Decimal | None) -> str:
    return "all hours" if hours is None else f"{hours.normalize():f} h at most"


def is_count(value: Any) -> bool:
    """Whether it is a number: what only a deployment can tell is a text."""
    try:
        return Decimal(value) >= 0
    except (InvalidOperation, TypeError, ValueError):
        return False
