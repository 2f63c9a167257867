"""Filters of log lines, tried on lines as Google's services and our jobs write them."""

import re
from typing import Any

import pytest
from log_filters import matches

from catalog.alerts import ALERTS
from catalog.alerts.alert import LogMatch
from catalog.alerts.data import READERS
from catalog.log_metrics import LOG_METRICS
from catalog.metrics.resources import RESOURCES

FILTERS = {each.name: each.filter for each in LOG_METRICS} | {
    alert.name: alert.condition.filter.replace(READERS, "[.]gserviceaccount[.]com$|^ada@e[.]com$")
    for alert in ALERTS.values()
    if isinstance(alert.condition, LogMatch)
}


def pipeline(state: str, log: str = "pipeline_job_events") -> dict[str, Any]:
    return {
        "logName": f"projects/p/logs/aiplatform.googleapis.com%2F{log}",
        "resource": {"type": "aiplatform.googleapis.com/PipelineJob", "labels": {}},
        "jsonPayload": {"state": state, "pipelineName": "flight-delay-0af3-1"},
        "severity": "INFO",
    }


def job(text: str, severity: str = "ERROR", resource: str = "ml_job") -> dict[str, Any]:
    return {
        "logName": "projects/p/logs/ml.googleapis.com%2F123",
        "resource": {"type": resource, "labels": {"job_id": "123", "task_name": "service"}},
        "textPayload": text,
        "severity": severity,
    }


def in_json(text: str) -> dict[str, Any]:
    entry = job("")
    del entry["textPayload"]
    return {**entry, "jsonPayload": {"message": text}}


def audit(log: str, resource: str, **payload: Any) -> dict[str, Any]:
    return {
        "logName": f"projects/p/logs/cloudaudit.googleapis.com%2F{log}",
        "resource": {"type": resource, "labels": {}},
        "protoPayload": payload,
        "severity": "INFO",
    }


def reads(who: str, resource: str = "gcs_bucket", **more: Any) -> dict[str, Any]:
    return audit(
        "data_access",
        resource,
        methodName=more.pop("methodName", "storage.objects.get"),
        authenticationInfo={"principalEmail": who},
        **more,
    )


def query(billed: int | None, after: str = "DONE") -> dict[str, Any]:
    stats = {} if billed is None else {"queryStats": {"totalBilledBytes": str(billed)}}
    change = {"after": after, "job": {"jobStats": stats}}
    return audit("data_access", "bigquery_project", metadata={"jobChange": change})


FAILED = "The replica workerpool0-0 exited with a non-zero status of 1."
OOM = (
    "The replica workerpool0-0 ran out of memory and exited with a non-zero status of 137(SIGKILL)."
)
SPARK = {**job("", resource="cloud_dataproc_batch"), "textPayload": "ModuleNotFoundError"}
SYSTEM = "system_event"
PREEMPTED = audit(SYSTEM, "gce_instance", methodName="compute.instances.preempted")

FOUND = {
    "runs_ended": [pipeline("PIPELINE_STATE_FAILED"), pipeline("PIPELINE_STATE_SUCCEEDED")],
    "run-failed": [pipeline("PIPELINE_STATE_FAILED")],
    "training_failures": [
        job(FAILED),
        in_json(OOM),
        job("Resources are insufficient in region: x"),
    ],
    "training-failed": [job(FAILED), in_json(FAILED)],
    "spark_errors": [SPARK, {**SPARK, "severity": "CRITICAL"}],
    "spark-failed": [SPARK],
    "machine-lost": [
        PREEMPTED,
        audit(SYSTEM, "gce_instance", methodName="compute.instances.hostError"),
    ],
    "access_denied": [reads("eve@evil.org", status={"code": 7})],
    "query_bytes": [query(10_485_760)],
    "unusual-reader": [
        reads("eve@evil.org"),
        reads("ada@e.com.evil.org"),
        reads(
            "eve@evil.org",
            "bigquery_dataset",
            methodName="google.cloud.bigquery.v2.TableDataService.List",
        ),
    ],
}
NOT_FOUND = {
    "runs_ended": [
        pipeline("PIPELINE_STATE_RUNNING"),
        pipeline("PIPELINE_STATE_CANCELLED"),
        pipeline("PIPELINE_STATE_FAILED", log="pipeline_job_task_events"),
    ],
    "run-failed": [pipeline("PIPELINE_STATE_SUCCEEDED"), job(FAILED)],
    "training_failures": [
        job(FAILED, severity="INFO"),
        job("loss 0.31"),
        job(FAILED, resource="cloudml_job"),
    ],
    "training-failed": [job("loss 0.31"), in_json("saved step 40")],
    "spark_errors": [{**SPARK, "severity": "WARNING"}, job(FAILED)],
    "spark-failed": [{**SPARK, "severity": "INFO"}],
    "machine-lost": [
        audit(SYSTEM, "gce_instance", methodName="compute.instances.migrateOnHostMaintenance"),
        {**PREEMPTED, "logName": "projects/p/logs/cloudaudit.googleapis.com%2Factivity"},
    ],
    "access_denied": [
        reads("eve@evil.org"),
        reads("eve@evil.org", "bigquery_dataset", status={"code": 7}),
    ],
    "query_bytes": [query(0), query(None), query(10_485_760, after="RUNNING")],
    "unusual-reader": [
        reads("ada@e.com"),
        reads("trainer-prod@p.iam.gserviceaccount.com"),
        reads("eve@evil.org", methodName="storage.objects.list"),
    ],
}


def test_every_filter_has_lines_that_it_finds_and_lines_that_it_does_not():
    assert FILTERS.keys() == FOUND.keys() == NOT_FOUND.keys()


@pytest.mark.parametrize("name", FILTERS)
def test_a_filter_finds_the_lines_that_it_is_for_and_no_others(name):
    for entry in FOUND[name]:
        assert matches(FILTERS[name], entry), entry
    for entry in NOT_FOUND[name]:
        assert not matches(FILTERS[name], entry), entry


@pytest.mark.parametrize("each", LOG_METRICS, ids=lambda each: each.name)
def test_a_metric_of_lines_is_written_on_the_resource_that_its_filter_names(each):
    """Training fails on `ml_job`: there is no metric `job/error_count` on a custom job."""
    assert re.findall(r'resource\.type="([^"]+)"', each.filter) == [each.resource_type]
    assert each.resource_type in RESOURCES
    assert (each.value is None) == (each.value_type == "INT64") == (each.buckets is None)


@pytest.mark.parametrize("each", LOG_METRICS, ids=lambda each: each.name)
def test_what_is_extracted_is_in_the_lines_that_the_filter_finds(each):
    extractors = [extractor for extractor, _ in each.labels.values()]
    for extractor in [*extractors, *([each.value] if each.value else [])]:
        (path,) = re.fullmatch(r"EXTRACT\(([\w.]+)\)", extractor).groups()  # type: ignore[union-attr]
        for entry in FOUND[each.name]:
            here: Any = entry
            for part in path.split("."):
                here = here[part]
            assert here


def test_buckets_reach_from_the_least_to_a_query_that_nobody_wants_to_pay():
    (queries,) = [each for each in LOG_METRICS if each.buckets]
    count, growth, first = queries.buckets or (0, 0, 0)
    assert first <= 10_485_760
    assert first * growth ** (count - 1) >= 5e12


@pytest.mark.parametrize("text", ["a=", '"x"', "a=b c", "log_id(x", 'f(x)="y"', "a ! b"])
def test_the_evaluator_refuses_what_it_does_not_know(text):
    with pytest.raises(ValueError, match=r"expected|not understood"):
        matches(text, {})


def test_the_evaluator_reads_not_or_and_parentheses_as_cloud_logging_does():
    entry = {"severity": "ERROR", "a": {"b": "x y"}}
    assert matches('severity>=WARNING AND (a.b="no" OR a.b:"X")', entry)
    assert matches("NOT a.c=1 AND a.c!=1", entry), "a field that is not there equals nothing"
    assert not matches("a.c>1", entry)
    assert not matches('a.b!~"^x"', entry)
