"""The process that owns a stack's local services: one per folder, on loopback only.

Owns the lock, the port, the recorded address and the end (asked, signalled or idle). Does not know
any service: `app` assembles them. Run by `connection.connect`, or by hand:
`python -m localcloud.services.supervisor --folder .mlplatform/local`.
"""

import argparse
import asyncio
import fcntl
import json
import logging
import os
import signal
import socket
from contextlib import suppress
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import uvicorn

from localcloud.services import vertex
from localcloud.services.app import Activity, create_app
from localcloud.services.connection import client_environment, new_token
from localcloud.services.context import Context
from localcloud.store import Store

_LOG = logging.getLogger(__name__)
_HOST = "127.0.0.1"
_GRACE_SECONDS = 5
_MOST_IDLE_CHECK_SECONDS = 10.0


def main() -> int:
    """Serves until told otherwise; 0 also if another supervisor serves this folder already."""
    parser = argparse.ArgumentParser(prog="localcloud.services.supervisor")
    parser.add_argument("--folder", type=Path, required=True, help="the stack's folder")
    parser.add_argument("--idle-seconds", type=float, default=1800.0)
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    logging.basicConfig(
        filename=folder / "supervisor.log",
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    lock = _lock(folder)
    if lock:
        _serve(folder, arguments.idle_seconds, lock)
    # The lock ends with the process, not before: whoever waits for it finds nothing alive.
    return 0


def _serve(folder: Path, idle_seconds: float, lock: TextIOWrapper) -> None:
    port = _last_port(lock)
    _record_holder(lock, port)
    listener = _listener(port)
    url = f"http://{_HOST}:{listener.getsockname()[1]}"
    context = Context(
        folder=folder,
        store=Store(folder),
        url=url,
        token=new_token(),
        environment=client_environment(url),
    )
    _record_holder(lock, listener.getsockname()[1])
    activity = Activity()
    app = create_app(context, activity=activity, request_shutdown=lambda: server.end("asked"))
    config = uvicorn.Config(
        app,
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config, context, activity, idle_seconds)
    # uvicorn handles both while it serves and raises them again afterwards.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: server.end("signalled"))
    try:
        server.run(sockets=[listener])
    finally:
        with suppress(FileNotFoundError):
            (folder / "supervisor.json").unlink()
        _LOG.info("ended")


class _Server(uvicorn.Server):
    """Says where it listens once it does, and ends when nobody needs it."""

    def __init__(
        self, config: uvicorn.Config, context: Context, activity: Activity, idle_seconds: float
    ) -> None:
        super().__init__(config)
        self._context = context
        self._activity = activity
        self._idle_seconds = idle_seconds
        self._watch: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _publish(self._context)
            _LOG.info("process %s listens at %s", os.getpid(), self._context.url)
            self._watch = asyncio.create_task(self._end_when_idle())

    def end(self, why: str) -> None:
        """Stops accepting and ends when the open requests are answered."""
        _LOG.info("ending: %s", why)
        self.should_exit = True

    async def _end_when_idle(self) -> None:
        pause = min(self._idle_seconds / 4, _MOST_IDLE_CHECK_SECONDS)
        while not self.should_exit:
            await asyncio.sleep(pause)
            if self._activity.idle_seconds() >= self._idle_seconds and not vertex.busy(
                self._context
            ):
                self.end("idle")


def _lock(folder: Path) -> TextIOWrapper | None:
    """The folder's lock, held as long as the file is open; None if another process holds it."""
    file = (folder / "supervisor.lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def _last_port(lock: TextIOWrapper) -> int:
    """The port of the supervisor before: jobs that outlived it still call there."""
    lock.seek(0)
    try:
        return int(json.loads(lock.read())["port"])
    except (ValueError, KeyError, TypeError):
        return 0


def _record_holder(lock: TextIOWrapper, port: int) -> None:
    lock.seek(0)
    lock.truncate()
    lock.write(json.dumps({"pid": os.getpid(), "port": port}))
    lock.flush()


def _listener(port: int) -> socket.socket:
    # asyncio turns off Nagle's delay (40 ms a request) only where it sees TCP named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((_HOST, port))
    except OSError:  # taken by now
        listener.bind((_HOST, 0))
    return listener


def _publish(context: Context) -> None:
    """Writes address and token so that only this user can read them, whole or not at all."""
    record: dict[str, Any] = {
        "pid": os.getpid(),
        "url": context.url,
        "token": context.token,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    part = context.folder / "supervisor.json.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(json.dumps(record))
    part.replace(context.folder / "supervisor.json")


if __name__ == "__main__":
    raise SystemExit(main())
