"""Metrics of training jobs and pipelines on Vertex AI, and of Spark batches.

Source: Google's metric reference, sections ml, aiplatform and dataproc, as of 2026-04-10. Training
jobs write under `ml.googleapis.com` on `cloudml_job`, not under aiplatform. They have no metric of
their state, of a step's time or of a TPU's use: those are our own, in `catalog.metrics.own`.
"""

from functools import partial

from catalog.metrics.metric import Metric

_training = partial(
    Metric,
    resource_type="cloudml_job",
    labels=("task_type", "task_index", "trial_id"),
    ingest_delay_seconds=360,
)
_share = partial(_training, kind="GAUGE", value_type="DOUBLE", unit="10^2.%")
_bytes = partial(_training, kind="DELTA", value_type="INT64", unit="By")

TRAINING_CPU = _share(type="ml.googleapis.com/training/cpu/utilization")
TRAINING_MEMORY = _share(type="ml.googleapis.com/training/memory/utilization")
TRAINING_GPU = _share(type="ml.googleapis.com/training/accelerator/utilization", stage="BETA")
TRAINING_GPU_MEMORY = _share(
    type="ml.googleapis.com/training/accelerator/memory/utilization", stage="BETA"
)
TRAINING_DISK = _training(
    # Bytes in use, whatever its name says.
    type="ml.googleapis.com/training/disk/utilization",
    kind="GAUGE",
    value_type="INT64",
    unit="By",
)
TRAINING_RECEIVED = _bytes(type="ml.googleapis.com/training/network/received_bytes_count")
TRAINING_SENT = _bytes(type="ml.googleapis.com/training/network/sent_bytes_count")

_executing = partial(
    Metric,
    kind="GAUGE",
    value_type="INT64",
    unit="1",
    resource_type="aiplatform.googleapis.com/Location",
)
EXECUTING_PIPELINES = _executing(type="aiplatform.googleapis.com/executing_vertexai_pipeline_jobs")
EXECUTING_TASKS = _executing(type="aiplatform.googleapis.com/executing_vertexai_pipeline_tasks")
_pipeline = partial(
    Metric, value_type="INT64", resource_type="aiplatform.googleapis.com/PipelineJob"
)
PIPELINE_DURATION = _pipeline(
    type="aiplatform.googleapis.com/pipelinejob/duration", kind="GAUGE", unit="s"
)
PIPELINE_TASKS_COMPLETED = _pipeline(
    type="aiplatform.googleapis.com/pipelinejob/task_completed_count", kind="CUMULATIVE", unit="1"
)

_executors = partial(Metric, kind="GAUGE", value_type="INT64", unit="1", labels=("status",))
SPARK_EXECUTORS = _executors(
    # status: running, pending-delete, required, maximum-needed or target.
    type="dataproc.googleapis.com/batch/spark/executors",
    resource_type="cloud_dataproc_batch",
)
SPARK_SESSION_EXECUTORS = _executors(
    type="dataproc.googleapis.com/session/spark/executors",
    resource_type="cloud_dataproc_session",
)
