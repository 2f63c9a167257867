"""Which hosts train together, and which of them reports."""

import json

import pytest

from jobs.hosts import Hosts, hosts_of, is_first

POOLS = {"workerpool0": ["primary:2222"], "workerpool1": ["b:2222", "c:2222"]}


def cluster(pools: dict[str, list[str]], kind: str, index: int) -> dict[str, str]:
    spec = {"cluster": pools, "task": {"type": kind, "index": index}}
    return {"CLUSTER_SPEC": json.dumps(spec)}


def test_one_machine_needs_no_coordinator() -> None:
    assert hosts_of({}) is None
    assert hosts_of(cluster({"workerpool0": ["a:2222"]}, "workerpool0", 0)) is None


def test_workers_are_counted_after_the_primary() -> None:
    hosts = hosts_of(cluster(POOLS, "workerpool1", 1))
    assert hosts == Hosts(coordinator_address="primary:2222", num_processes=3, process_id=2)


@pytest.mark.parametrize(
    ("environment", "first"),
    [
        ({}, True),
        ({"TPU_WORKER_ID": "0"}, True),
        ({"TPU_WORKER_ID": "3"}, False),
        (cluster(POOLS, "workerpool0", 0), True),
        (cluster(POOLS, "workerpool1", 0), False),
    ],
)
def test_one_host_reports_for_all(environment: dict[str, str], first: bool) -> None:
    assert is_first(environment) is first
