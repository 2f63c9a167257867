"""Leaves out the edges of a graph that its longer paths imply."""

from collections import defaultdict
from collections.abc import Mapping


def without_implied(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges that no longer path implies: what could be reached still can.

    Of what needs itself in a circle nothing is left out.
    """
    following: dict[str, set[str]] = defaultdict(set)
    for a, b in edges:
        following[a].add(b)
    reach = {a: _reachable(a, following) for a in following}

    def circular(a: str, b: str) -> bool:
        return a in reach.get(b, ()) and b in reach.get(a, ())

    def is_implied(a: str, b: str) -> bool:
        return any(
            b in reach.get(via, ()) and not circular(via, a) and not circular(via, b)
            for via in following[a] - {b}
        )

    return {(a, b) for a, b in edges if not is_implied(a, b)}


def _reachable(start: str, following: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        more = following.get(waiting.pop(), set()) - found
        found |= more
        waiting += more
    return found
