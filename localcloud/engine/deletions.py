"""What is deleted at the end of a run, in an order that breaks nothing."""

from collections.abc import Sequence

from localcloud.engine import graph
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, Step


def plan(doomed: Sequence[ResourceState]) -> list[list[Step]]:
    """Layers of deletions: a layer begins when the one before it is done.

    `doomed` are old entries in the order of the state file.
    """
    return [
        [Step(op=operation(state), urn=state.urn, old=state) for state in layer]
        for layer in graph.layers(doomed)
    ]


def operation(state: ResourceState) -> Op:
    """How the deletion of an entry is called."""
    if state.delete:
        return Op.DISCARD_REPLACED if state.external else Op.DELETE_REPLACED
    if state.pending_replacement:
        return Op.REMOVE_PENDING_REPLACE
    return Op.DISCARD if state.external else Op.DELETE
