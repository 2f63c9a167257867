"""Parts of a run that need no program: refreshing, what a destroy refuses, and stored outputs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from localcloud.engine import urn as urns
from localcloud.engine.executor import Executor, StepError
from localcloud.engine.graph import Dependents
from localcloud.engine.snapshot import Pending, Snapshot
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, Step
from localcloud.engine.targets import Targets
from localcloud.engine.values import Properties


def missing_target(target: str) -> str:
    return f"Target '{target}' could not be found in the stack."


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
            fail("", *map(missing_target, missing))
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


def destroy_refusals(olds: Sequence[ResourceState], targets: Targets | None) -> list[str]:
    """Why a destroy may not begin; empty if it may."""
    doomed = [state for state in olds if targets is None or targets.names(state.urn)]
    names = sorted(
        {
            name
            for state in doomed
            for kind in ("before_delete", "after_delete")
            for name in state.options.hooks.get(kind, [])
        }
    )
    if names:
        return [
            "Resource has delete hooks registered, but the program is not running. "
            f"Hooks: {', '.join(names)}"
        ]
    if targets is None:
        return []
    missing = targets.missing(state.urn for state in olds)
    return [*map(missing_target, missing), *_left_behind(olds, doomed)]


def _left_behind(olds: Sequence[ResourceState], doomed: Sequence[ResourceState]) -> list[str]:
    """What could not live on without the targeted resources."""
    dependents = Dependents(olds)
    going = {state.urn for state in doomed}
    left = {state.urn for root in doomed for state in dependents.of(root) if state.urn not in going}
    left |= {state.urn for state in olds if state.parent in going and state.urn not in going}
    return [
        f"Resource '{urn}' will be destroyed but was not specified in --target list.\n"
        "Either include resource in --target list or destroy the whole stack."
        for urn in sorted(left)
    ]


def stack_outputs(states: Iterable[ResourceState], project: str, stack: str) -> Properties | None:
    """The outputs of the stack among its states; None if it was never deployed."""
    urn = urns.make(stack, project, "", urns.STACK_TYPE, f"{project}-{stack}")
    return next((state.outputs for state in states if state.urn == urn), None)
