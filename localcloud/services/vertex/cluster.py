"""What each replica of a job is told of the others: the cluster, and its own place in it."""

import json
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from localcloud.services.vertex.wire import Json

_HOST = "127.0.0.1"
_PORTS = range(20_000, 32_000)
"""Below those that systems hand out by themselves: what is free stays so until it is taken."""


@dataclass(frozen=True, kw_only=True)
class Member:
    """One replica: its name, the index of its worker pool, and its `CLUSTER_SPEC`."""

    name: str
    pool: int
    cluster_spec: str


def replica_count(pool: Json) -> int:
    """Replicas of a `workerPoolSpec`; numbers of 64 bits are texts in JSON."""
    return int(pool.get("replicaCount", 1))


def members(spec: Json) -> Iterator[Member]:
    """Every replica of a `CustomJobSpec`, each at a free port of this machine, first to last."""
    counts = [replica_count(pool) for pool in spec["workerPoolSpecs"]]
    ports = _free_ports()
    cluster = {
        f"workerpool{pool}": [f"{_HOST}:{next(ports)}" for _ in range(count)]
        for pool, count in enumerate(counts)
    }
    for pool, count in enumerate(counts):
        for index in range(count):
            told = {
                "cluster": cluster,
                "environment": "cloud",
                "task": {"type": f"workerpool{pool}", "index": index},
            }
            yield Member(name=f"workerpool{pool}-{index}", pool=pool, cluster_spec=json.dumps(told))


def _free_ports() -> Iterator[int]:
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((_HOST, port))
            yield port
