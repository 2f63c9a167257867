"""Runs as an operator handles them: list, look at one, submit, cancel."""

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from ops import following, summary
from ops.display.progress import step_line
from ops.display.screen import Screen, columns
from ops.errors import CommandError
from ops.target import Target

if TYPE_CHECKING:
    from jobs.runs import RunStatus, RunSummary
    from jobs.spec import Submission


@dataclass(frozen=True)
class Found:
    """One run, what it was asked to do and how far it is."""

    run: "RunSummary"
    status: "RunStatus"
    submission: "Submission"

    def as_json(self) -> dict[str, Any]:
        """Plain values; times in ISO 8601."""
        return {
            **run_json(self.run),
            "state": self.status.state,
            "error": self.status.error,
            "steps": [
                asdict(step)
                | {
                    "started_at": _time(step.started_at),
                    "ended_at": _time(step.ended_at),
                }
                for step in self.status.steps
            ],
            "submission": self.submission.model_dump(mode="json"),
        }


def run_json(run: "RunSummary") -> dict[str, Any]:
    """One run as plain values; times in ISO 8601."""
    return asdict(run) | {"created_at": _time(run.created_at), "ended_at": _time(run.ended_at)}


def listed(target: Target) -> list[dict[str, Any]]:
    """The runs of the stack, newest first."""
    from jobs.runs import list_runs

    outputs = target.enter()
    runs = list_runs(outputs.project_id, outputs.region, target.stack.name)
    return [run_json(run) for run in runs]


def table(runs: list[dict[str, Any]]) -> list[str]:
    """Runs as aligned lines."""
    rows = [[run["run_id"], run["model"], run["state"].lower(), run["created_at"]] for run in runs]
    return columns([["run", "model", "state", "created"], *rows])


def found(target: Target, run_id: str | None) -> Found:
    """The run of that id, or the newest. Raises `jobs.runs.UnknownRunError`."""
    from jobs import runs

    outputs = target.enter()
    run = runs.find_run(outputs.project_id, outputs.region, target.stack.name, run_id)
    bucket = outputs.artifacts_bucket
    return Found(
        run,
        runs.status(run.resource_name, bucket, run.model),
        runs.submission_of(bucket, run.model, run.run_id),
    )


def show(found: Found, screen: Screen) -> None:
    """One run on one screen."""
    spec = found.submission.spec
    screen.line(f"run {found.run.run_id}: {found.status.state.lower()}", "bold")
    screen.line(f"  resource   {found.run.resource_name}")
    screen.line(f"  code       {spec.code}")
    screen.line(f"  data       {spec.data.name} {spec.data.version}")
    arguments = ", ".join(f"{key} {value}" for key, value in sorted(spec.arguments.items()))
    screen.line(f"  arguments  {arguments}")
    for step in found.status.steps:
        screen.line(f"  {step_line(step)}")
    result = summary.summarize(found.run.model, found.submission.placement.endpoint, found.status)
    if found.status.state == "FAILED":
        lines = summary.failure_lines(spec.stack, found.status)
        screen.panel(f"{found.run.model}: failed", lines)
    elif result.accepted is not None:
        screen.panel(found.run.model, summary.lines(result))


def messages(target: Target, model: str | None) -> list[dict[str, Any]]:
    """The Vertex messages that a first attempt would send; needs no running service."""
    from jobs.submit import pipeline_job

    return [pipeline_job(item, 1) for item in _submissions(target, model).values()]


def submit(target: Target, model: str | None, screen: Screen) -> None:
    """Makes sure of the runs and says which were made."""
    target.enter()
    most = target.stack.settings().submission.max_submissions
    for run in following.ensure(_submissions(target, model), most):
        made = "submitted" if run.submitted.created else f"is {run.submitted.state.lower()} already"
        screen.line(f"run {run.run_id} {made}")
        following.warn(run, screen)
        following.restore(run, screen)


def publish(target: Target, model: str | None, screen: Screen) -> None:
    """Stores compiled pipelines. Raises CommandError where the stack keeps none, or one is lost."""
    from jobs import templates
    from jobs.pipeline import compile_pipeline

    target.enter()
    for name, submission in _submissions(target, model).items():
        spec, placement = submission.spec, submission.placement
        if placement.templates is None:
            raise CommandError(
                f"stack {target.stack.name} keeps no compiled pipelines: set "
                "mlplatform:registry.pipeline_templates to true and deploy it"
            )
        ir = compile_pipeline(spec.model, placement.image_uri)
        try:
            uri = templates.publish(placement.templates, spec.model, spec.code, ir)
        except templates.TemplateError as error:
            raise CommandError(
                f"{error}; runs carry their own copy and go on: mend that, then publish again"
            ) from error
        screen.line(f"pipeline of model {name}: {uri}")


def cancel(target: Target, run_id: str, screen: Screen) -> None:
    """Asks for the end of a run. Raises `CommandError` if it ended before."""
    from jobs import cancelling, runs

    outputs = target.enter()
    run = runs.find_run(outputs.project_id, outputs.region, target.stack.name, run_id)
    if run.state in runs.ENDED:
        raise CommandError(f"run {run.run_id} has ended already: {run.state.lower()}")
    cancelling.cancel(run.resource_name, target.stack.name)
    screen.line(f"run {run.run_id} is being cancelled")


def _submissions(target: Target, model: str | None) -> "dict[str, Submission]":
    outputs = target.outputs()
    if model is None:
        return outputs.all_submissions()
    return {model: outputs.submission(model)}


def _time(moment: Any) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
