"""One run at a time per stack: a lock that ends with the process that holds it.

The lock is the kernel's (`flock`), so a killed run leaves none behind; the file's text only tells
who holds it.
"""

import contextlib
import fcntl
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from localcloud.engine.events import EngineError


@contextlib.contextmanager
def hold(path: Path, stack: str, command: str) -> Iterator[None]:
    """Holds the lock of a stack; raises `EngineError` with the holder's name if it is taken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EngineError(_refusal(descriptor, stack)) from error
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": datetime.fromtimestamp(time.time()).astimezone().isoformat("T", "seconds"),
            "command": command,
            "program": Path(sys.argv[0]).name if sys.argv else "",
        }
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(holder).encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _refusal(descriptor: int, stack: str) -> str:
    try:
        holder = json.loads(os.pread(descriptor, 4096, 0) or b"{}")
    except ValueError:
        holder = {}
    who = "another run"
    if holder:
        who = (
            f"`{holder.get('command')}` of process {holder.get('pid')} on {holder.get('host')}, "
            f"since {holder.get('started')}"
        )
    return f"The stack {stack!r} is in use by {who}: wait for its end, or end that process"
