"""Commands on runs: list, show, submit, publish, cancel."""

from typing import Annotated

import typer

from ops.commands.options import (
    Cloud,
    Json,
    OptionalModel,
    OptionalRun,
    StackName,
    announced,
    example,
    group,
    print_json,
    screen,
    target,
)

app = group("Runs of the models: list them, look at one, submit, cancel.")


@app.command("list", epilog=example("mlp jobs list", "mlp jobs list --json"))
def list_(*, stack: StackName = "local", json_output: Json = False, cloud: Cloud = False) -> None:
    """The runs of the stack, newest first."""
    from ops import runs as work

    found = work.listed(target(stack, cloud))
    if json_output:
        print_json(found)
        return
    for line in work.table(found) if found else ["no run so far"]:
        print(line)


@app.command(epilog=example("mlp jobs show", "mlp jobs show RUN --json"))
def show(
    run: OptionalRun = None,
    *,
    stack: StackName = "local",
    json_output: Json = False,
    cloud: Cloud = False,
) -> None:
    """One run: its steps, its verdict, what it was asked to do."""
    from ops import runs as work

    found = work.found(target(stack, cloud), run)
    if json_output:
        print_json(found.as_json())
    else:
        work.show(found, screen())


@app.command(
    epilog=example("mlp jobs submit --dry-run flight-delay", "mlp jobs submit --stack dev --cloud")
)
def submit(
    model: OptionalModel = None,
    *,
    stack: StackName = "local",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the Vertex PipelineJob; send nothing.")
    ] = False,
    cloud: Cloud = False,
) -> None:
    """Make sure that every model, or the given one, has its run; never two.

    What the deployment's hook does, as a command: it finds the live or succeeded run, or makes one.
    """
    from ops import runs as work

    if dry_run:
        print_json(work.messages(target(stack, cloud), model))
        return
    shown = screen()
    work.submit(announced(stack, cloud, shown), model, shown)


@app.command(epilog=example("mlp jobs publish", "mlp jobs publish --stack prod --cloud"))
def publish(
    model: OptionalModel = None, *, stack: StackName = "local", cloud: Cloud = False
) -> None:
    """Store the compiled pipeline of every model, or of the given one; each content once.

    A submission does so, too; this is for when it could not, and submits nothing.
    """
    from ops import runs as work

    shown = screen()
    work.publish(announced(stack, cloud, shown), model, shown)


@app.command(epilog=example("mlp jobs cancel RUN"))
def cancel(
    run: Annotated[str, typer.Argument(help="Id of a run.")],
    *,
    stack: StackName = "local",
    cloud: Cloud = False,
) -> None:
    """Ask Vertex to end a run."""
    from ops import runs as work

    shown = screen()
    work.cancel(announced(stack, cloud, shown), run, shown)
