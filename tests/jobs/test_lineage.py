"""What is told of a version is what its run recorded, and where."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from job_fakes import PARENT, make_submission

from jobs import clients
from jobs.lineage import Fact, LineageError, Place, lineage
from jobs.registry import ModelVersion
from jobs.spec import canonical_json, run_id
from jobs.steps.record import StepRecord

START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
RUN = run_id(make_submission().spec, 2)
PLACE = Place(
    project_id="acme-ml", location="europe-west4", stack="local", bucket="acme-ml-artifacts"
)
VERSION = ModelVersion(
    model="flight-delay",
    version="3",
    aliases=["champion"],
    run_id=RUN,
    description=f"network of run {RUN}",
    created_at=START,
    artifact_uri=f"gs://acme-ml-artifacts/models/flight-delay/{RUN}/network",
)
FOLDER = f"gs://acme-ml-artifacts/pipelines/flight-delay/{RUN}"
TEMPLATE = "https://europe-west4-kfp.pkg.dev/acme-ml/pipelines/flight-delay/sha256:1"
CHECK = {
    "candidate": "network",
    "metric": "auc",
    "value": 0.71234567,
    "relation": ">=",
    "bound": 0.65,
    "baseline_value": 0.7,
    "passed": True,
}
RESULTS: dict[str, dict[str, Any]] = {
    "prepare": {
        "data_uri": "gs://acme-ml-artifacts/datasets/d",
        "manifest": {"sql_sha256": "c" * 64, "rows": 336_776, "months": {"1": {"rows": 5}}},
    },
    "train": {"custom_job": f"{PARENT}/customJobs/42", "candidates": {"network": {}}},
    "validate": {"report": "gs://acme-ml-artifacts/validation/report.html", "evaluation": {}},
    "gate": {"accepted": True, "candidate": "network", "reason": "it holds", "checks": [CHECK]},
}


@pytest.fixture
def recorded(objects: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A run that ended, with the records that it left."""
    objects[f"{FOLDER}/submission.json"] = canonical_json(make_submission())
    for name, result in RESULTS.items():
        done = StepRecord(name=name, state="SUCCEEDED", started_at=START, result=result)
        objects[f"{FOLDER}/steps/{name}.json"] = done.model_dump_json()
    job = SimpleNamespace(create_time=START, template_uri=TEMPLATE)
    service = SimpleNamespace(get_pipeline_job=lambda name: job)
    monkeypatch.setattr(clients, "vertex", lambda *_: service)
    return objects


def told(found: list[Fact]) -> dict[tuple[str, str], tuple[str, str]]:
    return {(fact.about, fact.name): (fact.value, fact.source) for fact in found}


def test_every_input_is_told_with_the_record_that_holds_it(recorded):
    found = told(lineage(PLACE, VERSION))
    submission, steps = f"{FOLDER}/submission.json", f"{FOLDER}/steps"
    assert found["code", "digest"] == ("sha256:" + "a" * 64, submission)
    assert found["data", "sha256"] == ("b" * 64, submission)
    assert found["arguments", "epochs"] == ("2", submission)
    assert found["training", "machine type"] == ("n1-standard-8", submission)
    assert found["data", "sql sha256"] == ("c" * 64, f"{steps}/prepare.json")
    assert found["training", "custom job"] == (f"{PARENT}/customJobs/42", f"{steps}/train.json")
    report = "gs://acme-ml-artifacts/validation/report.html"
    assert found["artifacts", "report"] == (report, f"{steps}/validate.json")


def test_the_run_and_the_version_are_told_by_their_names(recorded):
    found = told(lineage(PLACE, VERSION))
    version, job = f"{PARENT}/models/flight-delay_local@3", f"{PARENT}/pipelineJobs/{RUN}"
    assert found["version", "name"] == (version, version)
    assert found["run", "id"] == (RUN, version)
    assert found["run", "pipeline job"] == (job, job)
    assert found["code", "pipeline"] == (TEMPLATE, job)
    assert found["artifacts", "model"] == (VERSION.artifact_uri, version)


def test_the_gates_figures_are_told_beside_their_bounds(recorded):
    found = told(lineage(PLACE, VERSION))
    source = f"{FOLDER}/steps/gate.json"
    assert found["gate", "accepted"] == ("True", source)
    assert found["gate", "network auc"] == ("0.712346 holds >= 0.65", source)


def test_a_submission_that_was_changed_afterwards_is_not_told(recorded):
    other = make_submission(arguments={"epochs": 3})
    recorded[f"{FOLDER}/submission.json"] = canonical_json(other)
    with pytest.raises(LineageError, match=f"is not what run {RUN} was made of"):
        lineage(PLACE, VERSION)


def test_a_version_that_no_run_registered_has_no_lineage(recorded):
    with pytest.raises(LineageError, match="version 3 of flight-delay names no run"):
        lineage(PLACE, replace(VERSION, run_id=""))


def test_a_run_that_was_deleted_since_is_told_from_its_records(recorded, monkeypatch):
    from google.api_core.exceptions import NotFound

    def missing(name: str) -> None:
        raise NotFound(name)

    service = SimpleNamespace(get_pipeline_job=missing)
    monkeypatch.setattr(clients, "vertex", lambda *_: service)
    found = told(lineage(PLACE, VERSION))
    assert found["run", "pipeline job"][0] == "deleted since"
    assert found["data", "sha256"][0] == "b" * 64


def test_a_step_without_a_record_leaves_its_facts_out(recorded):
    del recorded[f"{FOLDER}/steps/gate.json"]
    assert not [fact for fact in lineage(PLACE, VERSION) if fact.about == "gate"]
