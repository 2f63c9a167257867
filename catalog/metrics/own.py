"""Metrics that the platform writes itself: what no service of Google's measures.

Each series is of one worker: the resource is `generic_task`, whose namespace is the stack, job the
run's id and task_id the worker's rank. Steps and epochs are points of a series, never labels: as
labels they would make a series each. Who writes them is `jobs`; that they exist is
`infra.observability`.
"""

from dataclasses import dataclass, field
from functools import partial

from catalog.metrics.metric import STACK, Metric

_own = partial(
    Metric,
    kind="GAUGE",
    value_type="DOUBLE",
    resource_type="generic_task",
    ingest_delay_seconds=120,
)
_PREFIX = f"custom.googleapis.com/mlplatform/{STACK}"


@dataclass(frozen=True, kw_only=True)
class OwnMetric:
    """A metric of ours, with what its descriptor says."""

    metric: Metric
    title: str
    description: str
    labels: dict[str, str] = field(default_factory=dict)
    """Label and what it holds; few values each."""


_MODEL = {"model": "Name of the model in the stack file"}


def _training(path: str, unit: str, title: str, description: str) -> OwnMetric:
    metric = _own(type=f"{_PREFIX}/training/{path}", unit=unit, labels=tuple(_MODEL))
    return OwnMetric(metric=metric, title=title, description=description, labels=_MODEL)


_OWN = {
    "loss": _training("loss", "1", "Training loss", "Loss of the last reported step."),
    "examples": _training(
        "examples_per_second", "{example}/s", "Examples per second", "Throughput of one worker."
    ),
    "step": _training("step_seconds", "s", "Time of a step", "Mean since the last report."),
    "device": _training(
        "device_utilization",
        "10^2.%",
        "Use of accelerators",
        "Share of a step's time in which the worker's chips computed; TPUs of Vertex AI have no "
        "other measure.",
    ),
    "checkpoint": _training(
        "checkpoint_age_seconds",
        "s",
        "Age of the last checkpoint",
        "What an interruption would lose.",
    ),
    "cost": _training(
        "cost_usd",
        "{USD}",
        "Cost of the run so far",
        "Machine hours at list price; not what is billed.",
    ),
}
_QUALITY_LABELS = {
    **_MODEL,
    "measure": "accuracy or auc",
    "version": "Version in the model registry that served",
}
_QUALITY = OwnMetric(
    metric=_own(type=f"{_PREFIX}/model/performance", unit="10^2.%", labels=tuple(_QUALITY_LABELS)),
    title="Performance of a served model",
    description="From predictions whose outcomes are known by now.",
    labels=_QUALITY_LABELS,
)

TRAINING_LOSS = _OWN["loss"].metric
TRAINING_EXAMPLES = _OWN["examples"].metric
TRAINING_STEP = _OWN["step"].metric
TRAINING_DEVICE = _OWN["device"].metric
TRAINING_CHECKPOINT_AGE = _OWN["checkpoint"].metric
TRAINING_COST = _OWN["cost"].metric
MODEL_PERFORMANCE = _QUALITY.metric

OWN_METRICS = (*_OWN.values(), _QUALITY)
