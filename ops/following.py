"""Makes sure that every exported submission has its run, and watches runs to their end.

Does not decide whether a run is needed: `jobs.submit` does.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ops.display.screen import Screen
from ops.errors import CommandError

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


def ensure(
    submissions: "dict[str, Submission]", most: int, since: datetime | None = None
) -> list[Run]:
    """Submits what has no live or succeeded run; harmless to repeat.

    A run that was made after `since` is taken as it is, even if it has failed by now: one command
    makes one attempt. Raises CommandError, and submits nothing, if that were more than `most`.
    """
    from jobs.spec import identity
    from jobs.submit import ensure_submitted

    fresh = _made_since(submissions, since)
    old = {m: item for m, item in submissions.items() if identity(item.spec) not in fresh}
    _refuse_too_many(old, most)
    return [
        Run(model, submission, fresh.get(identity(submission.spec)) or ensure_submitted(submission))
        for model, submission in submissions.items()
    ]


def _refuse_too_many(submissions: "dict[str, Submission]", most: int) -> None:
    from jobs.submit import too_many, without_run

    if len(submissions) <= most:
        return
    places = {(item.placement.project_id, item.placement.location) for item in submissions.values()}
    specs = [item.spec for item in submissions.values()]
    pending = {spec.model for place in places for spec in without_run(*place, specs)}
    if refusal := too_many(pending, most):
        raise CommandError(refusal)


def _made_since(
    submissions: "dict[str, Submission]", since: datetime | None
) -> "dict[str, Submitted]":
    """The newest run per identity among those made after `since`."""
    from jobs.runs import list_runs
    from jobs.submit import Submitted

    if since is None or not submissions:
        return {}
    places = {
        (item.placement.project_id, item.placement.location, item.spec.stack)
        for item in submissions.values()
    }
    newest_last = [run for place in places for run in reversed(list_runs(*place))]
    return {
        run.identity: Submitted(
            run_id=run.run_id, resource_name=run.resource_name, state=run.state, created=True
        )
        for run in newest_last
        if run.created_at >= since
    }


def warn(run: Run, screen: Screen) -> None:
    """Says what could not be done besides when the run was submitted."""
    if run.submitted.warning:
        screen.line(run.submitted.warning, "yellow")


def restore(run: Run, screen: Screen) -> None:
    """Puts a succeeded run's version back behind the endpoint if another one serves by now."""
    from jobs import restore as jobs_restore

    displaced = run.submitted.state == "SUCCEEDED" and not run.submitted.created
    if not displaced or not jobs_restore.is_displaced(run.submission, run.run_id):
        return
    screen.line(f"{run.model}: another version serves; rolling out run {run.run_id} again", "bold")
    jobs_restore.restore(run.submission, run.run_id)


def status(run: Run) -> "RunStatus":
    """The run as it is now."""
    from jobs import runs

    bucket = run.submission.placement.bucket
    return runs.status(run.submitted.resource_name, bucket, run.model)


def follow(
    runs: Iterable[Run], screen: Screen, reconnect: Callable[[], object]
) -> "dict[str, RunStatus]":
    """Watches until every run has ended; returns the last status of each model's run.

    One thread asks for one run after the other: a fleet needs no thread per run. `reconnect` is
    called where there is no answer: services that ended are started again, and go on.
    """
    from jobs.runs import patient_status

    seen: dict[str, RunStatus] = {}
    live = list(runs)
    if not live:
        return seen
    with screen.runs() as view:
        while True:
            for run in live:
                name, bucket = run.submitted.resource_name, run.submission.placement.bucket
                seen[run.model] = patient_status(name, bucket, run.model, reconnect)
                view.update(run.model, seen[run.model])
            live = [run for run in live if not seen[run.model].ended]
            if not live:
                return seen
            time.sleep(_pause())


def _pause() -> float:
    from jobs import clients, waiting

    return waiting.LOCAL_SECONDS if clients.is_local() else waiting.CLOUD_SECONDS
