"""Which of the things that run may be stopped for want of money: pure, on what was listed.

In prod only what may be taken away at any time, as Spot is; elsewhere everything. What serves is
never among them: it is not listed, and what carries its label is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from catalog.labels import distinct_value

Kind = Literal["machine", "slice", "training"]
PROD = "prod"
_SERVES = "model-service"
_PROGRAM = {"managed-by": "pulumi", "project": "mlplatform"}


@dataclass(frozen=True, kw_only=True)
class Running:
    """One thing that runs and is paid for by the hour."""

    kind: Kind
    name: str
    """Resource name, from `projects/` on."""
    labels: dict[str, str]
    spot: bool
    hosts: int = 1


def ours(labels: dict[str, str], stack: str) -> bool:
    """Whether a machine or slice is of this program and this stack."""
    expected = {**_PROGRAM, "stack": distinct_value(stack)}
    return expected.items() <= labels.items() and labels.get("component") != _SERVES


def to_stop(running: Iterable[Running], *, environment: str) -> list[Running]:
    """Those that may go, the trainings first: nothing starts a machine again but they."""
    found = [each for each in running if each.spot or environment != PROD]
    found = [each for each in found if each.labels.get("component") != _SERVES]
    return sorted(found, key=lambda each: (each.kind != "training", each.name))
