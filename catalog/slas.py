"""What Google promises about the services that the platform stands on: monthly uptime, in percent.

A promise is credit on the bill, not uptime. Sources: Google's SLA pages, with the date that their
text carries where it carries one. A service whose page was not found is not listed: no figure is
better than a wrong one.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, kw_only=True)
class Sla:
    """One promise and its condition."""

    percent: Decimal
    condition: str
    source: str


_VERTEX = "cloud.google.com/vertex-ai/sla"
_COMPUTE = "cloud.google.com/compute/sla"
_STORAGE = "cloud.google.com/storage/sla, text of 2021-06-24"

ONLINE_PREDICTION_NODES = 2
"""Fewer nodes behind an endpoint, and nothing is promised about it."""

SLAS: dict[str, Sla] = {
    name: Sla(percent=Decimal(percent), condition=condition, source=source)
    for name, percent, condition, source in (
        ("training", "99.9", "requests to the service", _VERTEX),
        ("model-deployment", "99.9", "requests to the service", _VERTEX),
        ("batch-prediction", "99.9", "requests to the service", _VERTEX),
        ("online-prediction", "99.5", "custom models, on two nodes or more", _VERTEX),
        ("pipelines", "99.5", "requests to the service", _VERTEX),
        ("storage-one-region", "99.9", "class Standard", _STORAGE),
        ("storage-two-regions", "99.95", "class Standard", _STORAGE),
        ("bigquery", "99.99", "without Omni", "cloud.google.com/bigquery/sla, text of 2021-10"),
        ("instances-two-zones", "99.99", "premium network tier", _COMPUTE),
        ("instance-one", "99.9", "not memory-optimised", _COMPUTE),
        ("load-balancing", "99.99", "premium network tier", _COMPUTE),
        (
            "workstation-start",
            "99.0",
            "requests to create or start one, each region",
            "cloud.google.com/workstations/sla",
        ),
    )
}


def serving_percent(*, nodes: int, regions: int) -> Decimal | None:
    """What Google's promise lets an endpoint in each of so many regions reach.

    Assumes that regions fail independently and that what routes between them works. None for
    endpoints on fewer nodes than the promise demands.
    """
    if nodes < ONLINE_PREDICTION_NODES:
        return None
    down = 1 - SLAS["online-prediction"].percent / 100
    return 100 * (1 - down**regions)
