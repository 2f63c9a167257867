"""What is on which dashboard: one for each subject, however many models a stack has.

Shares of Vertex AI and Compute Engine are drawn from 0 to 1, those of TPUs from 0 to 100, as the
metrics are written.
"""

from functools import partial

from catalog.alerts.serving import SERVER_ERROR
from catalog.metrics import accelerators, data, own, serving, training
from catalog.metrics.metric import Metric
from catalog.metrics.promql import per_second
from catalog.metrics.series import Series
from infra.dashboards.panels import Board, Line, Panel

_MINUTES_5, _MINUTES_10, _DAY = 300, 600, 86_400


def _total(
    title: str,
    metric: Metric,
    *by: str,
    aligner: str = "ALIGN_MEAN",
    reducer: str = "REDUCE_SUM",
    period: int = _MINUTES_5,
) -> Panel:
    line = Series(metric).aligned(aligner, period).reduced(reducer, *by)
    return Panel(title=title, lines=(Line(query=line),))


_gauge = partial(_total, reducer="REDUCE_MEAN")
_rate = partial(_total, aligner="ALIGN_RATE")


def _latency(*by: str) -> Panel:
    series = Series(serving.ENDPOINT_LATENCY).where(latency_type="total")
    lines = tuple(
        Line(
            query=series.aligned("ALIGN_DELTA", _MINUTES_5).reduced(f"REDUCE_PERCENTILE_{p}", *by),
            legend=f"p{p}",
        )
        for p in (50, 95, 99)
    )
    return Panel(title="Latency: p50, p95, p99 (ms)", lines=lines)


def _errors(by: str) -> Panel:
    responses = serving.ENDPOINT_RESPONSES
    failed = per_second(responses, _MINUTES_10, (by,), response_code=f"~{SERVER_ERROR}")
    share = failed.over(per_second(responses, _MINUTES_10, (by,)))
    return Panel(title=f"Share of failed answers, by {by}", lines=(Line(query=share),), unit="1")


_TRAINING = Board(
    subject="training",
    title="ML training",
    panels=(
        _gauge("Loss, by model and run", own.TRAINING_LOSS, "model", "job"),
        _total("Examples per second", own.TRAINING_EXAMPLES, "model", "job"),
        _gauge("Time of a step", own.TRAINING_STEP, "model", "job"),
        _gauge("Use of accelerators, own measure", own.TRAINING_DEVICE, "model", "job"),
        _gauge("Age of the last checkpoint", own.TRAINING_CHECKPOINT_AGE, "model", "job"),
        _gauge("Cost of the run so far", own.TRAINING_COST, "model", "job"),
        _gauge("GPUs of jobs: use", training.TRAINING_GPU, "job_id", period=_MINUTES_10),
        _gauge("GPUs of jobs: memory", training.TRAINING_GPU_MEMORY, "job_id", period=_MINUTES_10),
        _gauge("Jobs: CPU", training.TRAINING_CPU, "job_id", period=_MINUTES_10),
        _gauge("Jobs: memory", training.TRAINING_MEMORY, "job_id", period=_MINUTES_10),
    ),
)
_TPU = Board(
    subject="tpu",
    title="TPUs of one's own",
    filters=("worker_id",),
    panels=(
        _gauge("Duty cycle (0 to 100)", accelerators.TPU_DUTY_CYCLE, "worker_id"),
        _gauge("Tensor cores (0 to 100)", accelerators.TPU_TENSORCORE, "worker_id"),
        _gauge("Memory bandwidth (0 to 100)", accelerators.TPU_MEMORY_BANDWIDTH, "worker_id"),
        _gauge("Memory used", accelerators.TPU_MEMORY_USED, "worker_id"),
        _gauge("Memory there is", accelerators.TPU_MEMORY_TOTAL, "worker_id"),
        _gauge("Uptime", accelerators.TPU_UPTIME, "worker_id"),
        _total("Interruptions", accelerators.TPU_INTERRUPTIONS, "interruption_reason"),
        Panel(
            title="Network between slices: p99",
            lines=(
                Line(
                    query=Series(accelerators.TPU_NETWORK_TRANSFER)
                    .aligned("ALIGN_DELTA", _MINUTES_5)
                    .reduced("REDUCE_PERCENTILE_99")
                ),
            ),
        ),
    ),
)
_SERVING = Board(
    subject="serving",
    title="Serving",
    filters=("endpoint_id",),
    panels=(
        _latency(),
        _errors("endpoint_id"),
        _rate("Answers per second, by endpoint", serving.ENDPOINT_RESPONSES, "endpoint_id"),
        _rate("Answers per second, by version", serving.ENDPOINT_RESPONSES, "deployed_model_id"),
        _errors("deployed_model_id"),
        _rate("Answers per second, by code", serving.ENDPOINT_RESPONSES, "response_code"),
        _total("Replicas", serving.ENDPOINT_REPLICAS, "endpoint_id", "deployed_model_id"),
        _total("Replicas wanted", serving.ENDPOINT_TARGET_REPLICAS, "endpoint_id"),
        _gauge("CPU of replicas", serving.ENDPOINT_CPU, "endpoint_id", period=_MINUTES_10),
        _gauge("Memory of replicas", serving.ENDPOINT_MEMORY, "endpoint_id", period=_MINUTES_10),
    ),
)
_SPARK = Board(
    subject="spark",
    title="Spark",
    panels=(
        _total("Executors of batches, by state", training.SPARK_EXECUTORS, "status"),
        _total("Executors of batches, by batch", training.SPARK_EXECUTORS, "batch_id"),
        _total("Executors of sessions, by state", training.SPARK_SESSION_EXECUTORS, "status"),
    ),
)
_STORAGE = Board(
    subject="storage",
    title="Storage",
    filters=("bucket_name",),
    panels=(
        _rate("Bytes written per second", data.STORAGE_RECEIVED, "bucket_name"),
        _rate("Bytes read per second", data.STORAGE_SENT, "bucket_name"),
        _rate("Requests per second, by answer", data.STORAGE_REQUESTS, "response_code"),
        _total("Size (measured daily)", data.STORAGE_BYTES, "bucket_name", period=_DAY),
        _total("Size by kind", data.STORAGE_BYTES, "type", period=_DAY),
        _total("Objects", data.STORAGE_OBJECTS, "bucket_name", period=_DAY),
    ),
)
# No metric says what is spent: these are what it is spent on.
_COST = Board(
    subject="cost",
    title="What money is spent on",
    panels=(
        _gauge("Cost of runs at list price", own.TRAINING_COST, "model", "job"),
        _total("Replicas that serve", serving.ENDPOINT_REPLICAS, "endpoint_id"),
        _total("Reserved machines", accelerators.RESERVED, "reservation_id"),
        _total("Reserved machines in use", accelerators.RESERVED_USED, "reservation_id"),
        _rate("BigQuery: bytes billed per second", data.BIGQUERY_BILLED),
        _total("Cloud Storage: bytes kept", data.STORAGE_BYTES, "storage_class", period=_DAY),
    ),
)
_OVERVIEW = Board(
    subject="overview",
    title="ML platform",
    panels=(
        _total("Pipelines that run", training.EXECUTING_PIPELINES, "location"),
        _total("Steps that run", training.EXECUTING_TASKS, "location"),
        _rate("Answers per second", serving.ENDPOINT_RESPONSES, "endpoint_id"),
        _errors("endpoint_id"),
        _gauge("Loss of trainings", own.TRAINING_LOSS, "model", "job"),
        _gauge("Use of accelerators", own.TRAINING_DEVICE, "model", "job"),
        _gauge("Machines: CPU", accelerators.MACHINE_CPU, "instance_id"),
        _rate("Cloud Storage: requests per second", data.STORAGE_REQUESTS, "bucket_name"),
    ),
)
BOARDS: dict[str, Board] = {
    board.subject: board
    for board in (_OVERVIEW, _TRAINING, _TPU, _SERVING, _SPARK, _STORAGE, _COST)
}
