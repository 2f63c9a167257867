"""Rules between sections. A rule within one section is in the section's own model."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from catalog.accelerators import Family
from infra.settings.alerts_checks import alerts_checks
from infra.settings.binary_authorization_checks import binary_authorization_checks
from infra.settings.cloud_run_checks import cloud_run_checks
from infra.settings.cost_checks import cost_checks
from infra.settings.data_checks import data_checks, model_data_checks
from infra.settings.guardrail_checks import guardrail_checks
from infra.settings.machine_checks import machine_checks
from infra.settings.models import TREE, ModelSettings
from infra.settings.problems import Problem, rule
from infra.settings.project_checks import project_checks
from infra.settings.recovery_checks import model_recovery_checks, recovery_checks
from infra.settings.serving_checks import model_checks, serving_checks

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

_HOURS_A_DAY = 24
_SHORTEST_PACKAGE = 4


def cross_checks(settings: "StackSettings", models: Mapping[str, ModelSettings]) -> list[Problem]:
    """Everything that contradicts between sections, in the order of the stack file.

    `models` are those to judge one by one: all, unless some are wrong by themselves.
    """
    problems = [
        *_production(settings),
        *project_checks(settings),
        *guardrail_checks(settings),
        *binary_authorization_checks(settings),
        *_subnet(settings),
        *_keys(settings),
        *recovery_checks(settings),
        *data_checks(settings),
        *machine_checks(settings),
        *serving_checks(settings),
        *alerts_checks(settings),
        *cost_checks(settings),
        *_templates(settings, models),
    ]
    for name, model in models.items():
        found = [*_model(settings, model), *cloud_run_checks(settings, name, model)]
        for problem in found:
            problems.append(problem.below(("models", name)))  # noqa: PERF401 - reads in order
    return problems


@rule
def _production(settings: "StackSettings") -> Iterator[Problem]:
    if settings.environment == "prod" and not settings.protection.enabled:
        yield Problem(
            ("protection", "enabled"),
            " is false, but the environment is prod: write true, or another environment",
        )


@rule
def _subnet(settings: "StackSettings") -> Iterator[Problem]:
    region = settings.project.region
    if region not in settings.network.regions:
        yield Problem(
            ("network", "subnets"),
            f" are in {', '.join(settings.network.regions)}, but machines start in {region} "
            f"(mlplatform:project.region): add a subnet with region {region}",
        )


@rule
def _keys(settings: "StackSettings") -> Iterator[Problem]:
    region, keys = settings.project.region, settings.keys
    if keys.customer_managed and region not in keys.regions:
        yield Problem(
            ("keys", "regions"),
            f" is {', '.join(keys.regions)}, but what is encrypted is in {region} "
            f"(mlplatform:project.region), and a key encrypts only what is in its region: "
            f"add {region}, or move the project's region",
        )


@rule
def _templates(settings: "StackSettings", models: Mapping[str, ModelSettings]) -> Iterator[Problem]:
    """A repository takes pipelines by the name of their model."""
    short = [name for name in models if len(name) < _SHORTEST_PACKAGE]
    if not short or not settings.registry.pipeline_templates:
        return
    for name in short:
        yield Problem(
            ("models", name),
            f" has a name of {len(name)} characters, but a compiled pipeline is kept under it, for "
            f"which the registry asks for {_SHORTEST_PACKAGE} to 128: lengthen the name, or set "
            "mlplatform:registry.pipeline_templates to false",
        )


@rule
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
    yield from model_data_checks(settings, model)
    yield from model_checks(settings, model)
    yield from model_recovery_checks(settings, model)
    kept_hours = settings.artifacts.scratch_days * _HOURS_A_DAY
    if model.training.timeout_hours > kept_hours:
        yield Problem(
            ("training", "timeout_hours"),
            f" is {model.training.timeout_hours}, but checkpoints are deleted after {kept_hours} "
            "hours: lower it, or raise mlplatform:artifacts.scratch_days",
        )


def _elsewhere(family: Family) -> str:
    return f"it does in {', '.join(family.training_regions)}"
