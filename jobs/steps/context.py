"""What every step is given, and the results of the steps before it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from jobs.layout import RunLayout
from jobs.progress import Progress
from jobs.spec import JobSpec, Placement
from jobs.steps import record


class StepError(Exception):
    """A step cannot go on: the text is one sentence for a person.

    `log_tail` holds the last lines of whatever failed below the step.
    """

    def __init__(self, message: str, log_tail: list[str] | None = None) -> None:
        super().__init__(message)
        self.log_tail = log_tail or []


@dataclass(frozen=True, kw_only=True)
class StepContext:
    """One step of one run."""

    spec: JobSpec
    placement: Placement
    run_id: str
    layout: RunLayout
    progress: Progress

    def result(self, step: str) -> dict[str, Any]:
        """What an earlier step of this run returned. Raises StepError if it did not succeed."""
        found = record.read(self.layout.step(step))
        if found is None or found.state != "SUCCEEDED":
            raise StepError(
                f"step {step} of run {self.run_id} has no result: it must succeed first"
            )
        return found.result


Step = Callable[[StepContext], dict[str, Any]]
