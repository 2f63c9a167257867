"""Commands on a whole stack: up, preview, drain, down, status, outputs."""

from typing import Annotated

import typer

from ops.commands.options import (
    Cloud,
    Json,
    StackName,
    announced,
    print_json,
    screen,
    target,
)


def up(
    *,
    stack: StackName = "local",
    json_output: Json = False,
    follow: Annotated[
        bool, typer.Option(help="Wait for the runs that the deployment submitted.")
    ] = True,
) -> None:
    """Deploy the stack, submit what changed, follow the runs, ask the endpoint.

    Nothing changed means nothing submitted. A run that failed is tried again.
    """
    from ops import up as work

    chosen = target(stack).stack
    outcome = work.up(chosen, screen(json_output), follow=follow)
    if json_output:
        print_json(outcome.as_json(chosen))
    work.conclude(outcome)


def preview(
    *,
    stack: StackName = "local",
    json_output: Json = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Answer in Markdown, for a job summary of GitHub.")
    ] = False,
    expect_no_changes: Annotated[
        bool, typer.Option("--expect-no-changes", help="Exit with 7 if anything would change.")
    ] = False,
) -> None:
    """Show what an up would change, field by field; change nothing.

    Works without credentials, and with the program's own dependencies only.
    """
    from ops import preview as work
    from ops.errors import UsageError

    if json_output and markdown:
        raise UsageError("choose one of --json and --markdown")
    chosen = target(stack).stack
    plan = work.preview(chosen, screen(json_output or markdown))
    if json_output:
        print(work.as_json(chosen, plan))
    elif markdown:
        print(work.as_markdown(chosen, plan))
    work.conclude(plan, expect_no_changes=expect_no_changes)


def drain(*, stack: StackName = "local", cloud: Cloud = False) -> None:
    """Cancel runs, undeploy and delete models, in the order that the cloud accepts.

    Only what carries the label of the stack. The resources of the graph stay, and so do objects:
    they go with their bucket.
    """
    from ops import draining

    shown = screen()
    draining.drain(announced(stack, cloud, shown), shown)


def down(*, stack: StackName = "local") -> None:
    """Drain, destroy, stop the services and prove that nothing is left.

    On the embedded local cloud. In Google Cloud: mlp drain --cloud, then pulumi destroy.
    """
    from ops import down as work

    work.down(target(stack).stack, screen())


def status(*, stack: StackName = "local", json_output: Json = False, cloud: Cloud = False) -> None:
    """Resources, services, runs, what serves, and the command that comes next."""
    from ops import status as work

    shown = screen(json_output)
    found = work.look(announced(stack, cloud, shown))
    work.show(found, shown)
    if json_output:
        print_json(found.as_json())


def outputs(*, stack: StackName = "local", json_output: Json = False, cloud: Cloud = False) -> None:
    """The outputs of the stack, as the last up stored them."""
    from ops.display.rows import value_text
    from ops.errors import CommandError

    found = target(stack, cloud).raw_outputs()
    if json_output:
        print_json(found)
        return
    if not found:
        raise CommandError(f"stack {stack} has no outputs: run mlp up --stack {stack}")
    width = max(len(name) for name in found)
    for name, value in sorted(found.items()):
        text = value if isinstance(value, str) else value_text(value, limit=200)
        print(f"{name.ljust(width)}  {text}")
