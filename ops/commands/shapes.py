"""`mlp shapes`: which machines there are, and which one holds a training. From tables alone."""

from typing import Annotated

import typer

from catalog.accelerators import Kind
from catalog.own_shapes import OwnCapacity
from catalog.training_memory import Framework, Optimizer
from ops.commands.options import Json, screen


def shapes(
    *,
    zone: Annotated[
        str | None, typer.Option("--zone", help="Only what this zone has.", show_default=False)
    ] = None,
    capacity: Annotated[
        OwnCapacity | None,
        typer.Option("--capacity", help="Only what can be had so.", show_default=False),
    ] = None,
    kind: Annotated[
        Kind | None, typer.Option("--kind", help="Only these.", show_default=False)
    ] = None,
    pick: Annotated[
        bool, typer.Option("--pick", help="Choose one for a training, and say why.")
    ] = False,
    parameters: Annotated[
        float | None,
        typer.Option("--parameters", help="Of the model, such as 7e9.", show_default=False),
    ] = None,
    framework: Annotated[Framework, typer.Option("--framework", help="With --pick.")] = "jax",
    batch: Annotated[int, typer.Option("--batch", help="Examples of one step.")] = 256,
    tokens: Annotated[
        int, typer.Option("--tokens", help="Of one example; 1 for a row of a table.")
    ] = 1,
    optimizer: Annotated[Optimizer, typer.Option("--optimizer", help="With --pick.")] = "adam",
    json_output: Json = False,
) -> None:
    """List the shapes of the stack files: memory, peak, how and where to have them, and a price.

    With --pick, choose the cheapest one that holds a training, with the arithmetic. Prices are
    dated list prices of the zone's region; one that the table does not hold is unknown. A zone that
    has a shape may have none left.
    """
    from catalog.places import region_of
    from catalog.prices import REFERENCE_REGION
    from ops.errors import UsageError
    from ops.shapes import display, listing, picking

    if pick and parameters is None:
        raise UsageError("--pick needs --parameters, such as --parameters 7e9")
    if parameters is not None and not pick:
        raise UsageError("--parameters says nothing without --pick: write both")
    found = listing.offers(zone, capacity, kind)
    if parameters is None:
        region = region_of(zone) if zone else REFERENCE_REGION
        display.tell(found, region, screen(json_output), json_output)
        return
    training = picking.Training(
        parameters=parameters,
        framework=framework,
        batch=batch,
        tokens=tokens,
        optimizer=optimizer,
    )
    chosen = picking.pick(training, found, capacity or "on-demand")
    display.tell_pick(chosen, screen(json_output), json_output)
