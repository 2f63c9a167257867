"""How a resource becomes a line: whose it is, where it is, and what a quote makes of it."""

from collections.abc import Iterable
from decimal import Decimal

from catalog.places import ZONES, region_of
from ops.cost.estimate import Line, Period
from ops.cost.quotes import Quote
from ops.graph.resources import Resource, above


class Graph:
    """The resources of a stack by URN, and the region of those that name none."""

    def __init__(self, resources: Iterable[Resource], region: str) -> None:
        self.by_urn = {resource.urn: resource for resource in resources}
        self.region = region

    def first_needed(self, resource: Resource, types: tuple[str, ...]) -> Resource | None:
        """The nearest resource of one of these types that this one needs, directly or not."""
        seen, near = {resource.urn}, sorted(resource.needs)
        while near:
            found = [self.by_urn[urn] for urn in near]
            for each in found:
                if each.type in types:
                    return each
            seen |= set(near)
            near = sorted({urn for each in found for urn in each.needs} - seen)
        return None


def place(resource: Resource, graph: Graph) -> str:
    """The region or group of regions that a resource names, or the stack's."""
    inputs = resource.inputs
    if "zone" in inputs:
        return region_of(str(inputs["zone"]))
    named = str(inputs.get("region") or inputs.get("location") or graph.region).lower()
    # A location may be a zone, as a notebook's is.
    return region_of(named) if region_of(named) in ZONES else named


def owner(resource: Resource, graph: Graph) -> tuple[str, str]:
    """Component and model: by the labels that the bill has, else by the outermost component."""
    labels = resource.inputs.get("labels") or resource.inputs.get("userLabels") or {}
    if not isinstance(labels, dict):
        labels = {}
    parents = above(resource, graph.by_urn)
    component = parents[0].name if parents else resource.name
    return str(labels.get("component", component)), str(labels.get("model", ""))


def line(
    resource: Resource,
    graph: Graph,
    item: str,
    *,
    quantity: str = "",
    period: Period = "month",
    by_use: bool = False,
    quote: Quote | None = None,
    units: Decimal | tuple[Decimal, Decimal] | None = None,
    note: str = "",
    priced_by: Quote | None = None,
) -> Line:
    """A line of a resource; its amount is the quote times the units, or least and most of them.

    `priced_by` only names the rows that the note speaks of.
    """
    basis = quote or priced_by
    amount = indication = None
    if quote is not None and units is not None:
        bounds = units if isinstance(units, tuple) else (units, units)
        amount, indication = quote.amount(*bounds), quote.indicated(*bounds)
    component, model = owner(resource, graph)
    return Line(
        component=component,
        model=model,
        item=f"{item} {resource.name}",
        quantity=quantity,
        period=period,
        by_use=by_use,
        amount=amount,
        indication=indication,
        note=note or (quote.note if quote else ""),
        prices=basis.prices if basis else (),
    )
