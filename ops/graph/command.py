"""What `mlp graph` does: plan, choose the view, write it; or rewrite the golden files."""

from collections.abc import Iterator
from pathlib import Path

from ops.errors import CHANGES_PROPOSED, CommandError
from ops.graph import drawing, inventory
from ops.graph.resources import plan
from ops.graph.views import component_view, resource_view
from ops.stacks import Stack

UP_TO_DATE = "every inventory and diagram is up to date"


class OutdatedError(CommandError):
    """A golden file does not say what the program registers."""

    exit_code = CHANGES_PROPOSED


def draw(stack: Stack, format_: str, *, whole: bool) -> str:
    """The diagram of a stack as text. Raises `CommandError` if it cannot be planned or drawn."""
    make = resource_view if whole else component_view
    view = make(plan(stack), implied=format_ == "json")
    if format_ == "mermaid":
        return drawing.mermaid(view)
    write = {"dot": drawing.dot, "svg": drawing.svg, "json": drawing.as_json}[format_]
    return write(view, stack.name)


def save(path: Path, text: str) -> None:
    """Writes a file. Raises `CommandError` where that cannot be."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(
            f"--output {path} cannot be written ({error.strerror}): name a file in a folder that "
            "exists"
        ) from error


def rewrite(root: Path) -> Iterator[str]:
    """Brings the golden files up to date; says which were not."""
    changed = inventory.write(inventory.files(root), root)
    for path in changed:
        verb = "wrote" if path.exists() else "removed"
        yield f"{verb} {path.relative_to(root)}"
    if not changed:
        yield UP_TO_DATE


def compare(root: Path) -> str:
    """Says that the golden files are up to date. Raises `OutdatedError` with those that are not."""
    changed = inventory.outdated(inventory.files(root), root)
    if changed:
        names = ", ".join(str(path.relative_to(root)) for path in changed)
        raise OutdatedError(
            f"{names}: not what the program registers now; run {inventory.COMMAND}, look at the "
            "difference and commit it"
        )
    return UP_TO_DATE
