"""The command that shows what a run said."""

from typing import Annotated

import typer

from ops.commands.options import Cloud, OptionalRun, StackName, announced, screen


def logs(
    run: OptionalRun = None,
    *,
    stack: StackName = "local",
    step: Annotated[
        str | None,
        typer.Option(
            help="One of prepare, train, validate, gate, register, rollout.", show_default=False
        ),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Until the run ends.")] = False,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="Of each log, the last.")] = 40,
    cloud: Cloud = False,
) -> None:
    """What a run and its steps said."""
    from ops import logs as work

    shown = screen()
    chosen = announced(stack, cloud, shown)
    work.show(chosen, shown, run, step, lines=lines, follow=follow)
