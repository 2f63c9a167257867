"""The step that builds: on the base that its tag names now, which is written into the image."""

import subprocess
from pathlib import Path

import pytest
import yaml

from catalog.images import JOBS, WORKSTATION

ROOT = Path(__file__).parents[2]
DIGEST = "sha256:" + "e" * 64
DOCKER = """#!/bin/bash
printf '%s\\n' "$*" >> calls.txt
case "$1" in
  pull) [ -z "$NO_PULL" ] ;;
  inspect) echo "$FOUND" ;;
esac
"""


@pytest.fixture
def build(tmp_path):
    """Runs the step as Cloud Build would, with a docker that notes its calls."""
    (tmp_path / "docker").write_text(DOCKER)
    (tmp_path / "docker").chmod(0o755)
    (step,) = [
        e
        for e in yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["steps"]
        if e["id"] == "build"
    ]

    def run(image=JOBS, found=f"python@{DIGEST}", **more):
        known = {
            "${_DOCKERFILE}": str(ROOT / image.dockerfile),
            "${_JAX_EXTRA}": "tpu",
            "${_IMAGE}": "r/i",
            "${BUILD_ID}": "b1",
            "$$": "$",
        }
        arguments = step["args"]
        for name, value in known.items():
            arguments = [each.replace(name, value) for each in arguments]
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "FOUND": found, **more}
        command = [step["entrypoint"], *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=environment, check=False, timeout=20)
        return done.returncode, (tmp_path / "calls.txt").read_text().splitlines()

    return run


def test_an_image_is_built_on_the_base_that_was_looked_up_and_says_which(build):
    status, (pull, _, call) = build()
    assert (status, pull) == (0, "pull --quiet python:3.12-slim-bookworm")
    assert f"--build-arg=BASE=python@{DIGEST} --build-arg=JAX_EXTRA=tpu" in call
    assert "--label=org.opencontainers.image.base.name=python:3.12-slim-bookworm" in call
    assert f"--label=org.opencontainers.image.base.digest={DIGEST} " in call
    assert call.endswith("--tag=r/i:b1 .")


def test_the_image_of_workstations_is_built_on_its_own_base(build):
    _, (pull, _, call) = build(WORKSTATION)
    assert pull.endswith("cloud-workstations-images/predefined/code-oss:latest")
    assert "workstations/Dockerfile " in call


@pytest.mark.parametrize("wrong", [{"NO_PULL": "1"}, {"found": ""}, {"found": "python:3.12"}])
def test_nothing_is_built_on_a_base_without_a_digest(build, wrong):
    status, calls = build(**wrong)
    assert status != 0
    assert not [each for each in calls if each.startswith("build")]
