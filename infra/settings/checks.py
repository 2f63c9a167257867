"""Rules between sections. A rule within one section is in the section's own model."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog.accelerators import Family
from infra.settings.models import TREE, ModelSettings
from infra.settings.problems import Problem

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

_HOURS_A_DAY = 24


def cross_checks(settings: "StackSettings") -> list[Problem]:
    """Everything that contradicts between sections, in the order of the stack file."""
    problems = list(_production(settings))
    for name, model in settings.models.items():
        for problem in _model(settings, model):
            problems.append(problem.below(("models", name)))  # noqa: PERF401 - reads in order
    return problems


def _production(settings: "StackSettings") -> Iterator[Problem]:
    if settings.environment == "prod" and not settings.protection.enabled:
        yield Problem(
            ("protection", "enabled"),
            " is False, but the environment is prod: write true, or another environment",
        )


def _model(settings: "StackSettings", model: ModelSettings) -> Iterator[Problem]:
    region, shape = settings.project.region, model.training.machine
    if region not in shape.family.training_regions:
        yield Problem(
            ("training", "shape"),
            f" is {model.training.shape!r}, but Vertex AI does not train on {shape.family.name} "
            f"in {region} (mlplatform:project.region): {_elsewhere(shape.family)}",
        )
    if model.image == TREE and settings.environment != "local":
        yield Problem(
            ("image",),
            f" is 'tree', which only the environment local can run, not {settings.environment}: "
            "build an image with `mlp image build --cloud`, or leave the key empty until then",
        )
    kept_hours = settings.artifacts.scratch_days * _HOURS_A_DAY
    if model.training.timeout_hours > kept_hours:
        yield Problem(
            ("training", "timeout_hours"),
            f" is {model.training.timeout_hours}, but checkpoints are deleted after {kept_hours} "
            "hours: lower it, or raise mlplatform:artifacts.scratch_days",
        )


def _elsewhere(family: Family) -> str:
    return f"it does in {', '.join(family.training_regions)}"
