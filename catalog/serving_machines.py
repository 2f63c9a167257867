"""Machines that Vertex AI serves models on, and the metrics that it scales them by.

Sources: the Vertex AI prediction machine types and its autoscaling page, read in 2026-11.
Processors and memory are in `catalog.machines`.
"""

from catalog.machines import MACHINES, Machine

ACCELERATOR_TYPES = {
    "A100 40GB": "NVIDIA_TESLA_A100",
    "A100 80GB": "NVIDIA_A100_80GB",
    "H100": "NVIDIA_H100_80GB",
    "H100 Mega": "NVIDIA_H100_MEGA_80GB",
    "H200": "NVIDIA_H200_141GB",
    "L4": "NVIDIA_L4",
}
"""GPUs by the name in `catalog.chips`, in Vertex' own words."""

SERVING_MACHINES: dict[str, Machine] = {
    name: machine
    for name, machine in MACHINES.items()
    if machine.chip is None or machine.chip in ACCELERATOR_TYPES
}
"""Every machine type that a model can be deployed on: a machine says its GPUs by its type."""

CPU_METRIC = "aiplatform.googleapis.com/prediction/online/cpu/utilization"
GPU_METRIC = "aiplatform.googleapis.com/prediction/online/accelerator/duty_cycle"


def scaling_metric(machine_type: str) -> str:
    """What more replicas are started by: the GPUs where there are some."""
    return GPU_METRIC if MACHINES[machine_type].chip else CPU_METRIC
