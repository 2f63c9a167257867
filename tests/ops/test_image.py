"""`mlp image build`: the content-addressed copy, Cloud Build, and the container's own files."""

import copy
import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest
import yaml
from ops_fakes import ROOT, World

from catalog.images import JOBS, WORKSTATION
from jobs.spec import tree_digest
from ops import image
from ops.stacks import Stack

DIGEST = "sha256:" + "c" * 64


def test_the_copy_holds_what_the_image_would_hold_and_nothing_else(world: World, mlp: Any) -> None:
    assert mlp("image", "build").exit_code == 0
    digest = tree_digest(world.root)
    folder = world.root / ".mlplatform/local/images" / digest.removeprefix("sha256:")
    held = sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())
    assert held == ["catalog/a.py", "jobs/b.py", "requirements-jobs.txt"]
    assert tree_digest(folder) == digest, "the name is true"


def test_an_unchanged_tree_is_copied_once(world: World, mlp: Any) -> None:
    assert json.loads(mlp("image", "build", "--json").stdout)["created"] is True
    assert json.loads(mlp("image", "build", "--json").stdout)["created"] is False


def test_a_changed_file_is_another_copy(world: World, mlp: Any) -> None:
    first = json.loads(mlp("image", "build", "--json").stdout)["digest"]
    (world.root / "jobs/b.py").write_text("changed")
    assert json.loads(mlp("image", "build", "--json").stdout)["digest"] != first
    assert len(list((world.root / ".mlplatform/local/images").iterdir())) == 2


def test_a_tree_that_changes_while_it_is_copied_gets_a_true_name(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = image.shutil.copyfile

    def edit_then_copy(source: Path, target: Path) -> Any:
        (world.root / "jobs/b.py").write_text("edited meanwhile")
        return copy(source, target)

    monkeypatch.setattr(image.shutil, "copyfile", edit_then_copy)
    built = image.build_local(Stack(world.root, "local"))
    assert tree_digest(built.folder) == built.digest
    assert built.folder.name == built.digest.removeprefix("sha256:")


def test_a_copy_that_breaks_off_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(source: Path, target: Path) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr(image.shutil, "copyfile", fail)
    with pytest.raises(OSError, match="disk full"):
        image.build_local(Stack(world.root, "local"))
    assert list((world.root / ".mlplatform/local/images").iterdir()) == []


def test_builds_at_the_same_time_end_in_one_copy(world: World) -> None:
    stack = Stack(world.root, "local")
    threads = [threading.Thread(target=image.build_local, args=(stack,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list((world.root / ".mlplatform/local/images").iterdir())) == 1


def test_printing_the_cloud_command_runs_nothing(world: World, mlp: Any) -> None:
    done = mlp("image", "build", "--stack", "dev", "--cloud", "--print", "--accelerator", "tpu")
    assert done.exit_code == 0
    assert done.output.startswith("gcloud builds submit --config=cloudbuild.yaml")
    assert "_JAX_EXTRA=tpu" in done.output
    assert (
        "_IMAGE=europe-west4-docker.pkg.dev/mlplatform-local/images/mlplatform-jobs" in done.output
    )


def test_an_unknown_accelerator_lists_the_known_ones(world: World, mlp: Any) -> None:
    done = mlp("image", "build", "--stack", "dev", "--cloud", "--accelerator", "gpu")
    assert done.exit_code == 2
    assert "cpu, tpu, cuda" in done.stderr


def test_the_image_holds_the_jax_that_the_models_train_with(world: World, mlp: Any) -> None:
    assert "shape: v6e-8" in (world.root / "Pulumi.dev.yaml").read_text()
    build = ("image", "build", "--stack", "dev", "--cloud", "--print")
    assert "_JAX_EXTRA=tpu" in mlp(*build).output, "or a paid slice would train on its host"
    assert "_JAX_EXTRA=," in mlp(*build, "--accelerator", "cpu").output


def test_models_on_different_accelerators_need_a_choice(world: World, mlp: Any) -> None:
    file = world.root / "Pulumi.dev.yaml"
    content = yaml.safe_load(file.read_text())
    models = content["config"]["mlplatform:models"]
    models["other"] = copy.deepcopy(models["flight-delay"])
    models["other"]["training"] |= {"shape": "cpu", "capacity": "on-demand"}
    file.write_text(yaml.safe_dump(content))
    build = ("image", "build", "--stack", "dev", "--cloud", "--print")
    done = mlp(*build)
    assert done.exit_code == 2
    assert "with --model, or say --accelerator cpu|tpu|cuda" in done.stderr
    assert "_JAX_EXTRA=," in mlp(*build, "--model", "other").output


def test_an_unknown_model_is_refused_before_anything_is_built(world: World, mlp: Any) -> None:
    done = mlp("image", "build", "--stack", "dev", "--cloud", "--model", "nope", "--print")
    assert done.exit_code == 2
    assert "choose one of flight-delay" in done.stderr


def test_the_local_stack_has_no_cloud_image(world: World, mlp: Any) -> None:
    assert mlp("image", "build", "--cloud").exit_code == 2


@pytest.fixture
def tools(world: World, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pulumi and gcloud as scripts that answer what the real ones would."""
    folder = world.root / "tools"
    folder.mkdir()
    registries = {"europe-west4": "europe-west4-docker.pkg.dev/p/images"}
    outputs = json.dumps({"registries": registries})
    for name, text in {"pulumi": f"echo '{outputs}'", "gcloud": f"echo {DIGEST}"}.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    return folder


def test_a_cloud_build_pins_the_digest_in_the_stack_file(
    world: World, mlp: Any, tools: Path
) -> None:
    done = mlp("image", "build", "--stack", "dev", "--cloud")
    assert done.exit_code == 0, done.output + done.stderr
    pinned = f"europe-west4-docker.pkg.dev/p/images/mlplatform-jobs@{DIGEST}"
    content = yaml.safe_load((world.root / "Pulumi.dev.yaml").read_text())
    assert content["config"]["mlplatform:models"]["flight-delay"]["image"] == pinned
    assert "next: pulumi up --stack dev" in done.output


def test_a_pinned_stack_file_is_still_valid(world: World, mlp: Any, tools: Path) -> None:
    mlp("image", "build", "--stack", "dev", "--cloud")
    assert mlp("preview", "--stack", "dev").exit_code == 0


def test_a_failing_build_leaves_the_stack_file_alone(world: World, mlp: Any, tools: Path) -> None:
    (tools / "gcloud").write_text("#!/bin/sh\nexit 3\n")
    before = (world.root / "Pulumi.dev.yaml").read_text()
    done = mlp("image", "build", "--stack", "dev", "--cloud")
    assert done.exit_code == 1
    assert "status 3" in done.stderr
    assert (world.root / "Pulumi.dev.yaml").read_text() == before


def test_a_build_that_prints_no_digest_is_no_success(world: World, mlp: Any, tools: Path) -> None:
    (tools / "gcloud").write_text("#!/bin/sh\necho\n")
    assert mlp("image", "build", "--stack", "dev", "--cloud").exit_code == 1


def test_a_stack_without_a_registry_is_told_to_deploy_first(
    world: World, mlp: Any, tools: Path
) -> None:
    (tools / "pulumi").write_text("#!/bin/sh\necho '{}'\n")
    done = mlp("image", "build", "--stack", "dev", "--cloud")
    assert done.exit_code == 1
    assert "pulumi up --stack dev" in done.stderr


def test_each_dockerfile_copies_exactly_the_content_of_its_image() -> None:
    for each in (JOBS, WORKSTATION):
        lines = (ROOT / each.dockerfile).read_text().splitlines()
        copied = [line.split()[1].rstrip("/") for line in lines if line.startswith(("COPY", "ADD"))]
        assert sorted(copied) == sorted(each.content), "what else it held would not be watched"


def test_the_build_context_is_what_the_images_hold() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!/") for line in lines if line.startswith("!")}
    needed = {path for each in (JOBS, WORKSTATION) for path in (*each.content, each.dockerfile)}
    assert kept == {path.partition("/")[0] for path in needed}
    assert "/*" in lines


def test_the_image_runs_as_nobody_special_in_exec_form() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert lines.index("USER worker") < len(lines) - 1
    assert 'ENTRYPOINT ["python", "-m", "jobs.serving"]' in lines, "signals must reach Python"
    assert any("--require-hashes" in line for line in lines)


def test_cloud_build_substitutes_only_what_it_knows() -> None:
    content = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())
    text = json.dumps(content["steps"]).replace("$$", "")
    known = {*content["substitutions"], "BUILD_ID", "PROJECT_ID"}
    used = {part.split("}")[0] for part in text.split("${")[1:]}
    assert used <= known, "what the shell shall see is written with two dollar signs"
    assert text.count("$") == text.count("${"), "a bare $NAME is easily read as the shell's"


def test_the_check_of_the_repository_can_be_executed() -> None:
    file = ROOT / ".ci" / "run"
    assert file.stat().st_mode & stat.S_IXUSR
    assert "make test" in file.read_text()


def test_the_pull_request_preview_has_no_credentials() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/preview.yml").read_text())
    job = workflow["jobs"]["preview"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in job
    assert job["strategy"]["matrix"]["stack"] == ["dev", "prod"]
    runs = " ".join(step.get("run", "") for step in job["steps"])
    assert "requirements-jobs.txt" not in runs, "the program's lock alone"
    assert "--require-hashes" in runs


def test_who_comes_second_uses_the_copy_of_the_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.rename

    def lose_the_race(partial: Path, folder: Path) -> Path:
        (folder / "catalog").mkdir(parents=True)
        return rename(partial, folder)

    monkeypatch.setattr(Path, "rename", lose_the_race)
    built = image.build_local(Stack(world.root, "local"))
    assert built.created is False
    assert list(built.folder.parent.iterdir()) == [built.folder], "its own copy is gone"
