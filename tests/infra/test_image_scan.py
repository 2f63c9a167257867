"""The step of the build that looks for known vulnerabilities, run with a `gcloud` of the test's."""

import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
IMAGE = "europe-west4-docker.pkg.dev/p/images/mlplatform-jobs"
GCLOUD = """#!/bin/bash
echo "$@" >> calls.txt
case "$4" in
  scan) [ -z "$BROKEN_SCAN" ] && echo projects/p/locations/europe/scans/7 ;;
  list-vulnerabilities) [ -z "$BROKEN_LIST" ] && printf "$FINDINGS" ;;
esac
"""


@pytest.fixture
def scan(tmp_path):
    """Runs the step as Cloud Build would: its variables put in, `$$` made one sign."""
    (tmp_path / "gcloud").write_text(GCLOUD)
    (tmp_path / "gcloud").chmod(0o755)
    steps = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["steps"]
    (step,) = [each for each in steps if each["id"] == "scan"]

    def run(findings="", image=IMAGE, **broken):
        texts = [text.replace("${_IMAGE}", image) for text in step["args"]]
        texts = [text.replace("${BUILD_ID}", "b1").replace("$$", "$") for text in texts]
        environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "FINDINGS": findings, **broken}
        return subprocess.run(
            [step["entrypoint"], *texts], cwd=tmp_path, env=environment, check=False, timeout=20
        ).returncode

    return run


@pytest.mark.parametrize(
    "findings",
    [
        "CRITICAL\\tFalse\\tn1\\n",
        "LOW\\tTrue\\tn0\\nCRITICAL\\tTrue\\tn1\\n",
        "HIGH\\tTrue\\tn1\\n",
        "CRITICAL\\n",
    ],
)
def test_a_known_vulnerability_blocks_the_image(scan, findings):
    assert scan(findings) == 1


@pytest.mark.parametrize(
    "findings", ["", "HIGH\\tFalse\\tn1\\n", "MEDIUM\\tTrue\\tnotes/CRITICAL\\n"]
)
def test_what_nobody_can_fix_and_what_is_small_does_not(scan, findings):
    assert scan(findings) == 0


@pytest.mark.parametrize("broken", ["BROKEN_SCAN", "BROKEN_LIST"])
def test_a_scan_that_did_not_happen_blocks(scan, broken):
    assert scan(**{broken: "1"}) != 0


@pytest.mark.parametrize(
    ("region", "near"), [("europe-west4", "europe"), ("asia-east1", "asia"), ("us-east5", "us")]
)
def test_the_image_is_scanned_near_its_registry(scan, tmp_path, region, near):
    scan(image=IMAGE.replace("europe-west4", region))
    first, second = (tmp_path / "calls.txt").read_text().splitlines()
    assert f"{region}-docker.pkg.dev/p/images/mlplatform-jobs:b1 --location={near}" in first
    assert "list-vulnerabilities projects/p/locations/europe/scans/7" in second


def test_nothing_is_pushed_before_it_was_scanned():
    steps = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["steps"]
    order = [step["id"] for step in steps]
    assert order == ["build", "scan", "copies", "push", "sign"], "what blocks comes first"
    for step in steps:
        assert not {"allowFailure", "allowExitCodes", "waitFor"} & set(step), "it would not block"
        if step["id"] not in ("copies", "push"):
            assert "docker push" not in str(step)
