"""Where a process stands among the hosts of its training job, from what Vertex tells it.

Reads the environment only: it needs no accelerator and no JAX.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Hosts:
    """Where this process stands among the hosts of a job."""

    coordinator_address: str
    """Of the first host, as the others reach it: `HOST:PORT`."""
    num_processes: int
    process_id: int


def hosts_of(environment: Mapping[str, str]) -> Hosts | None:
    """Read Vertex' `CLUSTER_SPEC`; None for a single machine (and for TPU slices: see `join`).

    An address of its cluster is a host and the port that Vertex keeps open on it for the
    framework, which is where TensorFlow listens too.
    """
    text = environment.get("CLUSTER_SPEC")
    if not text:
        return None
    spec = json.loads(text)
    cluster: dict[str, list[str]] = spec.get("cluster", {})
    pools = sorted(name for name in cluster if name.startswith("workerpool"))
    members = [(pool, index) for pool in pools for index in range(len(cluster[pool]))]
    if len(members) < 2:  # noqa: PLR2004 - one machine needs no coordinator
        return None
    task = spec["task"]
    return Hosts(
        coordinator_address=cluster["workerpool0"][0],
        num_processes=len(members),
        process_id=members.index((task["type"], int(task["index"]))),
    )


def is_first(environment: Mapping[str, str]) -> bool:
    """Whether this process reports for all: the first host, on TPU slices the first worker."""
    hosts = hosts_of(environment)
    if hosts is not None:
        return hosts.process_id == 0
    return environment.get("TPU_WORKER_ID", "0") == "0"
