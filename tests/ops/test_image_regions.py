"""One image in all regions: pushed to each, asked for in each, and pinned only then."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from ops_fakes import ROOT, World

DIGEST, OTHER = "sha256:" + "c" * 64, "sha256:" + "d" * 64
HOME, AWAY = (f"{region}-docker.pkg.dev/p/images" for region in ("europe-west4", "europe-west1"))
BUILDER = {
    "account": "projects/p/serviceAccounts/builder@p.iam.gserviceaccount.com",
    "sources": "gs://artifacts/tmp/builds/",
    "attestor": "built-and-scanned",
    "key_version": "projects/p/locations/l/keyRings/r/cryptoKeys/images/cryptoKeyVersions/2",
}
BUILD = ("image", "build", "--stack", "prod", "--model", "flight-delay", "--cloud")


@pytest.fixture
def tools(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pulumi and gcloud as scripts that answer what the real ones would, and note what is asked."""
    folder = world.root / "tools"
    folder.mkdir()
    script(folder, "pulumi", f"echo '{deployed(HOME, AWAY)}'")
    gcloud(folder, there=f"echo {DIGEST}")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return folder


def deployed(*registries: str) -> str:
    found = {uri.partition("-docker")[0]: uri for uri in registries}
    return json.dumps({"registries": found, "image_builds": BUILDER})


def script(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def gcloud(folder: Path, there: str) -> None:
    """A build that succeeds, and what a look into another region's registry answers."""
    answers = f'echo "$@" >> {folder}/asked\n[ "$1" = artifacts ] || exec echo {DIGEST}\n{there}'
    script(folder, "gcloud", answers)


def test_every_region_gets_the_image_and_one_digest_is_pinned(
    world: World, mlp: Any, tools: Path
) -> None:
    """A tag pushed everywhere may name another image in each region; a digest cannot."""
    done = mlp(*BUILD)
    assert done.exit_code == 0, done.output + done.stderr
    assert f"_COPIES={AWAY}/mlplatform-jobs" in done.output
    content = yaml.safe_load((world.root / "Pulumi.prod.yaml").read_text())
    pinned = content["config"]["mlplatform:models"]["flight-delay"]["image"]
    assert pinned == f"{HOME}/mlplatform-jobs@{DIGEST}"
    built, looked = (tools / "asked").read_text().splitlines()
    assert built.startswith("builds submit")
    assert looked.startswith("artifacts docker images describe")
    assert looked.endswith(f"{AWAY}/mlplatform-jobs@{DIGEST}")


@pytest.mark.parametrize("there", ["exit 1", f"echo {OTHER}", "true"])
def test_a_region_without_that_image_leaves_the_stack_file_alone(
    world: World, mlp: Any, tools: Path, there: str
) -> None:
    gcloud(tools, there)
    before = (world.root / "Pulumi.prod.yaml").read_text()
    done = mlp(*BUILD)
    assert done.exit_code == 1
    assert f"there is no {AWAY}/mlplatform-jobs@{DIGEST}" in " ".join(done.stderr.split())
    assert (world.root / "Pulumi.prod.yaml").read_text() == before


def test_a_region_without_a_registry_is_deployed_before_anything_is_built(
    world: World, mlp: Any, tools: Path
) -> None:
    script(tools, "pulumi", f"echo '{deployed(HOME)}'")
    done = mlp(*BUILD)
    assert done.exit_code == 1
    assert "no registry in europe-west1" in " ".join(done.stderr.split())
    assert not (tools / "asked").exists()


def test_one_region_needs_no_copy(world: World, mlp: Any, tools: Path) -> None:
    done = mlp("image", "build", "--stack", "dev", "--cloud", "--json")
    assert done.exit_code == 0, done.output + done.stderr
    assert len((tools / "asked").read_text().splitlines()) == 1
    assert json.loads(done.stdout)["copies"] == []


def run_copies(folder: Path, copies: str, docker: str) -> tuple[int, list[str]]:
    """Runs the step of the build file as Cloud Build does, with a docker that notes its calls."""
    script(folder, "docker", f'echo "$@" >> {folder}/docker-asked\n{docker}')
    steps = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["steps"]
    (step,) = [each for each in steps if each["id"] == "copies"]
    known = {"${_IMAGE}": f"{HOME}/mlplatform-jobs", "${BUILD_ID}": "b1", "${_COPIES}": copies}
    arguments = step["args"]
    for name, value in known.items():
        arguments = [each.replace(name, value) for each in arguments]
    arguments = [each.replace("$$", "$") for each in arguments]
    done = subprocess.run([step["entrypoint"], *arguments], check=False)
    asked = folder / "docker-asked"
    return done.returncode, asked.read_text().splitlines() if asked.exists() else []


def test_the_build_pushes_what_it_built_to_each_region(tools: Path) -> None:
    own, *others = (f"{uri}/mlplatform-jobs" for uri in (HOME, AWAY, "asia-docker.pkg.dev/p/i"))
    status, asked = run_copies(tools, " ".join(others), "true")
    assert status == 0
    assert asked == [
        call for to in others for call in (f"tag {own}:b1 {to}:b1", f"push {to}:b1")
    ], "the same image under another name, never built again"


def test_a_push_that_fails_fails_the_build_and_none_is_no_failure(tools: Path) -> None:
    assert run_copies(tools, "", "exit 9") == (0, [])
    status, asked = run_copies(tools, f"{AWAY}/a {AWAY}/b", "exit 9")
    assert status == 9
    assert len(asked) == 1


def test_no_build_pushes_a_tag_that_moves() -> None:
    """`latest` in every region need not be one image."""
    assert "latest" not in (ROOT / "cloudbuild.yaml").read_text()
