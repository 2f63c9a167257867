"""The server as a process: started as Vertex starts it, ended by SIGTERM."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from jobs.serving.__main__ import ServerSettings, StartError

WAIT_SECONDS = 60


def test_it_listens_on_loopback_unless_told_otherwise():
    folder = {"AIP_STORAGE_URI": "gs://b/network"}
    assert ServerSettings.from_environment(folder).host == "127.0.0.1"
    settings = ServerSettings.from_environment({**folder, "MLPLATFORM_BIND": "0.0.0.0"})  # noqa: S104
    assert settings.host != "127.0.0.1"


def test_vertex_variables_are_followed():
    settings = ServerSettings.from_environment(
        {
            "AIP_STORAGE_URI": "gs://b/network",
            "AIP_HTTP_PORT": "9000",
            "AIP_HEALTH_ROUTE": "/h",
            "AIP_PREDICT_ROUTE": "/p",
        }
    )
    assert (settings.port, settings.health_route, settings.predict_route) == (9000, "/h", "/p")


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("AIP_STORAGE_URI", "", "AIP_STORAGE_URI is not set"),
        ("AIP_HTTP_PORT", "http", "AIP_HTTP_PORT is 'http', no port"),
        ("AIP_HEALTH_ROUTE", "health", "AIP_HEALTH_ROUTE is 'health'; write a path"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, value: str, message: str):
    with pytest.raises(StartError, match=message):
        ServerSettings.from_environment({"AIP_STORAGE_URI": "gs://b/network", variable: value})


@pytest.fixture
def server(candidate: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "AIP_STORAGE_URI": candidate, "AIP_HTTP_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "jobs.serving"], env=environment, stdout=subprocess.PIPE, text=True
    )
    yield process, f"http://127.0.0.1:{port}"
    process.kill()
    process.communicate()


def wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health").status_code == 200:
                return
        except httpx.ConnectError:
            time.sleep(0.1)
    pytest.fail(f"not healthy within {WAIT_SECONDS} s")


def test_it_serves_and_ends_promptly(
    server: tuple[subprocess.Popen[str], str], instance: dict[str, Any]
):
    process, url = server
    wait_until_healthy(url)
    answer = httpx.post(f"{url}/predict", json={"instances": [instance]})
    assert answer.json()["predictions"][0]["late_probability"] == 0.5
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    process.wait(timeout=WAIT_SECONDS)
    assert time.monotonic() - began < 5, "an undeployment waits for this"


def test_a_start_without_a_model_is_one_sentence(tmp_path: Any):
    done = subprocess.run(
        [sys.executable, "-m", "jobs.serving"],
        env={**os.environ, "AIP_STORAGE_URI": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith(f"jobs.serving: {tmp_path} is no servable model")
    assert "Traceback" not in done.stderr
