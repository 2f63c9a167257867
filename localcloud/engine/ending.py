"""The end of a run: deleting what is not wanted any more, within the targets.

Owns what a failure spares and what a target forbids. The order is decided in `deletions`.
"""

from collections.abc import Callable, Iterable, Sequence

from localcloud.engine import deletions, graph, refusals
from localcloud.engine.executor import Executor
from localcloud.engine.failures import Failures
from localcloud.engine.state import ResourceState
from localcloud.engine.steps import ProtectedError, Step, StepError
from localcloud.engine.targets import Targets


class Ending:
    """Deletes for one run. `olds` are the states with which it began."""

    def __init__(
        self,
        executor: Executor,
        failures: Failures,
        olds: Sequence[ResourceState],
        targets: Targets | None,
        *,
        preview: bool,
    ) -> None:
        self._executor = executor
        self._failures = failures
        self._olds = olds
        self._targets = targets
        self._preview = preview

    def require_targets(self, registered: Iterable[str] = ()) -> None:
        """Reports targets that no resource has, old or registered."""
        if self._targets is None:
            return
        known = {*registered, *(state.urn for state in self._olds)}
        for target in self._targets.missing(known):
            self._failures.note("", refusals.missing_target(target))

    def delete(
        self, left: Sequence[ResourceState], unwanted: Callable[[ResourceState], bool]
    ) -> None:
        """Deletes the states among those left that are unwanted and targeted."""
        doomed = self._targeted([state for state in left if unwanted(state)])
        self._executor.deleted |= {state.urn for state in doomed}
        for layer in deletions.plan(doomed):
            if self._failures.stopped:
                return
            spared = graph.needed_by(self._olds, self._failures.steps)
            for step in layer:
                if step.urn not in spared:
                    self._carry_out(step)

    def _targeted(self, doomed: list[ResourceState]) -> list[ResourceState]:
        """What may be deleted; what would have to go with a target must be targeted too."""
        targets = self._targets
        if targets is None:
            return doomed
        going = {state.urn for state in self._olds if targets.names(state.urn)}
        going |= {state.urn for state in graph.dependents(self._olds, going, children=True)}
        doomed = [state for state in doomed if state.urn in going]
        left_out = [state.urn for state in doomed if not targets.names(state.urn)]
        for urn in left_out:
            self._failures.note(urn, refusals.untargeted_deletion(urn))
        return doomed if self._preview or not left_out else []

    def _carry_out(self, step: Step) -> None:
        try:
            self._executor.execute(step)
        except ProtectedError:
            # Nothing was begun: the others may be, and one run tells every refusal.
            self._failures.spare(step)
        except StepError as error:
            if error.committed is None:
                self._failures.of_step(step)
            else:
                self._failures.of_hook()
