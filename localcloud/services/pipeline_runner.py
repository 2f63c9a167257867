"""Executes one compiled pipeline in a process of its own, on kfp's local runner.

Run by path: `python -P pipeline_runner.py FOLDER`, from the folder of the pipeline's image. Reads
`run.json` (id, spec, parameters), writes `progress.json` (one entry per task) and ends with 0 or 1.
One process per run: kfp keeps its settings, logger and stdout per process.

kfp's local runner has no callbacks: two of its functions are wrapped by name, so kfp is pinned.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LAST_LINES = 15
Task = dict[str, Any]


class Progress:
    """What every task is doing, in a file that is replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tasks: list[Task] = []
        self._lock = threading.Lock()

    def add(self, name: str, **fields: Any) -> Task:
        """A new entry; loops have several of one name."""
        task = {"taskName": name}
        with self._lock:
            self._tasks.append(task)
        self.change(task, **fields)
        return task

    def change(self, task: Task, **fields: Any) -> None:
        """Changes an entry, and the file with it."""
        with self._lock:
            task |= fields
            part = self._path.with_suffix(".part")
            part.write_text(json.dumps(self._tasks))
            part.replace(self._path)

    def never_started(self, names: Iterator[str]) -> None:
        """Enters the tasks whose condition was not met, or which a failure kept from starting."""
        seen = {task["taskName"] for task in self._tasks}
        for name in names:
            if name not in seen:
                self.add(name, state="NOT_TRIGGERED")


class _Observed:
    """kfp's two functions, with a record of what they do."""

    def __init__(self, execute: Callable[..., Any], progress: Progress) -> None:
        self._execute = execute
        self._progress = progress
        self._current = threading.local()  # loops run their tasks in threads
        self._cancelled = False
        signal.signal(signal.SIGTERM, self._cancel)

    def _cancel(self, *_: object) -> None:
        # The running task has got the signal too: it may save its work, and nothing follows it.
        self._cancelled = True

    def execute_single_task(self, task_name: str, **arguments: Any) -> Any:
        """In place of `task_executor.execute_single_task`."""
        self._stop_if_cancelled()
        self._current.lines = deque[str](maxlen=_LAST_LINES)
        task = self._progress.add(task_name, state="RUNNING", startTime=_now())
        try:
            outputs, status = self._execute(task_name=task_name, **arguments)
        except Exception as error:
            self._end(task, "FAILED", str(error))
            raise
        self._stop_if_cancelled(task)
        if status.name == "SUCCESS":
            self._end(task, "SUCCEEDED", "")
        else:
            self._end(task, "FAILED", "\n".join(self._current.lines))
        return outputs, status

    def run_local_subprocess(
        self, full_command: list[str], env_vars: dict[str, str] | None = None
    ) -> int:
        """In place of `subprocess_task_handler.run_local_subprocess`: also keeps the last lines."""
        self._stop_if_cancelled()
        with subprocess.Popen(
            full_command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(env_vars or {})},
        ) as process:
            for line in process.stdout or ():
                self._current.lines.append(line.rstrip("\n"))
                sys.stdout.write(line)
                sys.stdout.flush()
            return process.wait()

    def _stop_if_cancelled(self, task: Task | None = None) -> None:
        if self._cancelled:
            if task is not None:
                self._end(task, "CANCELLED", "")
            sys.exit(128 + signal.SIGTERM)

    def _end(self, task: Task, state: str, message: str) -> None:
        self._progress.change(
            task, state=state, endTime=_now(), message=_COLOUR.sub("", message).strip()
        )


def run(folder: Path) -> None:
    """Executes the run of `folder`; RuntimeError if a task failed."""
    from google.protobuf import json_format
    from kfp import local
    from kfp.local import executor_input_utils, pipeline_orchestrator, placeholder_utils
    from kfp.local import subprocess_task_handler as handler
    from kfp.local.orchestrator import task_executor
    from kfp.pipeline_spec import pipeline_spec_pb2

    request = json.loads((folder / "run.json").read_text())
    progress = Progress(folder / "progress.json")
    observed = _Observed(task_executor.execute_single_task, progress)
    replacements = (
        (task_executor, "execute_single_task", observed.execute_single_task),
        (handler, "run_local_subprocess", observed.run_local_subprocess),
        # The placeholders for the job's name and id must give the job's own.
        (executor_input_utils, "get_local_pipeline_resource_name", lambda _name: request["id"]),
        (placeholder_utils, "make_random_id", lambda: request["id"]),
    )
    for module, name, replacement in replacements:
        setattr(module, name, replacement)
    local.init(
        local.SubprocessRunner(use_venv=False),
        pipeline_root=str(folder / "root"),
        raise_on_error=True,
    )
    message = pipeline_spec_pb2.PipelineSpec()  # pyright: ignore[reportAttributeAccessIssue]
    spec = json_format.ParseDict(request["spec"], message)
    try:
        pipeline_orchestrator.run_local_pipeline(
            pipeline_spec=spec, arguments=request["parameters"]
        )
    finally:
        progress.never_started(_task_names(request["spec"], request["spec"]["root"]))


def _task_names(spec: dict[str, Any], component: dict[str, Any]) -> Iterator[str]:
    for name, task in component["dag"]["tasks"].items():
        inner = spec["components"][task["componentRef"]["name"]]
        if "dag" in inner:
            yield from _task_names(spec, inner)
        else:
            yield name


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


if __name__ == "__main__":
    # kfp doubts every image whose name lacks the word python.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="kfp")
    try:
        run(Path(sys.argv[1]))
    except Exception as failure:  # noqa: BLE001  # the end of the log says why, without a traceback
        print(_COLOUR.sub("", f"{type(failure).__name__}: {failure}"), flush=True)
        sys.exit(1)
