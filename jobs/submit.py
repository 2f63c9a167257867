"""Makes sure that a spec has its run: at most one live or succeeded run per identity and stack.

A run's name is derived from the spec and the attempt, and Vertex refuses a name twice: so
repetition, racing submitters and a crash between create and record end in one run. Attempt n+1
exists only if attempt n ended FAILED or CANCELLED.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from jobs import clients, files, surroundings, templates
from jobs.labels import IDENTITY, spec_labels, where
from jobs.layout import RunLayout
from jobs.spec import JobSpec, Submission, canonical_json, identity, run_id

STATE_PREFIX = "PIPELINE_STATE_"
RETRIED = frozenset({"FAILED", "CANCELLED"})
"""A run that ended so may have a successor."""


@dataclass(frozen=True, kw_only=True)
class Submitted:
    """The run that a spec has now."""

    run_id: str
    resource_name: str
    state: str
    """Vertex' `PipelineState` without its prefix."""
    created: bool
    """Whether this call created it."""
    warning: str = ""
    """What could not be done for it besides; the run does not need it."""


def ensure_submitted(submission: Submission) -> Submitted:
    """Returns the spec's live or succeeded run, and creates it if there is none."""
    spec, placement = submission.spec, submission.placement
    pipelines = clients.vertex("pipeline", placement.location)
    parent = f"projects/{placement.project_id}/locations/{placement.location}"
    attempts = _attempts(pipelines, parent, spec)
    for attempt, job in attempts.items():
        if _state(job) not in RETRIED:
            return _submitted(spec, attempt, job, created=False)
    return _create(pipelines, parent, submission, max(attempts, default=0) + 1)


def without_run(project_id: str, location: str, specs: Iterable[JobSpec]) -> list[JobSpec]:
    """Those of the specs that have no live or succeeded run: what an up would submit."""
    pipelines = clients.vertex("pipeline", location)
    parent = f"projects/{project_id}/locations/{location}"
    specs = list(specs)
    settled = {
        job.labels[IDENTITY]
        for stack in {spec.stack for spec in specs}
        for job in pipelines.list_pipeline_jobs(
            request={
                "parent": parent,
                "filter": where(stack=stack),
                "page_size": 100,
                # Without the specification of each pipeline the answer is small.
                "read_mask": {"paths": ["name", "state", "labels"]},
            }
        )
        if _state(job) not in RETRIED
    }
    return [spec for spec in specs if identity(spec) not in settled]


def too_many(models: Iterable[str], most: int) -> str:
    """Why none of these models may get a new run now; "" if all may."""
    names = sorted(models)
    if len(names) <= most:
        return ""
    runs = "1 run" if len(names) == 1 else f"{len(names)} runs"
    return (
        f"this would submit {runs} ({', '.join(names)}), but "
        f"mlplatform:submission.max_submissions is {most}: nothing was "
        "submitted; raise it, or change fewer models at once"
    )


def pipeline_job(submission: Submission, attempt: int) -> dict[str, Any]:
    """The `PipelineJob` message of one attempt."""
    from jobs.pipeline import compile_pipeline

    spec, placement = submission.spec, submission.placement
    layout = RunLayout.of(spec, placement, run_id(spec, attempt))
    return {
        "display_name": layout.run_id,
        "labels": {**placement.labels, **spec_labels(spec)},
        "pipeline_spec": compile_pipeline(spec.model, placement.image_uri),
        "service_account": placement.pipeline_service_account,
        **surroundings.encryption(placement),
        **surroundings.network(placement),
        "runtime_config": {
            "gcs_output_directory": layout.pipeline_root,
            "parameter_values": {"submission": layout.submission, "run_id": layout.run_id},
            "failure_policy": "PIPELINE_FAILURE_POLICY_FAIL_FAST",
        },
    }


def _attempts(pipelines: Any, parent: str, spec: JobSpec) -> dict[int, Any]:
    query = where(stack=spec.stack, identity=identity(spec))
    found = pipelines.list_pipeline_jobs(request={"parent": parent, "filter": query})
    runs = {job.name.rsplit("/", 1)[-1]: job for job in found}
    # What somebody cloned in the console carries the labels, too, under a name of its own.
    attempts = {name: name.removeprefix(run_id(spec, 1)[:-1]) for name in runs}
    return {int(number): runs[name] for name, number in attempts.items() if number.isdigit()}


def _create(pipelines: Any, parent: str, submission: Submission, attempt: int) -> Submitted:
    from google.api_core.exceptions import Conflict

    spec = submission.spec
    name = run_id(spec, attempt)
    layout = RunLayout.of(spec, submission.placement, name)
    # Before the run: its first step reads it. Written twice it is the same.
    files.write_text(layout.submission, canonical_json(submission), "application/json")
    message = pipeline_job(submission, attempt)
    stored, warning = _stored(submission, message["pipeline_spec"])
    try:
        job = pipelines.create_pipeline_job(
            parent=parent,
            pipeline_job=message | stored,
            pipeline_job_id=name,
            retry=None,
            timeout=120,
        )
        return replace(_submitted(spec, attempt, job, created=True), warning=warning)
    except Conflict:
        # Another submitter was first, or an earlier call of ours got through unseen.
        job = pipelines.get_pipeline_job(name=f"{parent}/pipelineJobs/{name}")
        return _submitted(spec, attempt, job, created=False)


def _stored(submission: Submission, ir: dict[str, Any]) -> tuple[dict[str, str], str]:
    """What the message says of the stored pipeline, or why it says nothing."""
    spec, repository = submission.spec, submission.placement.templates
    if repository is None:
        return {}, ""
    try:
        # The run carries the pipeline besides, as when Google's own library submits it.
        return {"template_uri": templates.publish(repository, spec.model, spec.code, ir)}, ""
    except templates.TemplateError as error:
        return {}, f"{error}; the run carries its own copy, and mlp jobs publish stores it"


def _submitted(spec: JobSpec, attempt: int, job: Any, *, created: bool) -> Submitted:
    return Submitted(
        run_id=run_id(spec, attempt), resource_name=job.name, state=_state(job), created=created
    )


def _state(job: Any) -> str:
    return job.state.name.removeprefix(STATE_PREFIX)
