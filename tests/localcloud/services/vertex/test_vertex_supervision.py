"""Supervision by itself, in this process, with jobs that misbehave."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from localcloud.services.context import Context
from localcloud.services.vertex import supervision
from localcloud.services.vertex.processes import Launch, Process
from localcloud.services.vertex.replicas import FIRST, Replicas
from localcloud.services.vertex.supervision import JobKind, Supervision
from localcloud.store import Store

NAME = "projects/p/locations/l/things/1"


class Things(JobKind):
    """Jobs that run a piece of Python."""

    collection = "things"
    prefix = "STATE_"

    def __init__(self, script: str) -> None:
        self.script = script

    def launch(self, name: str, body: Any, replicas: Replicas) -> dict[str, Launch]:
        if not self.script:
            raise OSError("no space left")
        argv = [sys.executable, "-I", "-S", "-c", self.script]
        return {FIRST: Launch(argv=argv, cwd="/", environment={})}

    def failure(self, code: int, replicas: Replicas) -> str:
        return f"code {code}"


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[[str], tuple[Supervision, Callable[[], Any]]]]:
    """Starts to supervise one job; gives the supervision and a reader of the job's document."""
    store = Store(tmp_path)
    context = Context(folder=tmp_path, store=store, url="http://x", token="", environment={})
    watching = Supervision(context)

    def start(script: str) -> tuple[Supervision, Callable[[], Any]]:
        store.put("vertex/things", NAME, {"state": "STATE_PENDING"})
        watching.start([Things(script)])
        return watching, lambda: store.get("vertex/things", NAME)

    yield start
    watching.stop()


def test_a_job_that_ignores_the_request_to_end_is_killed(
    run: Any, vertex: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "GRACE_SECONDS", 0.3)
    watching, read = run(
        "import signal, time; signal.signal(15, lambda *_: print('no', flush=True));"
        "print('ready', flush=True)\nwhile True: time.sleep(1)"
    )
    log = tmp_path / "jobs" / "1" / "log.txt"
    vertex.until(lambda: log.exists() and "ready" in log.read_text())
    watching.cancel(NAME)
    vertex.until(lambda: read()["state"] == "STATE_CANCELLED")
    assert "no" in log.read_text(), "it was asked first"
    assert not watching.replicas(NAME).alive()
    assert not watching.busy()


def test_a_job_that_cannot_be_started_fails_after_four_tries(run: Any, vertex: Any) -> None:
    _, read = run("")
    vertex.until(lambda: read()["state"] == "STATE_FAILED")
    assert "4 times" in read()["error"]["message"]
    assert "no space left" in read()["error"]["message"]


def test_a_second_start_of_a_live_process_is_refused(run: Any, vertex: Any) -> None:
    watching, read = run("import time; time.sleep(60)")
    vertex.until(lambda: watching.replicas(NAME).alive())
    launch = Launch(argv=["true"], cwd="/", environment={})
    with pytest.raises(BlockingIOError):
        watching.replicas(NAME).start({FIRST: launch})
    assert read()["state"] == "STATE_RUNNING"


def test_a_command_that_does_not_exist_ends_like_in_a_shell(tmp_path: Path, vertex: Any) -> None:
    process = Process(tmp_path / "job")
    process.start(Launch(argv=["no-such-command"], cwd="/", environment={}))
    vertex.until(lambda: process.exit_code() is not None)
    assert process.exit_code() == 127
    assert "no-such-command did not start" in process.last_lines()
