"""The steps of a replacement, with the dependents that a deletion takes with it.

Owns the order of deleting and creating. Whether a resource is replaced is decided in `planner`.
"""

from collections.abc import Collection, Sequence
from typing import Protocol

from localcloud.engine import graph, refusals
from localcloud.engine import urn as urns
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, RefusedError, Step
from localcloud.engine.values import UNKNOWN, Properties
from localcloud.provider.protocol import Difference


class Comparer(Protocol):
    def diff(self, old: ResourceState, news: Properties) -> Difference: ...


def creation_first(old: ResourceState, new: ResourceState) -> list[Step]:
    """The old resource stays until the end of the run."""
    create = Step(op=Op.CREATE_REPLACEMENT, urn=new.urn, old=old, new=new, deletes_later=True)
    return [create, Step(op=Op.REPLACE, urn=new.urn, old=old, new=new)]


def recreation(old: ResourceState, new: ResourceState) -> list[Step]:
    """The old resource is gone already."""
    return [
        Step(op=Op.REPLACE, urn=new.urn, old=old, new=new),
        Step(op=Op.CREATE_REPLACEMENT, urn=new.urn, old=old, new=new),
    ]


def _deletion(state: ResourceState) -> Step:
    if state.delete:
        return Step(op=Op.DELETE, urn=state.urn, old=state)
    return Step(op=Op.DELETE_REPLACED, urn=state.urn, old=state, keeps_entry=True)


class Deletions:
    """What replacements delete before they create, over the states of one run."""

    def __init__(self, olds: Sequence[ResourceState], comparer: Comparer) -> None:
        self._olds = olds
        self._comparer = comparer
        self._done: set[ResourceState] = set()

    def __contains__(self, state: ResourceState) -> bool:
        return state in self._done

    def before(self, root: ResourceState, urn: str, registered: Collection[str]) -> list[Step]:
        """Deletes what would break without `root`, last first, then `root` itself.

        `urn` is the root's URN in the program. What is registered already needs it no more.
        """
        breaking, gone = [], {root.urn}
        for state in graph.dependents(self._olds, [root.urn], ignored=registered):
            if self._breaks(state, gone):
                breaking.append(state)
                gone.add(state.urn)
        steps = []
        for state in reversed(breaking):
            if state in self._done:
                continue
            if state.options.protect:
                raise RefusedError(urn, refusals.replacement(state.urn, because_of=urn))
            self._done.add(state)
            steps.append(_deletion(state))
        return steps if root.pending_replacement else [*steps, _deletion(root)]

    def _breaks(self, state: ResourceState, gone: set[str]) -> bool:
        if not state.custom or state.external:
            return False
        if urns.provider_urn(state.options.provider) in gone:
            return True
        dependencies = state.options.property_dependencies
        touched = {key for key in state.inputs if gone & set(dependencies.get(key, []))}
        if not touched:
            return False
        news = {key: UNKNOWN if key in touched else value for key, value in state.inputs.items()}
        return bool(self._comparer.diff(state, news).replaces)
