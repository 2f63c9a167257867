"""Rules between a project that the stack makes and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings


@rule
def project_checks(settings: "StackSettings") -> Iterator[Problem]:
    """What a project that does not exist yet contradicts."""
    project, budget = settings.project, settings.cost.budget
    created = project.created
    if created is None:
        return
    if project.number is not None:
        yield Problem(
            ("project", "number"),
            f" is {project.number}, but the stack makes the project (mlplatform:project.created), "
            "and Google chooses its number: write null",
        )
    if created.deletable and settings.protection.enabled:
        yield Problem(
            ("project", "created", "deletable"),
            " is true, but mlplatform:protection.enabled is true, and a deleted project takes all "
            "that is protected with it: write false",
        )
    if settings.network.adopted:
        yield Problem(
            ("network", "adopted"),
            " is true, but the stack makes the project (mlplatform:project.created), and there is "
            "no network in it yet: write false",
        )
    if budget and budget.billing_account != created.billing_account:
        yield Problem(
            ("cost", "budget", "billing_account"),
            f" is {budget.billing_account}, but {created.billing_account} pays for the project "
            "(mlplatform:project.created.billing_account), and the budget would see no cost: write "
            "the same in both",
        )
