"""How many replicas a load needs: the fewest that are always up, and the most that there may be.

A replica is busy for the seconds that a request takes, so a load keeps `requests per second x
seconds per request` places busy. More replicas are started when the load passes the target, and
answer one start later: whatever the load climbs in that time must fit into what is up already.
Knows nothing of queues: bursts shorter than the profile's steps are not seen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ops.errors import UsageError

_ALL = 100


@dataclass(frozen=True, kw_only=True)
class Load:
    """A day, a week: requests per second in steps of equal length, and what one request costs."""

    requests_per_second: Sequence[float]
    step_seconds: float
    seconds_per_request: float
    """As measured on one replica: `make bench` does it for the workloads of this repository."""
    at_once: int
    """Requests that one replica works on at the same time; its vCPUs, if they bound it."""

    def __post_init__(self) -> None:
        if not self.requests_per_second:
            raise UsageError("a load has at least one step: write requests per second")
        if any(not math.isfinite(each) or each < 0 for each in self.requests_per_second):
            raise UsageError("requests per second are 0 or more in every step")
        if not self.step_seconds > 0 or not self.seconds_per_request > 0:
            raise UsageError("a step and a request take more than 0 seconds")
        if self.at_once < 1:
            raise UsageError("a replica works on 1 request at least")

    def busy(self, step: int) -> float:
        """Places that the load of a step keeps busy."""
        return self.requests_per_second[step] * self.seconds_per_request

    def replicas(self, step: int, percent: int) -> int:
        """Replicas that a step keeps at this load at most; one at least."""
        # Rounded first: 0.3 * 10 is a little more than 3.
        places = round(self.busy(step) * _ALL / (percent * self.at_once), 9)
        return max(1, math.ceil(places))


@dataclass(frozen=True, kw_only=True)
class Replicas:
    """Bounds for `serving.min_replicas` and `serving.max_replicas`."""

    least: int
    most: int


def replicas(load: Load, *, target_percent: int, start_seconds: float, floor: int = 1) -> Replicas:
    """The fewest that never lets the load pass what is up, and what the peak is served with.

    `floor` is what is demanded besides, such as the two replicas of a promise.
    """
    if not 1 <= target_percent <= _ALL:
        raise UsageError(f"a target of {target_percent} %: write 1 to 100")
    if start_seconds < 0 or floor < 1:
        raise UsageError("a start takes 0 seconds or more, and 1 replica is the fewest")
    steps = range(len(load.requests_per_second))
    late = math.ceil(start_seconds / load.step_seconds)
    # What a step needs and the scaling, which saw only what was `late` steps ago, has not started.
    uncovered = [
        needed
        for step in steps
        if (needed := load.replicas(step, _ALL)) > _started(load, step - late, target_percent)
    ]
    least = max([floor, *uncovered])
    most = max(load.replicas(step, target_percent) for step in steps)
    return Replicas(least=least, most=max(least, most))


def _started(load: Load, seen: int, target_percent: int) -> int:
    """What was wanted for a step; before the profile began, what its last steps wanted."""
    return load.replicas(seen % len(load.requests_per_second), target_percent)
