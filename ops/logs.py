"""What a run and its steps said: the record of each step, and on the local cloud the whole log."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ops.display.progress import step_line
from ops.display.screen import Screen
from ops.errors import UsageError
from ops.target import Target

if TYPE_CHECKING:
    from jobs.runs import RunStatus, RunSummary, StepStatus
    from ops.outputs import StackOutputs

_TAIL_BYTES = 1 << 20
_LOOK_EVERY_SECONDS = 0.5
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
TRAIN = "train"


def show(
    target: Target,
    screen: Screen,
    run_id: str | None,
    step: str | None,
    *,
    lines: int,
    follow: bool,
) -> None:
    """Prints the log of a run, by default the newest, in whole or of one step."""
    from jobs import runs
    from jobs.layout import STEPS

    if step is not None and step not in STEPS:
        raise UsageError(f"there is no step {step!r}: choose one of {', '.join(STEPS)}")
    outputs = target.enter()
    run = runs.find_run(outputs.project_id, outputs.region, target.stack.name, run_id)
    status = runs.status(run.resource_name, outputs.artifacts_bucket, run.model)
    screen.line(f"run {run.run_id}: {status.state.lower()}", "bold")
    for item in status.steps:
        if step in (None, item.name) and item.state not in ("PENDING", "SKIPPED"):
            _show_step(item, screen)
    for job in _jobs(outputs, target.stack.name, run, step):
        if target.cloud:
            screen.line(f"whole log: {cloud_command(job, outputs.project_id)}")
        else:
            _show_file(target.stack.folder / "jobs" / job / "log.txt", screen, lines)
    if status.error:
        screen.line(status.error, "red")
    if follow and not status.ended:
        _follow(target, outputs, run, step, screen)


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a file; [] if there is none. Reads at most a mebibyte."""
    try:
        with file.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _TAIL_BYTES))
            text = stream.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    return [_COLOURS.sub("", line) for line in text.splitlines()[-lines:]]


def cloud_command(job: str, project_id: str) -> str:
    """The command that reads a job's log from Cloud Logging."""
    return (
        f"gcloud logging read 'resource.labels.job_id=\"{job}\"' "
        f"--project {project_id} --order asc --format 'value(textPayload)'"
    )


def _show_step(step: "StepStatus", screen: Screen) -> None:
    failed = step.state == "FAILED"
    screen.line(step_line(step), "red" if failed else "")
    for line in step.log_tail if failed else ():
        screen.line(f"  | {line}")


def _show_file(file: Path, screen: Screen, lines: int) -> None:
    found = tail(file, lines)
    if found:
        screen.line(f"== {file} (last {len(found)} lines)", "dim")
        for line in found:
            screen.line(line)


def _jobs(outputs: "StackOutputs", stack: str, run: "RunSummary", step: str | None) -> list[str]:
    """Ids of the jobs whose logs hold the run: the pipeline's own, and the training's."""
    from jobs import clients
    from jobs.labels import where

    request = {
        "parent": f"projects/{outputs.project_id}/locations/{outputs.region}",
        "filter": where(stack=stack, run=run.run_id),
    }
    jobs = clients.vertex("job", outputs.region).list_custom_jobs(request=request)
    training = [job.name.rsplit("/", 1)[-1] for job in jobs]
    pipeline = [run.resource_name.rsplit("/", 1)[-1]]
    if step is None:
        return pipeline + training
    return training if step == TRAIN else pipeline


def _follow(
    target: Target, outputs: "StackOutputs", run: "RunSummary", step: str | None, screen: Screen
) -> None:
    """New lines of the local logs, or of the step's progress in the cloud, until the run ends."""
    from jobs import runs

    readers: dict[str, Iterator[str]] = {}
    told = ""
    for status in runs.follow(run.resource_name, outputs.artifacts_bucket, run.model):
        if target.cloud:
            text = current(status)
            if text != told:
                told = text
                screen.line(text)
            continue
        for job in _jobs(outputs, target.stack.name, run, step):
            file = target.stack.folder / "jobs" / job / "log.txt"
            reader = readers.setdefault(job, _new_lines(file))
            for line in reader:
                if not line:
                    break
                screen.line(line)


def current(status: "RunStatus") -> str:
    """The step that is running, on one line."""
    running = next((step for step in status.steps if step.state == "RUNNING"), None)
    return step_line(running) if running else status.state.lower()


def _new_lines(file: Path) -> Iterator[str]:
    """Lines that are appended from now on; an empty text means none at the moment."""
    while not file.exists():
        yield ""
    with file.open(encoding="utf-8", errors="replace") as stream:
        stream.seek(0, 2)
        while True:
            yield _COLOURS.sub("", stream.readline().rstrip("\n"))
