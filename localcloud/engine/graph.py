"""Who depends on whom among old states."""

from collections.abc import Sequence

from localcloud.engine.state import ResourceState


class Dependents:
    """Answers which states need a given one, over the order of the state file."""

    def __init__(self, states: Sequence[ResourceState]) -> None:
        self._direct: dict[str, list[ResourceState]] = {}
        self._order = {state: position for position, state in enumerate(states)}
        for state in states:
            for urn in state.depends_on() - {state.parent}:
                self._direct.setdefault(urn, []).append(state)

    def of(self, root: ResourceState) -> list[ResourceState]:
        """All that depend on `root`, directly or not, in the order of the state file."""
        found: set[ResourceState] = set()
        waiting = [root]
        while waiting:
            for state in self._direct.get(waiting.pop().urn, []):
                if state not in found:
                    found.add(state)
                    waiting.append(state)
        return sorted(found, key=self._order.__getitem__)


def layers(states: Sequence[ResourceState]) -> list[list[ResourceState]]:
    """States in the order in which they may be deleted: nothing in a layer needs a later one gone.

    `states` are in the order of the state file; within a layer the last stands first.
    """
    depth: dict[ResourceState, int] = {}
    level_by_urn: dict[str, int] = {}
    for state in reversed(states):
        # Every dependent stands behind in the file, so it has its layer already.
        level = level_by_urn.get(state.urn, 0)
        depth[state] = level
        for urn in state.depends_on():
            level_by_urn[urn] = max(level_by_urn.get(urn, 0), level + 1)
    result: list[list[ResourceState]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for state, level in depth.items():
        result[level].append(state)
    return result
