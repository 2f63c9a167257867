"""Rules between the guard rails and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


@rule
def guardrail_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What contradicts about guard rails and duties."""
    yield from _production(settings)
    yield from _number(settings)
    yield from _perimeter(settings)


@rule
def _production(settings: "StackSettings") -> Iterator[Problem]:
    if settings.environment != "prod":
        return
    if not settings.guardrails.audit_data_access:
        yield Problem(
            ("guardrails", "audit_data_access"),
            " is false, but the environment is prod, where who read what can be asked for: "
            "write true",
        )
    for duty in ("deployers", "approvers"):
        if not getattr(settings.access, duty):
            yield Problem(
                ("access", duty),
                " is empty, but the environment is prod: name a group, such as "
                f"'group:ml-{duty}@example.com'",
            )


@rule
def _number(settings: "StackSettings") -> Iterator[Problem]:
    rails, project = settings.guardrails, settings.project
    if project.number is not None or project.created is not None:
        return
    for key, on in (
        ("organization_policies", rails.organization_policies),
        ("perimeter", rails.perimeter),
    ):
        if on:
            yield Problem(
                ("project", "number"),
                f" is null, but mlplatform:guardrails.{key} is set and names the project by its "
                "number: write what `gcloud projects describe "
                f"{project.id} --format='value(projectNumber)'` prints, or null there",
            )
            return


@rule
def _perimeter(settings: "StackSettings") -> Iterator[Problem]:
    perimeter, network = settings.guardrails.perimeter, settings.network
    if perimeter is None or not perimeter.enforced:
        return
    ci = settings.delivery.sign_in is not None
    if not (perimeter.ingress or perimeter.access_levels or ci):
        yield Problem(
            ("guardrails", "perimeter", "ingress"),
            " is empty and so is access_levels, but the perimeter is enforced, and whoever deploys "
            "would be refused by the next deployment: name the account that deploys",
        )
    if network.google_apis_address and network.google_apis != "vpc-sc":
        yield Problem(
            ("network", "google_apis"),
            f" is {network.google_apis!r}, but mlplatform:guardrails.perimeter is enforced, and "
            "APIs outside of it would answer to private machines: write vpc-sc",
        )
