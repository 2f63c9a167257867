"""Looking at runs: found by name, and followed through a break of the connection."""

from datetime import UTC, datetime

import pytest

from jobs import clients, runs
from jobs.runs import RunStatus, UnknownRunError
from jobs.steps.record import StepRecord
from jobs.waiting import CLOUD_SECONDS, LOCAL_SECONDS

NAME = "projects/p/locations/l/pipelineJobs/flight-delay-1"


def test_a_stack_without_runs_says_what_makes_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "list_runs", lambda *_: [])
    with pytest.raises(UnknownRunError, match="stack dev has no run so far: mlp up --stack dev"):
        runs.find_run("p", "l", "dev", None)


def test_an_unknown_run_is_named_beside_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs.RunSummary(
        run_id="flight-delay-1",
        model="flight-delay",
        identity="x",
        state="RUNNING",
        created_at=datetime(2026, 1, 2, tzinfo=UTC),
        ended_at=None,
        resource_name=NAME,
    )
    monkeypatch.setattr(runs, "list_runs", lambda *_: [run])
    assert runs.find_run("p", "l", "dev", None) is run
    with pytest.raises(UnknownRunError, match="no run nope: the newest are flight-delay-1"):
        runs.find_run("p", "l", "dev", "nope")


def test_a_run_is_followed_through_a_break_of_the_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = RunStatus(run_id="flight-delay-1", state="SUCCEEDED", steps=[], error="")
    answers: list[RunStatus | Exception] = [ConnectionError("refused"), ended]
    called: list[str] = []

    def status(*_: str) -> RunStatus:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(runs, "status", status)
    monkeypatch.setattr("jobs.waiting.CLOUD_SECONDS", 0.0)
    assert list(runs.follow(NAME, "b", "m", lambda: called.append("reconnect"))) == [ended]
    assert called == ["reconnect"]


@pytest.mark.parametrize(("local", "pause"), [(True, LOCAL_SECONDS), (False, CLOUD_SECONDS)])
def test_a_run_is_looked_at_often_on_this_machine_and_seldom_in_the_cloud(
    monkeypatch: pytest.MonkeyPatch, local: bool, pause: float
) -> None:
    looks = [
        RunStatus(run_id="flight-delay-1", state=state, steps=[], error="")
        for state in ("RUNNING", "SUCCEEDED")
    ]
    slept: list[float] = []
    monkeypatch.setattr(runs, "patient_status", lambda *_: looks.pop(0))
    monkeypatch.setattr(clients, "is_local", lambda: local)
    monkeypatch.setattr(runs.time, "sleep", slept.append)
    assert len(list(runs.follow(NAME, "b", "m", lambda: None))) == 2
    assert slept == [pause]


def test_a_run_that_may_not_be_seen_is_not_asked_for_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: str) -> RunStatus:
        raise PermissionError("denied")

    monkeypatch.setattr(runs, "status", refuse)
    with pytest.raises(PermissionError):
        list(runs.follow(NAME, "b", "m", lambda: pytest.fail("nothing to reconnect")))


@pytest.mark.parametrize(
    ("run", "step", "error"),
    [
        ("CANCELLED", "CANCELLED", ""),
        ("FAILED", "FAILED", "it ended without a word"),
        ("RUNNING", "RUNNING", ""),
    ],
)
def test_a_step_that_never_wrote_its_end_ends_with_its_run(run: str, step: str, error: str) -> None:
    record = StepRecord(name="train", state="RUNNING", started_at=datetime(2026, 1, 2, tzinfo=UTC))
    seen = runs._step("train", record, run)
    assert (seen.state, seen.error) == (step, error)


def test_what_another_version_submitted_is_said_in_a_sentence(objects: dict[str, str]) -> None:
    objects["gs://b/pipelines/m/r/submission.json"] = '{"spec": {"shape": "old"}}'
    with pytest.raises(UnknownRunError, match="another version of this program: mlp logs r"):
        runs.submission_of("b", "m", "r")
