"""One run on one stack: what the program registers, and what follows at the end.

Owns the order of a run and what a failure stops. Knows no gRPC and no program.
"""

import threading
from dataclasses import replace

from localcloud.engine import operations
from localcloud.engine import urn as urns
from localcloud.engine.ending import Ending
from localcloud.engine.executor import Executor
from localcloud.engine.failures import Failures
from localcloud.engine.goal import Goal, Namer
from localcloud.engine.hooks import HookError, HookTable
from localcloud.engine.planner import Planner
from localcloud.engine.providers import Registry
from localcloud.engine.reporter import Reporter
from localcloud.engine.snapshot import Snapshot
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import Op, RefusedError, Step, StepError
from localcloud.engine.targets import Targets
from localcloud.engine.values import UNKNOWN_TEXT, Properties
from localcloud.provider.protocol import ProviderError

FINISHED_KINDS = {Op.CREATE: "after_create", Op.CREATE_REPLACEMENT: "after_create"}


class FailedError(Exception):
    """A registration did not succeed, which is reported already; `urn` is the resource's."""

    def __init__(self, urn: str) -> None:
        super().__init__(urn)
        self.urn = urn


class Deployment:
    """What a running program talks to. Methods may be called from any thread."""

    def __init__(
        self,
        namer: Namer,
        snapshot: Snapshot,
        registry: Registry,
        reporter: Reporter,
        *,
        preview: bool,
        continue_on_error: bool = False,
        targets: Targets | None = None,
    ) -> None:
        self.hooks = HookTable(reporter.warning, preview=preview)
        self.namer = namer
        self.preview = preview
        self.registry = registry
        self.reporter = reporter
        self._snapshot = snapshot
        self._continue = continue_on_error
        self._targets = targets
        self._failures = Failures(reporter, preview=preview, continue_on_error=continue_on_error)
        self._executor = Executor(snapshot, registry, self.hooks, reporter, preview=preview)
        self._olds = snapshot.olds()
        self._planner = self._new_planner()
        self._planning = threading.Lock()
        self._states: dict[str, ResourceState] = {}
        self._component_hooks: dict[str, tuple[str, ResourceState | None]] = {}
        self._finished = False
        self._stack_urn = namer.urn("", urns.STACK_TYPE, f"{namer.project}-{namer.stack}")
        stacks = (state for state in self._olds if state.urn == self._stack_urn)
        self._old_outputs = next((state.outputs for state in stacks), {})
        for state in self._olds:
            if urns.is_provider(state.type):
                registry.configure(state)

    def _new_planner(self) -> Planner:
        return Planner(
            self.namer,
            self._olds,
            self.registry,
            targets=self._targets,
            on_rename=self._snapshot.rename,
            on_refusal=self._failures.refuse,
        )

    @property
    def failed(self) -> bool:
        return self._failures.any

    @property
    def stopped(self) -> bool:
        """Nothing more is to be begun."""
        return self._failures.stopped

    def fail(self, urn: str, *messages: str) -> None:
        """Reports errors that end the run, and that no step has reported."""
        self._failures.end(urn, *messages)

    # --- registrations -------------------------------------------------------------------------

    def register(self, goal: Goal) -> ResourceState:
        """Makes the resource what the program wants. Raises `FailedError`."""
        self._require_running(goal)
        try:
            with self._planning:
                steps = self._planner.plan(goal)
            state = self._run(goal, steps)
            if steps[0].op in (Op.IMPORT, Op.IMPORT_REPLACEMENT):
                with self._planning:
                    steps = self._planner.resume_import(goal, state)
                state = self._run(goal, steps, state)
        except (RefusedError, ProviderError) as error:
            urn = self.namer.of(goal)
            self.fail(urn, *(error.messages if isinstance(error, RefusedError) else [str(error)]))
            raise FailedError(urn) from error
        self._states[state.urn] = state
        return state

    def read(self, goal: Goal, id_: str, *, unknown: bool = False) -> ResourceState:
        """Reads a resource that the program does not manage. Raises `FailedError`.

        With an id that is not known yet nothing is read, and neither are the outputs known.
        """
        self._require_running(goal)
        urn = self.namer.of(goal)
        new = ResourceState(
            urn=urn,
            type=goal.type,
            custom=True,
            id=UNKNOWN_TEXT if unknown else id_,
            inputs=goal.inputs,
            parent=goal.parent,
            external=True,
            options=goal.options,
        )
        try:
            with self._planning:
                steps = self._planner.plan_read(goal, new)
            state = self._run(goal, steps)
        except RefusedError as error:
            self.fail(error.urn, *error.messages)
            raise FailedError(error.urn) from error
        self._states[urn] = state
        return state

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        """Stores what a component or the stack puts out, and runs its after-hooks."""
        state = self._states.get(urn)
        if state is None or self.stopped or self._untargeted(state):
            return
        changed = replace(state, outputs=outputs)
        self._snapshot.substitute(state, changed)
        self._states[urn] = changed
        kind, old = self._component_hooks.pop(urn, ("", None))
        if not kind:
            return
        try:
            self._executor.after(kind, changed, old)
        except HookError as error:
            self._failures.of_hook(urn, str(error))

    def state_of(self, urn: str) -> ResourceState | None:
        """A resource that the program has registered."""
        return self._states.get(urn)

    def _require_running(self, goal: Goal) -> None:
        if self.stopped:
            raise FailedError(self.namer.of(goal))
        if goal.depends_on() & self._failures.urns:
            with self._planning:
                urn = self._planner.skip(goal)
            self._failures.urns.add(urn)
            raise FailedError(urn)

    def _run(
        self, goal: Goal, steps: list[Step], state: ResourceState | None = None
    ) -> ResourceState:
        for step in steps:
            if self.stopped:
                raise FailedError(self.namer.of(goal))
            try:
                done = self._executor.execute(step)
            except StepError as error:
                if error.committed is not None and self._continue:
                    self._failures.of_hook()
                    done = error.committed
                else:
                    self._failures.of_step(step)
                    urn = self.namer.of(goal)
                    self._failures.urns |= {urn, step.urn}
                    raise FailedError(urn) from error
            if step.new is not None and step.op is not Op.REPLACE:
                state = done
                self._note_component(step)
        assert state is not None, "a registration leads to a state"  # noqa: S101
        return state

    def _note_component(self, step: Step) -> None:
        if step.state.custom:
            return
        kind = "after_update" if step.op is Op.UPDATE else FINISHED_KINDS.get(step.op)
        if kind is not None:
            self._component_hooks[step.urn] = (kind, step.old)

    def _untargeted(self, state: ResourceState) -> bool:
        return self._targets is not None and not self._targets.covers(state.urn, state.type)

    # --- the end -------------------------------------------------------------------------------

    def finish(self) -> None:
        """Deletes what the program no longer has; called while its hooks can still be called."""
        if self._finished:
            return
        self._finished = True
        if self.stopped:
            return
        handled, registered = self._planner.handled, self._planner.registered
        ending = self._ending()
        ending.require_targets(registered)
        ending.delete(
            self._snapshot.olds(),
            lambda s: s.delete or (s not in handled and s.urn not in registered),
        )

    def _ending(self) -> Ending:
        return Ending(
            self._executor, self._failures, self._olds, self._targets, preview=self.preview
        )

    def merge_outputs(self) -> None:
        """After a failure: exports that the program did not reach keep their old values."""
        stack = self._states.get(self._stack_urn)
        if stack is not None:
            merged = replace(stack, outputs={**self._old_outputs, **stack.outputs})
            self._snapshot.substitute(stack, merged)
            self._states[self._stack_urn] = merged

    def refresh(self) -> None:
        """Reads every resource and takes over what it finds."""
        operations.refresh(self._snapshot, self._executor, self._targets, self.fail)
        self._olds = self._snapshot.olds()
        self._planner = self._new_planner()

    def destroy(self) -> None:
        """Deletes everything, or what is targeted, without the program."""
        refusal = operations.hooks_without_program(self._olds, self._targets)
        if refusal:
            self.fail("", refusal)
            return
        ending = self._ending()
        ending.require_targets()
        ending.delete(self._snapshot.olds(), lambda _: True)
