"""What is deleted at the end of a run, in an order that breaks nothing."""

from collections.abc import Callable, Sequence

from localcloud.engine import graph
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, Step


def plan(
    olds: Sequence[ResourceState], wanted: Callable[[ResourceState], bool]
) -> list[list[Step]]:
    """Layers of deletions: a layer begins when the one before it is done.

    `olds` are the entries that nothing continues, in the order of the state file; `wanted` says
    which of them go.
    """
    doomed = [state for state in olds if wanted(state)]
    return [
        [Step(op=operation(state), urn=state.urn, old=state) for state in layer]
        for layer in graph.layers(doomed)
    ]


def operation(state: ResourceState) -> Op:
    """How the deletion of an entry is called."""
    if state.delete:
        return Op.DELETE_REPLACED
    if state.pending_replacement:
        return Op.REMOVE_PENDING_REPLACE
    return Op.DISCARD if state.external else Op.DELETE
