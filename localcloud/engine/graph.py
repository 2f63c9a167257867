"""Who depends on whom among old states."""

from collections.abc import Collection, Iterable, Sequence

from localcloud.engine.state import ResourceState


def dependents(
    states: Sequence[ResourceState],
    roots: Iterable[str],
    *,
    ignored: Collection[str] = (),
    children: bool = False,
) -> list[ResourceState]:
    """All that depend on one of the URNs, directly or not, in the order of the state file.

    A dependent stands behind what it needs. `ignored` URNs pass nothing on. A child counts only
    with `children`, or if it depends on its parent besides.
    """
    found: list[ResourceState] = []
    urns = set(roots)
    for state in states:
        passes = state.urn in urns or state.urn in ignored
        if not passes and state.depends_on(as_child=children) & urns:
            found.append(state)
            urns.add(state.urn)
    return found


def needed_by(states: Sequence[ResourceState], roots: Iterable[str]) -> set[str]:
    """URNs of everything that resources with the URNs `roots` need, directly or not."""
    needs: dict[str, set[str]] = {}
    for state in states:
        needs.setdefault(state.urn, set()).update(state.depends_on())
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        more = needs.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found


def layers(states: Sequence[ResourceState]) -> list[list[ResourceState]]:
    """States in the order in which they may be deleted: nothing in a layer needs a later one gone.

    `states` are in the order of the state file; within a layer the last stands first. What needs
    the longest chain of others goes first, as under the CLI.
    """
    height: dict[ResourceState, int] = {}
    height_by_urn: dict[str, int] = {}
    for state in states:
        # Whatever a state needs stands before it in the file.
        below = (height_by_urn.get(urn, 0) for urn in state.depends_on())
        height[state] = max(below, default=0) + 1
        height_by_urn[state.urn] = max(height_by_urn.get(state.urn, 0), height[state])
    result: list[list[ResourceState]] = [[] for _ in range(max(height.values(), default=0))]
    for state in reversed(states):
        result[-height[state]].append(state)
    return result
