"""What a registered version was made from, read from what its run recorded; nothing is typed.

Each fact says where it was read: the registry, the submission as it was sent, the record of a step,
or the run itself. Does not read data, and does not ask whether anything is still there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jobs import clients
from jobs.gate import Decision
from jobs.layout import RunLayout
from jobs.registry import ModelVersion, model_name
from jobs.runs import submission_of
from jobs.spec import Submission, run_id
from jobs.steps import record


class LineageError(Exception):
    """What was recorded does not fit together; the text is one sentence."""


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that went into a version, or came of it."""

    about: str
    """`version`, `run`, `code`, `data`, `arguments`, `training`, `gate` or `artifacts`."""
    name: str
    value: str
    source: str
    """Where it is recorded: a `gs://` URI, or the name of a resource."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a stack keeps its records."""

    project_id: str
    location: str
    stack: str
    bucket: str


def lineage(place: Place, version: ModelVersion) -> list[Fact]:
    """Everything that is recorded of a version.

    Raises LineageError if no run made it, or if the submission is not what its run was made of,
    and FileNotFoundError if that is gone.
    """
    if not version.run_id:
        raise LineageError(
            f"version {version.version} of {version.model} names no run: it was not registered by "
            "one, and nothing is recorded of it"
        )
    layout = RunLayout(bucket=place.bucket, model=version.model, run_id=version.run_id)
    submission = submission_of(place.bucket, version.model, version.run_id)
    _check(submission, layout)
    return [
        *_version(place, version),
        *_run(place, version),
        *_spec(submission, layout),
        *_steps(layout),
    ]


def _check(submission: Submission, layout: RunLayout) -> None:
    """A run is named by the digest of its spec: a spec that was changed since does not fit."""
    attempt = layout.run_id.rpartition("-")[2]
    made = run_id(submission.spec, int(attempt)) if attempt.isdigit() else ""
    if made != layout.run_id:
        raise LineageError(
            f"{layout.submission} is not what run {layout.run_id} was made of: its spec belongs to "
            f"{made or 'no run'}, so the lineage cannot be told; restore the object's older version"
        )


def _version(place: Place, version: ModelVersion) -> Iterator[Fact]:
    name = model_name(place.project_id, place.location, place.stack, version.model)
    source = f"{name}@{version.version}"
    yield _fact("version", "name", source, source)
    yield _fact("version", "registered", version.created_at.isoformat(timespec="seconds"), source)
    yield _fact("version", "description", version.description, source)
    yield _fact("artifacts", "model", version.artifact_uri, source)


def _run(place: Place, version: ModelVersion) -> Iterator[Fact]:
    from google.api_core.exceptions import NotFound

    parent = f"projects/{place.project_id}/locations/{place.location}"
    name = f"{parent}/pipelineJobs/{version.run_id}"
    model = model_name(place.project_id, place.location, place.stack, version.model)
    yield _fact("run", "id", version.run_id, f"{model}@{version.version}")
    try:
        job = clients.vertex("pipeline", place.location).get_pipeline_job(name=name)
    except NotFound:
        yield _fact("run", "pipeline job", "deleted since", name)
        return
    yield _fact("run", "pipeline job", name, name)
    yield _fact("run", "created", job.create_time.isoformat(timespec="seconds"), name)
    if job.template_uri:
        yield _fact("code", "pipeline", job.template_uri, name)


def _spec(submission: Submission, layout: RunLayout) -> Iterator[Fact]:
    spec, source = submission.spec, layout.submission
    yield _fact("code", "digest", spec.code, source)
    yield _fact("code", "image", submission.placement.image_uri, source)
    yield _fact("code", "workload", spec.workload, source)
    yield from _facts("data", spec.data.model_dump(), source)
    yield from _facts("arguments", spec.arguments, source)
    yield from _facts("training", spec.training.model_dump(exclude_none=True), source)


def _steps(layout: RunLayout) -> Iterator[Fact]:
    results = {name: _result(layout, name) for name in ("prepare", "train", "validate", "gate")}
    prepared, trained = results["prepare"], results["train"]
    yield from _facts("data", {"prepared": prepared.get("data_uri")}, layout.step("prepare"))
    yield from _facts("data", prepared.get("manifest", {}), layout.step("prepare"))
    yield from _facts("training", trained, layout.step("train"))
    yield from _gate(results["gate"], layout.step("gate"))
    yield from _facts("artifacts", results["validate"], layout.step("validate"))


def _gate(result: Mapping[str, Any], source: str) -> Iterator[Fact]:
    if not result:
        return
    decision = Decision.model_validate(result)
    yield _fact("gate", "accepted", decision.accepted, source)
    yield _fact("gate", "candidate", decision.candidate, source)
    yield _fact("gate", "reason", decision.reason, source)
    for check in decision.checks:
        held = "holds" if check.passed else "does not hold"
        value = "no number" if check.value is None else f"{check.value:.6g}"
        text = f"{value} {held} {check.relation} {check.bound:g}"
        yield _fact("gate", f"{check.candidate} {check.metric}", text, source)


def _result(layout: RunLayout, step: str) -> dict[str, Any]:
    """What a step returned; nothing if it left no record."""
    found = record.read(layout.step(step))
    return found.result if found else {}


def _facts(about: str, values: Mapping[str, Any], source: str) -> Iterator[Fact]:
    """The plain values of a mapping; what is nested stays in its record."""
    for name, value in values.items():
        if isinstance(value, str | int | float | bool):
            yield _fact(about, name, value, source)


def _fact(about: str, name: str, value: Any, source: str) -> Fact:
    return Fact(about=about, name=name.replace("_", " "), value=str(value), source=source)
