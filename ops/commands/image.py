"""The command that builds the image of the jobs, or that of workstations."""

from typing import Annotated

import typer

from ops.commands.options import Json, StackName, example, group, print_json, screen, target

app = group("The images that jobs and workstations run from.")


@app.callback()
def _image() -> None:
    """A group of one command, so that `mlp image build` reads as it does."""


@app.command(
    epilog=example(
        "mlp image build",
        "mlp image build --stack dev --cloud --print",
        "mlp image build --stack dev --cloud",
        "mlp image build --stack prod --cloud --team research --print",
    )
)
def build(
    *,
    stack: StackName = "local",
    cloud: Annotated[
        bool,
        typer.Option(
            "--cloud", help="Build with Cloud Build and write the digest into the stack file."
        ),
    ] = False,
    model: Annotated[
        str | None,
        typer.Option(help="Pin for this model only; for all if left out.", show_default=False),
    ] = None,
    team: Annotated[
        str | None,
        typer.Option(
            help="With --cloud: build the image of workstations, and pin it for this team.",
            show_default=False,
        ),
    ] = None,
    accelerator: Annotated[
        str | None,
        typer.Option(
            help="cpu, tpu or cuda: which build of JAX the image holds; what the models train on "
            "if left out.",
            show_default=False,
        ),
    ] = None,
    print_only: Annotated[
        bool, typer.Option("--print", help="Print the command of Cloud Build; run nothing.")
    ] = False,
    json_output: Json = False,
) -> None:
    """Build the image: here a content-addressed copy, with --cloud a real one.

    The copy holds exactly the files that the Dockerfile copies, so that a local run executes what
    its digest says while you go on editing.
    """
    from ops import cloud_image, image

    chosen, shown = target(stack).stack, screen(json_output)
    request = cloud_image.CloudBuild(
        model=model, team=team, accelerator=accelerator, print_only=print_only
    )
    answer = cloud_image.in_cloud(chosen, request, shown) if cloud else image.here(chosen, shown)
    if json_output:
        print_json(answer)
