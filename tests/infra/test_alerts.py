"""Alert policies that would really fire: checked against the catalogue of metrics."""

import re

import pytest

from catalog.metrics import METRICS, Metric, promql
from catalog.metrics.serving import ENDPOINT_LATENCY, ENDPOINT_RESPONSES
from infra.alerts import WINDOW_SECONDS, failing_query, slow_query

ENDPOINT = "123456789"
QUERIES = [slow_query(ENDPOINT, 500), failing_query(ENDPOINT, 0.01)]
SERIES = re.compile(
    r"(?P<call>rate|increase)\((?P<name>[a-z_]+:\w+)\{(?P<labels>[^}]*)\}\[(?P<s>\d+)s\]"
)


def series(query: str) -> list[tuple[str, Metric, dict[str, str], int, bool]]:
    """(function, metric, labels, window, whether buckets are read) of every series in a query."""
    known = {metric.promql_name: metric for metric in METRICS}
    found = []
    for match in SERIES.finditer(query):
        name, bucket = match["name"].removesuffix("_bucket"), match["name"].endswith("_bucket")
        labels = dict(re.findall(r'(\w+)=~?"([^"]*)"', match["labels"]))
        found.append((match["call"], known[name], labels, int(match["s"]), bucket))
    return found


@pytest.mark.parametrize("query", QUERIES)
def test_every_series_is_a_catalogued_metric_used_as_its_kind_allows(query):
    assert len(series(query)) == query.count("aiplatform_googleapis_com:"), "none is overlooked"
    for call, metric, _, _, buckets in series(query):
        assert metric.kind == "DELTA", f"{call}() needs a metric that counts"
        assert buckets == (metric.value_type == "DISTRIBUTION")


@pytest.mark.parametrize("query", QUERIES)
def test_every_series_is_of_this_endpoint_only(query):
    for _, metric, labels, _, _ in series(query):
        assert labels.pop("monitored_resource") == metric.resource_type
        assert labels["endpoint_id"] == ENDPOINT
        assert set(labels) <= {*metric.labels, *metric.resource_labels}


@pytest.mark.parametrize("query", QUERIES)
def test_no_window_is_shorter_than_the_delay_of_its_metric(query):
    for _, metric, _, window, _ in series(query):
        assert window >= metric.ingest_delay_seconds


@pytest.mark.parametrize("query", QUERIES)
def test_an_endpoint_without_traffic_alerts_nobody(query):
    assert query.endswith(">= 100"), "one failed answer of fifty is no trend"
    assert query.count("(") == query.count(")")


def test_latency_is_compared_in_the_metrics_own_unit_and_as_a_whole():
    assert ENDPOINT_LATENCY.unit == "ms"
    assert slow_query(ENDPOINT, 500).startswith("histogram_quantile(0.99, sum by (le) (")
    assert ") > 500 and " in slow_query(ENDPOINT, 500)
    assert 'latency_type="total"' in slow_query(ENDPOINT, 500), "only the total is always set"


def test_the_error_ratio_is_a_share_and_counts_both_spellings_of_a_server_error():
    query = failing_query(ENDPOINT, 0.01)
    assert ") > 0.01 and " in query
    (pattern,) = re.findall(r'response_code=~"([^"]*)"', query)
    assert all(re.fullmatch(pattern, code) for code in ("5xx", "500", "503"))
    assert not any(re.fullmatch(pattern, code) for code in ("200", "2xx", "404", "429"))
    assert ENDPOINT_RESPONSES.unit == "1"


def test_a_distribution_is_not_counted_and_a_count_has_no_quantile():
    with pytest.raises(ValueError, match="needs one that counts"):
        promql.per_second(ENDPOINT_LATENCY, WINDOW_SECONDS)
    with pytest.raises(ValueError, match="needs one that is a distribution"):
        promql.quantile(ENDPOINT_RESPONSES, 0.99, WINDOW_SECONDS)


def test_a_window_that_would_flap_and_a_label_that_is_not_there_are_refused():
    with pytest.raises(ValueError, match="only flaps"):
        promql.count(ENDPOINT_RESPONSES, 60)
    with pytest.raises(ValueError, match="has no label 'zone'"):
        promql.count(ENDPOINT_RESPONSES, WINDOW_SECONDS, zone="a")


def test_names_in_promql_are_spelt_as_monitoring_spells_them():
    assert (
        ENDPOINT_LATENCY.promql_name
        == "aiplatform_googleapis_com:prediction_online_prediction_latencies"
    )


def test_a_policy_may_exist_before_its_metric_does(program):
    policies = program.all("gcp:monitoring/alertPolicy:AlertPolicy")
    assert len(policies) == 2
    number = program.one("gcp:vertex/aiEndpoint:AiEndpoint").inputs["name"]
    for policy in policies:
        (condition,) = policy.inputs["conditions"]
        query = condition["conditionPrometheusQueryLanguage"]
        assert query["disableMetricValidation"] is True, "a new endpoint has no series yet"
        assert f'endpoint_id="{number}"' in query["query"]
        assert int(query["duration"].removesuffix("s")) % 60 == 0


def test_bounds_are_those_of_the_models_settings(programs):
    queries = [
        policy.inputs["conditions"][0]["conditionPrometheusQueryLanguage"]["query"]
        for policy in programs["prod"].all("gcp:monitoring/alertPolicy:AlertPolicy")
    ]
    assert any("> 200 and" in query for query in queries)
    assert any("> 0.01 and" in query for query in queries)
