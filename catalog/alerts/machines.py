"""Alerts on TPUs, GPUs and machines that the stack owns: idle money, lost machines, quotas."""

from functools import partial

from catalog.alerts.alert import Alert, LogMatch, Query, Threshold
from catalog.log_metrics import MACHINE_LOST
from catalog.metrics import promql
from catalog.metrics.accelerators import (
    GPU_UTILIZATION,
    RESERVED,
    RESERVED_USED,
    TPU_DUTY_CYCLE,
    TPU_HEALTH,
    TPU_INTERRUPTIONS,
)
from catalog.metrics.data import QUOTA_EXCEEDED, QUOTA_LIMIT, QUOTA_USAGE
from catalog.metrics.series import Series

_VERTEX = "aiplatform.googleapis.com"
_WORKER = ("worker_id",)
_MACHINE = ("instance_id",)

_alert = partial(Alert, severity="warning", command="mlp status --cloud")
_used = partial(promql.level, TPU_DUTY_CYCLE, "avg", by=_WORKER)
_reserved = partial(promql.level, rollup="avg", window_seconds=82_800, by=("reservation_id",))
_quota = partial(
    promql.level,
    window_seconds=86_400,
    by=("location", "quota_metric"),
    service=_VERTEX,
    quota_metric=f"~{_VERTEX}/custom_model_training_.*",
)

ALERTS = (
    _alert(
        name="tpu-underused",
        about="tpu",
        title="A TPU is underused",
        meaning="A worker of a TPU uses less than {bound} of it.",
        next_step="See whether it waits for data; a smaller slice costs less.",
        condition=Query(_used(1800), "below"),
        bound=0.8,
        bound_in="share",
        for_minutes=30,
    ),
    _alert(
        name="tpu-idle",
        about="tpu",
        severity="critical",
        title="A TPU is idle",
        meaning="A worker of a TPU uses less than {bound} of it.",
        next_step="Take it out of the stack file, or give it work: it is paid for by the hour.",
        command="mlp cost",
        condition=Query(_used(600), "below"),
        bound=0.05,
        bound_in="share",
        for_minutes=120,
    ),
    _alert(
        name="tpu-interrupted",
        about="tpu",
        title="A TPU was interrupted",
        meaning="More than {bound} interruptions of a TPU were counted within ten minutes.",
        next_step="See that its work resumed from the last checkpoint.",
        condition=Query(
            promql.level(TPU_INTERRUPTIONS, "max", 600, ("interruption_reason",), combined="sum"),
            "above",
        ),
        bound=0,
    ),
    _alert(
        name="tpu-unhealthy",
        about="tpu",
        title="A TPU is unhealthy",
        meaning="A machine reports more than {bound} chips that are unhealthy or degraded.",
        next_step="Stop it and start it again: it gets other chips.",
        condition=Query(
            promql.level(
                TPU_HEALTH,
                "max",
                600,
                _MACHINE,
                combined="sum",
                health_status="~UNHEALTHY|DEGRADED",
            ),
            "above",
        ),
        bound=0,
        for_minutes=10,
    ),
    _alert(
        name="gpu-idle",
        about="gpu",
        severity="critical",
        title="A machine's GPUs are idle",
        meaning="A machine uses less than {bound} of its GPUs.",
        next_step="Stop it, or give it work: it is paid for by the hour.",
        command="mlp cost",
        condition=Query(promql.level(GPU_UTILIZATION, "avg", 1800, _MACHINE), "below"),
        bound=0.05,
        bound_in="share",
        for_minutes=120,
    ),
    _alert(
        name="reservation-unused",
        about="reservation",
        title="A reservation is hardly used",
        meaning="Less than {bound} of a reservation was used within a day.",
        next_step="Give it work or give it back: it is paid for whether used or not.",
        command="mlp cost",
        condition=Query(_reserved(RESERVED_USED).over(_reserved(RESERVED)), "below"),
        bound=0.1,
        bound_in="share",
    ),
    _alert(
        name="machine-lost",
        about="machine",
        title="A machine was preempted or its host failed",
        meaning="Google took a machine back, or the host under it failed.",
        next_step="See that its work resumed; with Spot machines this is part of the price.",
        condition=LogMatch(filter=MACHINE_LOST, at_most_every_seconds=600),
    ),
    _alert(
        name="quota-exceeded",
        about="training",
        severity="critical",
        title="A quota of Vertex AI is used up",
        meaning="Requests were refused for a quota more than {bound} times within a minute.",
        next_step="Ask for more of the quota that the incident names, or run less at once.",
        condition=Threshold(
            Series(QUOTA_EXCEEDED)
            .where(service=_VERTEX)
            .aligned("ALIGN_COUNT_TRUE", 60)
            .reduced("REDUCE_SUM", "quota_metric"),
            "above",
        ),
        bound=0,
    ),
    _alert(
        name="quota-near",
        about="training",
        title="A quota of training is almost used up",
        meaning="More than {bound} of a quota of training is used.",
        next_step="Ask for more before a run has to wait: an increase takes days.",
        condition=Query(_quota(QUOTA_USAGE, "max").over(_quota(QUOTA_LIMIT, "min")), "above"),
        bound=0.8,
        bound_in="share",
    ),
)
