"""Rules between Binary Authorization and the rest of the stack file."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from infra.settings.problems import Problem, rule

if TYPE_CHECKING:
    from infra.settings.stack import StackSettings

_KEY = ("guardrails", "binary_authorization")


@rule
def binary_authorization_checks(settings: "StackSettings") -> Iterator[Problem]:
    """Who signs, and that nothing which is built here starts unsigned."""
    asked = settings.guardrails.binary_authorization
    if asked is None:
        return
    if settings.delivery.builds is None:
        consequence = (
            "no image could start"
            if asked.mode == "enforced"
            else "the log would name every image that starts"
        )
        yield Problem(
            (*_KEY, "mode"),
            f" is {asked.mode!r}, but mlplatform:delivery.builds is null, nobody signs images, and "
            f"{consequence}: write its branch and machine there, or "
            "mlplatform:guardrails.binary_authorization: null",
        )
    for index, pattern in enumerate(asked.exempt_images):
        if pattern.split("/")[1] == settings.project.id:
            yield Problem(
                (*_KEY, "exempt_images", index),
                f" is {pattern!r}, in this stack's own project, whose images are signed when they "
                "are built: take it out, or write a repository of another project",
            )
