"""A step reports itself, remembers its result, and never runs again once it succeeded."""

from types import SimpleNamespace
from typing import Any

import pytest
from job_fakes import make_submission

from jobs.layout import RunLayout
from jobs.spec import canonical_json
from jobs.steps import history, record, runner
from jobs.steps.context import StepContext, StepError

RUN = "flight-delay-0123-1"
URI = "gs://acme-ml-artifacts/submission.json"


class Step:
    """A step that counts its runs and does what it is told."""

    def __init__(self, error: Exception | None = None) -> None:
        self.runs, self.error = 0, error

    def run(self, context: StepContext) -> dict[str, Any]:
        self.runs += 1
        context.progress(0.5, "half way")
        if self.error:
            raise self.error
        return {"spec": context.spec.model}


@pytest.fixture
def stage(objects: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """One submitted run whose steps are all the same `Step`; rows are kept in a list."""
    submission = make_submission()
    objects[URI] = canonical_json(submission)
    rows: list[str] = []
    monkeypatch.setattr(history, "record_run", lambda context, state: rows.append(state))
    layout = RunLayout.of(submission.spec, submission.placement, RUN)

    def use(step: Step) -> Step:
        monkeypatch.setattr(runner, "import_module", lambda _: step)
        return step

    return SimpleNamespace(use=use, rows=rows, layout=layout)


def test_a_step_leaves_its_result(stage: SimpleNamespace) -> None:
    stage.use(Step())
    assert runner.run_step("prepare", URI, RUN) == {"spec": "flight-delay"}
    found = record.read(stage.layout.step("prepare"))
    assert found is not None
    assert (found.state, found.progress, found.result) == (
        "SUCCEEDED",
        1.0,
        {"spec": "flight-delay"},
    )
    assert found.ended_at is not None
    assert found.ended_at >= found.started_at


def test_a_step_that_succeeded_does_not_run_again(stage: SimpleNamespace) -> None:
    step = stage.use(Step())
    first = runner.run_step("prepare", URI, RUN)
    assert runner.run_step("prepare", URI, RUN) == first
    assert step.runs == 1


def test_a_failed_step_says_why_and_runs_again(stage: SimpleNamespace) -> None:
    step = stage.use(Step(ValueError("the file is empty")))
    for _ in range(2):
        with pytest.raises(ValueError, match="the file is empty"):
            runner.run_step("prepare", URI, RUN)
    found = record.read(stage.layout.step("prepare"))
    assert found is not None
    assert (found.state, found.error) == ("FAILED", "ValueError: the file is empty")
    assert found.log_tail[-1] == "ValueError: the file is empty"
    assert step.runs == 2
    assert stage.rows == ["FAILED", "FAILED"]


def test_a_step_error_brings_the_log_of_what_failed_below_it(stage: SimpleNamespace) -> None:
    stage.use(Step(StepError("the job ended FAILED", ["line 1", "line 2"])))
    with pytest.raises(StepError):
        runner.run_step("train", URI, RUN)
    found = record.read(stage.layout.step("train"))
    assert found is not None
    assert (found.error, found.log_tail) == ("the job ended FAILED", ["line 1", "line 2"])


def test_a_missing_row_does_not_hide_the_steps_own_error(
    stage: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise ConnectionError("no BigQuery")

    monkeypatch.setattr(history, "record_run", refuse)
    stage.use(Step(ValueError("the real reason")))
    with pytest.raises(ValueError, match="the real reason"):
        runner.run_step("prepare", URI, RUN)


def test_an_unknown_step_is_refused_with_the_steps_there_are() -> None:
    with pytest.raises(ValueError, match="prepare, train, validate, gate, register, rollout"):
        runner.run_step("deploy", URI, RUN)


def test_a_step_cannot_use_the_result_of_one_that_did_not_succeed(stage: SimpleNamespace) -> None:
    submission = make_submission()
    context = StepContext(
        spec=submission.spec,
        placement=submission.placement,
        run_id=RUN,
        layout=stage.layout,
        progress=lambda *_: None,
    )
    with pytest.raises(StepError, match="step train of run flight-delay-0123-1 has no result"):
        context.result("train")
