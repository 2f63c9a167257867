"""Kill -9 at several points, then up again: it converges, and nothing is submitted twice.

The tests of this module are one journey and run in their order.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from project_copy import Project

pytestmark = pytest.mark.slow
SUBMITTERS = 4
RACE = """
import json, sys
from pathlib import Path
import localcloud, os
os.environ.update(localcloud.connect(Path.cwd(), "local").environment)
from jobs.spec import Submission
from jobs.submit import ensure_submitted
submission = Submission.model_validate_json(sys.stdin.read())
print(json.dumps(ensure_submitted(submission).created))
"""


def until(condition: Callable[[], Any], seconds: float = 120) -> Any:
    """What `condition` returns once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")


def processes(project: Project, word: str) -> list[int]:
    """Processes started in the project's folder whose command line holds `word`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes().decode()
            inside = (entry / "cwd").resolve().is_relative_to(project.root)
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and inside and word in command:
            found.append(int(entry.name))
    return found


def supervisor(project: Project) -> int:
    return json.loads((project.folder / "supervisor.json").read_text(encoding="utf-8"))["pid"]


def test_an_engine_killed_midway_leaves_a_state_from_which_the_next_goes_on(
    project: Project,
) -> None:
    process = project.start("up", "--no-follow")
    assert process.stdout is not None
    for line in process.stdout:
        if "created" in line and "Bucket" in line:
            break
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert project.json("up", "--no-follow")["result"] == "succeeded"
    project.mlp("preview", "--expect-no-changes")
    assert len(project.run_ids()) == 1


def test_a_lost_supervisor_and_a_lost_trainer_do_not_lose_or_repeat_the_run(
    project: Project,
) -> None:
    (trainer, *_) = until(lambda: processes(project, "jobs.trainer"))
    os.kill(supervisor(project), signal.SIGKILL)
    # The whole machine of the trainer is lost, not just its program.
    os.killpg(os.getpgid(trainer), signal.SIGKILL)
    report = project.json("up")
    assert report["models"][0]["version"] == "1"
    assert len(project.run_ids()) == 1, "the run that was there must go on"
    assert len(processes(project, "jobs.serving")) == 1


def test_a_server_that_was_killed_is_back_at_the_next_request(project: Project) -> None:
    (server,) = processes(project, "jobs.serving")
    os.kill(server, signal.SIGKILL)
    assert "delay_probability" in project.json("predict", "flight-delay")["prediction"]


def test_racing_submitters_make_one_run(project: Project) -> None:
    outputs = project.json("outputs")
    submission = json.loads(outputs["submissions"]["flight-delay"])
    submission["spec"]["arguments"]["seed"] = 77
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACE],
            cwd=project.root,
            env=project.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(SUBMITTERS)
    ]
    answers = [racer.communicate(json.dumps(submission), timeout=120)[0] for racer in racers]
    assert sorted(json.loads(answer) for answer in answers) == [False] * (SUBMITTERS - 1) + [True]
    newest = project.run_ids()[0]
    project.mlp("jobs", "cancel", newest)
    until(lambda: project.json("jobs", "list")[0]["state"] == "CANCELLED")


def test_down_during_a_run_leaves_no_process(project: Project) -> None:
    project.set_argument("seed", 78)
    project.mlp("up", "--no-follow")
    until(lambda: processes(project, "pipeline_runner"))
    assert "nothing is left" in project.mlp("down")
    assert processes(project, "jobs.") == []
    assert processes(project, "pipeline_runner") == []
