"""The command `mlp check`."""

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from google_replies import Replies, replies

__all__ = ["replies"]

PROJECT = "mlplatform-prod"
NODE = f"projects/{PROJECT}/locations/europe-west4-a/nodes/v6e"


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An official CLI that exports one TPU; removed, there is none."""
    inputs = {"acceleratorType": "v6e-8", "runtimeVersion": "v2-alpha-tpuv6e"}
    resource = {"type": "gcp:tpu/v2Vm:V2Vm", "id": NODE, "inputs": inputs}
    state = {"deployment": {"resources": [{"type": "pulumi:pulumi:Stack"}, resource]}}
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "state.json").write_text(json.dumps(state))
    program = folder / "pulumi"
    program.write_text(f"#!/bin/sh\n/bin/cat {folder}/state.json\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))
    return program


def test_the_tools_are_looked_at_without_a_project(mlp: Any):
    done = mlp("check")
    assert "tools: python" in done.output
    assert "project:" not in done.output, "nothing is asked of Google Cloud"


def test_what_was_deployed_is_read_back_and_compared(mlp: Any, pulumi: Path, replies: Replies):
    node = {"state": "PREEMPTED", "acceleratorType": "v6e-4", "runtimeVersion": "v2-alpha-tpuv6e"}
    replies.given[f"GET tpu.googleapis.com/v2/{NODE}"] = node
    done = mlp("check", "--stack", "prod", "--cloud", "--only", "machines", "--json")
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["failed"] == 2
    states = {each["subject"]: each["state"] for each in answer["findings"]}
    assert states == {"v6e": "failed", "v6e accelerator": "failed", "v6e runtime": "ok"}


def test_a_refusal_of_the_cloud_is_a_finding_and_hides_no_other(
    mlp: Any, pulumi: Path, replies: Replies
):
    billing = f"GET cloudbilling.googleapis.com/v1/projects/{PROJECT}/billingInfo"
    replies.given[billing] = (403, {"error": {"code": 403, "message": "PERMISSION_DENIED"}})
    apis = f"GET serviceusage.googleapis.com/v1/projects/{PROJECT}/services:batchGet"
    replies.given[apis] = {"services": []}
    done = mlp("check", "--stack", "prod", "--cloud", "--only", "project", "--only", "tools")
    assert "a permission" in done.output
    assert "unknown" in done.output
    assert "gcloud services enable" in done.output, "in the same group"
    assert "tools: python" in done.output, "in another one"


def test_without_the_official_cli_nothing_deployed_can_be_read(mlp: Any, pulumi: Path):
    pulumi.unlink()
    done = mlp("check", "--stack", "prod", "--cloud", "--only", "machines")
    assert done.exit_code == 1
    assert "no pulumi on PATH" in done.stderr


def test_an_error_text_is_explained_without_looking_at_anything(mlp: Any):
    done = mlp("check", "--error", "Quota 'NVIDIA_H100_GPUS' exceeded. Limit: 0.0")
    assert done.exit_code == 0
    assert done.output.startswith("quota:")
    assert "next: " in done.output


def test_a_check_that_does_not_exist_is_refused_with_those_that_do(mlp: Any):
    done = mlp("check", "--only", "tool")
    assert done.exit_code == 2
    assert "'tools'" in done.stderr
