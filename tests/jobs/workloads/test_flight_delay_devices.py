"""Which hosts train together, and how they share a batch."""

import json

import jax
import numpy as np
import pytest

from jobs.workloads.flight_delay import devices


def cluster(pools: dict[str, list[str]], kind: str, index: int) -> dict[str, str]:
    spec = {"cluster": pools, "task": {"type": kind, "index": index}}
    return {"CLUSTER_SPEC": json.dumps(spec)}


def test_one_machine_needs_no_coordinator():
    assert devices.hosts_of({}) is None
    assert devices.hosts_of(cluster({"workerpool0": ["a:2222"]}, "workerpool0", 0)) is None


def test_workers_are_counted_after_the_primary():
    pools = {"workerpool0": ["primary:2222"], "workerpool1": ["b:2222", "c:2222"]}
    hosts = devices.hosts_of(cluster(pools, "workerpool1", 1))
    assert hosts == devices.Hosts(
        coordinator_address=f"primary:{devices.COORDINATOR_PORT}", num_processes=3, process_id=2
    )


def test_a_batch_that_cannot_be_shared_gets_the_next_size_that_can(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(jax, "device_count", lambda: 8)
    with pytest.raises(ValueError, match=r"batch_size: 100 rows .* 8 devices; .* such as 104"):
        devices.data_mesh(100)


def test_a_shared_batch_holds_its_rows_in_order():
    rows = np.arange(12).reshape(6, 2)
    assert np.array_equal(devices.share(devices.data_mesh(6), rows), rows)
