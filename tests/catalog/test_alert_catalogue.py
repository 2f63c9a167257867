"""Alerts that would really fire: every one of the catalogue, and traps that others fell into."""

import re
from dataclasses import replace
from typing import Any

import pytest

from catalog.alerts import ALERTS
from catalog.alerts.alert import Alert, LogMatch, Query, Threshold
from catalog.incidents import CANCEL_DIVERGING, RUN_ID
from catalog.log_metrics import LOG_METRICS
from catalog.metrics import METRICS, promql
from catalog.metrics.accelerators import TPU_DUTY_CYCLE
from catalog.metrics.data import STORAGE_BYTES
from catalog.metrics.metric import Metric
from catalog.metrics.series import Series
from catalog.metrics.serving import ENDPOINT_LATENCY, ENDPOINT_RESPONSES
from catalog.metrics.training import TRAINING_CPU

KNOWN = {m.promql_name: m for m in (*METRICS, *(each.metric for each in LOG_METRICS))}
SERIES = re.compile(
    r"(?P<call>rate|increase|\w+_over_time)\("
    r"(?P<name>[a-z_]+:[\w{}]+?)(?P<bucket>_bucket)?\{(?P<labels>monitored_resource=[^}]*)"
)
EACH = pytest.mark.parametrize("alert", ALERTS.values(), ids=ALERTS)


def of(kind: type) -> list[Alert]:
    return [alert for alert in ALERTS.values() if isinstance(alert.condition, kind)]


QUERIES = pytest.mark.parametrize("alert", of(Query), ids=lambda alert: alert.name)
THRESHOLDS = pytest.mark.parametrize("alert", of(Threshold), ids=lambda alert: alert.name)


def query(alert: Alert) -> str:
    assert isinstance(alert.condition, Query)
    return alert.condition.text(alert.in_metrics_unit(alert.bound or 0))


@EACH
def test_every_metric_of_an_alert_is_in_the_catalogue(alert):
    """Not one of `job/gpu_utilization`, `prediction/accuracy` or `job/error_count`."""
    assert set(alert.condition.metrics) <= set(KNOWN.values())
    assert bool(alert.condition.metrics) != isinstance(alert.condition, LogMatch)


@QUERIES
def test_every_series_of_a_query_is_read_as_its_kind_allows_on_its_own_resource(alert):
    text = query(alert)
    found = list(SERIES.finditer(text))
    assert len(found) == text.count("monitored_resource="), "none is overlooked"
    for match in found:
        metric = KNOWN[match["name"]]
        counting = match["call"] in ("rate", "increase")
        assert counting == (metric.kind != "GAUGE")
        assert bool(match["bucket"]) == (metric.value_type == "DISTRIBUTION")
        assert match["labels"].startswith(f'monitored_resource="{metric.resource_type}"')
        names = set(re.findall(r"(\w+)(?:=~|!~|=)", match["labels"])) - {"monitored_resource"}
        assert names <= {*metric.labels, *metric.resource_labels}


@QUERIES
def test_a_query_has_one_bound_and_its_parentheses_close(alert):
    text = query(alert)
    assert text.count("(") == text.count(")")
    assert re.search(r" [<>] [0-9.e+]+( |$)", text)


@THRESHOLDS
def test_a_threshold_names_one_metric_and_one_resource_and_compares_a_number(alert):
    aligned = alert.condition.aligned
    assert len(re.findall(r"metric\.type=", aligned.filter)) == 1
    assert len(re.findall(r"resource\.type=", aligned.filter)) == 1
    assert aligned.aligner in aligned.series.metric.aligners
    assert aligned.is_number
    assert aligned.period_seconds >= 60
    assert aligned.period_seconds % 60 == 0


@EACH
def test_an_alert_says_what_it_means_and_what_to_do(alert):
    assert ("{bound}" in alert.meaning) == (alert.bound is not None)
    assert alert.meaning.endswith(".")
    assert alert.next_step.endswith(".")
    assert re.fullmatch(r"[a-z][-a-z]{2,30}", alert.name)


@EACH
def test_the_command_of_an_alert_exists(alert):
    import typer

    from ops.cli import app

    program, *words = f"{alert.command} --stack prod".split()
    assert program == "mlp"
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        command = command.commands[words.pop(0)]
    command.make_context(command.name, words)


def test_only_alerts_on_lines_are_limited_in_their_rate():
    """A rate limit on any other alert is refused by the API; those are told again instead."""
    assert {"run-failed", "training-failed", "machine-lost", "unusual-reader"} <= {
        alert.name for alert in of(LogMatch)
    }
    for alert in of(LogMatch):
        assert alert.condition.at_most_every_seconds >= 300  # type: ignore[union-attr]
        assert alert.bound is None
    for alert in (*of(Query), *of(Threshold)):
        assert not hasattr(alert.condition, "at_most_every_seconds")


def test_accuracy_is_a_metric_of_ours_and_its_incident_stays_open_for_a_week():
    """No endpoint has a metric of its accuracy."""
    alert = ALERTS["model-performance"]
    assert (alert.bound, alert.for_minutes, alert.auto_close_hours) == (0.85, 5, 168)
    assert "custom_googleapis_com:mlplatform_{stack}_model_performance{" in query(alert)
    assert query(alert).endswith(" < 0.85")


def test_failed_runs_are_a_ratio_of_those_that_ended_and_one_failure_is_no_ratio():
    """Not a bound of 0.005 on a count, which any failure crosses."""
    text = query(ALERTS["run-failure-ratio"])
    failed, ended = text.partition(" / ")[::2]
    assert 'state="PIPELINE_STATE_FAILED"' in failed
    assert "state=" not in ended
    assert " > 0.005 and sum(" in text
    assert text.endswith(" >= 200")
    condition = ALERTS["run-failure-ratio"].condition
    assert isinstance(condition, Query)
    assert condition.text(0.1).endswith(" >= 10")


def test_a_share_is_written_as_each_service_writes_it():
    assert query(ALERTS["tpu-underused"]).endswith(" < 80"), "percent"
    assert query(ALERTS["training-gpu-underused"]).endswith(" < 0.5"), "a share"
    assert query(ALERTS["training-device-underused"]).endswith(" < 0.8")
    assert query(ALERTS["reservation-unused"]).endswith(" < 0.1"), "a ratio of two counts"


def test_divergence_is_relative_to_the_hour_before_with_enough_points_and_names_the_run():
    """Ten times a fixed number is no divergence; the first steps are none either."""
    alert = ALERTS["training-diverges"]
    text = query(alert)
    recent, before = re.findall(r"avg_over_time\([^)]*\)", text)[:2]
    assert "[600s]" in recent
    assert "[3600s] offset 600s" in before
    assert "count_over_time(" in text
    assert ">= 20 and" in text
    assert text.endswith(" > 0"), "below zero a ratio means nothing"
    assert alert.action == CANCEL_DIVERGING
    assert text.count(f"sum by ({RUN_ID})") == 3


def test_silence_of_an_endpoint_is_found_though_no_data_is_not_zero():
    text = query(ALERTS["endpoint-gone"])
    had, has = text.split(" > 0 unless ")
    assert "[3600s]" in had
    assert "[600s]" in has


@pytest.mark.parametrize("name", ["slow-answers", "failed-answers"])
def test_an_endpoint_with_little_traffic_alerts_nobody(name):
    assert query(ALERTS[name]).endswith(" >= 100"), "one failed answer of fifty is no trend"


def test_errors_of_the_caller_are_not_counted_and_both_spellings_of_ours_are():
    (pattern,) = re.findall(r'response_code=~"([^"]*)"', query(ALERTS["failed-answers"]))
    assert all(re.fullmatch(pattern, code) for code in ("5xx", "500", "503"))
    assert not any(re.fullmatch(pattern, code) for code in ("200", "2xx", "404", "429"))


def test_latency_is_the_total_in_milliseconds():
    assert ENDPOINT_LATENCY.unit == "ms"
    assert 'latency_type="total"' in query(ALERTS["slow-answers"]), "only the total is always set"
    assert " > 500 and " in query(ALERTS["slow-answers"])


def test_a_bool_is_counted_and_not_averaged():
    (aligned,) = [a.condition.aligned for a in of(Threshold) if a.name == "quota-exceeded"]  # type: ignore[union-attr]
    assert aligned.aligner == "ALIGN_COUNT_TRUE"
    assert aligned.aggregation["groupByFields"] == ["metric.labels.quota_metric"]


LINE = ALERTS["run-failed"]
SHARE = ALERTS["training-gpu-underused"]


@pytest.mark.parametrize(
    ("alert", "change", "said"),
    [
        (LINE, {"bound": 1}, "no bound and no duration"),
        (LINE, {"for_minutes": 5}, "no bound and no duration"),
        (SHARE, {"bound": None}, "no bound and no duration"),
        (SHARE, {"bound": 50}, "write a share"),
        (SHARE, {"bound": 0}, "write a share"),
        (SHARE, {"bound": 1}, "write a share"),
        (SHARE, {"bound_in": "count"}, "is a share"),
        (SHARE, {"for_minutes": -1}, "-1 minutes"),
        (SHARE, {"for_minutes": 1381}, "1381 minutes"),
        (SHARE, {"auto_close_hours": 0}, "1 hour to 7 days"),
        (SHARE, {"auto_close_hours": 169}, "1 hour to 7 days"),
        (ALERTS["slow-answers"], {"bound": -1}, "write 0 or more"),
    ],
)
def test_an_alert_that_never_fires_or_never_rests_cannot_be_written(alert, change, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        replace(alert, **change)


def late(metric: Metric, period: int) -> Threshold:
    return Threshold(Series(metric).aligned(metric.aligners[0], period), "above")


def test_a_window_shorter_than_the_delay_of_its_points_cannot_be_written():
    about = {**vars(ALERTS["bucket-large"]), "bound": 0.5, "bound_in": "share"}
    with pytest.raises(ValueError, match="invisible for 360 s"):
        Alert(**{**about, "condition": late(TRAINING_CPU, 60), "for_minutes": 4})
    Alert(**{**about, "condition": late(TRAINING_CPU, 60), "for_minutes": 5})
    with pytest.raises(ValueError, match="invisible for 86400 s"):
        Alert(**{**about, "bound_in": "By", "condition": late(STORAGE_BYTES, 3600)})


def test_a_distribution_is_not_compared_with_a_bound():
    with pytest.raises(ValueError, match="reduce it to a percentile"):
        late(ENDPOINT_LATENCY, 300)


def test_a_floor_by_other_labels_is_refused_because_it_never_matches():
    left = promql.per_second(ENDPOINT_RESPONSES, 600, ("endpoint_id",))
    with pytest.raises(ValueError, match="no pair matches"):
        Query(left, "above", least=((promql.count(ENDPOINT_RESPONSES, 600), 1),))


def test_a_condition_looks_back_for_a_day_at_most():
    with pytest.raises(ValueError, match="one day only"):
        promql.level(TPU_DUTY_CYCLE, "avg", 86_401)
