"""How programs find, start and stop the supervisor of a stack.

Owns the files by which a supervisor is found: `supervisor.json` (address and token) and
`supervisor.lock` (held by the one that runs). Standard library only: every command imports this.
"""

import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[2]
_IDLE_SECONDS = 1800.0
_START_SECONDS = 30.0
_STOP_SECONDS = 15.0
_RETRY_SECONDS = 1.0
_CALL_SECONDS = 5.0
_PAUSE_SECONDS = 0.05
_LOG_TAIL_BYTES = 2000

# Started by this process, with their folders: kept so that they can be reaped.
_started: list[tuple[Path, subprocess.Popen[bytes]]] = []


class SupervisorError(RuntimeError):
    """The supervisor did not start or did not stop; the message says what its log says."""


@dataclass(frozen=True, kw_only=True)
class Connection:
    """A running supervisor."""

    url: str  # http://127.0.0.1:PORT
    pid: int
    token: str = field(repr=False)

    @property
    def environment(self) -> dict[str, str]:
        """Variables that send Google's own client libraries to this supervisor."""
        return client_environment(self.url)


def client_environment(url: str) -> dict[str, str]:
    """Variables that send Google's own client libraries to the services at `url`."""
    return {
        "MLPLATFORM_VERTEX_ENDPOINT": url,
        "MLPLATFORM_DATAPROC_ENDPOINT": url,
        "STORAGE_EMULATOR_HOST": url,
        "BIGQUERY_EMULATOR_HOST": url,
        "MLPLATFORM_TEMPLATES_ENDPOINT": url,
        "TENSORSTORE_GCS_HTTP_URL": url,
        # gcsfs asks over TLS gRPC whether a bucket is hierarchical, past any emulator setting.
        "GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT": "false",
        # Orbax must go through gcsfs even where TensorFlow is installed.
        "EPATH_USE_TF": "false",
        "NO_GCE_CHECK": "true",
    }


def connect(folder: Path, *, idle_seconds: float = _IDLE_SECONDS) -> Connection:
    """The supervisor of the stack whose folder this is; starts one if none runs.

    Raises `SupervisorError` if it cannot be reached within 30 seconds.
    """
    folder = folder.resolve()
    deadline = time.monotonic() + _START_SECONDS
    process: subprocess.Popen[bytes] | None = None
    begun = 0.0
    while time.monotonic() < deadline:
        connection = running(folder)
        if connection:
            if process and process.pid != connection.pid:
                # It came second. It must not serve on its own when the first one is gone.
                process.terminate()
                process.wait()
            return connection
        code = process.poll() if process else 0
        if code:
            raise SupervisorError(
                f"The local cloud's supervisor ended with code {code}: {_log_tail(folder)}"
            )
        # Code 0: another one held the lock. It is about to answer, or was about to end.
        if code == 0 and time.monotonic() - begun > _RETRY_SECONDS:
            process, begun = _start(folder, idle_seconds), time.monotonic()
        time.sleep(_PAUSE_SECONDS)
    raise SupervisorError(
        f"The local cloud's supervisor did not answer within {_START_SECONDS:.0f} s: "
        f"{_log_tail(folder)}"
    )


def running(folder: Path) -> Connection | None:
    """The supervisor of this folder if it answers, else None. Starts nothing."""
    recorded = _read(folder / "supervisor.json")
    try:
        connection = Connection(**{name: recorded[name] for name in ("url", "pid", "token")})
    except KeyError:
        return None
    # Another program may have the port by now: the folder in the answer tells.
    answer = _call(connection, "GET", "/-/health")
    return connection if answer and answer.get("folder") == str(folder.resolve()) else None


def stop(folder: Path) -> bool:
    """Ends the supervisor of this folder; returns whether one ran.

    It is asked first, then told by SIGTERM and SIGKILL. Raises `SupervisorError` if it survives.
    """
    connection = running(folder)
    if connection:
        _call(connection, "POST", "/-/shutdown")
        if _await_end(folder, _STOP_SECONDS):
            return True
    elif holder(folder) is None:
        return False
    for number in (signal.SIGTERM, signal.SIGKILL):
        # The lock is held by a living supervisor of this folder, which wrote its id there.
        pid = holder(folder)
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        if _await_end(folder, _STOP_SECONDS / 3):
            return True
    raise SupervisorError(f"Process {holder(folder)}, the supervisor of {folder}, does not end.")


def holder(folder: Path) -> int | None:
    """Process id of the supervisor that holds the lock; None if nobody does; 0 if not yet told."""
    path = folder / "supervisor.lock"
    with suppress(FileNotFoundError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(_read(path).get("pid", 0))
    return None


def new_token() -> str:
    """A secret for the calls below /-/."""
    return secrets.token_urlsafe(32)


def _start(folder: Path, idle_seconds: float) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    module = "localcloud.services.supervisor"
    command = [sys.executable, "-m", module, "--folder", str(folder)]
    with (folder / "supervisor.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--idle-seconds", str(idle_seconds)],
            cwd=_ROOT,  # where the package is found, whatever started us
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _started.append((folder, process))
    return process


def _await_end(folder: Path, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holder(folder) is None:
            for started, process in _started:
                if started == folder.resolve():
                    with suppress(subprocess.TimeoutExpired):
                        process.wait(_CALL_SECONDS)
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _call(connection: Connection, method: str, path: str) -> dict[str, Any] | None:
    headers = {"Authorization": f"Bearer {connection.token}"}
    request = urllib.request.Request(connection.url + path, method=method, headers=headers)  # noqa: S310
    # No proxy of the environment stands between two processes of one machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_CALL_SECONDS) as answer:
            body = json.load(answer)
    except (OSError, ValueError):
        return None
    return body if isinstance(body, dict) else None


def _read(path: Path) -> dict[str, Any]:
    with suppress(OSError, ValueError):
        content = json.loads(path.read_text())
        if isinstance(content, dict):
            return content
    return {}


def _log_tail(folder: Path) -> str:
    with suppress(OSError):
        return (folder / "supervisor.log").read_bytes()[-_LOG_TAIL_BYTES:].decode(errors="replace")
    return "it left no log."
