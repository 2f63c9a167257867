"""The function that deletes machines whose time is over, and never another one."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from automation_fakes import PARENT, PROJECT, STACK, pushed
from fake_http import Http, http
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from automation import reaper
from automation.lifetimes import Machine, has_an_end, judge
from automation.messages import UnreadableError
from automation.reaper import ReaperError, handle
from catalog.lifetime import from_words, in_words, lifetime

__all__ = ["http"]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OURS = {
    "managed-by": "pulumi",
    "project": "mlplatform",
    "environment": "prod",
    "stack": STACK,
    "component": "accelerators",
}
ZONE = f"projects/{PROJECT}/locations/europe-west4-a"
TPU = "tpu.googleapis.com/v2"
VERTEX = "europe-west4-aiplatform.googleapis.com/v1"
TICK = pushed({})


@pytest.fixture
def here(platform: Any, http: Http, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The surroundings of the function at a certain time; `http` is both services."""
    monkeypatch.setenv(reaper.ENVIRONMENT, "prod")
    monkeypatch.setenv(reaper.DRY_RUN, "off")
    monkeypatch.delenv("MLPLATFORM_VERTEX_ENDPOINT", raising=False)
    monkeypatch.setattr(reaper, "datetime", SimpleNamespace(now=lambda _: NOW))
    platform.http = http
    return platform


def ago(hours: float) -> str:
    return (NOW - timedelta(hours=hours)).isoformat().replace("+00:00", "Z")


def node(name: str = "a", *, hours: float = 25, ttl: Any = 24, **changes: Any) -> dict[str, Any]:
    """A slice as Cloud TPU lists it: an hour over its time."""
    labels = OURS | {"ttl-hours": str(ttl)} | changes.pop("labels", {})
    return {
        "name": f"{ZONE}/nodes/{name}",
        "labels": {key: value for key, value in labels.items() if value is not None},
        "createTime": ago(hours),
        "state": "READY",
        **changes,
    }


def queued(name: str = "q", *, hours: float = 25, request: str = "", **labels: Any) -> Any:
    """A slice that came out of the queue: it has a description, and no labels."""
    words = in_words({**OURS, **lifetime(24, kept=False), **labels})
    return node(
        name,
        hours=hours,
        labels=dict.fromkeys([*OURS, "ttl-hours"]),
        description=f"v5litepod-4, queued; {words}",
        queuedResource=request or f"projects/1/locations/europe-west4-a/queuedResources/{name}",
    )


def pool(name: str = "w", *, used: int = 0, hours: float = 169, **changes: Any) -> dict[str, Any]:
    given = node(hours=hours, ttl=168, state="RUNNING", **changes)
    pools = [{"id": "machines", "usedReplicaCount": str(used)}]
    return {**given, "name": f"{PARENT}/persistentResources/{name}", "resourcePools": pools}


def test_what_is_over_its_time_is_deleted_and_what_is_not_stays(here: Any):
    here.http.nodes = [node("old"), node("young", hours=23.9), queued(), queued("new", hours=1)]
    here.http.pools = [pool(), pool("fresh", hours=167)]
    assert handle(TICK).decision == "acted"
    request = "projects/1/locations/europe-west4-a/queuedResources/q"
    assert here.http.deleted == [
        (f"{TPU}/{ZONE}/nodes/old", {}),
        # Without force a request whose slice runs is refused.
        (f"{TPU}/{request}", {"force": "true"}),
        (f"{VERTEX}/{PARENT}/persistentResources/w", {}),
    ]


def test_every_deletion_is_on_record_with_age_and_reason_before_it_is_made(here: Any):
    here.http.nodes, here.http.status = [node("old")], {"/old": 500}
    with pytest.raises(ReaperError):
        handle(TICK)
    first, second = here.rows
    assert (first["action"], first["decision"]) == ("reaper", "acted")
    assert first["subject"] == f"{ZONE}/nodes/old"
    assert first["reason"] == "made 2026-11-20 11:00 UTC, 25.0 hours ago; its ttl-hours is 24"
    assert first["incident_id"] == "over since 2026-11-21T11:00Z"
    assert first["policy"] == "ttl-hours=24"
    assert second["decision"] == "refused"
    assert "no: 500" in second["reason"]


def test_a_call_that_deleted_nothing_does_not_say_that_it_did(here: Any, capsys: Any):
    here.http.nodes, here.http.status = [node("old")], {"/old": 500}
    with pytest.raises(ReaperError):
        handle(TICK)
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (summary["subject"], summary["decision"]) == ("", "left-alone")


STAYS = {
    "carries no end": node(labels={"ttl-hours": None}),
    "is of another stack": node(labels={"stack": "staging"}),
    "is of another environment": node(labels={"environment": "dev"}),
    "is of another program": node(labels={"project": "other"}),
    "was made by hand": node(labels={"managed-by": None}),
    "serves": node(labels={"component": "model-service"}),
    "is not a machine of one's own": node(labels={"component": "spark"}),
    "is kept": node(labels={"keep": "true"}),
    "is kept, whatever is written": node(labels={"keep": ""}),
    "is on its way out": node(state="DELETING"),
    "came out of the queue and is kept": queued(keep="true"),
    "came out of another stack's queue": queued(stack="staging"),
    "says it in words that count for the queue only": {
        **queued(),
        "queuedResource": "projects/1/locations/europe-west4-a/queuedResources/other",
    },
}


@pytest.mark.parametrize("machine", STAYS.values(), ids=STAYS)
def test_a_slice_stays_that(here: Any, machine: dict[str, Any]):
    here.http.nodes = [machine]
    assert handle(TICK).decision == "left-alone"
    assert (here.http.deleted, here.rows) == ([], [])


def test_a_pool_in_which_somebody_trains_waits_because_the_training_would_be_cancelled(here: Any):
    here.http.pools = [pool(used=1)]
    assert handle(TICK).reason == "1 busy"
    here.http.pools = [pool(used=0)]
    assert handle(TICK).reason == "1 over"
    assert len(here.http.deleted) == 1


@pytest.mark.parametrize("ttl", ["0", "-1", "24h", "", "1e3", "٢٤", "99999"])
def test_an_end_that_is_no_count_of_hours_is_on_record_and_deletes_nothing(here: Any, ttl: str):
    here.http.nodes = [node(ttl=ttl, hours=10_000)]
    assert handle(TICK).decision == "left-alone"
    assert here.http.deleted == []
    assert here.rows[0]["decision"] == "refused"
    assert repr(ttl) in here.rows[0]["reason"]


@pytest.mark.parametrize("made", ["", "yesterday", "2026-01-01T00:00:00"])
def test_what_does_not_say_when_it_was_made_is_not_deleted(here: Any, made: str):
    here.http.nodes = [node(createTime=made)]
    handle(TICK)
    assert here.http.deleted == []
    assert "of when it was made" in here.rows[0]["reason"]


@pytest.mark.parametrize("status", [400, 403, 429, 503])
def test_one_that_fails_keeps_none_of_the_others_and_makes_the_message_come_again(
    here: Any, status: int
):
    here.http.nodes, here.http.pools = [node("bad"), node("good")], [pool()]
    here.http.status = {"/bad": status}
    with pytest.raises(ReaperError, match="nodes/bad"):
        handle(TICK)
    assert [address.rpartition("/")[2] for address, _ in here.http.deleted] == ["good", "w"]


def test_a_broken_connection_is_one_failure_like_others(here: Any):
    here.http.nodes, here.http.broken = [node("bad"), node("good")], "/bad"
    with pytest.raises(ReaperError):
        handle(TICK)
    assert len(here.http.deleted) == 1


def test_a_service_that_lists_nothing_hides_not_what_the_other_one_has(here: Any):
    here.http.status, here.http.pools = {"/nodes": 503}, [pool()]
    with pytest.raises(ReaperError, match="slices"):
        handle(TICK)
    assert len(here.http.deleted) == 1


def test_a_zone_that_could_not_be_looked_at_is_said(here: Any):
    here.http.unreachable = ["projects/p/locations/europe-west4-b"]
    with pytest.raises(ReaperError, match="europe-west4-b"):
        handle(TICK)


def test_what_somebody_else_deleted_meanwhile_is_no_failure(here: Any):
    here.http.nodes, here.http.status = [node("old")], {"/old": 404}
    assert handle(TICK).reason == "1 over"


def test_what_cannot_be_recorded_is_not_deleted_and_is_tried_again(here: Any, monkeypatch: Any):
    from jobs import clients

    refusing = SimpleNamespace(insert_rows_json=lambda *_, **__: [{"errors": [{"message": "no"}]}])
    monkeypatch.setattr(clients, "bigquery_client", lambda _: refusing)
    here.http.nodes = [node()]
    with pytest.raises(ReaperError):
        handle(TICK)
    assert here.http.deleted == []


def test_a_dry_run_records_what_it_would_do_and_does_nothing(here: Any, monkeypatch: Any):
    monkeypatch.setenv(reaper.DRY_RUN, "on")
    here.http.nodes = [node()]
    assert handle(TICK).decision == "left-alone"
    assert here.http.deleted == []
    assert here.rows[0]["decision"] == "left-alone"
    assert "dry run" in here.rows[0]["reason"]


def test_on_this_machine_nothing_of_google_cloud_is_looked_at(here: Any, monkeypatch: Any):
    monkeypatch.setenv("MLPLATFORM_VERTEX_ENDPOINT", "http://127.0.0.1:1")
    here.http.nodes = [node()]
    assert handle(TICK).decision == "left-alone"
    assert here.http.deleted == []


def test_what_is_no_message_calls_nothing(here: Any):
    here.http.nodes = [node()]
    with pytest.raises(UnreadableError):
        handle({"message": {"data": "%"}})
    assert here.http.deleted == []


def test_a_description_says_what_labels_say():
    labels = {**OURS, **lifetime(24, kept=True)}
    text = f"v5litepod-4, queued; {in_words({**labels, 'cost-center': 'ml'})}"
    assert from_words(text) == labels
    assert len(text) < 512, "Cloud TPU takes no longer description"


LABELS = st.fixed_dictionaries(
    {},
    optional={
        **{key: st.sampled_from([value, "other"]) for key, value in OURS.items()},
        "component": st.sampled_from(["accelerators", "model-service"]),
        "ttl-hours": st.sampled_from(["1", "24", "672", "0", "", "x", "1.5"]),
        "keep": st.sampled_from(["true", "false"]),
    },
)
ANY_NODE = st.builds(
    lambda labels, hours, state, request, words: {
        "name": f"{ZONE}/nodes/n",
        "labels": labels,
        "createTime": ago(hours),
        "state": state,
        **({"queuedResource": f"projects/1/locations/{request}"} if request else {}),
        "description": in_words(words),
    },
    LABELS | st.just({**OURS, "ttl-hours": "24"}),
    st.floats(-100, 1000),
    st.sampled_from(["READY", "STOPPED", "PREEMPTED", "DELETING", "CREATING", ""]),
    st.sampled_from(["", "europe-west4-a/queuedResources/n", "europe-west4-b/queuedResources/n"]),
    LABELS,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ANY_NODE, max_size=3))
def test_whatever_is_listed_nothing_is_deleted_that_is_not_ours_or_too_young_or_kept(
    here: Any, nodes: list[dict[str, Any]]
):
    here.http.nodes, here.http.deleted, here.rows[:] = nodes, [], []
    handle(TICK)
    certain = [each for each in nodes if _certainly_over(each)]
    assert len(here.http.deleted) == len(certain)
    assert len([row for row in here.rows if row["decision"] == "acted"]) == len(certain)


def _certainly_over(node: dict[str, Any]) -> bool:
    """The rule once more, in other words: of the labels, or the words of the queue."""
    own = node.get("queuedResource", "").endswith("/europe-west4-a/queuedResources/n")
    words = dict(word.split("=") for word in node["description"].split()) if own else {}
    labels = {**words, **node["labels"]}
    hours = {"1": 1, "24": 24, "672": 672}.get(labels.get("ttl-hours", ""))
    age = NOW - datetime.fromisoformat(node["createTime"])
    return (
        labels.items() >= OURS.items()
        and "keep" not in labels
        and node["state"] != "DELETING"
        and hours is not None
        and age >= timedelta(hours=hours)
    )


@given(st.integers(1, 9999), st.floats(-1e5, 1e5))
def test_a_machine_is_over_from_its_last_second_on_and_not_before(hours: int, spare: float):
    made = NOW - timedelta(hours=hours) - timedelta(seconds=spare)
    labels = {**OURS, **lifetime(hours, kept=False)}
    machine = Machine(
        name="n", labels=labels, created=made.isoformat(), state="READY", address="", query={}
    )
    assert has_an_end(labels, stack=STACK, environment="prod")
    assert judge(machine, NOW).state == (
        "over" if made + timedelta(hours=hours) <= NOW else "young"
    )
