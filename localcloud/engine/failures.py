"""What failed in a run, and what that stops.

A failed step stops the run unless it is to continue on errors; a refusal always stops it, except
where a preview may go on to show more.
"""

from localcloud.engine.reporter import Reporter
from localcloud.engine.steps import RefusedError, Step


class Failures:
    """The failures of one run."""

    def __init__(self, reporter: Reporter, *, preview: bool, continue_on_error: bool) -> None:
        self.any = False
        """The run has failed, though it may go on."""
        self.stopped = False
        """Nothing more is to be begun."""
        self.urns: set[str] = set()
        """Resources without which their dependents cannot be planned."""
        self.steps: set[str] = set()
        """URNs, old and new, of failed steps: what the old resources need must stay."""
        self._reporter = reporter
        self._preview = preview
        self._continue = continue_on_error

    def end(self, urn: str, *messages: str) -> None:
        """Reports errors that end the run, and that no step has reported."""
        self.stopped = True
        self.urns.add(urn)
        self.note(urn, *messages)

    def note(self, urn: str, *messages: str) -> None:
        """Reports errors with which the run has failed but goes on."""
        self.any = True
        for message in messages:
            self._reporter.error(urn, message)

    def refuse(self, refusal: RefusedError) -> None:
        """Raises the refusal, or in a preview only reports it."""
        if not self._preview:
            raise refusal
        if refusal.warns_in_previews:
            self._reporter.warning(refusal.urn, str(refusal))
        else:
            self.note(refusal.urn, *refusal.messages)

    def of_step(self, step: Step) -> None:
        """A step failed, as it has reported itself."""
        self.spare(step)
        self.of_hook()

    def spare(self, step: Step) -> None:
        """A step failed or was refused before it began; others may go on."""
        self.any = True
        self.steps.add(step.urn)
        if step.old is not None:
            self.steps.add(step.old.urn)

    def of_hook(self, urn: str = "", *messages: str) -> None:
        """An after-hook failed: the resource is there, so its dependents may go on."""
        self.note(urn, *messages)
        self.stopped |= not self._continue
