"""Local processes that stand for containers, each in a folder of its own.

Owns start, liveness, exit code, signals and the log of one process group. Liveness is a file lock
that the group inherits, not a pid: no window between start and record, no pid met again, and two
supervisors can never run one job twice. Does not decide when to start or end anything.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from localcloud.services.context import Context
from localcloud.services.vertex import launcher

GRACE_SECONDS = 25.0
"""Between SIGTERM and SIGKILL: what a job has for a last checkpoint."""
_LOCK_SECONDS = 2.0
_TAIL_BYTES = 8192
_COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_IMAGE = re.compile(r".+@sha256:([0-9a-f]{64})")
# A container sees nothing of its host's environment; these few make a process work at all.
_HOST_VARIABLES = ("HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "TZ")


class LaunchError(Exception):
    """A container that cannot run here: one sentence that says what to do."""


@dataclass(frozen=True, kw_only=True)
class Launch:
    """What to run: arguments, working folder and the whole environment."""

    argv: list[str]
    cwd: str
    environment: dict[str, str]


def image_folder(context: Context, uri: str) -> Path:
    """The folder that holds what the image `uri` would hold."""
    match = _IMAGE.fullmatch(uri)
    if match is None:
        raise LaunchError(f"Image {uri!r} names no digest: write HOST/PATH/NAME@sha256:DIGEST.")
    folder = context.folder / "images" / match[1]
    if not folder.is_dir():
        raise LaunchError(f"Image {uri!r} is not on this machine: run `mlp image build`.")
    return folder


def container(context: Context, spec: dict[str, Any], variables: dict[str, str]) -> Launch:
    """A `containerSpec` of a job or of a model as a process of this machine."""
    folder = image_folder(context, spec.get("imageUri", ""))
    argv = [*spec.get("command", []), *spec.get("args", [])]
    if not spec.get("command"):
        raise LaunchError("containerSpec.command is empty: a local image has no entry point.")
    if argv[0] in ("python", "python3"):
        argv[0] = sys.executable
    own = {entry["name"]: entry.get("value", "") for entry in spec.get("env", [])}
    return Launch(
        argv=argv, cwd=str(folder), environment=environment(context, folder, variables | own)
    )


def environment(context: Context, image: Path, variables: dict[str, str]) -> dict[str, str]:
    """Everything that a process run from `image` finds in its environment."""
    host = {key: os.environ[key] for key in _HOST_VARIABLES if key in os.environ}
    if "PYTHONDONTWRITEBYTECODE" in os.environ:
        host["PYTHONDONTWRITEBYTECODE"] = "1"
    return {
        **host,
        "PYTHONPATH": str(image),
        "PYTHONUNBUFFERED": "1",
        **context.environment,
        **variables,
    }


class Process:
    """The process group of one folder, whoever started it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._popen: subprocess.Popen[bytes] | None = None

    def start(self, launch: Launch) -> None:
        """Starts the command; BlockingIOError if an earlier one is still alive."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_CREAT | os.O_RDWR, 0o600)
        try:
            _lock(lock)
            self.forget_exit()
            self._remove_temporary()
            (self.folder / "process.json").unlink(missing_ok=True)
            launcher.write_json(self.folder / "launch.json", asdict(launch))
            command = [sys.executable, "-I", "-S", launcher.__file__, str(self.folder), str(lock)]
            with (self.folder / "log.txt").open("ab") as log:
                self._popen = subprocess.Popen(
                    command,
                    pass_fds=(lock,),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        finally:
            os.close(lock)

    def alive(self) -> bool:
        """Whether a process of the group lives."""
        if self._popen is not None:
            self._popen.poll()  # no zombies
        with suppress(FileNotFoundError):
            lock = os.open(self.folder / "lock", os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            finally:
                os.close(lock)
        return False

    def exit_code(self) -> int | None:
        """How the last command ended; None while it runs or if it was lost."""
        return _read(self.folder / "exit.json").get("code")

    def ended_at(self) -> int:
        """When the last command ended or was found to be lost, in ns; 0 if it did neither."""
        with suppress(FileNotFoundError):
            return (self.folder / "exit.json").stat().st_mtime_ns
        return 0

    def lose(self) -> None:
        """Writes down that the command is gone and nobody knows how it ended."""
        self.folder.mkdir(parents=True, exist_ok=True)
        launcher.write_json(self.folder / "exit.json", {"code": None})

    def forget_exit(self) -> None:
        """Makes an ended command look lost, so that it is started again."""
        (self.folder / "exit.json").unlink(missing_ok=True)

    def signal(self, number: int) -> bool:
        """Signals the whole group; False if there is none yet or any more."""
        pid = self._popen.pid if self._popen else _read(self.folder / "process.json").get("pid")
        if pid is None or not self.alive():
            return False
        with suppress(ProcessLookupError):
            os.killpg(pid, number)
        return True

    def end(self, grace: float) -> None:
        """SIGTERM, after `grace` seconds SIGKILL; returns when nothing is left."""
        deadline = time.monotonic() + grace
        self.signal(signal.SIGTERM)
        while self.alive():
            if time.monotonic() > deadline:
                self.signal(signal.SIGKILL)
            time.sleep(0.02)
        self._remove_temporary()

    def _remove_temporary(self) -> None:
        """What a command that was killed has left; one that ends takes it away itself."""
        left = Path(_read(self.folder / "process.json").get("temporary", ""))
        if left.name.startswith(launcher.TEMPORARY):
            shutil.rmtree(left, ignore_errors=True)

    def note(self, line: str) -> None:
        """Adds a line of the service's own to the log."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "log.txt").open("a") as log:
            log.write(f"[local cloud] {line}\n")

    def last_lines(self, count: int = 15) -> str:
        """End of the log, without colour codes."""
        with suppress(FileNotFoundError), (self.folder / "log.txt").open("rb") as log:
            log.seek(0, os.SEEK_END)
            log.seek(max(0, log.tell() - _TAIL_BYTES))
            text = _COLOUR.sub("", log.read().decode(errors="replace"))
            return "\n".join(text.strip().splitlines()[-count:])
        return ""


def in_parallel(work: Callable[[Any], None], items: list[Any]) -> None:
    """Does `work` on every item at the same time, and returns when all is done."""
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _lock(descriptor: int) -> None:
    """Takes the lock, waiting only as long as someone else's `alive` may hold it."""
    deadline = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _read(path: Path) -> dict[str, Any]:
    with suppress(FileNotFoundError):
        return json.loads(path.read_text())
    return {}
