"""One live or succeeded run per spec, whatever happens."""

from concurrent.futures import ThreadPoolExecutor
from copy import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from job_fakes import PARENT, Pipelines, make_submission

from jobs import clients, files
from jobs.spec import identity
from jobs.submit import ensure_submitted, pipeline_job, without_run


def test_a_spec_is_submitted_once(pipelines: Pipelines) -> None:
    first, second = ensure_submitted(make_submission()), ensure_submitted(make_submission())
    assert (first.created, second.created) == (True, False)
    assert first.run_id == second.run_id
    assert len(pipelines.jobs) == 1, "a second run would be paid for twice"


@pytest.mark.parametrize(
    "state", ["SUCCEEDED", "RUNNING", "PENDING", "QUEUED", "PAUSED", "CANCELLING"]
)
def test_a_live_or_succeeded_run_is_never_repeated(pipelines: Pipelines, state: str) -> None:
    first = ensure_submitted(make_submission())
    pipelines.end(first.run_id, state)
    assert ensure_submitted(make_submission()).created is False


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_a_failed_run_has_a_successor(pipelines: Pipelines, state: str) -> None:
    first = ensure_submitted(make_submission())
    pipelines.end(first.run_id, state)
    second = ensure_submitted(make_submission())
    assert second.created
    assert (first.run_id[-2:], second.run_id[-2:]) == ("-1", "-2")


def test_another_spec_is_another_run(pipelines: Pipelines) -> None:
    ensure_submitted(make_submission())
    assert ensure_submitted(make_submission(arguments={"epochs": 3})).created


def test_another_stack_has_its_own_run(pipelines: Pipelines) -> None:
    ensure_submitted(make_submission())
    assert ensure_submitted(make_submission(stack="dev")).created


def test_a_submitter_that_lost_the_race_takes_the_winners_run(
    pipelines: Pipelines, monkeypatch: pytest.MonkeyPatch
) -> None:
    winner = ensure_submitted(make_submission())
    monkeypatch.setattr(pipelines, "list_pipeline_jobs", lambda request: [])
    loser = ensure_submitted(make_submission())
    assert (loser.created, loser.run_id) == (False, winner.run_id)


def test_only_specs_without_a_run_are_pending(pipelines: Pipelines) -> None:
    done, failed, new = (make_submission(arguments={"epochs": n}) for n in (1, 2, 3))
    pipelines.end(ensure_submitted(done).run_id, "SUCCEEDED")
    pipelines.end(ensure_submitted(failed).run_id, "FAILED")
    specs = [done.spec, failed.spec, new.spec]
    assert without_run("acme-ml", "europe-west4", specs) == [failed.spec, new.spec]


def test_the_message_names_image_identity_and_parameters() -> None:
    submission = make_submission()
    message = pipeline_job(submission, 1)
    executors = message["pipeline_spec"]["deploymentSpec"]["executors"].values()
    assert {e["container"]["image"] for e in executors} == {submission.placement.image_uri}
    assert message["labels"]["mlplatform_identity"] == identity(submission.spec)
    parameters = message["runtime_config"]["parameter_values"]
    assert parameters["submission"].startswith("gs://acme-ml-artifacts/pipelines/flight-delay/")


def test_a_clone_under_a_name_of_its_own_is_no_attempt(pipelines: Pipelines) -> None:
    first = ensure_submitted(make_submission())
    clone = copy(pipelines.jobs[first.resource_name])
    clone.name = f"{PARENT}/pipelineJobs/flight-delay-clone-20260102030405"
    pipelines.jobs[clone.name] = clone
    pipelines.end(first.run_id, "FAILED")
    assert ensure_submitted(make_submission()).run_id == first.run_id[:-1] + "2"


def test_models_submitted_at_the_same_time_keep_their_own_pipelines() -> None:
    submissions = [make_submission(model=f"model-{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        messages = list(pool.map(lambda item: pipeline_job(item, 1), submissions))
    names = [message["pipeline_spec"]["pipelineInfo"]["name"] for message in messages]
    assert names == [item.spec.model for item in submissions]


@given(st.lists(st.sampled_from(["submit", "SUCCEEDED", "FAILED", "CANCELLED"]), max_size=12))
def test_no_history_leads_to_two_live_runs(history: list[str]) -> None:
    service = Pipelines()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clients, "vertex", lambda *_: service)
        patch.setattr(files, "write_text", lambda *_: None)
        latest: Any = None
        for event in history:
            if event == "submit":
                latest = ensure_submitted(make_submission())
            elif latest and service.jobs[latest.resource_name].state.name.endswith("RUNNING"):
                service.end(latest.run_id, event)
    states = [job.state.name.removeprefix("PIPELINE_STATE_") for job in service.jobs.values()]
    assert sum(state in {"RUNNING", "SUCCEEDED"} for state in states) <= 1, states
