"""Whether a resource that exists stays, is updated or is replaced."""

from dataclasses import dataclass
from typing import Protocol

from localcloud.engine import paths
from localcloud.engine.goal import Goal
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import RefusedError
from localcloud.engine.values import Properties, equal
from localcloud.provider.protocol import Difference


class Comparer(Protocol):
    def diff(self, old: ResourceState, news: Properties) -> Difference: ...


@dataclass(frozen=True)
class Verdict:
    """What comparing led to."""

    changes: bool
    replaces: bool = False
    delete_before_replace: bool = False


def judge(
    old: ResourceState,
    new: ResourceState,
    providers: Comparer,
    goal: Goal,
) -> Verdict:
    """Compares a state with what the program wants.

    Another provider alone changes nothing: no known one says that its resources must follow.
    """
    if old.custom != new.custom:
        return Verdict(changes=True, replaces=True)
    if not new.custom:
        return Verdict(changes=not equal(old.inputs, new.inputs))
    difference = providers.diff(old, new.inputs)
    changed = [_path(text) for text in difference.changed]
    try:
        forced = [paths.parse(text) for text in goal.options.replace_on_changes if changed]
    except paths.BadPathError as error:
        raise RefusedError(new.urn, f"replace_on_changes of '{goal.name}': {error}") from error
    replaces = bool(difference.replaces) or any(
        paths.contains(force, path) for force in forced for path in changed
    )
    return Verdict(
        changes=bool(changed) or replaces,
        replaces=replaces,
        delete_before_replace=difference.delete_before_replace,
    )


def _path(text: str) -> paths.Path:
    try:
        return paths.parse(text)
    except paths.BadPathError:
        return (text,)
