"""Commands about money: what a stack costs, what a change does to it, what the bill shows."""

from pathlib import Path
from typing import Annotated

import typer

from ops.commands.options import Json, StackName, print_json, screen, target


def cost(
    *,
    stack: StackName = "local",
    compare: Annotated[
        Path | None,
        typer.Option(
            "--compare",
            help="A former answer of --json, such as of the main branch: show what differs.",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[
        float | None,
        typer.Option(
            "--limit",
            min=0,
            help="USD a month: exit with 1 if the estimate, or with --compare what it grows by, "
            "is more.",
            show_default=False,
        ),
    ] = None,
    json_output: Json = False,
) -> None:
    """Estimate what a stack costs: a month of what stays, one run at most of what ends by itself.

    From what the program registers, the stack file and the dated price table. Nothing is deployed.
    A price that the table does not hold is unknown, never 0; totals say what they leave out.
    """
    from dataclasses import asdict

    from ops.cost import command
    from ops.cost import compare as comparing

    before = comparing.read(compare) if compare else None
    chosen = target(stack).stack
    found = command.estimate(chosen)
    after = command.as_json(found)
    changed = comparing.changes(before, after) if before else []
    if json_output:
        more = {"changes": [{**asdict(c), "difference": c.difference} for c in changed]}
        print_json(after | (more if before else {}))
    elif before:
        command.tell_changes(changed, screen())
    else:
        command.tell(chosen, found, screen())
    if limit is not None:
        kept = comparing.hold(limit, before, after)
        if not json_output:
            screen().line(kept)


def bill(
    *,
    file: Annotated[
        Path,
        typer.Argument(
            help="Daily rows of the billing export as JSON: date, model, component, cost.",
            show_default=False,
        ),
    ],
    least: Annotated[
        float,
        typer.Option("--least", min=0, help="A day must cost so much more than usual."),
    ] = 20.0,
    json_output: Json = False,
) -> None:
    """Find days on which something cost far more than usual, in rows of the billing export.

    Each day is compared with the two weeks before it; docs/operations.md has the query. Exits with
    7 if there are such days.
    """
    from ops.cost import bill as bills
    from ops.errors import CHANGES_PROPOSED, EndedError

    found = bills.anomalies_in(file, least)
    if json_output:
        print_json(bills.as_json(found))
    else:
        bills.tell(found, screen())
    if found:
        raise EndedError(CHANGES_PROPOSED)
