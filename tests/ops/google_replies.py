"""Google Cloud's REST APIs on loopback, with the replies that a test gives them.

The replies have the shape of the APIs' own references. What a test did not give is a 404.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


class Replies:
    """Replies by `METHOD service/path`; a callable gets query and body."""

    def __init__(self) -> None:
        self.given: dict[str, Any] = {}
        self.asked: list[str] = []
        self.url = ""

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(target)
        name = f"{method} {parts.path.lstrip('/')}"
        self.asked.append(name)
        reply = self.given.get(name)
        if reply is None:
            return 404, {"error": {"code": 404, "message": f"{parts.path} was not found"}}
        if isinstance(reply, tuple):
            return reply
        return 200, reply(parse_qs(parts.query), body) if callable(reply) else reply


@pytest.fixture
def replies(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replies]:
    made = Replies()

    class Handler(BaseHTTPRequestHandler):
        def _reply(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            status, content = made.answer(self.command, self.path, body)
            payload = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        do_GET = do_POST = _reply  # noqa: N815 - the names that http.server asks for

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Nothing on standard error."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setenv("MLPLATFORM_GOOGLE_ENDPOINT", made.url)
    yield made
    server.shutdown()
    server.server_close()
