"""Prediction servers: one process per deployed model, started when it is needed.

Owns ports, health and restarts of the servers, and the request that reaches one. Which deployed
model answers, and whether one is deployed at all, is decided by `endpoints`.
"""

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from localcloud.services.context import Context
from localcloud.services.errors import ApiError
from localcloud.services.vertex import wire
from localcloud.services.vertex.processes import LaunchError, Process, container, in_parallel
from localcloud.services.vertex.wire import Json

_HEALTHY_SECONDS = 300.0
_PREDICT_SECONDS = 60.0
_RETRY_SECONDS = 0.2
_END_SECONDS = 3.0
_BAD_REQUEST, _SERVER_ERROR = 400, 500
# No pipeline job can be called so: the folders of servers never meet those of jobs.
_PREFIX = "server_"


@dataclass
class _Server:
    process: Process
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = 0


class Servers:
    """The prediction servers of one stack, by deployed model."""

    def __init__(self, context: Context) -> None:
        import urllib3

        self._context = context
        self._servers: dict[str, _Server] = {}
        self._guard = threading.Lock()
        # Each server handles few requests at once; waiting here is cheaper than there.
        self._pool = urllib3.PoolManager(maxsize=16, retries=False)

    def start(self) -> None:
        """Ends servers that outlived an earlier supervisor: nothing remembers their ports."""
        for folder in (self._context.folder / "jobs").glob(f"{_PREFIX}*"):
            Process(folder).end(grace=0)

    def stop(self) -> None:
        """Ends all servers."""
        in_parallel(self.end, list(self._servers))

    def ensure(self, endpoint: str, deployed_id: str, version: Json) -> str:
        """Address of the healthy server of a deployed model; starts it if it is not alive.

        400 FAILED_PRECONDITION with the last lines of its log if it does not become healthy.
        """
        server = self._server(deployed_id)
        with server.lock:
            if not (server.port and server.process.alive()):
                self._start(server, endpoint, deployed_id, version)
            return f"http://127.0.0.1:{server.port}"

    def end(self, deployed_id: str) -> None:
        """Ends the server of a deployed model, if there is one."""
        with self._guard:
            server = self._servers.pop(deployed_id, None)
        if server is not None:
            server.process.end(_END_SECONDS)  # whoever waits for its health holds the lock
            with server.lock:
                server.process.end(_END_SECONDS)

    def predict(self, endpoint: str, deployed_id: str, version: Json, body: Json) -> Json:
        """The server's answer to `{"instances": ..., "parameters": ...}`."""
        import urllib3

        try:
            try:
                status, data = self._send(endpoint, deployed_id, version, body)
            except (urllib3.exceptions.ProtocolError, urllib3.exceptions.NewConnectionError):
                # A process that is just dying still counts as alive: one more try.
                time.sleep(_RETRY_SECONDS)
                status, data = self._send(endpoint, deployed_id, version, body)
        except urllib3.exceptions.HTTPError as error:
            message = f"The server of deployed model {deployed_id} did not answer: {error}."
            raise ApiError(503, "UNAVAILABLE", message) from error
        if status >= _SERVER_ERROR:
            raise ApiError(500, "INTERNAL", data.decode(errors="replace"))
        if status >= _BAD_REQUEST:
            raise ApiError(400, "INVALID_ARGUMENT", data.decode(errors="replace"))
        with suppress(ValueError):
            found: Any = json.loads(data)
            if isinstance(found, dict) and isinstance(found.get("predictions"), list):
                return found
        message = f"The server of deployed model {deployed_id} sent no list of predictions."
        raise ApiError(500, "INTERNAL", message)

    def _send(
        self, endpoint: str, deployed_id: str, version: Json, body: Json
    ) -> tuple[int, bytes]:
        address = self.ensure(endpoint, deployed_id, version)
        url = address + routes_of(endpoint, deployed_id, version)[1]
        answer = self._pool.request("POST", url, json=body, timeout=_PREDICT_SECONDS)
        return answer.status, answer.data

    def _server(self, deployed_id: str) -> _Server:
        with self._guard:
            folder = self._context.folder / "jobs" / f"{_PREFIX}{deployed_id}"
            return self._servers.setdefault(deployed_id, _Server(Process(folder)))

    def _start(self, server: _Server, endpoint: str, deployed_id: str, version: Json) -> None:
        server.process.end(_END_SECONDS)
        server.port = _free_port()
        health, predict = routes_of(endpoint, deployed_id, version)
        spec = version["containerSpec"]
        variables = {
            "AIP_MODE": "PREDICTION",
            "AIP_FRAMEWORK": "CUSTOM_CONTAINER",
            "AIP_HTTP_PORT": str(server.port),
            "AIP_HEALTH_ROUTE": health,
            "AIP_PREDICT_ROUTE": predict,
            "AIP_STORAGE_URI": version.get("artifactUri", ""),
            "AIP_ENDPOINT_ID": endpoint.rpartition("/")[2],
            "AIP_DEPLOYED_MODEL_ID": deployed_id,
            "AIP_MODEL_NAME": version["name"].rpartition("/")[2],
            "AIP_VERSION_NAME": version["versionId"],
            "GOOGLE_CLOUD_PROJECT": endpoint.split("/")[1],
        }
        try:
            server.process.start(container(self._context, spec, variables))
        except LaunchError as error:
            raise wire.precondition(str(error)) from error
        limit = wire.seconds(spec.get("deploymentTimeout")) or _HEALTHY_SECONDS
        if problem := self._wait(server, f"http://127.0.0.1:{server.port}{health}", limit):
            server.process.end(_END_SECONDS)
            server.port = 0
            lines = server.process.last_lines()
            raise wire.precondition(f"The model server {problem}. Its last lines:\n{lines}")

    def _wait(self, server: _Server, url: str, limit: float) -> str:
        """Empty as soon as the server is healthy; otherwise what is wrong."""
        import urllib3

        deadline, status = time.monotonic() + limit, "nothing"
        while time.monotonic() < deadline:
            if not server.process.alive():
                return f"exited with status {server.process.exit_code()} before it was healthy"
            with suppress(urllib3.exceptions.HTTPError):
                status = self._pool.request("GET", url, timeout=5.0).status
                if status < _BAD_REQUEST:
                    return ""
            time.sleep(0.05)
        return f"was not healthy within {limit:.0f} s: {url} answered {status}"


def routes_of(endpoint: str, deployed_id: str, version: Json) -> tuple[str, str]:
    """Health and predict routes, with Vertex's defaults."""
    spec = version["containerSpec"]
    default = f"/v1/{endpoint}/deployedModels/{deployed_id}"
    return spec.get("healthRoute") or default, spec.get("predictRoute") or f"{default}:predict"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
