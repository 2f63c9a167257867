"""Carries out steps: hooks, provider calls, and the commit of what came of them.

Owns the order within one step. Which steps there are is the planner's, when they run the
deployment's.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from localcloud.engine import refusals
from localcloud.engine import urn as urns
from localcloud.engine.hooks import HookError, HookTable, RetryCall, call_for
from localcloud.engine.providers import Registry
from localcloud.engine.reporter import Reporter
from localcloud.engine.snapshot import Snapshot, now
from localcloud.engine.state import ResourceState, sealed
from localcloud.engine.steps import Op, ProtectedError, Step, StepError
from localcloud.engine.values import UNKNOWN_TEXT, Properties
from localcloud.provider.protocol import ProviderError

T = TypeVar("T")

_ATTEMPTS = 100


class Executor:
    """Carries out steps of one run; in previews without effects."""

    def __init__(
        self,
        snapshot: Snapshot,
        registry: Registry,
        hooks: HookTable,
        reporter: Reporter,
        *,
        preview: bool,
    ) -> None:
        self._snapshot = snapshot
        self._registry = registry
        self._hooks = hooks
        self._reporter = reporter
        self._preview = preview
        self.deleted: set[str] = set()
        """URNs that this run deletes, for `deleted_with`."""
        self._actions: dict[Op, Callable[[Step], ResourceState]] = {
            Op.SAME: self._same,
            Op.CREATE: self._create,
            Op.CREATE_REPLACEMENT: self._create,
            Op.UPDATE: self._update,
            Op.REPLACE: lambda step: step.state,
            Op.IMPORT: self._import,
            Op.IMPORT_REPLACEMENT: self._import,
            Op.READ: self._read,
            Op.READ_REPLACEMENT: self._read,
            Op.REFRESH: self._refresh,
        }

    def execute(self, step: Step) -> ResourceState:
        """Carries out a step and returns the state after it. Raises `StepError`."""
        since = self._reporter.started(step)
        try:
            state = self._actions.get(step.op, self._delete)(step)
        except StepError as error:
            self._reporter.failed(step, str(error))
            raise
        except (HookError, ProviderError) as error:
            self._reporter.failed(step, str(error))
            raise StepError(str(error)) from error
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            self._reporter.failed(step, message)
            raise StepError(message) from error
        self._reporter.finished(step, since)
        return state

    def after(self, kind: str, new: ResourceState, old: ResourceState | None) -> None:
        """After-hooks of a component, when its outputs are registered. Raises `HookError`."""
        self._hooks.run(kind, new.options.hooks.get(kind, []), call_for(new, old, done=True))

    def _same(self, step: Step) -> ResourceState:
        state = step.state
        if step.skipped:
            return state
        state = sealed(state)
        self._snapshot.commit(state, step.old)
        self._configure(state)
        return state

    def _create(self, step: Step) -> ResourceState:
        new, old = step.state, step.old
        operation = self._snapshot.begin("creating", new)
        try:
            self._before("before_create", new, None)
            id_, outputs = self._retrying("create", new, None, lambda: self._create_resource(new))
        except BaseException:
            self._snapshot.end(operation)
            raise
        time = now()
        state = sealed(replace(new, id=id_, outputs=outputs, created=time, modified=time))
        if step.deletes_later and old is not None:
            self._snapshot.substitute(old, replace(old, delete=True))
            self._snapshot.commit(state, None, operation)
        else:
            self._snapshot.commit(state, old, operation)
        self._configure(state)
        self._after("after_create", state, None)
        return state

    def _create_resource(self, new: ResourceState) -> tuple[str, Properties]:
        if not new.custom:
            return "", {}
        return self._registry.create(new, preview=self._preview)

    def _update(self, step: Step) -> ResourceState:
        new, old = step.state, step.old
        assert old is not None, "an update has an old state"  # noqa: S101
        operation = self._snapshot.begin("updating", new)
        try:
            self._before("before_update", new, old)
            outputs = self._retrying("update", new, old, lambda: self._update_resource(old, new))
        except BaseException:
            self._snapshot.end(operation)
            raise
        state = sealed(replace(new, outputs=outputs, modified=now()))
        self._snapshot.commit(state, old, operation)
        self._configure(state)
        self._after("after_update", state, old)
        return state

    def _update_resource(self, old: ResourceState, new: ResourceState) -> Properties:
        if not new.custom:
            return old.outputs
        return self._registry.update(old, new, preview=self._preview)

    def _delete(self, step: Step) -> ResourceState:
        old = step.state
        hooks = old.options.hooks
        call = call_for(None, old)
        operation = self._snapshot.begin("deleting", old)
        try:
            self._hooks.run("before_delete", hooks.get("before_delete", []), call)
            self._delete_resource(step, old)
        except BaseException:
            self._snapshot.end(operation)
            raise
        if step.keeps_entry:
            self._snapshot.end(operation)
            self._snapshot.substitute(old, replace(old, pending_replacement=True))
        else:
            self._snapshot.commit(None, old, operation)
        try:
            self._hooks.run("after_delete", hooks.get("after_delete", []), call)
        except HookError as error:
            raise StepError(str(error), committed=old) from error
        return old

    def _delete_resource(self, step: Step, old: ResourceState) -> None:
        # Whether a replacement may delete is decided before it begins.
        if old.options.protect and step.op is not Op.DELETE_REPLACED:
            raise ProtectedError(refusals.deletion(old.urn))
        if self._must_call(step, old) and not self._preview:
            self._retrying("delete", old, old, lambda: self._registry.delete(old))

    def _must_call(self, step: Step, old: ResourceState) -> bool:
        """Whether the provider has something to delete."""
        if not old.custom or old.external or step.op is Op.REMOVE_PENDING_REPLACE:
            return False
        options = old.options
        return not options.retain_on_delete and options.deleted_with not in self.deleted

    def _import(self, step: Step) -> ResourceState:
        new = step.state
        found = self._registry.read(replace(new, inputs={}))
        if found is None:
            raise StepError(f"resource '{new.id}' does not exist")
        time = now()
        state = replace(
            new, inputs=found[0], outputs=found[1], external=False, created=time, modified=time
        )
        return self._take_over(step, state)

    def _read(self, step: Step) -> ResourceState:
        new = step.state
        if new.id == UNKNOWN_TEXT:
            state = replace(new, id="")
        else:
            found = self._registry.read(new)
            if found is None:
                raise StepError(f"resource '{new.id}' does not exist")
            created = step.old.created if step.old else ""
            state = replace(new, outputs=found[1], created=created, modified=now())
        return self._take_over(step, state)

    def _take_over(self, step: Step, found: ResourceState) -> ResourceState:
        """Commits what exists already, in place of the old state or of one that is deleted."""
        state = sealed(found)
        if step.op in (Op.READ_REPLACEMENT, Op.IMPORT_REPLACEMENT) and step.old is not None:
            self._snapshot.substitute(step.old, replace(step.old, delete=True))
            self._snapshot.commit(state, None)
        else:
            self._snapshot.commit(state, step.old)
        return state

    def _refresh(self, step: Step) -> ResourceState:
        old = step.state
        if not old.custom or urns.is_provider(old.type) or old.pending_replacement:
            return old
        found = self._registry.read(old)
        if found is None:
            self._snapshot.commit(None, old)
            return replace(old, delete=True)
        inputs = old.inputs if old.external else found[0]
        state = replace(old, inputs=inputs, outputs=found[1])
        self._snapshot.substitute(old, state)
        return state

    def _before(self, kind: str, new: ResourceState, old: ResourceState | None) -> None:
        self._hooks.run(kind, new.options.hooks.get(kind, []), call_for(new, old))

    def _after(self, kind: str, new: ResourceState, old: ResourceState | None) -> None:
        """After-hooks of a custom resource: what they say comes too late to undo the step."""
        if not new.custom:
            return
        try:
            self.after(kind, new, old)
        except HookError as error:
            raise StepError(str(error), committed=new) from error

    def _retrying(
        self, operation: str, new: ResourceState, old: ResourceState | None, call: Callable[[], T]
    ) -> T:
        """Calls until it succeeds or no error hook wants another attempt."""
        names = new.options.hooks.get("on_error", [])
        errors: list[str] = []
        while True:
            try:
                return call()
            except ProviderError as error:
                errors.insert(0, str(error))
                told = RetryCall(call_for(new, old), operation, errors)
                again = bool(names) and len(errors) < _ATTEMPTS
                if not again or not self._hooks.retries(names, told):
                    raise

    def _configure(self, state: ResourceState) -> None:
        if urns.is_provider(state.type):
            self._registry.configure(state)
