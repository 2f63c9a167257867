"""The function of the budget: stops compute when the money is spent, and never what serves."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from automation_fakes import PARENT, PROJECT, Vertex, job, pushed
from hypothesis import given
from hypothesis import strategies as st

from automation import budgets, running, spend_cap
from automation.budgets import Notice, judge, notice
from automation.messages import UnreadableError
from automation.stoppable import Running, ours, to_stop

MONTH = "2026-11-01T07:00:00Z"
MIDDLE = datetime(2026, 11, 16, 7, tzinfo=UTC)
LABELS = {"managed-by": "pulumi", "project": "mlplatform", "stack": "prod"}


def state(cost: float, **changes: Any) -> dict[str, Any]:
    """A budget's notice of schema 1.0."""
    return {
        "budgetDisplayName": "ML platform, prod",
        "costAmount": cost,
        "costIntervalStart": MONTH,
        "budgetAmount": 1000.0,
        "budgetAmountType": "SPECIFIED_AMOUNT",
        "currencyCode": "USD",
        **changes,
    }


def read(cost: float, **changes: Any) -> Notice:
    return notice(pushed(state(cost, **changes)))


@pytest.mark.parametrize(
    ("cost", "found"), [(1000.0, "spent"), (1500.0, "spent"), (999.99, "within"), (0.0, "within")]
)
def test_only_the_whole_budget_is_spent(cost, found):
    assert judge(read(cost), MIDDLE, None).state == found


def test_a_forecast_stops_nothing():
    expected = state(400.0, forecastThresholdExceeded=1.2, alertThresholdExceeded=0.5)
    assert judge(notice(pushed(expected)), MIDDLE, 2.0).state == "within"


@pytest.mark.parametrize(
    ("cost", "factor", "found"),
    [
        (751.0, 1.5, "ahead"),
        (749.0, 1.5, "within"),
        (751.0, None, "within"),
        (99.0, 1.01, "within"),
    ],
)
def test_money_that_will_not_last_is_ahead_of_the_month(cost, factor, found):
    assert judge(read(cost), MIDDLE, factor).state == found


def test_the_first_day_says_nothing_until_a_tenth_is_spent():
    first = datetime(2026, 11, 1, 9, tzinfo=UTC)
    assert judge(read(99.0), first, 1.5).state == "within"
    verdict = judge(read(101.0), first, 1.5)
    assert verdict.state == "ahead"
    assert (
        verdict.reason == "101.00 of 1,000.00 USD are spent, but only 0% of the month have gone by"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"budgetAmount": 0},
        {"costAmount": "much"},
        {"costAmount": float("nan")},
        {"costIntervalStart": "2026-11-01T00:00:00"},
        {"currencyCode": None},
    ],
)
def test_what_is_no_notice_is_refused_in_a_sentence(wrong):
    with pytest.raises(UnreadableError, match="no notice of a budget"):
        notice(pushed(state(1.0) | wrong))
    with pytest.raises(UnreadableError):
        notice({"message": {"data": "%%"}})


def thing(kind: Any = "machine", *, spot: bool = False, component: str = "accelerators") -> Running:
    labels = LABELS | {"component": component}
    return Running(kind=kind, name=f"projects/p/{kind}-{spot}", labels=labels, spot=spot)


def test_in_prod_only_spot_goes_and_elsewhere_everything():
    listed = [thing(), thing(spot=True), thing("training"), thing("training", spot=True)]
    assert {each.spot for each in to_stop(listed, environment="prod")} == {True}
    assert len(to_stop(listed, environment="dev")) == 4
    first = to_stop(listed, environment="dev")[0]
    assert first.kind == "training", "it could start another machine"


@given(
    st.sampled_from(["prod", "staging", "dev"]),
    st.booleans(),
    st.sampled_from(["machine", "slice"]),
)
def test_what_serves_is_never_stopped(environment, spot, kind):
    serving = thing(kind, spot=spot, component="model-service")
    assert to_stop([serving], environment=environment) == []
    assert not ours(serving.labels, "prod")


@pytest.mark.parametrize("change", [{"stack": "dev"}, {"managed-by": "me"}, {"project": "x"}])
def test_what_is_of_others_is_not_ours(change):
    assert ours(LABELS, "prod")
    assert not ours(LABELS | change, "prod")


@pytest.fixture
def cap(platform: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The surroundings of the function, with machines and slices as their APIs list them."""
    monkeypatch.setenv(spend_cap.ENVIRONMENT, "prod")
    monkeypatch.setenv(spend_cap.AHEAD_FACTOR, "1.5")
    monkeypatch.setenv(spend_cap.CAP, "on")
    platform.calls, platform.instances, platform.nodes = [], [], []

    def rest(method: str, url: str, **query: str) -> dict[str, Any]:
        if method == "GET":
            if "compute" in url:
                return {"items": {"zones/z": {"instances": platform.instances}, "zones/y": {}}}
            return {"nodes": platform.nodes}
        if platform.refuse and platform.refuse in url:
            raise platform.error
        platform.calls.append((method, url, query))
        return {}

    platform.refuse, platform.error = "", None
    monkeypatch.setattr(running.clients, "rest", rest)
    monkeypatch.setattr(running.clients, "is_local", lambda: False)
    return platform


def instance(name: str, *, model: str = "SPOT", **labels: str) -> dict[str, Any]:
    link = f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/zones/z/instances/{name}"
    return {
        "selfLink": link,
        "labels": LABELS | {"component": "accelerators"} | labels,
        "scheduling": {"provisioningModel": model},
    }


def node(name: str, *, spot: bool = True, kind: str = "v6e-8", state: str = "READY") -> Any:
    return {
        "name": f"projects/{PROJECT}/locations/z/nodes/{name}",
        "labels": LABELS | {"component": "accelerators"},
        "schedulingConfig": {"spot": spot},
        "acceleratorType": kind,
        "state": state,
    }


def trained(number: int, strategy: str) -> Any:
    found = job(number)
    found.job_spec = SimpleNamespace(
        scheduling=SimpleNamespace(strategy=SimpleNamespace(name=strategy))
    )
    found.end_time = None
    return found


COMPUTE = f"https://compute.googleapis.com/compute/v1/projects/{PROJECT}/zones/z/instances"
TPU = f"https://tpu.googleapis.com/v2/projects/{PROJECT}/locations/z/nodes"


def test_the_whole_budget_stops_spot_in_prod_and_nothing_else(cap: Any):
    cap.instances = [
        instance("spot"),
        instance("kept", model="STANDARD"),
        instance("x", stack="dev"),
    ]
    cap.nodes = [node("small"), node("many", kind="v6e-16"), node("kept", spot=False)]
    cap.nodes.append(node("gone", state="PREEMPTED"))
    cap.vertex = Vertex(trained(7, "SPOT"), trained(8, "ON_DEMAND"))
    cap.vertex.run("run-7")
    done = spend_cap.handle(pushed(state(1000.0)))
    assert sorted(cap.calls) == [
        ("DELETE", f"{TPU}/many", {}),
        ("POST", f"{COMPUTE}/spot/stop", {"discardLocalSsd": "true"}),
        ("POST", f"{TPU}/small:stop", {}),
    ]
    assert cap.vertex.cancelled == [f"{PARENT}/pipelineJobs/run-7", f"{PARENT}/customJobs/7"]
    assert done.decision == "acted"
    assert done.reason == "1,000.00 of 1,000.00 USD are spent since 2026-11-01; 4 of 4 stopped"


def test_every_stop_is_on_record_before_it_is_made_and_says_why(cap: Any):
    cap.vertex = Vertex(trained(7, "SPOT"))
    cap.vertex.run("run-7")
    spend_cap.handle(pushed(state(1200.0)))
    (row,) = cap.rows
    assert row["after"] == []
    assert (row["action"], row["decision"]) == ("spend-cap", "acted")
    assert row["subject"] == f"{PARENT}/customJobs/7"
    assert row["incident_id"] == "ML platform, prod 2026-11", "the budget and its month"
    assert "1,200.00 of 1,000.00 USD" in row["reason"]


def test_a_repeated_notice_finds_nothing_to_stop(cap: Any):
    cap.vertex = Vertex(trained(7, "SPOT"))
    cap.vertex.run("run-7")
    spend_cap.handle(pushed(state(1000.0)))
    again = spend_cap.handle(pushed(state(1000.0)))
    assert again.decision == "left-alone"
    assert len(cap.rows) == 1


@pytest.mark.parametrize("cost", [0.0, 500.0, 999.0])
def test_before_the_whole_budget_nothing_is_listed_even(cap: Any, monkeypatch: Any, cost: float):
    monkeypatch.setattr(running, "everything", None)
    assert spend_cap.handle(pushed(state(cost, forecastThresholdExceeded=2.0))).decision == (
        "left-alone"
    )


def test_a_cap_that_is_off_stops_nothing(cap: Any, monkeypatch: Any):
    monkeypatch.setenv(spend_cap.CAP, "off")
    cap.instances = [instance("spot")]
    assert spend_cap.handle(pushed(state(2000.0))).decision == "left-alone"
    assert cap.calls == []


def test_what_cannot_be_stopped_keeps_nothing_else_running(cap: Any, monkeypatch: Any):
    from google.api_core.exceptions import BadRequest

    monkeypatch.setenv(spend_cap.ENVIRONMENT, "dev")
    cap.instances = [instance("bad"), instance("good")]
    cap.nodes = [node("many", spot=False, kind="v6e-64")]
    cap.refuse, cap.error = "/bad/", BadRequest("in use")
    done = spend_cap.handle(pushed(state(1000.0)))
    assert [url for _, url, _ in cap.calls] == [f"{COMPUTE}/good/stop"]
    assert done.reason.endswith("1 of 3 stopped")
    refused = [row["reason"] for row in cap.rows if row["decision"] == "refused"]
    assert any("in use" in reason for reason in refused)
    assert any("only deleted by a person" in reason for reason in refused)


def test_a_service_that_is_down_makes_the_notice_come_again(cap: Any):
    from google.api_core.exceptions import ServiceUnavailable

    cap.instances, cap.refuse = [instance("spot")], "/spot/"
    cap.error = ServiceUnavailable("later")
    with pytest.raises(ServiceUnavailable):
        spend_cap.handle(pushed(state(1000.0)))


def test_being_ahead_is_logged_for_the_alert_and_nothing_is_stopped(cap: Any, monkeypatch: Any):
    logged: list[str] = []
    fake = SimpleNamespace(write=logged.append, flush=int)
    monkeypatch.setattr(spend_cap.evidence.sys, "stdout", fake)
    monkeypatch.setattr(budgets, "_part_of_month", lambda *_: 0.2)
    assert spend_cap.handle(pushed(state(500.0))).decision == "left-alone"
    entry = json.loads(logged[0])
    assert (entry["action"], entry["severity"]) == ("cost-ahead", "WARNING")
    assert cap.rows == []
