"""The function that cancels a diverging job, and never another one."""

from types import SimpleNamespace
from typing import Any

import pytest
from automation_fakes import PARENT, PROJECT, STACK, Vertex, alert, job, pushed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automation.cancel_diverging import LIVE, handle
from automation.losses import Point
from automation.messages import UnreadableError

RISING = [Point(step, 1.0 if step < 20 else 9.0) for step in range(25)]
FLAT = [Point(step, 1.0) for step in range(25)]


def test_the_job_that_the_alert_names_is_cancelled_and_its_run_before_it(platform: Any):
    platform.vertex = Vertex(job(7), job(8))
    platform.vertex.run("run-7")
    done = handle(pushed(alert({"job_id": "7"})))
    assert platform.vertex.cancelled == [f"{PARENT}/pipelineJobs/run-7", f"{PARENT}/customJobs/7"]
    assert (done.decision, done.subject) == ("acted", f"{PARENT}/customJobs/7")


def test_the_reason_is_on_record_before_anything_is_cancelled(platform: Any):
    platform.vertex, platform.points = Vertex(job(7)), RISING
    handle(pushed(alert({"job_id": "7"})))
    (row,) = platform.rows
    assert row["after"] == [], "no action without evidence"
    assert row["reason"] == (
        "loss is 3 times its moving average; the loss is 9 at step 24 and was 1, "
        "more than 3 times as much"
    )
    assert row["incident_id"] == "0.nf7pz8k3g1fg"


def test_a_repeated_message_cancels_nothing_a_second_time(platform: Any):
    platform.vertex = Vertex(job(7))
    message = pushed(alert({"job_id": "7"}))
    handle(message)
    assert handle(message).decision == "left-alone"
    assert len(platform.vertex.cancelled) == 1


def test_a_job_whose_own_log_is_healthy_goes_on(platform: Any):
    platform.vertex, platform.points = Vertex(job(7)), FLAT
    assert handle(pushed(alert({"job_id": "7"}))).decision == "refused"
    assert platform.vertex.cancelled == []
    assert "its own log does not say so" in platform.rows[0]["reason"]


def test_a_run_names_its_live_job_where_the_series_is_the_platforms_own(platform: Any):
    ended = job(6, run="run-7", state="FAILED")
    platform.vertex = Vertex(ended, job(7), job(8))
    handle(pushed(alert(metric={"run_id": "run-7"}, resource_type="generic_task")))
    assert platform.vertex.cancelled == [f"{PARENT}/customJobs/7"]


DOUBTFUL = {
    "names no job": alert(),
    "names a run of another job": alert({"job_id": "7"}, {"run_id": "run-8"}),
    "names two jobs": alert({"job_id": "7"}, {"job_id": "8"}),
    "names a job of Dataproc": alert({"job_id": "7"}, resource_type="cloud_dataproc_job"),
    "names no number": alert({"job_id": "7/../8"}),
    "is of another policy": alert({"job_id": "7"}, policy_user_labels={}),
    "is over": alert({"job_id": "7"}, state="closed"),
    "is of another project": alert({"job_id": "7", "project_id": "other"}),
    "names a run that has two live jobs": alert(metric={"run_id": "twice"}),
    "smuggles a filter": alert(metric={"run_id": 'x" OR labels.a="b'}),
    "names a job that is gone": alert({"job_id": "99"}),
    "names a run without jobs": alert(metric={"run_id": "none"}),
}


@pytest.mark.parametrize("message", DOUBTFUL.values(), ids=DOUBTFUL)
def test_where_there_is_doubt_nothing_is_cancelled_and_the_doubt_is_on_record(
    platform: Any, message: dict[str, Any]
):
    platform.vertex = Vertex(job(7), job(8), job(9, run="twice"), job(10, run="twice"))
    assert handle(pushed(message)).decision != "acted"
    assert platform.vertex.cancelled == []
    assert platform.rows[0]["reason"]


@pytest.mark.parametrize("label", ["-", "prod2", "staging"])
def test_a_job_of_somebody_else_is_never_cancelled(platform: Any, label: str):
    platform.vertex = Vertex(job(7, stack=label))
    assert handle(pushed(alert({"job_id": "7"}))).decision == "refused"
    assert platform.vertex.cancelled == []


def test_a_run_of_another_stack_with_the_name_of_ours_goes_on(platform: Any):
    platform.vertex = Vertex(job(7))
    platform.vertex.run("run-7", stack="staging")
    handle(pushed(alert({"job_id": "7"})))
    assert platform.vertex.cancelled == [f"{PARENT}/customJobs/7"]


def test_a_job_that_ends_between_look_and_cancel_is_no_error(platform: Any, monkeypatch: Any):
    platform.vertex = Vertex(job(7))
    seen = SimpleNamespace(**vars(job(7)))
    monkeypatch.setattr(platform.vertex, "get_custom_job", lambda name: seen)
    platform.vertex.jobs[seen.name].state.name = "JOB_STATE_SUCCEEDED"
    assert handle(pushed(alert({"job_id": "7"}))).decision == "acted"
    assert platform.vertex.cancelled == []


def test_what_cannot_be_recorded_is_not_done(platform: Any, monkeypatch: Any):
    from automation.evidence import EvidenceError
    from jobs import clients

    refusing = SimpleNamespace(insert_rows_json=lambda *_, **__: [{"errors": [{"message": "no"}]}])
    monkeypatch.setattr(clients, "bigquery_client", lambda _: refusing)
    platform.vertex = Vertex(job(7))
    with pytest.raises(EvidenceError, match="no"):
        handle(pushed(alert({"job_id": "7"})))
    assert platform.vertex.cancelled == [], "the message comes again"


@pytest.mark.parametrize("message", [None, {}, {"message": {"data": "%"}}, pushed({"a": 1})])
def test_what_is_no_alert_is_said_to_be_none(platform: Any, message: Any):
    with pytest.raises(UnreadableError, match="this is no"):
        handle(message)


NUMBERS = st.integers(1, 4)
STATES = st.sampled_from([*sorted(LIVE - {"PAUSED", "UPDATING"}), "SUCCEEDED", "FAILED"])
JOBS = st.builds(
    job,
    NUMBERS,
    stack=st.sampled_from([STACK, "staging", "-"]),
    state=STATES,
    run=st.sampled_from(["run-1", "run-2", "-"]),
)
LABELS = st.fixed_dictionaries(
    {},
    optional={
        "job_id": st.sampled_from(["1", "2", "3", "4", "5", "", "x"]),
        "run_id": st.sampled_from(["run-1", "run-2", "run-3", ""]),
        "project_id": st.sampled_from([PROJECT, "other"]),
    },
)
ALERTS = st.builds(
    alert,
    LABELS,
    LABELS,
    resource_type=st.sampled_from(["ml_job", "cloudml_job", "generic_task", "gce_instance"]),
    state=st.sampled_from(["open", "open", "closed"]),
    policy_user_labels=st.sampled_from([{"action": "cancel-diverging"}, {}, {"action": "page"}]),
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JOBS, max_size=4), ALERTS, st.sampled_from([None, RISING, FLAT, FLAT[:3]]))
def test_whatever_an_alert_says_no_job_is_cancelled_that_it_does_not_name_as_ours_and_diverging(
    platform: Any, jobs: list[Any], message: dict[str, Any], points: Any
):
    platform.vertex, platform.points = Vertex(*jobs), points
    before = {each.name: each.state.name for each in platform.vertex.jobs.values()}
    handle(pushed(message))
    incident = message["incident"]
    named = {**incident["metric"]["labels"], **incident["resource"]["labels"]}
    assert len(platform.vertex.cancelled) <= 1
    for name in platform.vertex.cancelled:
        found = platform.vertex.jobs[name]
        assert found.labels["mlplatform_stack"] == STACK
        assert before[name].removeprefix("JOB_STATE_") in LIVE
        number = name.rsplit("/", 1)[-1]
        assert number == named.get("job_id") or found.labels["mlplatform_run"] == named["run_id"]
        assert incident["state"] == "open"
        assert incident["policy_user_labels"] == {"action": "cancel-diverging"}
        assert points in (None, RISING)
