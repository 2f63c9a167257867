"""What `mlp shapes` says: a table or a choice with its reason, or one JSON value."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from catalog.own_shapes import OwnCapacity
from ops.commands.options import print_json
from ops.display.screen import Screen
from ops.display.tables import table
from ops.shapes.listing import Offer
from ops.shapes.picking import Pick

_ALL_ZONES = 50
_HEADING = ("shape", "kind", "machines", "chips", "chip GB", "host GB", "peak bf16", "jobs")


def tell(found: list[Offer], region: str, screen: Screen, as_json: bool) -> None:
    """Every offer, one row each."""
    if as_json:
        print_json([_plain(asdict(each)) for each in found])
        return
    if not found:
        screen.line("no shape fits these filters")
        return
    heading = (*_HEADING, f"how, USD an hour in {region}", "zones")
    table("Shapes", [heading, *(_row(each) for each in found)], screen)


def tell_pick(chosen: Pick, screen: Screen, as_json: bool) -> None:
    """The choice, why, and what comes next."""
    if as_json:
        print_json(_plain(asdict(chosen)))
        return
    screen.line(chosen.offer.shape, "bold")
    for reason in chosen.reason:
        screen.line(f"- {reason}")
    if chosen.others:
        screen.line(f"next: {', '.join(each.shape for each in chosen.others)}")
    screen.line(f"zones: {_zones(chosen.offer)}")


def _row(offer: Offer) -> tuple[str, ...]:
    peak = f"{offer.bf16_tflops} TFLOP/s" if offer.bf16_tflops else "-"
    return (
        offer.shape,
        offer.kind,
        f"{offer.machines} x {offer.machine_type}",
        str(offer.chips) if offer.chips else "-",
        str(offer.chip_memory_gb) if offer.chips else "-",
        str(offer.host_memory_gb),
        peak,
        "yes" if offer.jobs else "-",
        ", ".join(_way(*each) for each in offer.usd_an_hour.items()),
        _zones(offer),
    )


def _way(capacity: OwnCapacity, usd: Decimal | None) -> str:
    return f"{capacity} {'unknown' if usd is None else f'{usd:.2f}'}"


def _zones(offer: Offer) -> str:
    return "every zone" if len(offer.zones) > _ALL_ZONES else " ".join(offer.zones)


def _plain(value: Any) -> Any:
    """JSON without decimals: a price is a text there, so that none is rounded."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    return value
