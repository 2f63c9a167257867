"""The command that looks before and after a deployment."""

from typing import Annotated

import typer

from ops.check.groups import Group
from ops.commands.options import Cloud, Json, StackName, announced, print_json, screen


def check(
    *,
    stack: StackName = "local",
    only: Annotated[
        list[Group] | None,
        typer.Option(help="Only this; may be repeated.", show_default=False),
    ] = None,
    error: Annotated[
        str | None,
        typer.Option(help="Explain this error text of Google Cloud; look at nothing."),
    ] = None,
    cloud: Cloud = False,
    json_output: Json = False,
) -> None:
    """Look at what a deployment needs, and at what it made.

    Without --cloud the tools on this machine. With it also billing, APIs, permissions and quotas
    against what the stack asks for; workstations and accelerators as they are, compared with what
    was deployed; who lacks a role on a bucket; and why Spark batches failed. Only reads.
    """
    from ops.check import command

    shown = screen(json_output)
    if error is not None:
        command.explained(error, shown)
        return
    findings = command.look(announced(stack, cloud, shown), tuple(only or ()))
    if json_output:
        print_json(command.as_json(findings))
        command.end(findings)
    else:
        command.tell(findings, shown)
