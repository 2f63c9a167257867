"""What runs there are and how far they are: Vertex' state joined with the records of the steps."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from jobs import clients, files
from jobs.labels import IDENTITY, MODEL, where
from jobs.layout import STEPS, RunLayout
from jobs.spec import Submission
from jobs.steps import record
from jobs.submit import STATE_PREFIX
from jobs.waiting import CLOUD_SECONDS, LOCAL_SECONDS, is_passing, wait_until

ENDED = frozenset({"SUCCEEDED", "FAILED", "CANCELLED", "PAUSED"})
"""States in which a run does nothing more by itself."""
_PATIENCE_SECONDS = 600


class UnknownRunError(Exception):
    """There is no such run: the text names those there are."""


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One run of a stack, as listed."""

    run_id: str
    model: str
    identity: str
    state: str
    created_at: datetime
    ended_at: datetime | None
    resource_name: str


@dataclass(frozen=True, kw_only=True)
class StepStatus:
    """One step of a run; `state` is PENDING, RUNNING, SUCCEEDED, FAILED, CANCELLED or SKIPPED."""

    name: str
    state: str
    progress: float
    message: str
    started_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any]
    error: str
    log_tail: list[str]


@dataclass(frozen=True, kw_only=True)
class RunStatus:
    """A run and its steps, at one moment."""

    run_id: str
    state: str
    steps: list[StepStatus]
    error: str

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    def result(self, step: str) -> dict[str, Any]:
        """What a step returned; `{}` unless it succeeded."""
        return next((s.result for s in self.steps if s.name == step), {})


def list_runs(project_id: str, location: str, stack: str) -> list[RunSummary]:
    """The runs of a stack, newest first."""
    pipelines = clients.vertex("pipeline", location)
    request = {
        "parent": f"projects/{project_id}/locations/{location}",
        "filter": where(stack=stack),
        "page_size": 100,
        # Without the specification of each pipeline the answer is small.
        "read_mask": {"paths": ["name", "state", "labels", "create_time", "end_time"]},
    }
    found = [_summary(job) for job in pipelines.list_pipeline_jobs(request=request)]
    return sorted(found, key=lambda run: run.created_at, reverse=True)


def find_run(project_id: str, location: str, stack: str, run_id: str | None) -> RunSummary:
    """The run of that name, or the newest one. Raises UnknownRunError."""
    runs = list_runs(project_id, location, stack)
    for run in runs:
        if run_id in (None, run.run_id):
            return run
    if not runs:
        raise UnknownRunError(f"stack {stack} has no run so far: mlp up --stack {stack} submits it")
    names = ", ".join(run.run_id for run in runs[:5])
    raise UnknownRunError(f"stack {stack} has no run {run_id}: the newest are {names}")


def status(resource_name: str, bucket: str, model: str) -> RunStatus:
    """The run as it is now."""
    location, run_id = resource_name.split("/")[3::2]
    job = clients.vertex("pipeline", location).get_pipeline_job(name=resource_name)
    layout = RunLayout(bucket=bucket, model=model, run_id=run_id)
    state = job.state.name.removeprefix(STATE_PREFIX)
    steps = [_step(name, record.read(layout.step(name)), state) for name in STEPS]
    return RunStatus(run_id=run_id, state=state, steps=steps, error=job.error.message)


def patient_status(
    resource_name: str, bucket: str, model: str, reconnect: Callable[[], object]
) -> RunStatus:
    """The run as it is now, asked for again while there is no answer for a passing reason.

    `reconnect` is called before each repetition. Raises DeadlineError after ten minutes.
    """

    def look() -> RunStatus:
        try:
            return status(resource_name, bucket, model)
        except Exception as error:
            if is_passing(error):
                reconnect()
            raise

    return wait_until(
        look,
        lambda _: True,
        deadline_seconds=_PATIENCE_SECONDS,
        what=f"asking about run {resource_name.rsplit('/', 1)[-1]}",
    )


def follow(
    resource_name: str, bucket: str, model: str, reconnect: Callable[[], object]
) -> Iterator[RunStatus]:
    """The run's status until it has ended; the last one is the end. As patient as one look."""
    pause = LOCAL_SECONDS if clients.is_local() else CLOUD_SECONDS
    while True:
        seen = patient_status(resource_name, bucket, model, reconnect)
        yield seen
        if seen.ended:
            return
        time.sleep(pause)


def submission_of(bucket: str, model: str, run_id: str) -> Submission:
    """What was submitted. Raises FileNotFoundError, or UnknownRunError if it cannot be read."""
    uri = RunLayout(bucket=bucket, model=model, run_id=run_id).submission
    try:
        return Submission.model_validate_json(files.read_text(uri))
    except ValidationError as error:
        raise UnknownRunError(
            f"{uri} was written by another version of this program: "
            f"mlp logs {run_id} still shows the run"
        ) from error


def _summary(job: Any) -> RunSummary:
    return RunSummary(
        run_id=job.name.rsplit("/", 1)[-1],
        model=job.labels[MODEL],
        identity=job.labels[IDENTITY],
        state=job.state.name.removeprefix(STATE_PREFIX),
        created_at=job.create_time,
        ended_at=job.end_time or None,
        resource_name=job.name,
    )


def _step(name: str, found: record.StepRecord | None, run_state: str) -> StepStatus:
    if found is None:
        state = "SKIPPED" if run_state in ENDED else "PENDING"
        return StepStatus(
            name=name,
            state=state,
            progress=0.0,
            message="",
            started_at=None,
            ended_at=None,
            result={},
            error="",
            log_tail=[],
        )
    # A step that was cancelled, or whose machine was lost, never wrote its end; the run's is its.
    unended = found.state == "RUNNING" and run_state in ENDED
    cancelled = unended and run_state == "CANCELLED"
    lost = unended and not cancelled
    return StepStatus(
        name=name,
        state="CANCELLED" if cancelled else "FAILED" if lost else found.state,
        progress=found.progress,
        message=found.message,
        started_at=found.started_at,
        ended_at=found.ended_at,
        result=found.result,
        error="it ended without a word" if lost else found.error,
        log_tail=found.log_tail,
    )
