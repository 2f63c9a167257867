"""What the commands below `mlp savings` say: one table each, or one JSON value."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

from catalog.prices import Capacity
from ops.commands.options import print_json
from ops.display.screen import Screen
from ops.display.tables import table
from ops.errors import UsageError
from ops.savings import commitments
from ops.savings import mix as mixes
from ops.savings import rates as hourly
from ops.savings import sizes as sizing
from ops.savings.idle import Use, report

_UNKNOWN = "unknown"


def rates(machine: str, region: str, screen: Screen, as_json: bool) -> None:
    """Every way to obtain a machine."""
    hourly.check(machine, region)
    found = hourly.rates(machine, region)
    if as_json:
        print_json([_plain(asdict(each)) for each in found])
        return
    rows = [
        (each.capacity, _usd(each.usd, 4), _share(each.saving), _source(each)) for each in found
    ]
    heading = ("how", "USD an hour", "saves", "price as of")
    table(f"{machine} in {region}", [heading, *rows], screen)


def _source(rate: hourly.Rate) -> str:
    row = rate.row
    return f"{row.as_of} [{row.source.mark}]" if row else "no price in the table"


def commitment(
    machine: str, region: str, hours: Decimal, machines: int, screen: Screen, *, as_json: bool
) -> None:
    """Each commitment against going without."""
    hourly.check(machine, region)
    found = commitments.compare(machine, region, hours, machines)
    if as_json:
        print_json(_plain(asdict(found)))
        return
    eased = f", {found.sustained:.0%} sustained use off" if found.sustained else ""
    screen.line(f"without: {_usd(found.without)} USD a month{eased}")
    if not found.offers:
        screen.line(f"no commitment to {machine} in {region} has a price in the table")
        return
    rows = [
        (
            each.term,
            each.type or "-",
            _usd(each.committed),
            _usd(each.idle),
            _usd(each.saving),
            f"{each.break_even:.0%} of all hours",
        )
        for each in found.offers
    ]
    heading = ("term", "type", "USD a month", "USD idle", "USD saved", "pays above")
    table(f"{machines} {machine} in {region}, {hours:f} h a month", [heading, *rows], screen)


def mix(
    file: Path,
    machine: str,
    region: str,
    screen: Screen,
    *,
    term: Capacity,
    already: int,
    interruptible: Decimal,
    as_json: bool,
) -> None:
    """The cheapest split of a load."""
    hourly.check(machine, region)
    loads = _read(file)
    if not all(isinstance(each, int) for each in loads):
        raise UsageError(f"{file} is no series: write a JSON list of whole numbers of machines")
    found = mixes.plan(
        loads, machine, region, term=term, already=already, interruptible=interruptible
    )
    if as_json:
        print_json(_plain(asdict(found)) if found else None)
        return
    if found is None:
        screen.line(f"{machine} in {region}: a price that this needs is {_UNKNOWN}")
        return
    rows = [
        (part.name, part.capacity, str(part.machines), f"{part.hours:,.0f}", _usd(part.usd))
        for part in found.parts
    ]
    heading = ("part", "how", "machines at most", "machine-hours", "USD")
    table(f"{len(loads)} hours of {machine} in {region}", [heading, *rows], screen)
    screen.line(f"{_usd(found.usd)} USD, instead of {_usd(found.on_demand)} on demand", "bold")


def sizes(
    need: sizing.Need, region: str, capacity: Capacity, screen: Screen, *, as_json: bool
) -> None:
    """Every machine that is large enough."""
    found = sizing.fits(need, region, capacity)
    if as_json:
        print_json([_plain(asdict(each)) for each in found])
        return
    if not found:
        screen.line(f"no machine in {region} is large enough and can be had {capacity}")
        return
    rows = [
        (
            each.machine_type,
            str(each.vcpus),
            str(each.memory_gb),
            f"{each.chips} {need.chip}{' added' if each.attached else ''}" if each.chips else "-",
            _usd(each.usd, 4),
        )
        for each in found
    ]
    heading = ("machine", "vCPUs", "GB", "accelerators", "USD an hour")
    table(f"large enough, {capacity} in {region}", [heading, *rows], screen)


def idle(file: Path, screen: Screen, *, as_json: bool) -> None:
    """What is larger than its use."""
    try:
        uses = [Use(**each) for each in _read(file)]
    except TypeError as error:
        raise UsageError(
            f"{file} has no series of use: write a list of mappings with name, machine_type, "
            "region, replicas and use"
        ) from error
    found = report(uses)
    if as_json:
        print_json([_plain(asdict(each)) for each in found])
        return
    rows = [
        (
            each.name,
            each.verdict,
            f"{each.needed} of {each.replicas}",
            f"{each.idle:.0%}",
            f"{each.high:.0%}",
            _usd(each.usd),
        )
        for each in found
    ]
    heading = ("name", "verdict", "needed", "idle hours", "use, 95 of 100", "USD a month saved")
    table("use against size", [heading, *rows], screen)


def _read(file: Path) -> Sequence[Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UsageError(f"{file} is no JSON: {error}") from None
    if not isinstance(found, list):
        raise UsageError(f"{file} holds no JSON list")
    return found


def _usd(value: Decimal | None, digits: int = 2) -> str:
    return _UNKNOWN if value is None else f"{value:,.{digits}f}"


def _share(value: Decimal | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _plain(value: Any) -> Any:
    """Decimals as numbers of JSON."""
    if isinstance(value, Decimal):
        return round(float(value), 6)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
