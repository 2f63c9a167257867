"""What an up would change: on the screen, as JSON, or as Markdown for a job summary.

Needs the program's own dependencies only: no Google client is imported on this path.
"""

import json
from functools import partial
from typing import Any

from ops.deployment import Deployment, counts_text, run
from ops.display.rows import Row, describe
from ops.display.screen import Screen
from ops.errors import CHANGES_PROPOSED, FAILED, EndedError
from ops.stacks import Stack
from ops.target import Target

_MARKDOWN_ROWS = 300
"""GitHub cuts a job summary at 1 MiB; a fleet's first preview is longer than anyone reads."""


def preview(stack: Stack, screen: Screen) -> Deployment:
    """Plans, shows the plan and returns it. Raises `EndedError` if planning failed."""
    import localcloud

    header(stack, screen)
    plan = partial(localcloud.preview, stack.root, stack.name)
    deployment = run(lambda listen: plan(on_event=listen), screen, planning=True)
    if deployment.succeeded:
        screen.line(f"plan: {counts_text(deployment)}", "bold")
    return deployment


def header(stack: Stack, screen: Screen) -> None:
    """Says which stack this is, and first of all if it is only rehearsed."""
    settings = stack.settings()
    if banner := Target(stack).banner:
        screen.line(banner, "bold yellow")
    screen.line(
        f"stack {stack.name} · project {settings.project.id} · {settings.project.region}", "bold"
    )


def conclude(deployment: Deployment, *, expect_no_changes: bool) -> None:
    """Turns a plan into the exit status. Raises `EndedError` unless it is 0."""
    if not deployment.succeeded:
        raise EndedError(FAILED)
    if expect_no_changes and deployment.changes:
        raise EndedError(CHANGES_PROPOSED)


def as_json(stack: Stack, deployment: Deployment) -> str:
    """The plan as one JSON object."""
    answer: dict[str, Any] = {
        "stack": stack.name,
        "rehearsal": stack.is_rehearsal,
        **deployment.as_json(),
    }
    return json.dumps(answer, indent=2)


def as_markdown(stack: Stack, deployment: Deployment) -> str:
    """The plan as Markdown: a count, a table of resources, changes field by field."""
    rows = deployment.rows.changed()
    lines = [
        f"## Preview of `{stack.name}`",
        "",
        f"{counts_text(deployment)} (embedded engine, without credentials; "
        "compared with an empty stack unless state was restored)",
        "",
    ]
    errors = [d for d in deployment.report.diagnostics if d.severity == "error"]
    lines += [f"> **error** {_inline(error.message)}" for error in errors]
    if rows:
        lines += ["| | type | name | changes |", "|---|---|---|---|"]
        lines += [_table_row(row) for row in rows[:_MARKDOWN_ROWS]]
    if len(rows) > _MARKDOWN_ROWS:
        lines += ["", f"... and {len(rows) - _MARKDOWN_ROWS} more"]
    return "\n".join(lines) + "\n"


def _table_row(row: Row) -> str:
    changes = row.changes if row.op in ("update", "replace") else []
    cells = "<br>".join(f"`{_inline(describe(change))}`" for change in changes)
    plan = f"`{row.sigil}` {row.status(planning=True)}"
    return f"| {plan} | `{row.short_type}` | `{row.name}` | {cells} |"


def _inline(text: str) -> str:
    """Text that breaks neither a table cell nor a code span."""
    return " ".join(text.split()).replace("`", "'").replace("|", "\\|")
