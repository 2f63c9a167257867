"""Metrics made of log lines: failures that no service of Google's counts.

A filter names the resource whose lines it reads. Labels have few values. The fields are those of
Google's platform logs and audit logs, as of 2026-04; a sample of each line is in the tests.
"""

from dataclasses import dataclass, field
from typing import Literal

from catalog.metrics.metric import STACK, Metric

AUDITED_DATA = 'log_id("cloudaudit.googleapis.com/data_access")'
JOB_ERRORS = (
    "exited with a non-zero status",
    "ran out of memory",
    "Resources are insufficient in region",
    "Internal error occurred for the current attempt",
)
"""What Vertex AI writes when a worker of a training job fails; no metric tells a job's state."""
TRAINING_FAILED = (
    'resource.type="ml_job" AND severity>=ERROR AND ('
    f'textPayload=~"{"|".join(JOB_ERRORS)}" OR jsonPayload.message=~"{"|".join(JOB_ERRORS)}")'
)
_RUN = (
    'resource.type="aiplatform.googleapis.com/PipelineJob" AND '
    'log_id("aiplatform.googleapis.com/pipeline_job_events")'
)
RUN_ENDED = f'{_RUN} AND jsonPayload.state=("PIPELINE_STATE_SUCCEEDED" OR "PIPELINE_STATE_FAILED")'
RUN_FAILED = f'{_RUN} AND jsonPayload.state="PIPELINE_STATE_FAILED"'
SPARK_FAILED = 'resource.type="cloud_dataproc_batch" AND severity>=ERROR'
MACHINE_LOST = (
    'resource.type="gce_instance" AND log_id("cloudaudit.googleapis.com/system_event") AND '
    'protoPayload.methodName=("compute.instances.preempted" OR "compute.instances.hostError")'
)
ACCESS_DENIED = f'resource.type="gcs_bucket" AND {AUDITED_DATA} AND protoPayload.status.code=7'
QUERY_DONE = (
    f'resource.type="bigquery_project" AND {AUDITED_DATA} AND '
    'protoPayload.metadata.jobChange.after="DONE" AND '
    "protoPayload.metadata.jobChange.job.jobStats.queryStats.totalBilledBytes>0"
)


@dataclass(frozen=True, kw_only=True)
class LogMetric:
    """A count of lines, or a distribution of a number in them."""

    name: str
    filter: str
    description: str
    resource_type: str
    value: str | None = None
    """Extractor of the number; None counts lines."""
    unit: str = "1"
    buckets: tuple[int, float, float] | None = None
    """Of a distribution: how many, growth from one to the next, and where the first ends."""
    labels: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Label to (extractor, what it holds)."""

    @property
    def full_name(self) -> str:
        return f"mlplatform/{STACK}/{self.name}"

    @property
    def value_type(self) -> Literal["INT64", "DISTRIBUTION"]:
        return "DISTRIBUTION" if self.value else "INT64"

    @property
    def metric(self) -> Metric:
        return Metric(
            type=f"logging.googleapis.com/user/{self.full_name}",
            kind="DELTA",
            value_type=self.value_type,
            unit=self.unit,
            resource_type=self.resource_type,
            labels=tuple(self.labels),
            # Lines may arrive late; Google waits as long before it counts them.
            ingest_delay_seconds=120,
        )


_RUNS = LogMetric(
    name="runs_ended",
    filter=RUN_ENDED,
    description="Runs of pipelines that succeeded or failed; cancelled ones are neither.",
    resource_type="aiplatform.googleapis.com/PipelineJob",
    labels={"state": ("EXTRACT(jsonPayload.state)", "PIPELINE_STATE_SUCCEEDED or _FAILED")},
)
_TRAININGS = LogMetric(
    name="training_failures",
    filter=TRAINING_FAILED,
    description="Workers of training jobs that ended in an error.",
    resource_type="ml_job",
)
_SPARK = LogMetric(
    name="spark_errors",
    filter=SPARK_FAILED,
    description="Errors that Spark batches logged.",
    resource_type="cloud_dataproc_batch",
)
_DENIED = LogMetric(
    name="access_denied",
    filter=ACCESS_DENIED,
    description="Attempts to read or write objects that were refused.",
    resource_type="gcs_bucket",
)
_QUERIES = LogMetric(
    name="query_bytes",
    filter=QUERY_DONE,
    description="Bytes billed for each query.",
    resource_type="bigquery_project",
    value="EXTRACT(protoPayload.metadata.jobChange.job.jobStats.queryStats.totalBilledBytes)",
    unit="By",
    # From 10 MB, the least that is billed, by doubling to 10 TB.
    buckets=(20, 2.0, 10e6),
)

RUNS_ENDED = _RUNS.metric
TRAINING_FAILURES = _TRAININGS.metric
SPARK_ERRORS = _SPARK.metric
DENIED = _DENIED.metric
QUERY_BYTES = _QUERIES.metric

LOG_METRICS = (_RUNS, _TRAININGS, _SPARK, _DENIED, _QUERIES)
