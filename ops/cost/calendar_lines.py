"""Lines of machines that are asked for in Google's calendar."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from ops.cost.estimate import Line
from ops.cost.lines import Graph, line, place
from ops.cost.quotes import machine_hour
from ops.graph.resources import Resource

_SECONDS_AN_HOUR = 3600


def future_reservation(resource: Resource, graph: Graph) -> Iterator[Line]:
    """Machines of a calendar: charged from its start to its end once it is submitted."""
    sku = resource.inputs.get("specificSkuProperties") or {}
    machine = str((sku.get("instanceProperties") or {}).get("machineType"))
    window = resource.inputs.get("timeWindow") or {}
    region = place(resource, graph)
    quote = machine_hour("compute", machine, region, "calendar")
    what = f"{sku.get('totalCount')} {machine} in {region}"
    if resource.inputs.get("planningStatus") != "SUBMITTED":
        note = f"a draft of {what}: charged once it is submitted"
        yield line(resource, graph, "future reservation", by_use=True, note=note, priced_by=quote)
        return
    ends = (datetime.fromisoformat(str(window.get(key))) for key in ("startTime", "endTime"))
    start, end = ends
    hours = Decimal(int((end - start).total_seconds())) / _SECONDS_AN_HOUR
    yield line(
        resource,
        graph,
        "future reservation",
        quantity=f"{what}, {hours:f} h",
        period="run",
        quote=quote,
        units=hours * Decimal(sku.get("totalCount", 0)),
    )
