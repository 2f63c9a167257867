"""Planned resources by hand, and the lines that they become."""

from decimal import Decimal
from typing import Any

from ops.cost.estimate import Line
from ops.cost.resources import resource_lines
from ops.graph.resources import Resource

BASE = "urn:pulumi:dev::mlplatform::"
POOL = f"{BASE}mlplatform:pool:Pool::pool"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
PARENT = Resource(urn=POOL, type="mlplatform:pool:Pool", custom=False)
MONTH = Decimal(730)


def resource(kind: str, name: str = "it", needs: tuple[str, ...] = (), **inputs: Any) -> Resource:
    urn = f"{BASE}{PARENT.type}${kind}::{name}"
    return Resource(urn=urn, type=kind, parent=POOL, inputs=inputs, needs=frozenset(needs))


def lines(*resources: Resource, region: str = "us-central1") -> list[Line]:
    return list(resource_lines([PARENT, *resources], region))


def one(kind: str, **inputs: Any) -> Line:
    (found,) = lines(resource(kind, **inputs))
    return found


def usd(line: Line) -> Decimal:
    assert line.amount
    assert line.amount.low == line.amount.high
    return line.amount.low
