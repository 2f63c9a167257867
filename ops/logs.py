"""What a run and its steps said: the record of each step, and on the local cloud the whole log."""

import re
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ops.display.progress import step_line
from ops.display.screen import Screen
from ops.errors import UsageError
from ops.target import Target, connect

if TYPE_CHECKING:
    from jobs.runs import RunStatus, RunSummary, StepStatus
    from ops.outputs import StackOutputs

_TAIL_BYTES = 1 << 20
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
    follower = _Follower(target, outputs, run, step, screen)
    for job in follower.jobs():
        if target.cloud:
            screen.line(f"whole log: {cloud_command(job, outputs.project_id)}")
        else:
            for file in follower.begin(job):
                _show_file(file, screen, lines)
    if status.error:
        screen.line(status.error, "red")
    if follow and not status.ended:
        follower.follow()


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
    """The command that reads the log of a training or of a pipeline from Cloud Logging."""
    # Vertex numbers trainings; a pipeline has the name that it was given.
    label = "job_id" if job.isdigit() else "pipeline_job_id"
    return (
        f"gcloud logging read 'resource.labels.{label}=\"{job}\"' "
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


@dataclass
class _Follower:
    """Follows one run: new lines of its local logs, or in the cloud how far its step is."""

    target: Target
    outputs: "StackOutputs"
    run: "RunSummary"
    step: str | None
    screen: Screen
    readers: "dict[Path, NewLines]" = field(default_factory=dict)
    told: str = ""

    def jobs(self) -> list[str]:
        """Ids of the jobs whose logs hold the run: the pipeline's own, and the training's."""
        from jobs import clients
        from jobs.labels import where

        request = {
            "parent": f"projects/{self.outputs.project_id}/locations/{self.outputs.region}",
            "filter": where(stack=self.target.stack.name, run=self.run.run_id),
        }
        found = clients.vertex("job", self.outputs.region).list_custom_jobs(request=request)
        training = [job.name.rsplit("/", 1)[-1] for job in found]
        pipeline = [self.run.resource_name.rsplit("/", 1)[-1]]
        if self.step is None:
            return pipeline + training
        return training if self.step == TRAIN else pipeline

    def begin(self, job: str) -> list[Path]:
        """The logs of the job's replicas, of which what is appended from now on is new."""
        files = self._logs(job)
        self.readers |= {file: NewLines(file) for file in files}
        return files

    def follow(self) -> None:
        """Until the run has ended."""
        from jobs import runs

        reconnect = (lambda: None) if self.target.cloud else partial(connect, self.target.stack)
        bucket, model = self.outputs.artifacts_bucket, self.run.model
        for status in runs.follow(self.run.resource_name, bucket, model, reconnect):
            if self.target.cloud:
                self._tell(current(status))
            else:
                self._show_new_lines()
            if status.ended:
                self.screen.line(f"run {self.run.run_id}: {status.state.lower()}", "bold")

    def _tell(self, text: str) -> None:
        if text != self.told:
            self.screen.line(text)
        self.told = text

    def _show_new_lines(self) -> None:
        for job in self.jobs():
            for file in self._logs(job):
                reader = self.readers.setdefault(file, NewLines(file, whole=True))
                # What several say at a time needs its speaker; the first says what all do.
                other = "" if file.parent.name == job else f"[{file.parent.name}] "
                for line in reader.read():
                    self.screen.line(f"{other}{line}")

    def _logs(self, job: str) -> list[Path]:
        """That of the first replica, then those of the others."""
        folder = self.target.stack.folder / "jobs" / job
        return [folder / "log.txt", *sorted(folder.glob("workerpool*/log.txt"))]


def current(status: "RunStatus") -> str:
    """The step that is running, on one line."""
    running = next((step for step in status.steps if step.state == "RUNNING"), None)
    return step_line(running) if running else status.state.lower()


class NewLines:
    """What is appended to a file from now on, or with `whole`, all of it; it need not exist yet."""

    def __init__(self, file: Path, *, whole: bool = False) -> None:
        self._file = file
        self._place = file.stat().st_size if not whole and file.exists() else 0
        self._begun = b""

    def read(self) -> list[str]:
        """The lines that were completed since the last call."""
        try:
            with self._file.open("rb") as stream:
                stream.seek(self._place)
                new = stream.read()
        except FileNotFoundError:
            return []
        self._place += len(new)
        *lines, self._begun = (self._begun + new).split(b"\n")
        return [_COLOURS.sub("", line.decode(errors="replace")) for line in lines]
