"""Alerts on runs and training jobs: failed, stuck, wasteful, about to fail, diverging."""

from functools import partial

from catalog.alerts.alert import Alert, LogMatch, Query
from catalog.incidents import CANCEL_DIVERGING, RUN_ID
from catalog.log_metrics import (
    QUERY_BYTES,
    RUN_FAILED,
    RUNS_ENDED,
    SPARK_ERRORS,
    SPARK_FAILED,
    TRAINING_FAILED,
)
from catalog.metrics import promql
from catalog.metrics.metric import STACK
from catalog.metrics.own import TRAINING_CHECKPOINT_AGE, TRAINING_DEVICE, TRAINING_LOSS
from catalog.metrics.promql import Vector
from catalog.metrics.training import (
    EXECUTING_PIPELINES,
    PIPELINE_DURATION,
    SPARK_EXECUTORS,
    TRAINING_CPU,
    TRAINING_DISK,
    TRAINING_GPU,
    TRAINING_GPU_MEMORY,
    TRAINING_MEMORY,
)

_DAY = 86_400
_JOB = ("job_id",)
_RUN = ("job",)
_alert = partial(Alert, about="training", severity="warning", command="mlp jobs list --cloud")

_ended = partial(promql.count, RUNS_ENDED, _DAY)
_loss = partial(promql.level, TRAINING_LOSS, "avg", by=_RUN, namespace=STACK)
_loss_before = partial(_loss, 3600, offset_seconds=600)
_executors = partial(promql.level, SPARK_EXECUTORS, "min", 300, ("batch_id",), combined="sum")


def _by_run(vector: Vector) -> Vector:
    """Under the label by which who acts on the alert finds the job."""
    return vector.renamed("job", RUN_ID)


ALERTS = (
    _alert(
        name="run-failure-ratio",
        severity="critical",
        title="Runs fail",
        meaning="More than {bound} of the runs that ended within a day have failed.",
        next_step="See which step fails, and whether one model or all are concerned.",
        condition=Query(
            _ended(state="PIPELINE_STATE_FAILED").over(_ended()),
            "above",
            # One failure of ten is no ratio of 0.5 %: that many runs must have ended.
            least_by_bound=_ended(),
        ),
        bound=0.005,
        bound_in="share",
    ),
    _alert(
        name="run-failed",
        title="A run failed",
        meaning="A pipeline ended in PIPELINE_STATE_FAILED.",
        next_step="Read the failed step's log; mend the cause; deploy again.",
        condition=LogMatch(filter=RUN_FAILED),
    ),
    _alert(
        name="training-failed",
        title="A worker of a training job failed",
        meaning="A training job's worker ended in an error, or no machine was to be had.",
        next_step="Out of memory: a larger shape. No resources: another zone or capacity.",
        condition=LogMatch(filter=TRAINING_FAILED),
    ),
    _alert(
        name="training-stuck",
        severity="critical",
        title="A training job is stuck",
        meaning="A training job has used less than {bound} of its processors.",
        next_step="Look for a worker that waits for the others; cancel the run if none does.",
        condition=Query(promql.level(TRAINING_CPU, "max", 600, _JOB), "below"),
        bound=0.02,
        bound_in="share",
        for_minutes=60,
    ),
    _alert(
        name="training-gpu-underused",
        about="training-gpu",
        title="GPUs of a training job are underused",
        meaning="A training job uses less than {bound} of its GPUs.",
        next_step="See whether it waits for data; a larger batch or a smaller shape costs less.",
        condition=Query(promql.level(TRAINING_GPU, "avg", 1800, _JOB), "below"),
        bound=0.5,
        bound_in="share",
        for_minutes=30,
    ),
    _alert(
        name="training-device-underused",
        about="training-tpu",
        title="TPUs of a training job are underused",
        meaning="A training run computes in less than {bound} of its time.",
        next_step="See whether it waits for data; a larger batch or a smaller slice costs less.",
        condition=Query(promql.level(TRAINING_DEVICE, "avg", 1800, _RUN, namespace=STACK), "below"),
        bound=0.8,
        bound_in="share",
        for_minutes=30,
    ),
    _alert(
        name="training-memory",
        title="A training job runs out of memory",
        meaning="A worker uses more than {bound} of its memory.",
        next_step="Take a larger machine, or fewer examples at a time, before it is killed.",
        condition=Query(promql.level(TRAINING_MEMORY, "max", 600, (*_JOB, "task_index")), "above"),
        bound=0.95,
        bound_in="share",
        for_minutes=10,
    ),
    _alert(
        name="training-gpu-memory",
        about="training-gpu",
        title="GPUs of a training job run out of memory",
        meaning="A training job uses more than {bound} of its GPUs' memory.",
        next_step="Fewer examples at a time, or a shape with more memory.",
        condition=Query(promql.level(TRAINING_GPU_MEMORY, "max", 600, _JOB), "above"),
        bound=0.97,
        bound_in="share",
        for_minutes=10,
    ),
    _alert(
        name="training-disk",
        title="The disk of a training job fills",
        meaning="A worker holds more than {bound} on its disk of 100 GB.",
        next_step="See what it writes outside of its bucket; the disk cannot grow under way.",
        condition=Query(promql.level(TRAINING_DISK, "max", 600, _JOB), "above"),
        bound=85e9,
        bound_in="By",
        for_minutes=10,
    ),
    _alert(
        name="training-diverges",
        severity="critical",
        title="A training diverges",
        meaning="The loss of the last 10 minutes is more than {bound} that of the hour before.",
        next_step="Lower the learning rate, or start from an older checkpoint.",
        condition=Query(
            _by_run(_loss(600).over(_loss_before())),
            "above",
            least=(
                # With fewer points before, training has only begun; below 0 a ratio means nothing.
                (
                    _by_run(
                        promql.points(
                            TRAINING_LOSS, 3600, _RUN, offset_seconds=600, namespace=STACK
                        )
                    ),
                    20,
                ),
                (_by_run(_loss_before()), 0),
            ),
        ),
        bound=3,
        bound_in="times",
        for_minutes=2,
        action=CANCEL_DIVERGING,
    ),
    _alert(
        name="checkpoint-old",
        title="A training has not saved for long",
        meaning="The last checkpoint of a training is older than {bound}.",
        next_step="An interruption now loses all since then: see why it does not save.",
        condition=Query(
            promql.level(TRAINING_CHECKPOINT_AGE, "min", 600, _RUN, namespace=STACK), "above"
        ),
        bound=3600,
        bound_in="s",
        for_minutes=5,
    ),
    _alert(
        name="pipeline-long",
        title="A run took too long",
        meaning="A pipeline took longer than {bound}.",
        next_step="See which step waited: for a machine, or for data.",
        condition=Query(promql.level(PIPELINE_DURATION, "max", 600, ("pipeline_job_id",)), "above"),
        bound=86_400,
        bound_in="s",
    ),
    _alert(
        name="pipelines-pile-up",
        title="Runs pile up",
        meaning="More than {bound} pipelines execute in a region at once.",
        next_step="See whether they wait for the same quota.",
        condition=Query(
            promql.level(EXECUTING_PIPELINES, "max", 600, ("location",), combined="sum"), "above"
        ),
        bound=20,
        for_minutes=30,
    ),
    _alert(
        name="spark-starves",
        title="A Spark batch waits for executors",
        meaning="A batch lacks more than {bound} of the executors that it asks for.",
        next_step="See whether the region's quota of processors is used up.",
        condition=Query(_executors(status="required").minus(_executors(status="running")), "above"),
        bound=0,
        for_minutes=15,
    ),
    _alert(
        name="spark-failed",
        title="A Spark batch reported an error",
        meaning="A batch logged an error.",
        next_step="Read the batch's log upwards from it: the cause is often an INFO line.",
        condition=LogMatch(filter=SPARK_FAILED, at_most_every_seconds=1800),
    ),
    _alert(
        name="spark-errors",
        severity="critical",
        title="Spark batches keep failing",
        meaning="Spark batches logged more than {bound} errors within an hour.",
        next_step="See whether prepared data changed its columns, or a role was taken away.",
        condition=Query(promql.count(SPARK_ERRORS, 3600), "above"),
        bound=50,
    ),
    _alert(
        name="query-expensive",
        title="A query reads too much",
        meaning="One in a hundred queries within an hour read more than {bound}.",
        next_step="See whether it filters by the table's partition.",
        command="mlp cost",
        condition=Query(promql.quantile(QUERY_BYTES, 0.99, 3600), "above"),
        bound=1e12,
        bound_in="By",
    ),
)
