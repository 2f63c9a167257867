"""A run whose data Spark prepares, and its step in front of a local cloud."""

from pathlib import Path
from typing import Any

import pytest

from jobs.layout import RunLayout
from jobs.spec import GateBounds, JobSpec, MachineSpec, Placement, ServingSpec, SparkPlacement
from jobs.steps.context import StepContext
from jobs.workloads.flight_delay.args import DATA

PROJECT, REGION = "flights-local", "europe-west4"
PARENT = f"projects/{PROJECT}/locations/{REGION}"
RUN = "flight-delay-0123-1"
SPARK = SparkPlacement(
    service_account="spark@flights-local.iam.gserviceaccount.com",
    subnet=f"projects/{PROJECT}/regions/{REGION}/subnetworks/mlplatform",
    staging_bucket="staging",
    runtime="2.3",
    max_executors=8,
    timeout_seconds=3600,
    key=f"{PARENT}/keyRings/ml/cryptoKeys/compute",
)


def step_context(bucket: str, model: str = "flight-delay", code: str = "a") -> StepContext:
    """A run of `model`; another letter is another code."""
    spec = JobSpec(
        stack="local",
        model=model,
        workload="flight-delay",
        code=f"sha256:{code * 64}",
        arguments={},
        data=DATA,
        training=MachineSpec(machine_type="n1-standard-8", timeout_seconds=3600),
        gate=GateBounds(
            min_auc=0.65, max_log_loss=0.4, max_calibration_error=0.1, min_auc_gain=0.0
        ),
        serving=ServingSpec(machine_type="n1-standard-2", min_replicas=1, max_replicas=1),
    )
    placement = Placement(
        project_id=PROJECT,
        location=REGION,
        bucket=bucket,
        endpoint=f"{PARENT}/endpoints/123456789",
        image_uri="image",
        pipeline_service_account="runner",
        trainer_service_account="trainer",
        predictor_service_account="predictor",
        runs_table="p.d.runs",
        gate_table="p.d.gate",
        labels={"environment": "local"},
        spark=SPARK,
    )
    layout = RunLayout.of(spec, placement, RUN)
    return StepContext(
        spec=spec, placement=placement, run_id=RUN, layout=layout, progress=lambda *_: None
    )


def use(connection: Any, patch: pytest.MonkeyPatch, tables: dict[str, Path]) -> None:
    """Sends Google's clients to a local cloud; the workload reads these tables."""
    from jobs.workloads.flight_delay import spark

    for key, value in connection.environment.items():
        patch.setenv(key, value)
    patch.setenv("GOOGLE_CLOUD_PROJECT", PROJECT)
    patch.setattr(spark, "tables", lambda _work: tables)
