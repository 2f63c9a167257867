"""Commands on data: check files against what was agreed, and bring them into the bucket."""

from pathlib import Path
from typing import Annotated

import typer

from ops.commands.options import (
    Cloud,
    Json,
    OptionalModel,
    StackName,
    example,
    group,
    print_json,
    screen,
    target,
)

app = group("Data of the workloads: check it, upload it.")


@app.command(
    epilog=example("mlp data check weather.csv --table weather"),
)
def check(
    file: Annotated[Path, typer.Argument(help="A CSV file.")],
    model: OptionalModel = None,
    *,
    table: Annotated[str, typer.Option(help="Which of the model's tables.")],
    stack: StackName = "local",
    json_output: Json = False,
) -> None:
    """Compare a file with what a model agreed to read; exit status 1 if it differs.

    The agreement is the file tables.json of the model's workload. Needs nothing that is deployed.
    """
    from ops import data as work
    from ops.stacks import choose

    found = work.checked(file, work.workload_of(choose(stack).settings(), model), table)
    if json_output:
        print_json({"file": str(file), "violations": found})
    for sentence in found if not json_output else []:
        print(f"{file}: {sentence}")
    if found:
        raise typer.Exit(1)
    if not json_output:
        print(f"{file} is as agreed for {table}")


@app.command(
    epilog=example(
        "mlp data upload flights --name flights-2013",
        "mlp data upload prepare.py --name flight-delay --scripts --stack dev --cloud",
    ),
)
def upload(
    source: Annotated[Path, typer.Argument(help="A file or a folder.")],
    *,
    name: Annotated[str, typer.Option(help="Name of the data set, or of what the scripts do.")],
    scripts: Annotated[
        bool, typer.Option("--scripts", help="Programs of batch jobs, not data.")
    ] = False,
    stack: StackName = "local",
    json_output: Json = False,
    cloud: Cloud = False,
) -> None:
    """Bring files into the stack's bucket: what is there unchanged is not sent again.

    That is the data lake where the stack has one, else a folder of its artifacts. Harmless to
    repeat, and after a crash it goes on. Refuses a bucket that is not in the region
    where the data is used.
    """
    from ops import data as work

    sent = work.uploaded(target(stack, cloud).enter(), source, name, scripts=scripts)
    if json_output:
        print_json([vars(item) for item in sent])
        return
    shown = screen()
    for item in sent:
        shown.line(f"{item.state:9}  {item.uri}#{item.generation}  {item.bytes:,} bytes")
    new = sum(item.state == "sent" for item in sent)
    shown.line(f"{new} sent, {len(sent) - new} unchanged")
