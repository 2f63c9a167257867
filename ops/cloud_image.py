"""Images in real registries: Cloud Build makes them, the stack file pins their digests.

Does not decide which image a model or a workstation runs: the stack file does.
"""

import shlex
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.images import JOBS, WORKSTATION
from ops.display.screen import Screen
from ops.errors import CommandError, UsageError
from ops.stack_file import write_image, write_team_image
from ops.stacks import Stack
from ops.target import Target

if TYPE_CHECKING:
    from infra.settings.project import ProjectSettings

JAX_EXTRAS = {"cpu": "", "tpu": "tpu", "cuda": "cuda12"}
"""Build of JAX per kind of accelerator: the extra of the package `jax`."""
_BUILDS = {"cpu": "cpu", "tpu": "tpu", "gpu": "cuda"}


@dataclass(frozen=True, kw_only=True)
class CloudBuild:
    """What to build with Cloud Build, and for whom."""

    model: str | None = None
    """Pin the image for this model only; for all if None."""
    team: str | None = None
    """Build the image of workstations instead, and pin it for this team."""
    accelerator: str | None = None
    """Which build of JAX the image holds; what the models train on if None."""
    print_only: bool = False


def in_cloud(stack: Stack, request: CloudBuild, screen: Screen) -> dict[str, Any]:
    """`mlp image build --cloud`: builds, and pins the digest in the stack file."""
    if not stack.is_rehearsal:
        raise UsageError(
            f"stack {stack.name} lives on this machine: leave --cloud away, or name another stack"
        )
    project, made = stack.settings().project, WORKSTATION if request.team else JOBS
    extra = _no_jax(stack, request) if request.team else JAX_EXTRAS[_accelerator(stack, request)]
    outputs = Target(stack, cloud=not request.print_only).raw_outputs()
    name, *copies = [f"{each}/{made.name}" for each in _registries(stack, request, outputs)]
    builder = _builder(stack, request, outputs)
    variables = {
        "_IMAGE": name,
        "_DOCKERFILE": made.dockerfile,
        "_JAX_EXTRA": extra,
        "_COPIES": " ".join(copies),
    }
    command = cloud_command(variables, project, builder)
    screen.line(shlex.join(command))
    if request.print_only:
        return {"command": command}
    digest = build_cloud(stack.root, command)
    for each in copies:
        look_for(stack.root, each, digest)
    image = f"{name}@{digest}"
    changed = _written(stack, request, image)
    screen.line(f"image {image}", "bold")
    for each in copies:
        screen.line(f"  the same in {each}")
    whom = "team" if request.team else "model"
    screen.line(
        f"  written into {stack.file.name} for {', '.join(changed) or f'no {whom}: it was there'}"
    )
    screen.line(f"  next: pulumi up --stack {stack.name}")
    return {"image": image, "copies": copies, f"{whom}s": changed}


def _written(stack: Stack, request: CloudBuild, image: str) -> list[str]:
    """The models or the team whose entry in the stack file changed."""
    if request.team:
        return write_team_image(stack.file, image, request.team)
    chosen = [request.model] if request.model else _rolled_out(stack)
    return [model for each in chosen for model in write_image(stack.file, image, each)]


def _no_jax(stack: Stack, request: CloudBuild) -> str:
    """Of a workstation's image nothing is chosen but the team that gets it."""
    if request.model or request.accelerator:
        raise UsageError(
            "--team builds the image of workstations: leave --model and --accelerator away"
        )
    teams = [each.name for each in stack.settings().workstations.teams]
    if request.team not in teams:
        known = f"choose one of {', '.join(teams)}" if teams else "this stack has none"
        raise UsageError(f"there is no team {request.team!r}: {known}")
    return ""


def _rolled_out(stack: Stack) -> list[str]:
    """The models that may have an image; the settings refuse it for the others."""
    return [name for name, model in stack.settings().models.items() if model.may_have_image]


def _accelerator(stack: Stack, request: CloudBuild) -> str:
    """What was asked for, or what the models train on: JAX for a CPU leaves a TPU idle."""
    models = stack.settings().models
    if request.model not in (None, *models):
        raise UsageError(f"there is no model {request.model!r}: choose one of {', '.join(models)}")
    chosen = [models[request.model]] if request.model else models.values()
    trained_on = {_BUILDS[model.training.machine.family.kind] for model in chosen}
    wanted = request.accelerator or (trained_on.pop() if len(trained_on) == 1 else "")
    if wanted in JAX_EXTRAS:
        return wanted
    known = ", ".join(JAX_EXTRAS)
    if request.accelerator:
        raise UsageError(f"--accelerator {request.accelerator!r}: choose one of {known}")
    raise UsageError(
        f"the models train on different accelerators: build for one of them with --model, or say "
        f"--accelerator {known.replace(', ', '|')}"
    )


def cloud_command(
    variables: Mapping[str, str],
    project: "ProjectSettings",
    builder: Mapping[str, str],
) -> list[str]:
    """The command that builds the image with Cloud Build, pushes it to its names in all regions
    and prints its digest; as the builder of the stack, who signs it, where there is one."""
    given = {
        **variables,
        "_ATTESTOR": builder.get("attestor", ""),
        "_KEY_VERSION": builder.get("key_version", ""),
    }
    return [
        "gcloud",
        "builds",
        "submit",
        "--config=cloudbuild.yaml",
        "--ignore-file=.dockerignore",
        f"--project={project.id}",
        f"--region={project.region}",
        f"--substitutions={','.join(f'{key}={value}' for key, value in given.items())}",
        *([f"--service-account={builder['account']}"] if builder else []),
        *([f"--gcs-source-staging-dir={builder['sources']}"] if builder else []),
        "--format=value(results.images[0].digest)",
        ".",
    ]


def _builder(stack: Stack, request: CloudBuild, outputs: Mapping[str, Any]) -> Mapping[str, str]:
    """Whom an up made to build, and what they sign with; {} where nobody was made for it."""
    found = outputs.get("image_builds") or {}
    asked = stack.settings().guardrails.binary_authorization is not None
    if asked and "attestor" not in found and not request.print_only:
        raise CommandError(
            f"stack {stack.name} starts signed images only, and nobody can sign so far: deploy its "
            f"infrastructure first with pulumi up --stack {stack.name}"
        )
    return found


def _registries(stack: Stack, request: CloudBuild, outputs: Mapping[str, Any]) -> list[str]:
    """The registries that an up made, that of the project's own region first.

    A printed command may show where they will be.
    """
    found = outputs.get("registries") or {}
    regions = stack.settings().regions
    missing = [region for region in regions if region not in found]
    if missing and not request.print_only:
        raise CommandError(
            f"stack {stack.name} has no registry in {', '.join(missing)} so far: deploy its "
            f"infrastructure first with pulumi up --stack {stack.name}"
        )
    return [str(found.get(region, f"REGISTRY-{region}")) for region in regions]


def build_cloud(root: Path, command: list[str]) -> str:
    """Runs the command and returns the digest of the pushed image. Not run live so far."""
    done = _gcloud(root, command)
    if done.returncode != 0:
        raise CommandError(
            f"the build failed with status {done.returncode}: gcloud says above where its log is"
        )
    lines = done.stdout.split()
    if not lines or not lines[-1].startswith("sha256:"):
        raise CommandError(
            "the build printed no digest: look it up with gcloud artifacts docker images list "
            "and write it into the stack file by hand"
        )
    return lines[-1]


def look_for(root: Path, name: str, digest: str) -> None:
    """Raises CommandError unless the registry of this name has the same image."""
    image = f"{name}@{digest}"
    done = _gcloud(root, [*_DESCRIBE, image])
    if done.returncode != 0 or done.stdout.strip() != digest:
        raise CommandError(
            f"there is no {image}, so that region would run another image or none: the stack file "
            "stays as it was; build again, and look at the build's step `copies` if it happens "
            "again"
        )


_DESCRIBE = (
    "gcloud",
    "artifacts",
    "docker",
    "images",
    "describe",
    "--format=value(image_summary.digest)",
)


def _gcloud(root: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    if shutil.which(command[0]) is None:
        raise CommandError(
            "there is no gcloud on PATH: install the Google Cloud CLI, "
            "or run the printed command where there is one"
        )
    return subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=False)
