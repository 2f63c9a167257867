"""Metrics that exist, and combinations of them that would silently never fire."""

import itertools
import re

import pytest

from catalog.metrics import METRICS, promql
from catalog.metrics.accelerators import TPU_DUTY_CYCLE
from catalog.metrics.data import QUOTA_EXCEEDED, STORAGE_MEETS_RPO
from catalog.metrics.metric import ALIGNERS, in_stack
from catalog.metrics.own import OWN_METRICS, TRAINING_LOSS
from catalog.metrics.resources import RESOURCES
from catalog.metrics.series import Series
from catalog.metrics.serving import (
    ENDPOINT_CPU,
    ENDPOINT_LATENCY,
    ENDPOINT_REPLICAS,
    ENDPOINT_RESPONSES,
)
from catalog.metrics.training import TRAINING_CPU, TRAINING_GPU

# Names that circulate in examples and that Cloud Monitoring never had, or has no more.
NOT_REAL = {
    "aiplatform.googleapis.com/job/error_count",
    "aiplatform.googleapis.com/job/gpu_utilization",
    "aiplatform.googleapis.com/prediction/accuracy",
    "aiplatform.googleapis.com/prediction/online/request_count",
    "aiplatform.googleapis.com/training/node_hours",
    "agent.googleapis.com/gpu/memory/utilization",
    "artifactregistry.googleapis.com/repository/storage_bytes",
    "bigquery.googleapis.com/slots/total_available",
    "dataproc.googleapis.com/batch/state",
    "tpu.googleapis.com/accelerator/memory_usage",
}
NO_RESOURCES = {"vertex_ai_endpoint", "cloud_tpu", "aiplatform.googleapis.com/CustomJob"}
ALL = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.type)


@ALL
def test_a_metric_is_written_on_a_known_resource_and_shares_no_label_with_it(metric):
    assert metric.resource_type in RESOURCES
    assert not set(metric.labels) & set(metric.resource_labels), "a filter must say which is meant"
    assert (metric.kind, metric.value_type) != ("CUMULATIVE", "BOOL")


@ALL
def test_every_series_has_a_filter_with_one_metric_and_one_resource(metric):
    text = Series(metric).filter
    assert len(re.findall(r'metric\.type="', text)) == 1
    assert len(re.findall(r'resource\.type="', text)) == 1


@ALL
def test_only_aligners_of_the_metrics_kind_are_taken(metric):
    everyone = {aligner for group in ALIGNERS.values() for aligner in group}
    for aligner in everyone - set(metric.aligners):
        with pytest.raises(ValueError, match="means nothing for"):
            Series(metric).aligned(aligner, 300)
    for aligner in metric.aligners:
        assert Series(metric).aligned(aligner, 300).aggregation["perSeriesAligner"] == aligner


def test_a_gauge_has_no_rate_a_count_no_mean_and_only_a_distribution_has_percentiles():
    assert "ALIGN_RATE" not in TRAINING_CPU.aligners
    assert "ALIGN_MEAN" not in ENDPOINT_RESPONSES.aligners
    assert "ALIGN_COUNT_TRUE" in QUOTA_EXCEEDED.aligners
    assert "ALIGN_MAX" not in QUOTA_EXCEEDED.aligners, "the largest of true and false is nothing"
    having = [m for m in METRICS if any("PERCENTILE" in each for each in m.aligners)]
    assert having
    assert {m.value_type for m in having} == {"DISTRIBUTION"}


def test_no_metric_is_listed_twice_and_none_is_invented():
    types = [metric.type for metric in METRICS]
    assert len(set(types)) == len(types) > 60
    assert not NOT_REAL & set(types), "a metric that does not exist is an alert that never fires"
    assert not NO_RESOURCES & set(RESOURCES)


def test_gpu_use_of_a_training_job_is_under_ml_and_on_the_jobs_own_resource():
    """Not `aiplatform.googleapis.com/job/gpu_utilization`, which never existed."""
    assert Series(TRAINING_GPU).filter == (
        'metric.type="ml.googleapis.com/training/accelerator/utilization" '
        'AND resource.type="cloudml_job"'
    )


def test_a_share_is_of_one_where_vertex_writes_it_and_of_a_hundred_where_tpus_do():
    assert (TRAINING_GPU.whole, ENDPOINT_CPU.whole, TPU_DUTY_CYCLE.whole) == (1, 1, 100)
    assert ENDPOINT_LATENCY.whole is None


def test_labels_are_qualified_with_where_they_come_from_and_quoted():
    series = Series(ENDPOINT_RESPONSES).where(
        endpoint_id="1", response_code='~5(xx|[0-9]{2})"', spot=("a", "b")
    )
    assert series.terms == (
        'resource.labels.endpoint_id="1"',
        'metric.labels.response_code=monitoring.regex.full_match("5(xx|[0-9]{2})\\"")',
        'metric.labels.spot=one_of("a","b")',
    )
    with pytest.raises(ValueError, match="has no label 'zone': it has deployed_model_id"):
        series.where(zone="a")


def test_what_is_left_after_alignment_decides_how_series_are_combined():
    latency = Series(ENDPOINT_LATENCY).aligned("ALIGN_DELTA", 300)
    assert not latency.is_number, "a distribution cannot be compared with a number"
    whole = latency.reduced("REDUCE_PERCENTILE_99", "endpoint_id")
    assert whole.is_number
    assert whole.aggregation == {
        "alignmentPeriod": "300s",
        "perSeriesAligner": "ALIGN_DELTA",
        "crossSeriesReducer": "REDUCE_PERCENTILE_99",
        "groupByFields": ["resource.labels.endpoint_id"],
    }
    with pytest.raises(ValueError, match="REDUCE_SUM does not fit"):
        latency.reduced("REDUCE_SUM")
    with pytest.raises(ValueError, match="REDUCE_PERCENTILE_99 does not fit"):
        Series(TRAINING_CPU).aligned("ALIGN_MEAN", 300).reduced("REDUCE_PERCENTILE_99")
    with pytest.raises(ValueError, match="no label 'endpoint'"):
        latency.reduced("REDUCE_PERCENTILE_99", "endpoint")


@pytest.mark.parametrize("period", [-60, 0, 59])
def test_a_period_below_a_minute_is_refused(period):
    with pytest.raises(ValueError, match="at least 60 s"):
        Series(TRAINING_CPU).aligned("ALIGN_MEAN", period)


def test_two_sides_of_a_ratio_are_apart_by_the_same_labels():
    failed = promql.per_second(ENDPOINT_RESPONSES, 600, ("endpoint_id",), response_code="~5..")
    everything = promql.per_second(ENDPOINT_RESPONSES, 600)
    with pytest.raises(ValueError, match="no pair matches"):
        failed.over(everything)
    assert failed.over(failed).by == ("endpoint_id",)


def test_a_gauge_is_not_counted_and_a_count_has_no_level():
    with pytest.raises(ValueError, match="needs one that counts"):
        promql.count(TRAINING_CPU, 600)
    with pytest.raises(ValueError, match="needs one that is a gauge"):
        promql.level(ENDPOINT_RESPONSES, "avg", 600)
    with pytest.raises(ValueError, match="needs one that is a gauge"):
        promql.points(ENDPOINT_LATENCY, 600)
    with pytest.raises(ValueError, match="only flaps"):
        promql.level(TRAINING_CPU, "max", 300)
    with pytest.raises(ValueError, match="has no label 'endpoint'"):
        promql.level(ENDPOINT_REPLICAS, "max", 300, ("endpoint",))


def test_levels_are_written_as_prometheus_reads_them():
    loss = promql.level(TRAINING_LOSS, "avg", 600, ("job",), offset_seconds=60, model="!~a|b")
    assert in_stack(loss.text, "dev") == (
        "avg by (job) (avg_over_time(custom_googleapis_com:mlplatform_dev_training_loss"
        '{monitored_resource="generic_task",model!~"a|b"}[600s] offset 60s))'
    )
    replicas = promql.level(ENDPOINT_REPLICAS, "max", 300, combined="sum")
    assert replicas.text.startswith("sum(max_over_time(aiplatform_googleapis_com:prediction_")


def test_our_own_metrics_have_few_labels_and_one_series_for_each_worker():
    """An epoch or a step as a label would make a series each; a fixed rank would mix workers."""
    for own in OWN_METRICS:
        assert own.metric.type.startswith("custom.googleapis.com/mlplatform/{stack}/")
        assert tuple(own.labels) == own.metric.labels
        assert not {"epoch", "step", "layer", "run"} & set(own.labels)
        assert {"job", "task_id"} <= set(own.metric.resource_labels)
        assert own.title
        assert own.description.endswith(".")
    titles = [own.title for own in OWN_METRICS]
    assert len(set(titles)) == len(titles)


def test_two_stacks_in_a_project_write_metrics_of_their_own():
    names = {in_stack(TRAINING_LOSS.type, stack) for stack in ("dev", "staging")}
    assert len(names) == 2
    assert in_stack(STORAGE_MEETS_RPO.type, "dev") == STORAGE_MEETS_RPO.type
    for one, other in itertools.pairwise(sorted(names)):
        assert "{" not in one + other
