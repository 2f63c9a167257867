"""What an hour of a machine costs in one place, or which near price gives an indication.

Only what the price table holds for that product and region is a price. Vertex AI's own prices are
mostly not in it: the same machine on Compute Engine is an indication, never part of a total.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from catalog.machines import MACHINES, Machine
from catalog.prices import REFERENCE_REGION, TRAINING_SURCHARGE, Capacity, Price, Product, find
from ops.cost.estimate import Amount


@dataclass(frozen=True, kw_only=True)
class Quote:
    """US dollars per unit: a price, or an indication, or neither."""

    usd: Decimal | None = None
    indication: Decimal | None = None
    note: str = ""
    prices: tuple[Price, ...] = ()

    def amount(self, least: Decimal | int, most: Decimal | int | None = None) -> Amount | None:
        """The price of that many units; None if it is unknown."""
        return _times(self.usd, least, most)

    def indicated(self, least: Decimal | int, most: Decimal | int | None = None) -> Amount | None:
        """The indication for that many units; None without one."""
        return _times(self.indication, least, most)


def _times(usd: Decimal | None, least: Decimal | int, most: Decimal | int | None) -> Amount | None:
    if usd is None:
        return None
    return Amount(low=usd * least, high=usd * (least if most is None else most))


def machine_hour(product: Product, machine_type: str, region: str, capacity: Capacity) -> Quote:
    """One hour of one machine as this product of Google Cloud charges it."""
    own = find(product, machine_type, region, capacity)
    if own is not None:
        return Quote(usd=own.usd, prices=(own,))
    listed = compute_hour(machine_type, region, capacity)
    if listed is not None:
        usd, row = listed
        if product == "compute":
            return Quote(usd=usd, prices=(row,))
        if product == "training" and _plain(machine_type) and capacity == "on-demand":
            note = f"Compute Engine's price times {TRAINING_SURCHARGE}"
            return Quote(usd=usd * TRAINING_SURCHARGE, note=note, prices=(row,))
    return _near(product, machine_type, region, capacity)


def rate(product: Product, sku: str, region: str) -> Quote:
    """One unit of anything else; an indication is the price in the reference region."""
    row = find(product, sku, region)
    if row is not None:
        return Quote(usd=row.usd, prices=(row,))
    elsewhere = find(product, sku, REFERENCE_REGION)
    if elsewhere is not None:
        note = f"price in {REFERENCE_REGION}"
        return Quote(indication=elsewhere.usd, note=note, prices=(elsewhere,))
    return Quote(note="not in the price table")


def _plain(machine_type: str) -> bool:
    return machine_type in MACHINES and MACHINES[machine_type].chip is None


def compute_hour(
    machine_type: str, region: str, capacity: Capacity
) -> tuple[Decimal, Price] | None:
    """Compute Engine's price of the whole machine; a TPU's is that of its chips."""
    row = find("compute", machine_type, region, capacity)
    if row is not None:
        return row.usd, row
    machine = MACHINES.get(machine_type)
    if machine is None or machine.chip is None or not machine.chip.startswith("TPU"):
        return None  # a GPU's price is without the host
    chip = find("compute", machine.chip, region, capacity)
    return None if chip is None else (chip.usd * machine.chips, chip)


def _near(product: Product, machine_type: str, region: str, capacity: Capacity) -> Quote:
    if machine_type not in MACHINES:
        return Quote(note=f"{machine_type} is not in the price table")
    for other, place in _neighbours(MACHINES[machine_type], region):
        listed = compute_hour(other.name, place, capacity)
        if listed is None:
            continue
        usd, row = listed
        scaled = usd * MACHINES[machine_type].vcpus / other.vcpus
        what = "Compute Engine's price" if product != "compute" else "price"
        size = f" of {other.name} by vCPUs" if other.name != machine_type else ""
        return Quote(indication=scaled, note=f"{what}{size} in {place}", prices=(row,))
    return Quote(note="not in the price table")


def _neighbours(machine: Machine, region: str) -> Iterator[tuple[Machine, str]]:
    """The machine itself, then other sizes of its family, here and then in the reference region.

    Sizes are comparable only without accelerators.
    """
    family = [each for each in MACHINES.values() if each.family == machine.family]
    sizes = family if machine.chip is None else []
    for place in (region, REFERENCE_REGION):
        yield machine, place
        yield from ((each, place) for each in sizes)
