"""Commands on registered models: list, show, lineage, and predict."""

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

app = group("Registered models: their versions and what serves.")


@app.command("list", epilog=example("mlp models list", "mlp models list --json"))
def list_(*, stack: StackName = "local", json_output: Json = False, cloud: Cloud = False) -> None:
    """Every version of every model, newest first."""
    from ops import models as work

    outputs = target(stack, cloud).enter()
    found = [item for model in outputs.endpoints for item in work.versions(outputs, model)]
    if json_output:
        print_json([work.version_json(item) for item in found])
        return
    for line in work.table(found) if found else ["no model is registered"]:
        print(line)


@app.command(epilog=example("mlp models show flight-delay"))
def show(
    model: OptionalModel = None,
    *,
    stack: StackName = "local",
    json_output: Json = False,
    cloud: Cloud = False,
) -> None:
    """One model: its versions, its traffic, where its artifacts lie."""
    from ops import models as work

    outputs = target(stack, cloud).enter()
    name = outputs.one_model(model)
    if json_output:
        print_json(work.model_json(outputs, name))
    else:
        work.show(outputs, name, screen())


@app.command(
    epilog=example("mlp models lineage", "mlp models lineage flight-delay --version 3 --json")
)
def lineage(
    model: OptionalModel = None,
    *,
    version: Annotated[
        str | None,
        typer.Option(help="Number of a version; the newest if left out.", show_default=False),
    ] = None,
    stack: StackName = "local",
    json_output: Json = False,
    cloud: Cloud = False,
) -> None:
    """What a registered version was made from, and where each fact of it is recorded."""
    from ops import lineage as work

    outputs = target(stack, cloud).enter()
    found = work.chosen(outputs, outputs.one_model(model), version)
    facts = work.facts(outputs, found)
    if json_output:
        print_json(work.as_json(found, facts))
        return
    for line in work.table(facts):
        print(line)


def predict(
    model: OptionalModel = None,
    *,
    stack: StackName = "local",
    instances: Annotated[
        Path | None,
        typer.Option(
            help="JSON file with a list of instances; - reads standard input.", show_default=False
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option(min=0, help="Which held-out row of the newest run, from 0.")
    ] = 0,
    json_output: Json = False,
    cloud: Cloud = False,
) -> None:
    """Ask the endpoint of a model about a held-out row, or about your own rows."""
    from ops import served

    chosen = target(stack, cloud)
    outputs = chosen.enter()
    name = outputs.one_model(model)
    if instances is not None:
        answer = served.ask_rows(outputs.endpoint(name), served.read_rows(instances))
        print_json(answer)
        return
    found = served.ask_sample(chosen, outputs, name, sample)
    if json_output:
        print_json(served.as_json(found))
    else:
        served.show(found, screen())
