"""Machines that Vertex AI serves models on, and the metrics that it scales them by.

Sources: the Vertex AI prediction machine types and its autoscaling page, read in 2026-11.
Processors and memory are in `catalog.machines`.
"""

from catalog.machines import MACHINES, Machine
from catalog.metrics.serving import ENDPOINT_ACCELERATOR, ENDPOINT_CPU
from catalog.pairs import ACCELERATOR_TYPES

SERVING_MACHINES: dict[str, Machine] = {
    name: machine
    for name, machine in MACHINES.items()
    if machine.chip is None or machine.chip in ACCELERATOR_TYPES
}
"""Every machine type that a model can be deployed on: a machine says its GPUs by its type."""


def scaling_metric(machine_type: str) -> str:
    """What more replicas are started by: the GPUs where there are some."""
    return (ENDPOINT_ACCELERATOR if MACHINES[machine_type].chip else ENDPOINT_CPU).type
