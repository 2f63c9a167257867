"""What watches a stack: channels by severity, policies, metrics of ours, objectives."""

import re
from typing import Any

import pytest
from settings_changes import changed

from catalog.alerts import ALERTS
from catalog.alerts.alert import LogMatch

POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
CHANNEL = "gcp:monitoring/notificationChannel:NotificationChannel"
DESCRIPTOR = "gcp:monitoring/metricDescriptor:MetricDescriptor"
LOG_METRIC = "gcp:logging/metric:Metric"
SLO = "gcp:monitoring/slo:Slo"
DASHBOARD = "gcp:monitoring/dashboard:Dashboard"
WATCHING = (POLICY, CHANNEL, DESCRIPTOR, LOG_METRIC, SLO, DASHBOARD)
URGENT = [
    "alerts-critical-email-id",
    "projects/mlplatform-prod/notificationChannels/1234567890123456789",
]


def catalogued(program: Any) -> list[Any]:
    """All policies but the one that waits for what a function says about the budget."""
    return [each for each in program.all(POLICY) if not each.name.startswith("budget-")]


def kinds(condition: dict[str, Any]) -> set[str]:
    return {key for key in condition if key.startswith("condition")}


def test_warnings_and_what_is_critical_reach_different_people(programs):
    prod = programs["prod"]
    reached = {
        severity: {
            tuple(policy.inputs["notificationChannels"])
            for policy in prod.all(POLICY)
            if policy.inputs["severity"] == severity
        }
        for severity in ("WARNING", "CRITICAL")
    }
    assert reached["WARNING"] == {("alerts-email-id",)}
    assert reached["CRITICAL"] == {tuple(URGENT), (*URGENT, "diverging-channel-id")}


def test_every_policy_names_channels_and_every_channel_exists_and_can_go_first(program):
    channels = {each.name for each in program.all(CHANNEL)}
    for each in program.all(CHANNEL):
        assert each.inputs["forceDelete"] is True, "policies and channel go in one destroy"
        if each.inputs["type"] == "pubsub":
            continue
        assert each.inputs["type"] == "email"
        assert re.fullmatch(r"[^@ ]+@[^@ ]+", each.inputs["labels"]["email_address"])
    assert program.all(POLICY)
    for policy in catalogued(program):
        named = policy.inputs["notificationChannels"]
        assert named, "an alert that nobody hears"
        own = {name.removesuffix("-id") for name in named if not name.startswith("projects/")}
        assert own <= channels


def test_an_alert_on_divergence_reaches_what_cancels_the_job_and_says_so(programs):
    policy = programs["prod"].named("alert-training-diverges").inputs
    assert policy["userLabels"]["action"] == "cancel-diverging"
    assert "diverging-channel-id" in policy["notificationChannels"]
    labelled = [p.name for p in programs["prod"].all(POLICY) if "action" in p.inputs["userLabels"]]
    assert labelled == ["alert-training-diverges"], "the function acts on nothing else"


def test_an_action_that_is_off_is_not_named(config, deployed):
    config["mlplatform:automation"]["cancel_diverging"] = False
    policy = deployed(config).named("alert-training-diverges").inputs
    assert "action" not in policy["userLabels"]
    assert policy["notificationChannels"] == ["alerts-email-id"]


def test_where_nobody_is_on_call_everything_goes_to_one_address(programs):
    dev = programs["dev"]
    assert dev.named("alerts-email").inputs["labels"] == {"email_address": "ml-dev@example.com"}
    assert {each.inputs["notificationChannels"][0] for each in dev.all(POLICY)} == {
        "alerts-email-id"
    }


def test_switched_off_no_alert_channel_metric_or_objective_is_there(prod_config, deployed):
    prod_config["mlplatform:environment"] = "staging"
    prod_config["mlplatform:cost"]["budget"] = None
    prod_config["mlplatform:automation"]["cancel_diverging"] = False
    off = deployed(changed(prod_config, "alerts.enabled", False))
    assert not [each.name for token in WATCHING for each in off.all(token)]
    assert not [each for each in off.components if "observability" in each.token]


def test_an_alert_comes_with_what_it_is_about(programs):
    names = {
        stack: {each.name.removeprefix("alert-") for each in programs[stack].all(POLICY)}
        for stack in ("dev", "prod")
    }
    assert {"tpu-underused", "gpu-idle", "reservation-unused", "machine-lost"} <= names["prod"]
    assert "training-device-underused" in names["prod"], "a model trains on TPUs there"
    assert not {"tpu-underused", "gpu-idle", "reservation-unused"} & names["dev"]
    assert {"model-performance", "run-failure-ratio", "training-stuck"} <= names["dev"]


def test_the_rate_of_notices_is_limited_on_lines_alone_and_others_are_repeated(program):
    limited = 0
    for policy in catalogued(program):
        strategy = policy.inputs["alertStrategy"]
        on_lines = any("conditionMatchedLog" in each for each in policy.inputs["conditions"])
        limited += on_lines
        assert ("notificationRateLimit" in strategy) == on_lines
        assert ("notificationChannelStrategies" in strategy) != on_lines
        assert 3600 <= int(strategy["autoClose"].removesuffix("s")) <= 7 * 86_400
        for again in strategy.get("notificationChannelStrategies", []):
            assert again["notificationChannelNames"] == policy.inputs["notificationChannels"]
            assert 1800 <= int(again["renotifyInterval"].removesuffix("s")) <= 86_400
    assert limited >= 3


def test_every_condition_is_one_kind_and_lasts_whole_minutes(program):
    for policy in catalogued(program):
        for condition in policy.inputs["conditions"]:
            (kind,) = kinds(condition)
            details = condition[kind]
            if kind != "conditionMatchedLog":
                assert int(details["duration"].removesuffix("s")) % 60 == 0
            if kind == "conditionPrometheusQueryLanguage":
                assert details["disableMetricValidation"] is True, "a new stack has no series yet"
                assert "{stack}" not in details["query"]
            if kind == "conditionThreshold":
                assert details["comparison"] in ("COMPARISON_GT", "COMPARISON_LT")
                missing = details.get("evaluationMissingData")
                assert (missing is None) == (details["duration"] == "0s")


def test_a_policy_says_what_happened_and_where_to_begin(program):
    for policy in catalogued(program):
        told = policy.inputs["documentation"]
        assert program.stack in told["subject"]
        assert len(told["subject"]) <= 255
        assert re.search(rf"Begin with `mlp [^`]* --stack {program.stack}`", told["content"])
        assert "{" not in told["content"], "a bound was not filled in"


def query(program: Any, name: str) -> str:
    (condition,) = program.named(name).inputs["conditions"]
    return condition["conditionPrometheusQueryLanguage"]["query"]


def test_a_model_with_a_bound_of_its_own_is_left_out_of_the_policy_for_all(programs):
    prod = programs["prod"]
    number = prod.named("flight-delay-endpoint").inputs["name"]
    assert f'endpoint_id!~"{number}' in query(prod, "alert-slow-answers")
    assert f'endpoint_id="{number}"' in query(prod, "flight-delay-slow-answers")
    assert " > 200 and " in query(prod, "flight-delay-slow-answers")
    assert " > 250 and " in query(prod, "alert-slow-answers"), "changed in the stack file"
    assert 'model=~".+"' in query(prod, "alert-model-performance")


def test_a_model_without_bounds_of_its_own_has_no_policy(config, deployed):
    config["mlplatform:models"]["flight-delay"]["alerts"] = {"performance": 0.9}
    cloud = deployed(config)
    own = [each.name for each in cloud.all(POLICY) if each.name.startswith("flight-delay")]
    assert own == ["flight-delay-model-performance"]
    assert 'model="flight-delay"' in query(cloud, own[0])
    assert 'model!~"flight-delay"' in query(cloud, "alert-model-performance")
    assert 'endpoint_id=~".+"' in query(cloud, "alert-slow-answers")


def test_what_the_stack_file_changes_is_changed(config, deployed):
    config["mlplatform:alerts"]["changes"] = {
        "training-gpu-memory": {"enabled": False},
        "training-stuck": {"bound": 0.1, "severity": "warning", "for_minutes": 30},
        "run-failed": {"enabled": False},
    }
    cloud = deployed(config)
    policy = cloud.named("alert-training-stuck").inputs
    (condition,) = policy["conditions"]
    assert policy["severity"] == "WARNING"
    assert "10 %" in condition["displayName"]
    assert condition["conditionPrometheusQueryLanguage"]["query"].endswith(" < 0.1")
    assert condition["conditionPrometheusQueryLanguage"]["duration"] == "1800s"
    assert not [each for each in cloud.all(POLICY) if each.name == "alert-run-failed"]


def test_metrics_of_ours_are_declared_before_an_alert_asks_for_them(program):
    named = {each.inputs["type"] for each in program.all(DESCRIPTOR)}
    stack = program.stack
    assert f"custom.googleapis.com/mlplatform/{stack}/training/loss" in named
    for each in program.all(DESCRIPTOR):
        labels = [label["key"] for label in each.inputs["labels"]]
        assert len(labels) <= 3, "each label multiplies the series"
        assert each.inputs["metricKind"] == "GAUGE"
    component = next(each for each in program.components if each.name == "metrics")
    children = {each.urn for each in program.registered if each.parent == component.urn}
    for policy in catalogued(program):
        if policy.name.startswith("alert-"):
            assert children & policy.depends_on, policy.name


def test_metrics_of_lines_hold_what_their_kind_needs(program):
    for each in program.all(LOG_METRIC):
        kind = each.inputs["metricDescriptor"]
        distribution = kind["valueType"] == "DISTRIBUTION"
        assert ("valueExtractor" in each.inputs) == distribution
        assert ("bucketOptions" in each.inputs) == distribution
        keys = {label["key"] for label in kind["labels"]}
        assert keys == set(each.inputs["labelExtractors"])
        assert each.inputs["name"].startswith(f"mlplatform/{program.stack}/")


@pytest.mark.parametrize(
    "who", ["a@p.iam.gserviceaccount.com", "service-1@gcp-sa-x.iam.gserviceaccount.com"]
)
def test_accounts_and_listed_readers_read_without_an_alert_and_nobody_else(programs, who):
    (condition,) = programs["prod"].named("alert-unusual-reader").inputs["conditions"]
    (pattern,) = re.findall(
        r'principalEmail=~"([^"]*)"', condition["conditionMatchedLog"]["filter"]
    )
    assert re.search(pattern, who)
    assert re.search(pattern, "ada@example.com")
    assert "\\" not in pattern, "a filter would want it doubled"
    for stranger in ("eve@example.com", "ada@example.com.evil.org", "ada@exampleXcom"):
        assert not re.search(pattern, stranger)


def test_setting_up_twice_adds_nothing(programs, config, deployed):
    """One component makes all of it, under names that depend on the settings alone."""
    first, second = deployed(config), deployed(config)
    assert sorted(first.urns) == sorted(second.urns)
    assert sorted(first.urns) == sorted(programs["dev"].urns)
    assert len(set(first.urns)) == len(first.urns)


def test_a_thousand_models_share_the_policies_of_their_stack(config, deployed):
    models = config["mlplatform:models"]
    models["flight-delay"]["alerts"] = {}
    one = len(deployed(config).all(POLICY))
    for number in range(9):
        models[f"model-{number}"] = models["flight-delay"]
    assert len(deployed(config).all(POLICY)) == one


def test_every_alert_of_the_catalogue_is_in_some_stack(programs):
    made = {each.name.removeprefix("alert-") for p in programs.values() for each in p.all(POLICY)}
    missing = ALERTS.keys() - made
    assert missing <= {"training-gpu-underused", "training-gpu-memory"}, "no model trains on GPUs"
    assert any(isinstance(ALERTS[name].condition, LogMatch) for name in made & ALERTS.keys())
