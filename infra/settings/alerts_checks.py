"""Rules between alerts and the rest of the stack file, and which alerts concern a stack."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog.alerts import ALERTS
from catalog.alerts.alert import Subject
from catalog.slas import SLAS
from infra.settings.problems import Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

MAX_EXCEPTIONS = 100
"""Models with a bound of their own are named in the query for all others, which has an end."""
MAX_OBJECTIVES = 100
"""Cloud Monitoring keeps 500 objectives for each service; each comes with two alerts."""


@rule
def alerts_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts, in the order of the stack file."""
    alerts = settings.alerts
    if settings.environment == "prod" and not alerts.enabled:
        yield Problem(
            ("alerts", "enabled"),
            " is false, but the environment is prod: write true, or another environment",
        )
    elif settings.cost.budget and not alerts.enabled:
        yield Problem(
            ("alerts", "enabled"),
            " is false, so that nobody would be told of mlplatform:cost.budget: write true, or "
            "budget: null",
        )
    if settings.environment == "prod" and alerts.critical is None:
        yield Problem(
            ("alerts", "critical"),
            " is null, but the environment is prod, where critical alerts go to whoever is on "
            "call: write email and channels",
        )
    if settings.automation.cancel_diverging and not alerts.enabled:
        yield Problem(
            ("automation", "cancel_diverging"),
            " is true, but mlplatform:alerts.enabled is false, so that no alert names a job to "
            "cancel: write false, or enable alerts",
        )
    yield from _channels(settings)
    concerned = subjects(settings)
    for name, change in alerts.changes.items():
        alert = ALERTS[name]
        if alert.about not in concerned and change.enabled:
            yield Problem(
                ("alerts", "changes", name),
                f" changes an alert about {alert.about}, of which the stack has none: leave it out",
            )
    yield from _models(settings)


@rule
def _channels(settings: "StackSettings") -> Iterator[Problem]:
    """A channel is seen by the alerts of its own project only."""
    project, critical = settings.project, settings.alerts.critical
    own = {project.id, str(project.number)}
    for index, channel in enumerate(critical.channels if critical else []):
        if (there := channel.split("/")[1]) not in own:
            yield Problem(
                ("alerts", "critical", "channels", index),
                f" is {channel!r}, of the project {there}, but alerts are in {project.id} "
                "(mlplatform:project.id) and see channels of theirs only: make it there, and write "
                f"projects/{project.id}/notificationChannels/NUMBER",
            )


@rule
def _models(settings: "StackSettings") -> Iterator[Problem]:
    for key in ("latency_p99_ms", "error_ratio", "performance"):
        own = [name for name, model in settings.models.items() if getattr(model.alerts, key)]
        if len(own) > MAX_EXCEPTIONS:
            yield Problem(
                ("models", own[MAX_EXCEPTIONS], "alerts", key),
                f" is one bound too many: {len(own)} models have their own, at most "
                f"{MAX_EXCEPTIONS} may: write null, and the bound of most models into "
                "mlplatform:alerts.changes",
            )
    promised = SLAS["online-prediction"].percent
    aims = [name for name, model in settings.models.items() if model.availability_percent]
    if len(aims) > MAX_OBJECTIVES:
        yield Problem(
            ("models", aims[MAX_OBJECTIVES], "availability_percent"),
            f" is one objective too many: {len(aims)} models have one, at most {MAX_OBJECTIVES} "
            f"may: write null where Google's {promised} % is good enough",
        )


def subjects(settings: "StackSettings") -> set[Subject]:
    """What the stack has that an alert may be about."""
    found: set[Subject] = {"data", "access"}
    if settings.models:
        found |= {"training", "serving"}
    for model in settings.models.values():
        kind = model.training.machine.family.kind
        found |= {"training-tpu"} if kind == "tpu" else set()
        found |= {"training-gpu"} if kind == "gpu" else set()
    for machine in settings.accelerators.machines:
        kind = machine.machine.family.kind
        found |= {"machine"} if kind != "tpu" else {"tpu"}
        found |= {"gpu"} if kind == "gpu" else set()
        found |= {"reservation"} if machine.capacity == "reservation" else set()
    return found
