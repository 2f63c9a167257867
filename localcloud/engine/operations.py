"""Parts of a run that need no program: refreshing, what a destroy refuses, and stored outputs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from localcloud.engine import refusals
from localcloud.engine import urn as urns
from localcloud.engine.executor import Executor
from localcloud.engine.snapshot import Pending, Snapshot
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, Step, StepError
from localcloud.engine.targets import Targets
from localcloud.engine.values import Properties


def interrupted(pending: Sequence[Pending]) -> str:
    """The warning about operations that a killed run left behind."""
    lines = [f"  * {item.state.urn}, interrupted while {item.kind}" for item in pending]
    return "\n".join(
        [
            f"Attempting to deploy or update resources with {len(pending)} pending operations "
            "from previous deployment.",
            *lines,
            "They are tried again: whatever an interrupted creation left behind is taken over.",
        ]
    )


def refresh(
    snapshot: Snapshot,
    executor: Executor,
    targets: Targets | None,
    fail: Callable[..., None],
) -> None:
    """Reads every resource, or the targeted ones, and stores what it finds."""
    olds = snapshot.olds()
    if targets is not None:
        missing = targets.missing(state.urn for state in olds)
        if missing:
            fail("", *map(refusals.missing_target, missing))
            return
    gone: set[str] = set()
    for state in olds:
        if state.delete or (targets is not None and not targets.names(state.urn)):
            continue
        try:
            found = executor.execute(Step(op=Op.REFRESH, urn=state.urn, old=state, new=state))
        except StepError:
            fail(state.urn)
            return
        if found.delete:
            gone.add(state.urn)
    if gone:
        _forget(snapshot, gone)


def _forget(snapshot: Snapshot, gone: set[str]) -> None:
    """Removes references to resources that no longer exist."""
    for state in snapshot.olds():
        if not state.depends_on() & gone:
            continue
        options = state.options
        kept = replace(
            options,
            dependencies=[urn for urn in options.dependencies if urn not in gone],
            deleted_with="" if options.deleted_with in gone else options.deleted_with,
            property_dependencies={
                key: [urn for urn in found if urn not in gone]
                for key, found in options.property_dependencies.items()
            },
        )
        snapshot.substitute(state, replace(state, options=kept))


def hooks_without_program(olds: Sequence[ResourceState], targets: Targets | None) -> str:
    """Why a destroy may not begin, because hooks would not be called; "" if it may."""
    doomed = [state for state in olds if targets is None or targets.names(state.urn)]
    names = sorted(
        {
            name
            for state in doomed
            for kind in ("before_delete", "after_delete")
            for name in state.options.hooks.get(kind, [])
        }
    )
    if not names:
        return ""
    return (
        "Resource has delete hooks registered, but the program is not running. "
        f"Hooks: {', '.join(names)}"
    )


def stack_outputs(states: Iterable[ResourceState], project: str, stack: str) -> Properties | None:
    """The outputs of the stack among its states; None if it was never deployed."""
    urn = urns.make(stack, project, "", urns.STACK_TYPE, f"{project}-{stack}")
    return next((state.outputs for state in states if state.urn == urn), None)
