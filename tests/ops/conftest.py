"""A repository with stack files, and stand-ins for the rooms that the commands call."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from ops_fakes import ROOT, World, summary_of
from typer.testing import CliRunner, Result

import localcloud
from jobs import files, predict, restore, runs, submit
from ops.cli import app


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in ("Pulumi.yaml", "Pulumi.local.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("catalog/a.py", "jobs/b.py", "requirements-jobs.txt", "ops/not_in_image.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MLPLATFORM_STACK", raising=False)
    monkeypatch.setenv("MLPLATFORM_TEST", "")
    made = World(tmp_path)
    for verb in ("preview", "up", "destroy"):
        monkeypatch.setattr(localcloud, verb, made.deploy(verb))
    monkeypatch.setattr(localcloud, "outputs", lambda cwd, stack: made.outputs)
    monkeypatch.setattr(localcloud, "resources", lambda cwd, stack: made.resources)
    monkeypatch.setattr(localcloud, "left_over", lambda cwd, stack: made.left)
    monkeypatch.setattr(localcloud, "connect", made.connect)
    monkeypatch.setattr(localcloud, "running", lambda cwd, stack: made.connection)
    monkeypatch.setattr(localcloud, "stop", made.stop)
    monkeypatch.setattr(submit, "ensure_submitted", made.ensure)
    monkeypatch.setattr(submit, "without_run", lambda project, location, specs: specs)
    monkeypatch.setattr(restore, "is_displaced", lambda submission, run_id: made.displaced)
    monkeypatch.setattr(
        restore, "restore", lambda submission, run_id: made.asked.append(("restore", run_id))
    )
    monkeypatch.setattr(runs, "status", made.status)
    monkeypatch.setattr(runs, "list_runs", lambda *place: [summary_of(made.submitted)])
    monkeypatch.setattr(files, "read_text", made.file)
    monkeypatch.setattr(files, "read_bytes", lambda uri: made.file(uri).encode())
    answer = {"predictions": [{"probability": 0.25}], "model_version_id": "3"}
    monkeypatch.setattr(predict, "predict", lambda endpoint, instances: answer)
    monkeypatch.setattr("ops.following._pause", lambda: 0.0)
    return made


@pytest.fixture
def mlp(world: World) -> Callable[..., Result]:
    """Runs one command line, such as `mlp("up", "--json")`."""

    def run(*arguments: str, text: str | None = None) -> Result:
        return CliRunner().invoke(app, list(arguments), input=text)

    return run
