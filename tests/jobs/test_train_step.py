"""The training is launched once, whatever is answered, and never outlives the waiting for it."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from google.api_core.exceptions import Forbidden, ServiceUnavailable
from job_fakes import make_submission

from jobs import clients
from jobs.layout import RunLayout
from jobs.steps import record, train
from jobs.steps.context import StepContext, StepError
from jobs.waiting import DeadlineError

RUN = "flight-delay-0123-1"


class Jobs:
    """Custom jobs in memory; `broken` is raised by the next create, after or before its effect."""

    def __init__(self, state: str = "SUCCEEDED") -> None:
        self.state, self.made, self.cancelled = state, [], []
        self.broken: Exception | None = None
        self.got_through = True

    def list_custom_jobs(self, request: Any) -> list[Any]:
        return list(self.made)

    def create_custom_job(self, **_: Any) -> Any:
        if not self.broken or self.got_through:
            self.made.append(self._job())
        if self.broken:
            raise self.broken
        return self.made[-1]

    def get_custom_job(self, name: str) -> Any:
        return self._job()

    def cancel_custom_job(self, name: str) -> None:
        self.cancelled.append(name)

    def _job(self) -> Any:
        state = SimpleNamespace(name=f"JOB_STATE_{self.state}")
        return SimpleNamespace(
            name="customJobs/1", state=state, error=SimpleNamespace(message="out of memory\nmore")
        )


def test_the_job_is_told_its_tensorboard_only_if_there_is_one(context: StepContext):
    spec, board = context.spec, "projects/p/locations/l/tensorboards/7"
    plain = train.custom_job(spec, context.placement, RUN, context)
    assert "tensorboard" not in plain["job_spec"], "an empty name is refused"
    watched = context.placement.model_copy(update={"tensorboard": board})
    assert train.custom_job(spec, watched, RUN, context)["job_spec"]["tensorboard"] == board


@pytest.fixture
def context(objects: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> StepContext:
    monkeypatch.setattr(train, "APPEAR_SECONDS", 0)
    submission = make_submission()
    layout = RunLayout.of(submission.spec, submission.placement, RUN)
    record.Reporter(layout.trainer, "trainer").succeed({"training": {"epochs": 2}})
    return StepContext(
        spec=submission.spec,
        placement=submission.placement,
        run_id=RUN,
        layout=layout,
        progress=lambda *_: None,
    )


def use(monkeypatch: pytest.MonkeyPatch, jobs: Jobs) -> Jobs:
    monkeypatch.setattr(clients, "vertex", lambda *_: jobs)
    return jobs


def test_the_result_is_the_trainers(context: StepContext, monkeypatch: Any) -> None:
    use(monkeypatch, Jobs())
    assert train.run(context)["training"] == {"epochs": 2}


def test_the_steps_progress_is_the_trainers_once_it_says_any(
    context: StepContext, monkeypatch: Any
) -> None:
    told: list[tuple[float, str]] = []
    context = replace(context, progress=lambda *said: told.append(said))
    use(monkeypatch, Jobs())
    train.run(context)
    assert told == [(0.0, "custom job 1"), (1.0, "")]
    told.clear()
    monkeypatch.setattr(record, "read", lambda _: None)
    with pytest.raises(StepError, match="its trainer left no result"):
        train.run(context)
    assert told == [(0.0, "custom job 1")], "a machine that is not there yet says nothing"


def test_a_repeated_step_finds_its_job(context: StepContext, monkeypatch: Any) -> None:
    jobs = use(monkeypatch, Jobs())
    train.run(context)
    train.run(context)
    assert len(jobs.made) == 1


def test_a_job_whose_creation_was_not_answered_is_found(
    context: StepContext, monkeypatch: Any
) -> None:
    jobs = use(monkeypatch, Jobs())
    jobs.broken = ServiceUnavailable("the answer was lost")
    assert train.run(context)["custom_job"] == "customJobs/1"
    assert len(jobs.made) == 1


@pytest.mark.parametrize("error", [ServiceUnavailable("down"), Forbidden("no quota")])
def test_a_job_that_was_not_created_fails_the_step_with_the_reason(
    context: StepContext, monkeypatch: Any, error: Exception
) -> None:
    jobs = use(monkeypatch, Jobs())
    jobs.broken, jobs.got_through = error, False
    with pytest.raises(type(error)):
        train.run(context)


def test_a_job_that_nobody_waits_for_any_more_is_cancelled(
    context: StepContext, monkeypatch: Any
) -> None:
    jobs = use(monkeypatch, Jobs("QUEUED"))
    monkeypatch.setattr(train, "QUEUE_SECONDS", -context.spec.training.timeout_seconds)
    with pytest.raises(DeadlineError):
        train.run(context)
    assert jobs.cancelled == ["customJobs/1"]


@pytest.mark.parametrize(
    ("machines", "told"),
    [
        (1, "the connection was closed"),
        (2, "the connection was closed (custom job customJobs/1 ended FAILED: out of memory)"),
    ],
)
def test_of_several_machines_vertex_says_which_failed_first(
    context: StepContext, monkeypatch: Any, machines: int, told: str
) -> None:
    use(monkeypatch, Jobs("FAILED"))
    record.Reporter(context.layout.trainer, "trainer").fail("the connection was closed", ["line"])
    training = context.spec.training.model_copy(update={"replica_count": machines})
    context = replace(context, spec=context.spec.model_copy(update={"training": training}))
    with pytest.raises(StepError) as caught:
        train.run(context)
    assert str(caught.value) == told
    assert caught.value.log_tail[0] == "line"


@pytest.mark.parametrize("state", ["FAILED", "EXPIRED", "CANCELLED", "PARTIALLY_SUCCEEDED"])
def test_any_other_end_fails_the_step(context: StepContext, monkeypatch: Any, state: str) -> None:
    use(monkeypatch, Jobs(state))
    with pytest.raises(StepError, match=f"ended {state}: out of memory$"):
        train.run(context)
