"""All rules, one module per concern; importing this package registers them.

| module | rules about |
|---|---|
| `identity` | roles, members, keys, accounts |
| `places` | regions |
| `storage`, `data` | buckets, warehouse, registry, protection |
| `network` | networks, subnets, firewalls, addresses |
| `accelerators`, `workstations` | machines |
| `vertex` | endpoints, feature stores |
| `keys` | encryption |
| `observability`, `cost` | alerts, dashboards, budgets |
| `delivery` | images, builds, services |
| `labels` | labels |
"""

from policy.rules import (
    accelerators,
    cost,
    data,
    delivery,
    identity,
    keys,
    labels,
    network,
    observability,
    places,
    storage,
    vertex,
    workstations,
)

__all__ = [
    "accelerators",
    "cost",
    "data",
    "delivery",
    "identity",
    "keys",
    "labels",
    "network",
    "observability",
    "places",
    "storage",
    "vertex",
    "workstations",
]
