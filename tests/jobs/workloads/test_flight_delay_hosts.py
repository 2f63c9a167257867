"""Two hosts train one model: together, and stopped together."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from jobs.workloads.flight_delay.args import Arguments

pytestmark = pytest.mark.slow
LIMIT_SECONDS = 240


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(
    prepared: str, folder: Path, arguments: Arguments, *, cluster: dict[str, list[str]], pool: str
) -> "subprocess.Popen[bytes]":
    """One host of the cluster; its output is in `<pool>.log`."""
    given = {
        "--arguments": arguments.model_dump_json(),
        "--data-uri": prepared,
        "--checkpoint-uri": str(folder / "checkpoints"),
        "--model-uri": str(folder / "models"),
    }
    options = [part for option in given.items() for part in option]
    told = {"cluster": cluster, "task": {"type": pool, "index": 0}}
    with (folder / f"{pool}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "jobs.workloads.flight_delay.train", *options],
            env={**os.environ, "JAX_PLATFORMS": "cpu", "CLUSTER_SPEC": json.dumps(told)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )


def start_two(prepared: str, folder: Path, arguments: Arguments) -> "list[subprocess.Popen[bytes]]":
    pools = ("workerpool0", "workerpool1")
    cluster = {pool: [f"127.0.0.1:{free_port()}"] for pool in pools}
    return [start(prepared, folder, arguments, cluster=cluster, pool=pool) for pool in pools]


def log(folder: Path, pool: int) -> str:
    return (folder / f"workerpool{pool}.log").read_text()


def test_two_hosts_train_the_model_of_one_up_to_rounding_and_the_first_writes_it(
    trained, prepared: str, tmp_path: Path
) -> None:
    hosts = start_two(prepared, tmp_path, trained.arguments)
    statuses = [host.wait(timeout=LIMIT_SECONDS) for host in hosts]
    assert statuses == [0, 0], log(tmp_path, 0) + log(tmp_path, 1)
    card = json.loads((tmp_path / "models" / "network" / "card.json").read_text())
    alone = trained.result["candidates"]["network"]
    assert card["tuning"]["log_loss"] == pytest.approx(alone["tuning"]["log_loss"], abs=1e-4)
    assert "parameters sha256:" + card["parameters_sha256"] in log(tmp_path, 1)
    assert "baseline:" not in log(tmp_path, 1), "it would be fitted for nothing"


def test_hosts_stop_after_the_same_step_when_one_is_asked_to(prepared: str, tmp_path: Path) -> None:
    long = Arguments(epochs=200, batch_size=64, hidden_units=(16,), embedding_dim=2)
    hosts = start_two(prepared, tmp_path, long)
    end = time.monotonic() + LIMIT_SECONDS
    while "epoch 1/" not in log(tmp_path, 0):
        assert time.monotonic() < end, log(tmp_path, 0)
        time.sleep(0.1)
    hosts[1].send_signal(signal.SIGTERM)
    statuses = [host.wait(timeout=LIMIT_SECONDS) for host in hosts]
    assert statuses == [143, 143], "work remains, so neither may seem to be done"
    stopped = [
        [line for line in log(tmp_path, pool).splitlines() if line.startswith("stopped by SIGTERM")]
        for pool in (0, 1)
    ]
    assert stopped[0] == stopped[1] != []
    (step,) = [word for word in stopped[0][0].split() if word.isdigit()][:1]
    assert (tmp_path / "checkpoints" / "states" / step).is_dir()
    assert not (tmp_path / "models").exists()
