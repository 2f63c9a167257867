"""Mistakes about alerts, each refused in a sentence that says what to write instead."""

import pytest
from settings_changes import changed, refusal

from infra.settings import parse
from infra.settings.alerts_checks import MAX_EXCEPTIONS

CHANGES = "alerts.changes"
URGENT = {"email": "oncall@example.com", "channels": []}


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("alerts.email", "ml-oncall@example", "write one e-mail address"),
        ("alerts.email", "a@example.com, b@example.com", "write one e-mail address"),
        ("alerts.email", None, "write a text"),
        ("alerts.critical", {"email": "x", "channels": []}, "critical.email is 'x'"),
        ("alerts.critical", {**URGENT, "email": "ML-dev@example.com"}, "where warnings go already"),
        ("alerts.critical", {**URGENT, "channels": ["pager"]}, "gcloud beta monitoring channels"),
        (
            "alerts.critical",
            {**URGENT, "channels": ["projects/mlplatform-dev/notificationChannels/1"] * 2},
            "a second time: write it once",
        ),
        ("alerts.repeat_minutes", 0, "write 30 or more"),
        ("alerts.repeat_minutes", -60, "write 30 or more"),
        ("alerts.repeat_minutes", 1441, "write 1440 or less"),
        (
            "alerts.readers",
            ["a@example.com", "a@example.com"],
            "readers.1 is 'a@example.com' a second",
        ),
        (CHANGES, {"training-stuk": {}}, "is no alert: did you mean 'training-stuck'?"),
        (CHANGES, {"training-stuck": {"bound": 2}}, "bound is 2.0: write a share of more than 0"),
        (CHANGES, {"training-stuck": {"bound": 0}}, "write a share of more than 0"),
        (CHANGES, {"slow-answers": {"bound": -1}}, "bound is -1.0: write 0 or more"),
        (CHANGES, {"slow-answers": {"for_minutes": -1}}, "write 0 or more"),
        (CHANGES, {"slow-answers": {"for_minutes": 1381}}, "write 1380 or less"),
        (CHANGES, {"slow-answers": {"severity": "page"}}, "write 'warning' or 'critical'"),
        (CHANGES, {"run-failed": {"bound": 1}}, "tells of each line that it finds: write null"),
        (CHANGES, {"run-failed": {"for_minutes": 1}}, "tells of each line"),
        (CHANGES, {"tpu-idle": {"bound": 0.1}}, "about tpu, of which the stack has none"),
        ("models.flight-delay.alerts.latency_p99_ms", 0, "write more than 0"),
        ("models.flight-delay.alerts.error_ratio", 1, "write less than 1"),
        ("models.flight-delay.alerts.performance", 85, "write less than 1"),
        ("models.flight-delay.alerts.performance", -0.1, "write more than 0"),
    ],
)
def test_a_mistake_about_alerts_is_refused(config, path, value, said):
    assert said in refusal(changed(config, path, value))


def test_the_nearest_bound_is_accepted(config):
    for name, change in (
        ("training-stuck", {"bound": 0.01, "for_minutes": 0}),
        ("slow-answers", {"bound": 0, "for_minutes": 1380, "severity": "critical"}),
        ("tpu-idle", {"enabled": False}),
        ("run-failed", {"severity": "critical"}),
    ):
        assert parse(changed(config, CHANGES, {name: change}))


def test_prod_is_watched_and_somebody_is_on_call(prod_config):
    prod_config["mlplatform:automation"]["cancel_diverging"] = False
    assert "environment is prod" in refusal(changed(prod_config, "alerts.enabled", False))
    nobody = refusal(changed(prod_config, "alerts.critical", None))
    assert "alerts.critical is null" in nobody
    assert "whoever is on call" in nobody


def test_a_budget_that_would_tell_nobody_is_refused(config):
    config["mlplatform:automation"]["cancel_diverging"] = False
    off = changed(config, "alerts.enabled", False)
    assert "nobody would be told of mlplatform:cost.budget" in refusal(off)
    assert parse(changed(off, "cost.budget", None)).alerts.enabled is False


def test_a_function_that_no_alert_would_call_is_refused(config):
    off = changed(changed(config, "alerts.enabled", False), "cost.budget", None)
    said = refusal(changed(off, "automation.cancel_diverging", True))
    assert "automation.cancel_diverging is true, but mlplatform:alerts.enabled is false" in said


def test_more_exceptions_than_a_query_holds_are_refused(config):
    models = config["mlplatform:models"]
    models["flight-delay"]["alerts"] = {"latency_p99_ms": 300}
    for number in range(MAX_EXCEPTIONS):
        models[f"m{number}"] = models["flight-delay"]
    said = refusal(changed(config, "models", models))
    assert f"101 models have their own, at most {MAX_EXCEPTIONS} may" in said
    models.pop("m0")
    assert parse(changed(config, "models", models))
