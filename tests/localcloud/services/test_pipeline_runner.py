"""What a local run of a pipeline does when it is cancelled between and within its tasks."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from localcloud.services import pipeline_runner
from localcloud.services.pipeline_runner import Progress


@pytest.fixture
def observed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """kfp's functions around tasks that succeed; the first one is cancelled by `cancels`."""
    monkeypatch.setattr(pipeline_runner.signal, "signal", lambda *_: None)

    def execute(task_name: str, *, cancels: bool = False) -> Any:
        if cancels:
            found._cancel()
        return {}, SimpleNamespace(name="SUCCESS")

    found = pipeline_runner._Observed(execute, Progress(tmp_path / "progress.json"))
    return found


def told(tmp_path: Path) -> list[tuple[str, str]]:
    tasks = json.loads((tmp_path / "progress.json").read_text())
    return [(task["taskName"], task["state"]) for task in tasks]


def test_the_task_that_was_running_is_told_as_cancelled(observed: Any, tmp_path: Path) -> None:
    observed.execute_single_task("prepare")
    with pytest.raises(SystemExit) as ended:
        observed.execute_single_task("train", cancels=True)
    assert ended.value.code == 128 + 15
    assert told(tmp_path) == [("prepare", "SUCCEEDED"), ("train", "CANCELLED")]


def test_no_task_begins_after_a_cancellation(observed: Any, tmp_path: Path) -> None:
    observed.execute_single_task("prepare")
    observed._cancel()
    with pytest.raises(SystemExit):
        observed.execute_single_task("train")
    assert told(tmp_path) == [("prepare", "SUCCEEDED")]
