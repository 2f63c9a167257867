"""Runs that end before their end: killed, interrupted, or refused because another one goes on."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[3]

PROGRAM = """
import os, pathlib, time
import pulumi, pulumi_gcp as gcp
from pulumi import ResourceOptions, ResourceHookBinding

def pause(args):
    pathlib.Path("begun-" + args.name).touch()
    while any(pathlib.Path(name).exists() for name in ("hold", "hold-" + args.name)):
        time.sleep(0.02)

data = gcp.storage.Bucket("data", name="interrupted-data", location="EU",
    opts=ResourceOptions(hooks=ResourceHookBinding(after_create=[pause])))
pulumi.Stash("job", input="spec", opts=ResourceOptions(
    depends_on=[data], hooks=ResourceHookBinding(before_create=[pause])))
"""


class Runs:
    """The command line on one stack, in processes of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
        (folder / "Pulumi.dev.yaml").write_text("config:\n  gcp:project: shop-project\n")
        (folder / "__main__.py").write_text(textwrap.dedent(PROGRAM))

    def start(self, command: str = "up") -> "subprocess.Popen[str]":
        line = [sys.executable, "-m", "localcloud", command, "--stack", "dev", "--json"]
        environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PULUMI_CONFIG_PASSPHRASE": ""}
        environment.pop("PULUMI_BACKEND_URL", None)
        return subprocess.Popen(
            [*line, "--cwd", str(self.folder)],
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def hold(self) -> None:
        """Hooks wait from now on, until `release`."""
        (self.folder / "hold").touch()

    def release(self) -> None:
        (self.folder / "hold").unlink()

    def await_hook(self, name: str) -> None:
        for _ in range(1500):
            if (self.folder / f"begun-{name}").exists():
                return
            time.sleep(0.02)
        pytest.fail(f"the hook of {name} was never called")

    def report(self, process: "subprocess.Popen[str]") -> dict[str, Any]:
        out, err = process.communicate(timeout=60)
        assert out, err
        return json.loads(out)


@pytest.fixture
def runs(tmp_path: Path) -> Runs:
    return Runs(tmp_path)


def operations(report: dict[str, Any]) -> dict[str, str]:
    return {step["urn"].rpartition("::")[2]: step["op"] for step in report["steps"]}


def test_a_run_killed_in_a_hook_is_continued_without_doubling_anything(runs: Runs) -> None:
    runs.hold()
    killed = runs.start()
    runs.await_hook("data")
    killed.kill()
    killed.communicate()
    runs.release()
    report = runs.report(runs.start())
    assert report["result"] == "succeeded"
    found = operations(report)
    assert found["data"] == "same", "the bucket was created, and the journal says so"
    assert found["job"] == "create", "its turn had not come"


def test_a_killed_creation_is_named_by_the_next_run_and_tried_again(runs: Runs) -> None:
    (runs.folder / "hold-job").touch()
    killed = runs.start()
    runs.await_hook("job")
    killed.kill()
    killed.communicate()
    (runs.folder / "hold-job").unlink()
    report = runs.report(runs.start())
    assert operations(report)["job"] == "create"
    warning = report["diagnostics"][0]["message"]
    assert "pulumi:index:Stash::job, interrupted while creating" in warning


def test_an_interrupted_run_saves_what_it_did_and_says_so(runs: Runs) -> None:
    runs.hold()
    process = runs.start()
    runs.await_hook("data")
    process.send_signal(signal.SIGINT)
    report = runs.report(process)
    assert report["result"] == "failed"
    assert any("interrupted" in found["message"] for found in report["diagnostics"])
    runs.release()
    assert operations(runs.report(runs.start()))["data"] == "same", "it was saved"


def test_a_second_run_is_refused_and_told_who_holds_the_stack(runs: Runs) -> None:
    runs.hold()
    first = runs.start()
    runs.await_hook("data")
    second = runs.start()
    report = runs.report(second)
    runs.release()
    assert runs.report(first)["result"] == "succeeded", "the first run is not disturbed"
    assert report["result"] == "failed"
    message = report["diagnostics"][0]["message"]
    assert f"`up` of process {first.pid}" in message
    assert "since 20" in message
