"""The processes of jobs and servers: signalled by who started them, and by who found them."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

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


def test_a_folder_without_a_process_has_nobody_to_signal(tmp_path: Path) -> None:
    assert not Process(tmp_path).signal(0)
