"""Whether a resource that exists stays, is updated or is replaced."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from localcloud.engine import paths
from localcloud.engine import urn as urns
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
    continues: Mapping[str, str],
) -> Verdict:
    """Compares a state with what the program wants. `continues` maps new URNs to old ones."""
    if not new.custom:
        return Verdict(changes=not equal(old.inputs, new.inputs))
    if _provider_changed(old, new, continues):
        return Verdict(changes=True, replaces=True)
    difference = providers.diff(old, new.inputs)
    changed = [_path(text) for text in difference.changed]
    try:
        forced = [paths.parse(text) for text in goal.options.replace_on_changes]
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


def _provider_changed(old: ResourceState, new: ResourceState, continues: Mapping[str, str]) -> bool:
    """Another explicit provider, or a replaced one; a new default provider changes nothing."""
    was, is_ = old.options.provider, new.options.provider
    if was == is_ or urns.is_provider(new.type) or not was or not is_:
        return False
    was_urn, is_urn = urns.provider_urn(was), urns.provider_urn(is_)
    if urns.is_default_provider(was_urn) and urns.is_default_provider(is_urn):
        return False
    if was_urn != is_urn and continues.get(is_urn) != was_urn:
        return True
    return was.rpartition("::")[2] != is_.rpartition("::")[2]
