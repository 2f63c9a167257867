"""What a served model answers and what its run left: one held-out row, the report, the places."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops.display.screen import Screen
from ops.errors import CommandError, UsageError
from ops.stacks import Stack
from ops.summary import Served, served_lines
from ops.target import Target

if TYPE_CHECKING:
    from jobs.layout import RunLayout
    from ops.outputs import StackOutputs


def samples(layout: "RunLayout") -> list[dict[str, Any]]:
    """The held-out rows that the run's validation kept: `instance`, `label`, `description`."""
    from jobs import files

    return json.loads(files.read_text(layout.samples))


def ask(endpoint: str, sample: dict[str, Any]) -> Served:
    """Sends one row to the endpoint."""
    from jobs.predict import predict

    answer = predict(endpoint, [sample["instance"]])
    return Served(
        description=sample["description"],
        label=sample["label"],
        prediction=answer["predictions"][0],
        version=answer["model_version_id"],
    )


def ask_sample(target: Target, outputs: "StackOutputs", model: str, number: int) -> Served:
    """Sends a held-out row of the newest run of the model that was validated."""
    from jobs.layout import RunLayout
    from jobs.runs import list_runs

    found = list_runs(outputs.project_id, outputs.region, target.stack.name)
    run = next((run for run in found if run.model == model and run.state == "SUCCEEDED"), None)
    if run is None:
        raise CommandError(
            f"no run of model {model} has succeeded so far: look with mlp jobs list, "
            "or send your own rows with --instances"
        )
    layout = RunLayout(bucket=outputs.artifacts_bucket, model=model, run_id=run.run_id)
    rows = samples(layout)
    if number >= len(rows):
        raise UsageError(f"--sample {number}: run {run.run_id} kept rows 0 to {len(rows) - 1}")
    return ask(outputs.endpoint(model), rows[number])


def show(served: Served, screen: Screen) -> None:
    """The row and the answer."""
    for text, style in served_lines(served):
        screen.line(text, style)


def as_json(served: Served) -> dict[str, Any]:
    """Plain values."""
    return asdict(served)


def read_rows(file: Path) -> list[dict[str, Any]]:
    """Instances from a JSON file: a list, or Vertex' own `{"instances": [...]}`."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        content = json.loads(text)
    except FileNotFoundError:
        raise UsageError(f"--instances: there is no file {file}") from None
    except ValueError as error:
        raise UsageError(f"--instances: {file} is not JSON: {error}") from None
    rows = content.get("instances") if isinstance(content, dict) else content
    if not isinstance(rows, list) or not rows:
        raise UsageError(f"--instances: {file} must hold a list of instances, at least one")
    return rows


def ask_rows(endpoint: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Sends rows as they are; returns the whole answer."""
    from jobs.predict import predict

    return predict(endpoint, rows)


def fetch_report(stack: Stack, layout: "RunLayout") -> Path:
    """Copies the run's HTML report to a file that a browser opens."""
    from jobs import files

    target = stack.folder / "reports" / layout.run_id / "report.html"
    if not target.is_file():
        files.write_bytes(str(target), files.read_bytes(layout.report))
    return target


def places(stack: Stack, layout: "RunLayout") -> dict[str, str]:
    """Where report, logs and artifacts of a run on the local cloud lie."""
    return {
        "report": stack.shown(fetch_report(stack, layout)),
        "logs": f"mlp logs {layout.run_id} --stack {stack.name}",
        "artifacts": layout.run,
        "models": layout.candidates,
        "on disk": f"{stack.shown(stack.folder)}/: jobs/*/log.txt, objects/",
    }
