"""The command that draws a stack and keeps its inventory."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ops.commands.options import StackName, target

Format = Literal["mermaid", "dot", "svg", "json"]


def graph(
    *,
    stack: StackName = "local",
    format_: Annotated[
        Format, typer.Option("--format", "-f", help="svg is drawn by Graphviz.")
    ] = "mermaid",
    whole: Annotated[
        bool, typer.Option("--all", help="Every resource instead of one box per component.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write to this file.", show_default=False)
    ] = None,
    inventory: Annotated[
        bool,
        typer.Option(
            "--inventory", help="Rewrite inventory/ and docs/graph.md for all stacks; draw nothing."
        ),
    ] = False,
    check: Annotated[
        bool,
        typer.Option(
            "--check", help="With --inventory: write nothing, exit with 7 if a file is outdated."
        ),
    ] = False,
) -> None:
    """Draw the architecture of a stack from what its program registers.

    Nothing is deployed and no stored state is read. An arrow leads to what is needed; those that
    a longer way implies are left out, except in JSON.
    """
    from ops.errors import UsageError
    from ops.graph import command

    chosen = target(stack).stack
    if inventory:
        if output or whole:
            raise UsageError("--inventory knows its files: leave --output and --all away")
        for text in [command.compare(chosen.root)] if check else command.rewrite(chosen.root):
            print(text)
        return
    if check:
        raise UsageError("--check compares the files of --inventory: write --inventory --check")
    text = command.draw(chosen, format_, whole=whole)
    if output is None:
        print(text, end="")
    else:
        command.save(output, text)
