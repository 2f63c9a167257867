"""Lines of machines that Vertex AI keeps: for trainings to come, to serve, and for notebooks."""

from collections.abc import Iterator
from decimal import Decimal

from ops.cost.estimate import HOURS_PER_MONTH, Line
from ops.cost.lines import Graph, line, place
from ops.cost.machines import disk_line, is_count
from ops.cost.quotes import machine_hour
from ops.graph.resources import Resource


def persistent(resource: Resource, graph: Graph) -> Iterator[Line]:
    """A warm pool of Vertex AI training: charged as long as it exists."""
    region = place(resource, graph)
    for pool in resource.inputs.get("resourcePools") or []:
        machine = str((pool.get("machineSpec") or {}).get("machineType"))
        scaling = pool.get("autoscalingSpec") or {}
        fixed = pool.get("replicaCount", 1)
        least, most = scaling.get("minReplicaCount", fixed), scaling.get("maxReplicaCount", fixed)
        if not (is_count(least) and is_count(most)):
            yield line(resource, graph, "warm pool", note="its size is not known beforehand")
            continue
        quote = machine_hour("training", machine, region, "on-demand")
        yield line(
            resource,
            graph,
            "warm pool",
            quantity=f"{least} to {most} {machine} in {region}, all hours",
            quote=quote,
            units=(Decimal(least) * HOURS_PER_MONTH, Decimal(most) * HOURS_PER_MONTH),
        )


def serving_pool(resource: Resource, graph: Graph) -> Iterator[Line]:
    """Machines that models share to be served: charged from their first minute."""
    region = place(resource, graph)
    held = resource.inputs.get("dedicatedResources") or {}
    machine = str((held.get("machineSpec") or {}).get("machineType"))
    least = held.get("minReplicaCount", 1)
    most = held.get("maxReplicaCount", least)
    yield line(
        resource,
        graph,
        "serving pool",
        quantity=f"{least} to {most} {machine} in {region}, all hours",
        quote=machine_hour("prediction", machine, region, "on-demand"),
        units=(Decimal(least) * HOURS_PER_MONTH, Decimal(most) * HOURS_PER_MONTH),
    )


def notebook(resource: Resource, graph: Graph) -> Iterator[Line]:
    """A notebook server: paid for while somebody computes on it, its disks always."""
    setup, region = resource.inputs.get("gceSetup") or {}, place(resource, graph)
    machine = str(setup.get("machineType"))
    quote = machine_hour("compute", machine, region, "on-demand")
    gpus = "; its GPU is not in the price table" if setup.get("acceleratorConfigs") else ""
    note = f"{machine} in {region} while it runs{gpus}"
    yield line(resource, graph, "notebook VM", by_use=True, note=note, priced_by=quote)
    for item, key in (("boot disk", "bootDisk"), ("notebooks of", "dataDisks")):
        disk = setup.get(key) or {}
        kind = str(disk.get("diskType", "PD_STANDARD")).lower().replace("_", "-")
        yield disk_line(resource, graph, item, kind, disk.get("diskSizeGb"))


def online_store(resource: Resource, graph: Graph) -> Iterator[Line]:
    """Nodes of the online store of features."""
    scaling = (resource.inputs.get("bigtable") or {}).get("autoScaling") or {}
    least, most = scaling.get("minNodeCount"), scaling.get("maxNodeCount")
    yield line(
        resource,
        graph,
        "nodes of",
        quantity=f"{least} to {most}, all hours",
        note="no public price of a node is known here",
    )
