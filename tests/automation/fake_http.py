"""Cloud TPU and Vertex AI as far as they list and delete, behind the real HTTP clients."""

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from automation_fakes import PARENT, PROJECT, REGION
from requests.adapters import HTTPAdapter

NODES = f"tpu.googleapis.com/v2/projects/{PROJECT}/locations/-/nodes"
POOLS = f"{REGION}-aiplatform.googleapis.com/v1/{PARENT}/persistentResources"


class Http:
    """Two lists, one thing on a page, and what was asked to be deleted."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.pools: list[dict[str, Any]] = []
        self.unreachable: list[str] = []
        self.status: dict[str, int] = {}
        """What is answered instead, by the end of the address."""
        self.broken: str = ""
        """End of the address whose connection breaks."""
        self.deleted: list[tuple[str, dict[str, str]]] = []

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        address, query = f"{parts.netloc}{parts.path}", dict(parse_qsl(parts.query))
        if self.broken and address.endswith(self.broken):
            raise requests.ConnectionError("reset by peer")
        status = next((s for end, s in self.status.items() if address.endswith(end)), 200)
        if status != 200:
            return _reply(status, {"error": {"code": status, "message": f"no: {status}"}})
        if request.method == "DELETE":
            self.deleted.append((address, query))
            return _reply(200, {"name": "operations/1"})
        assert request.method == "GET", request.method
        key, listed = {NODES: ("nodes", self.nodes)}.get(address) or {
            POOLS: ("persistentResources", self.pools)
        }[address]
        at = int(query.get("pageToken", 0))
        page: dict[str, Any] = {key: listed[at : at + 1]}
        if at + 1 < len(listed):
            page["nextPageToken"] = str(at + 1)
        if key == "nodes" and self.unreachable:
            page["unreachable"] = self.unreachable
        return _reply(200, page)


def _reply(status: int, content: dict[str, Any]) -> requests.Response:
    reply = requests.Response()
    reply.status_code, reply._content = status, json.dumps(content).encode()
    reply.headers["Content-Type"] = "application/json"
    reply.request = requests.Request("GET", "https://x").prepare()
    return reply


@pytest.fixture
def http(monkeypatch: pytest.MonkeyPatch) -> Http:
    """Every call over HTTP goes there, without credentials."""
    import google.auth
    from google.auth.credentials import AnonymousCredentials

    fake = Http()
    monkeypatch.setattr(HTTPAdapter, "send", lambda _, request, **more: fake.send(request, **more))
    monkeypatch.setattr(google.auth, "default", lambda **_: (AnonymousCredentials(), PROJECT))
    return fake
