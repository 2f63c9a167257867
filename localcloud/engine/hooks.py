"""Resource hooks: who registered which name, and calling them.

Owns the table of hooks and the rules of failure. How a callback reaches the program is handed in.
"""

from collections.abc import Callable
from dataclasses import dataclass

from localcloud.engine import urn as urns
from localcloud.engine.state import HOOK_KINDS, ResourceState
from localcloud.engine.values import Properties

Warn = Callable[[str, str], None]
"""(urn, message)."""


@dataclass(frozen=True, kw_only=True)
class HookCall:
    """What a hook is told. None means that the operation has no such value."""

    urn: str
    id: str
    name: str
    type: str
    new_inputs: Properties | None = None
    old_inputs: Properties | None = None
    new_outputs: Properties | None = None
    old_outputs: Properties | None = None


@dataclass(frozen=True)
class Hook:
    """A registered hook; `call` returns "" or the text of its exception."""

    name: str
    call: Callable[[HookCall], str]
    on_dry_run: bool = False
    ignore_errors: bool = False


@dataclass(frozen=True)
class RetryCall:
    """What an error hook is told besides the resource; `errors` has the newest first."""

    call: HookCall
    operation: str
    errors: list[str]


class HookError(Exception):
    """A hook failed; the text is for the user."""


class HookTable:
    """The hooks of one run."""

    def __init__(self, warn: Warn, *, preview: bool) -> None:
        self._hooks: dict[str, Hook] = {}
        self._retries: dict[str, Callable[[RetryCall], bool]] = {}
        self._warn = warn
        self._preview = preview

    def register(self, hook: Hook) -> None:
        self._require_free(hook.name)
        self._hooks[hook.name] = hook

    def register_retry(self, name: str, call: Callable[[RetryCall], bool]) -> None:
        self._require_free(name)
        self._retries[name] = call

    def _require_free(self, name: str) -> None:
        if name in self._hooks or name in self._retries:
            raise HookError(f'resource hook already registered for name "{name}"')

    def run(self, kind: str, names: list[str], call: HookCall) -> None:
        """Calls the hooks in order; the first failure ends it, unless that hook ignores errors."""
        when = kind.partition("_")[0]
        for name in names:
            hook = self._hooks.get(name)
            if hook is None:
                raise HookError(f'{when} hook "{name}" was not registered')
            if self._preview and not hook.on_dry_run:
                continue
            message = hook.call(call)
            if not message:
                continue
            if not hook.ignore_errors:
                raise HookError(f'{when} hook "{name}" failed: {message}')
            self._warn(call.urn, f'{HOOK_KINDS[kind]} hook "{name}" failed: {message}')

    def retries(self, names: list[str], call: RetryCall) -> bool:
        """Whether an error hook wants the failed operation to be tried again."""
        if self._preview:
            return False
        return any(self._retries[name](call) for name in names if name in self._retries)


def call_for(
    new: ResourceState | None, old: ResourceState | None, *, done: bool = False
) -> HookCall:
    """What hooks are told about an operation, before it or, with `done`, after it."""
    state = new or old
    assert state is not None, "an operation has a state"  # noqa: S101
    return HookCall(
        urn=state.urn,
        id=state.id,
        name=urns.name_of(state.urn),
        type=state.type,
        new_inputs=new.inputs if new else None,
        old_inputs=old.inputs if old else None,
        new_outputs=new.outputs if new and done else None,
        old_outputs=old.outputs if old else None,
    )
