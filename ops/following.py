"""Makes sure that every exported submission has its run, and watches runs to their end.

Does not decide whether a run is needed: `jobs.submit` does.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ops.display.screen import Screen

if TYPE_CHECKING:
    from jobs.runs import RunStatus
    from jobs.spec import Submission
    from jobs.submit import Submitted

_ACCELERATOR_FAMILIES = ("a2-", "a3-", "a4-", "ct", "g2-", "tpu")


@dataclass(frozen=True)
class Run:
    """The run that a model's submission has now."""

    model: str
    submission: "Submission"
    submitted: "Submitted"

    @property
    def run_id(self) -> str:
        return self.submitted.run_id

    @property
    def needs_accelerator(self) -> bool:
        """Whether the training waits for a machine that no laptop has."""
        training = self.submission.spec.training
        return bool(
            training.accelerator_type
            or training.tpu_topology
            or training.machine_type.startswith(_ACCELERATOR_FAMILIES)
        )


def ensure(submissions: "dict[str, Submission]") -> list[Run]:
    """Submits what has no live or succeeded run; harmless to repeat."""
    from jobs.submit import ensure_submitted

    return [
        Run(model, submission, ensure_submitted(submission))
        for model, submission in submissions.items()
    ]


def status(run: Run) -> "RunStatus":
    """The run as it is now."""
    from jobs import runs

    bucket = run.submission.placement.bucket
    return runs.status(run.submitted.resource_name, bucket, run.model)


def follow(runs: Iterable[Run], screen: Screen) -> "dict[str, RunStatus]":
    """Watches until every run has ended; returns the last status of each model's run.

    One thread asks for one run after the other: a fleet needs no thread per run.
    """
    seen: dict[str, RunStatus] = {}
    live = list(runs)
    if not live:
        return seen
    with screen.runs() as view:
        while True:
            for run in live:
                seen[run.model] = status(run)
                view.update(run.model, seen[run.model])
            live = [run for run in live if not seen[run.model].ended]
            if not live:
                return seen
            time.sleep(_pause())


def _pause() -> float:
    from jobs import clients, waiting

    return waiting.LOCAL_SECONDS if clients.is_local() else waiting.CLOUD_SECONDS
