"""The flight-delay workload by itself: preparation, training, and its prediction server."""

import concurrent.futures
import contextlib
import io
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.measure import ROOT

REQUESTS = 600
LOADS = ((1, 1), (1, 8), (64, 1), (64, 8))
"""(rows per request, clients at once)."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """Seconds of whole steps within one process, imports included; rows are examples seen."""

    prepare_seconds: float
    prepared_rows: int
    train_seconds: float
    training_rows_per_second: float
    """Median over the epochs after the first, which compiles."""
    validate_seconds: float


@dataclass(frozen=True, kw_only=True)
class Load:
    """One way of asking the server."""

    rows: int
    clients: int
    p50_ms: float
    p99_ms: float
    rows_per_second: float


def work(folder: Path) -> Work:
    """Prepares, trains and validates with the arguments of the local stack."""
    from jobs.progress import silent
    from jobs.workloads import load

    content = yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text(encoding="utf-8"))
    model = content["config"]["mlplatform:models"]["flight-delay"]
    workload, arguments = load("flight-delay"), model.get("arguments", {})
    data, models = str(folder / "data"), str(folder / "models")
    times = [time.perf_counter()]
    manifest = workload.prepare(arguments, data, silent)
    times.append(time.perf_counter())
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        workload.train(arguments, data, str(folder / "checkpoints"), models, silent)
    times.append(time.perf_counter())
    workload.validate(arguments, data, models, str(folder / "validation"), silent)
    times.append(time.perf_counter())
    return Work(
        prepare_seconds=times[1] - times[0],
        prepared_rows=manifest["rows"],
        train_seconds=times[2] - times[1],
        training_rows_per_second=_speed(said.getvalue()),
        validate_seconds=times[3] - times[2],
    )


def _speed(log: str) -> float:
    epochs = [float(text.replace(",", "")) for text in re.findall(r"([\d,]+) rows/s", log)]
    return statistics.median(epochs[1:])


def serve(folder: Path) -> list[Load]:
    """Asks a real server process about held-out rows, at each of `LOADS`."""
    samples = json.loads((folder / "validation" / "samples.json").read_text(encoding="utf-8"))
    instances = [sample["instance"] for sample in samples]
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    environment = {
        **os.environ,
        "AIP_HTTP_PORT": str(port),
        "AIP_HEALTH_ROUTE": "/health",
        "AIP_PREDICT_ROUTE": "/predict",
        "AIP_STORAGE_URI": str(folder / "models" / "network"),
    }
    command = [sys.executable, "-m", "jobs.serving"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as server:
        try:
            _await_health(f"http://127.0.0.1:{port}/health")
            url = f"http://127.0.0.1:{port}/predict"
            return [_ask(url, instances, rows, clients) for rows, clients in LOADS]
        finally:
            server.terminate()


def _await_health(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=1)  # noqa: S310  # our own loopback server
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"no server at {url} after 30 s")


def _ask(url: str, instances: list[Any], rows: int, clients: int) -> Load:
    import httpx

    chosen = [instances[n % len(instances)] for n in range(rows)]
    body = json.dumps({"instances": chosen}).encode()

    def one_client(count: int) -> list[float]:
        taken = []
        with httpx.Client() as client:
            for _ in range(count):
                started = time.perf_counter()
                client.post(url, content=body).raise_for_status()
                taken.append(time.perf_counter() - started)
        return taken

    one_client(20)
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        each = pool.map(one_client, [REQUESTS // clients] * clients)
        taken = sorted(seconds for client in each for seconds in client)
    seconds = time.perf_counter() - started
    return Load(
        rows=rows,
        clients=clients,
        p50_ms=1000 * taken[len(taken) // 2],
        p99_ms=1000 * taken[int(len(taken) * 0.99)],
        rows_per_second=rows * len(taken) / seconds,
    )
