"""Commands that compare ways to pay: `mlp savings …`. Pure arithmetic over dated list prices."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import typer

from catalog.prices import REFERENCE_REGION
from ops.commands.options import Json, example, group, screen

app = group("Pay less for the same: how machines are obtained, their size, and what stands idle.")

Machine = Annotated[
    str, typer.Argument(help="A machine type, or a TPU generation such as 'TPU v6e'.")
]
Region = Annotated[str, typer.Option("--region", help="Where the price holds.")]
Term = Literal["commitment-1y", "commitment-3y", "flexible-1y", "flexible-3y"]
Obtained = Literal["on-demand", "spot", "flex-start"]


@app.command("rates", epilog=example("mlp savings rates a3-highgpu-8g"))
def rates(
    machine: Machine, *, region: Region = REFERENCE_REGION, json_output: Json = False
) -> None:
    """What an hour costs by every way to obtain it, and what each saves over on demand.

    From two dated rows each, never a fixed percentage: Spot prices move.
    """
    from ops.savings import display

    display.rates(machine, region, screen(json_output), json_output)


@app.command("commitment", epilog=example("mlp savings commitment n2-standard-8 --hours 500"))
def commitment(
    machine: Machine,
    *,
    hours: Annotated[float, typer.Option("--hours", help="Hours a month that each runs.")] = 730,
    machines: Annotated[int, typer.Option("--machines", help="How many of them.")] = 1,
    region: Region = REFERENCE_REGION,
    json_output: Json = False,
) -> None:
    """Whether a commitment pays: it is paid for every hour, used or not.

    Sustained use is taken off for families that have it, and only for whole months.
    """
    from ops.savings import display

    display.commitment(
        machine, region, Decimal(str(hours)), machines, screen(json_output), as_json=json_output
    )


@app.command("mix", epilog=example("mlp savings mix loads.json n2-standard-8 --interruptible 0.5"))
def mix(
    loads: Annotated[Path, typer.Argument(help="JSON list: machines needed in each hour.")],
    machine: Machine,
    *,
    term: Annotated[Term, typer.Option("--term", help="What the base commits to.")] = (
        "commitment-1y"
    ),
    already: Annotated[int, typer.Option("--already", help="Machines committed to already.")] = 0,
    interruptible: Annotated[
        float, typer.Option("--interruptible", help="Share beyond the base that may be preempted.")
    ] = 0.0,
    region: Region = REFERENCE_REGION,
    json_output: Json = False,
) -> None:
    """Split a changing load into a committed base, bursts on demand and peaks on Spot."""
    from ops.savings import display

    display.mix(
        loads,
        machine,
        region,
        screen(json_output),
        term=term,
        already=already,
        interruptible=Decimal(str(interruptible)),
        as_json=json_output,
    )


@app.command("size", epilog=example("mlp savings size --vcpus 8 --memory-gb 30 --chip T4"))
def size(
    *,
    vcpus: Annotated[int, typer.Option("--vcpus", help="At least so many.")],
    memory_gb: Annotated[int, typer.Option("--memory-gb", help="At least so much.")],
    chip: Annotated[
        str | None, typer.Option("--chip", help="GPU or TPU generation.", show_default=False)
    ] = None,
    chips: Annotated[int, typer.Option("--chips", help="How many, with --chip.")] = 1,
    capacity: Annotated[Obtained, typer.Option("--capacity", help="How obtained.")] = "on-demand",
    region: Region = REFERENCE_REGION,
    json_output: Json = False,
) -> None:
    """The machines that are large enough, the cheapest first: only pairs that exist."""
    from ops.savings import display
    from ops.savings.sizes import Need

    need = Need(vcpus=vcpus, memory_gb=memory_gb, chip=chip, chips=chips if chip else 0)
    display.sizes(need, region, capacity, screen(json_output), as_json=json_output)


@app.command("idle", epilog=example("mlp savings idle use.json"))
def idle(
    use: Annotated[
        Path,
        typer.Argument(help="JSON list of name, machine_type, region, replicas and hourly use."),
    ],
    *,
    json_output: Json = False,
) -> None:
    """What is larger than its use: replicas that nobody needs, machines that mostly wait."""
    from ops.savings import display

    display.idle(use, screen(json_output), as_json=json_output)
