"""The steps of the build that push and sign, run with a `docker` and a `gcloud` of the test's."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ops_fakes import ROOT, World

REGISTRY = "europe-west4-docker.pkg.dev/p/images"
IMAGE, DIGEST = f"{REGISTRY}/mlplatform-jobs", "sha256:" + "c" * 64
VERSION = "projects/p/locations/europe-west4/keyRings/r/cryptoKeys/images/cryptoKeyVersions/2"
BUILDER = {
    "account": "projects/p/serviceAccounts/builder@p.iam.gserviceaccount.com",
    "sources": "gs://artifacts/tmp/builds/",
    "attestor": "built-and-scanned",
    "key_version": VERSION,
}
TOOL = """#!/bin/bash
echo "$@" >> calls.txt
[ "$1 $2" != "$BROKEN" ] || exit 1
case "$1 $2" in
  "image inspect") printf "$DIGESTS" ;;
  "container binauthz") [ "$3" != create-signature-payload ] || echo "payload of $4" ;;
esac
"""


@pytest.fixture
def step(tmp_path: Path) -> Any:
    """Runs a step as Cloud Build would; returns its status and what it called."""
    for name in ("docker", "gcloud"):
        (tmp_path / name).write_text(TOOL)
        (tmp_path / name).chmod(0o755)

    def run(name: str, attestor: str = "a", **environment: str) -> tuple[int, list[str]]:
        steps = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["steps"]
        (found,) = [each for each in steps if each["id"] == name]
        texts = [_filled(text, attestor) for text in found["args"]]
        given = {"PATH": f"{tmp_path}:/usr/bin:/bin", **environment}
        command = [found["entrypoint"], *texts]
        done = subprocess.run(command, cwd=tmp_path, env=given, check=False, timeout=20)
        calls = tmp_path / "calls.txt"
        return done.returncode, calls.read_text().splitlines() if calls.exists() else []

    return run


def _filled(text: str, attestor: str) -> str:
    known = {"_IMAGE": IMAGE, "BUILD_ID": "b1", "PROJECT_ID": "p", "_ATTESTOR": attestor}
    for name, value in {**known, "_KEY_VERSION": VERSION}.items():
        text = text.replace(f"${{{name}}}", value)
    return text.replace("$$", "$")


def test_a_pushed_image_is_known_by_its_digest_in_its_own_registry(step: Any, tmp_path: Path):
    others = f"elsewhere.pkg.dev/p/images/mlplatform-jobs@{DIGEST}\\n"
    status, calls = step("push", DIGESTS=f"{others}{IMAGE}@{DIGEST}\\n")
    assert status == 0
    assert calls[:2] == [f"tag {IMAGE}:b1 {IMAGE}:signed-b1", f"push {IMAGE}:signed-b1"]
    assert (tmp_path / "pushed.txt").read_text() == f"{IMAGE}@{DIGEST}\n"


@pytest.mark.parametrize(
    "trouble",
    [{"DIGESTS": ""}, {"BROKEN": f"push {IMAGE}:signed-b1", "DIGESTS": f"{IMAGE}@sha256:1"}],
)
def test_an_image_that_was_not_pushed_fails_the_build(step: Any, trouble: dict[str, str]):
    assert step("push", **trouble)[0] != 0


def test_the_pushed_digest_is_signed_and_the_signature_looked_at(step: Any, tmp_path: Path):
    (tmp_path / "pushed.txt").write_text(f"{IMAGE}@{DIGEST}\n")
    status, (payload, sign, attest) = step("sign")
    assert status == 0
    assert payload == (
        f"container binauthz create-signature-payload --artifact-url={IMAGE}@{DIGEST}"
    )
    assert sign == (
        "kms asymmetric-sign --project=p --location=europe-west4 --keyring=r --key=images "
        "--version=2 --digest-algorithm=sha256 --input-file=payload.json --signature-file=signature"
    )
    assert attest == (
        f"container binauthz attestations create --project=p --artifact-url={IMAGE}@{DIGEST} "
        "--attestor=projects/p/attestors/a --signature-file=signature --validate "
        f"--public-key-id=//cloudkms.googleapis.com/v1/{VERSION}"
    )
    assert (
        tmp_path / "payload.json"
    ).read_text() == f"payload of --artifact-url={IMAGE}@{DIGEST}\n"


@pytest.mark.parametrize("broken", ["kms asymmetric-sign", "container binauthz"])
def test_a_signature_that_failed_fails_the_build(step: Any, tmp_path: Path, broken: str):
    (tmp_path / "pushed.txt").write_text(f"{IMAGE}@{DIGEST}\n")
    assert step("sign", BROKEN=broken)[0] != 0


@pytest.mark.parametrize("name", ["push", "sign"])
def test_where_no_stack_asks_nothing_is_pushed_early_or_signed(step: Any, name: str):
    assert step(name, attestor="") == (0, [])


@pytest.fixture
def tools(world: World, monkeypatch: pytest.MonkeyPatch) -> Any:
    """pulumi and gcloud as scripts; the first answers these outputs."""
    folder = world.root / "tools"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def deployed(**more: Any) -> None:
        registries = {r: f"{r}-docker.pkg.dev/p/images" for r in ("europe-west4", "europe-west1")}
        outputs = json.dumps({"registries": registries, **more})
        for name, text in {"pulumi": f"echo '{outputs}'", "gcloud": f"echo {DIGEST}"}.items():
            (folder / name).write_text(f"#!/bin/sh\n{text}\n")
            (folder / name).chmod(0o755)

    return deployed


def test_a_build_by_hand_builds_and_signs_as_the_stacks_builder(world: World, mlp: Any, tools: Any):
    tools(image_builds=BUILDER)
    done = mlp("image", "build", "--stack", "prod", "--model", "flight-delay", "--cloud")
    assert done.exit_code == 0, done.output + done.stderr
    assert f",_ATTESTOR=built-and-scanned,_KEY_VERSION={VERSION}" in done.output
    assert f"--service-account={BUILDER['account']} " in done.output
    assert f"--gcs-source-staging-dir={BUILDER['sources']} " in done.output


@pytest.mark.parametrize("found", [{}, {"account": "a", "sources": "b"}])
def test_no_image_is_built_for_a_stack_that_would_not_start_it(
    world: World, mlp: Any, tools: Any, found: dict[str, str]
):
    tools(image_builds=found)
    done = mlp("image", "build", "--stack", "prod", "--model", "flight-delay", "--cloud")
    assert done.exit_code == 1
    assert "nobody can sign so far" in " ".join(done.stderr.split())
