"""Takes away what jobs made, so that the engine may delete what the graph made.

Owns which places there are to drain; how a place is drained is `jobs.drain`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ops.display.screen import Screen
from ops.stacks import Stack
from ops.target import Target, connect

_ENDPOINT = "gcp:vertex/aiEndpoint:AiEndpoint"


@dataclass(frozen=True, kw_only=True)
class Place:
    """One project and location, and what of the stack holds jobs' work there."""

    project_id: str
    location: str
    endpoints: list[str]


def places(target: Target) -> list[Place]:
    """What to drain. Empty if nothing was deployed that a job could have used."""
    if target.cloud:
        outputs = target.outputs()
        return [
            Place(
                project_id=outputs.project_id,
                location=outputs.region,
                endpoints=list(outputs.endpoints.values()),
            )
        ]
    return _from_state(target.stack)


def _from_state(stack: Stack) -> list[Place]:
    """From the state, not from the outputs: a first up that failed midway stored no outputs."""
    import localcloud

    resources = localcloud.resources(stack.root, stack.name)
    endpoints = [str(item["id"]) for item in resources if item["type"] == _ENDPOINT]
    homes = sorted({tuple(endpoint.split("/")[1:4:2]) for endpoint in endpoints})
    return [
        Place(
            project_id=project_id,
            location=location,
            endpoints=[e for e in endpoints if e.split("/")[1:4:2] == [project_id, location]],
        )
        for project_id, location in homes
    ]


def drain(target: Target, screen: Screen) -> int:
    """Drains every place and says each thing done; returns how many things that were."""
    found = places(target)
    if found and not target.cloud:
        connect(target.stack)
    count = 0
    for place in found:
        for line in _drain_place(place, target.stack.name):
            count += 1
            screen.line(f"  {line}")
    screen.line("drained" if count else "nothing to drain", "bold")
    return count


def left_over(target: Target) -> list[str]:
    """What still carries the stack's label."""
    from jobs import drain as jobs_drain

    return [
        name
        for place in places(target)
        for name in jobs_drain.left_over(place.project_id, place.location, target.stack.name)
    ]


def _drain_place(place: Place, stack: str) -> Iterator[str]:
    from jobs import drain as jobs_drain

    return jobs_drain.drain(place.project_id, place.location, stack, endpoints=place.endpoints)
