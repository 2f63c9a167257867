"""Service level objectives of endpoints, and the alerts on how fast they burn."""

import re
from typing import Any

from stack_files import stack_config

POLICY = "gcp:monitoring/alertPolicy:AlertPolicy"
SLO = "gcp:monitoring/slo:Slo"


def with_target(config: dict[str, Any], deployed: Any) -> Any:
    config["mlplatform:models"]["flight-delay"]["availability_percent"] = 99.5
    config["mlplatform:models"]["flight-delay"]["serving"] |= {
        "min_replicas": 2,
        "max_replicas": 2,
    }
    return deployed(config)


def test_an_objective_counts_failed_answers_of_its_endpoint_against_all_of_them(config, deployed):
    cloud = with_target(config, deployed)
    slo = cloud.one(SLO).inputs
    number = cloud.named("flight-delay-endpoint").inputs["name"]
    ratio = slo["requestBasedSli"]["goodTotalRatio"]
    assert slo["goal"] == 0.995
    assert slo["rollingPeriodDays"] == 28
    assert ratio["badServiceFilter"].startswith(ratio["totalServiceFilter"])
    assert f'resource.labels.endpoint_id="{number}"' in ratio["totalServiceFilter"]
    assert "goodServiceFilter" not in ratio, "two of the three, or the API refuses it"


def test_an_objective_that_burns_alerts_over_a_long_and_a_short_window_at_once(config, deployed):
    cloud = with_target(config, deployed)
    burning = [each.inputs for each in cloud.all(POLICY) if each.name.startswith("objective-")]
    assert {each["severity"] for each in burning} == {"WARNING", "CRITICAL"}
    for policy in burning:
        assert policy["combiner"] == "AND"
        filters = [each["conditionThreshold"]["filter"] for each in policy["conditions"]]
        windows = [int(re.findall(r'"(\d+)s"', text)[0]) for text in filters]
        assert windows[0] > 5 * windows[1]
        assert all(text.startswith('select_slo_burn_rate("') for text in filters)
        rates = {each["conditionThreshold"]["thresholdValue"] for each in policy["conditions"]}
        assert rates in ({14.4}, {6.0})


def test_a_model_without_a_target_has_no_objective(programs):
    for program in programs.values():
        promised = [
            name
            for name, model in stack_config(program.stack)["mlplatform:models"].items()
            if model.get("availability_percent")
        ]
        assert len(program.all(SLO)) == len(promised)
