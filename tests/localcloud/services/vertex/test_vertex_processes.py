"""The processes of jobs and servers: signalled by who started them, and by who found them."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from localcloud.services.vertex import launcher
from localcloud.services.vertex.processes import Launch, Process


@pytest.fixture
def started(tmp_path: Path) -> Any:
    process = Process(tmp_path / "job")
    argv = [sys.executable, "-c", "import time; time.sleep(60)"]
    process.start(Launch(argv=argv, cwd=str(tmp_path), environment=dict(os.environ)))
    yield process
    process.end(grace=0)


def test_a_process_can_be_ended_at_once_by_who_started_it(started: Process) -> None:
    (started.folder / "process.json").unlink(missing_ok=True)
    started.end(grace=1)
    assert not started.alive()


def test_a_process_that_another_supervisor_started_is_found_and_ended(started: Process) -> None:
    found = Process(started.folder)
    assert found.alive()
    found.end(grace=1)
    assert not started.alive()
    assert not found.signal(0), "there is nobody left"


def test_a_process_has_its_grace_to_end_by_itself(tmp_path: Path) -> None:
    program = """
import pathlib, signal, sys, time
def leave(*_):
    time.sleep(0.3)
    pathlib.Path("saved").touch()
    sys.exit(0)
signal.signal(signal.SIGTERM, leave)
pathlib.Path("ready").touch()
time.sleep(60)
"""
    process = Process(tmp_path / "job")
    argv = [sys.executable, "-c", program]
    process.start(Launch(argv=argv, cwd=str(tmp_path), environment=dict(os.environ)))
    while not (tmp_path / "ready").exists():
        time.sleep(0.01)
    process.end(grace=20)
    assert (tmp_path / "saved").exists()
    assert process.exit_code() == 0


def test_a_signal_that_comes_before_the_command_does_is_not_lost(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "launch.json")  # the launcher waits here until it is told what to run
    lock = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    command = [sys.executable, "-I", "-S", launcher.__file__, str(tmp_path), str(lock)]
    started = subprocess.Popen(command, pass_fds=(lock,), start_new_session=True)
    while not (tmp_path / "process.json").exists():
        time.sleep(0.01)
    started.send_signal(signal.SIGTERM)
    argv = [sys.executable, "-c", "import time; time.sleep(60)"]
    launch = {"argv": argv, "cwd": str(tmp_path), "environment": dict(os.environ)}
    (tmp_path / "launch.json").write_text(json.dumps(launch))
    started.wait(timeout=20)
    assert json.loads((tmp_path / "exit.json").read_text()) == {"code": 128 + signal.SIGTERM}


TEMPORARY = """
import pathlib, signal, tempfile, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
folder = tempfile.mkdtemp()
pathlib.Path(folder, "large").touch()
pathlib.Path("part").write_text(folder)
pathlib.Path("part").rename("said")
time.sleep(SECONDS)
"""


@pytest.mark.parametrize("seconds", [0, 60], ids=["it ends", "it is killed"])
def test_temporary_files_of_a_process_go_with_it(tmp_path: Path, seconds: int) -> None:
    process = Process(tmp_path / "job")
    argv = [sys.executable, "-c", TEMPORARY.replace("SECONDS", str(seconds))]
    environment = {name: value for name, value in os.environ.items() if name != "TMPDIR"}
    process.start(Launch(argv=argv, cwd=str(tmp_path), environment=environment))
    while not (tmp_path / "said").exists() or (process.alive() and not seconds):
        time.sleep(0.01)
    process.end(grace=0.1)
    assert not Path((tmp_path / "said").read_text()).exists()


def test_a_folder_without_a_process_has_nobody_to_signal(tmp_path: Path) -> None:
    assert not Process(tmp_path).signal(0)
