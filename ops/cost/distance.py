"""Lines of machines that are not where the data is: each read crosses regions and is paid for.

How much they read nobody knows beforehand, so a line says what one TiB a month costs. Trainings in
Vertex AI have no line: they run in the project's region, where the stores are.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from catalog.prices import Price, find
from ops.cost.estimate import Line
from ops.cost.lines import Graph, line, place
from ops.cost.quotes import Quote
from ops.graph.resources import Resource

if TYPE_CHECKING:
    from infra.settings import StackSettings

_READERS = frozenset(
    {
        "gcp:compute/instance:Instance",
        "gcp:compute/instanceGroupManager:InstanceGroupManager",
        "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager",
        "gcp:tpu/v2Vm:V2Vm",
        "gcp:tpu/v2QueuedResource:V2QueuedResource",
        "gcp:vertex/aiPersistentResource:AiPersistentResource",
        "gcp:workstations/workstationConfig:WorkstationConfig",
    }
)
_CONTINENTS = {"europe": "eu", "us": "us"}
_GIB_A_TIB = 1024


def distance_lines(settings: "StackSettings", resources: Iterable[Resource]) -> Iterator[Line]:
    """One line for each machine, or group of machines, in a region that has no copy of the data."""
    near = (*settings.store_location.regions, *settings.replica_regions)
    registered = list(resources)
    graph = Graph(registered, settings.project.region)
    for resource in registered:
        if resource.type in _READERS and place(resource, graph) not in near:
            yield _far(resource, graph, near)


def _far(resource: Resource, graph: Graph, near: tuple[str, ...]) -> Line:
    here = place(resource, graph)
    row = _rate(here, near[0])
    between = f"from {near[0]} to {here}"
    if row is None:
        note = f"warning: data comes {between}, at a price that is not known here"
        return line(resource, graph, "reading far data", by_use=True, note=note)
    month = row.usd * _GIB_A_TIB
    note = f"warning: data comes {between}: {month:.2f} USD a month for each TiB a month"
    quote = Quote(prices=(row,))
    return line(resource, graph, "reading far data", by_use=True, note=note, priced_by=quote)


def _rate(here: str, there: str) -> Price | None:
    """The row for two regions of one continent; None between others."""
    one, other = (_CONTINENTS.get(region.partition("-")[0]) for region in (here, there))
    return find("storage", "read-in-another-region", one) if one and one == other else None
