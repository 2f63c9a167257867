"""Runs one command and writes down how it ended: the process between the supervisor and a job.

Run by path with the standard library alone: `python -I -S launcher.py FOLDER LOCK`. It outlives a
supervisor that dies, so that the next one can still learn the exit code. LOCK is the descriptor of
a locked file, inherited by the command: as long as the lock is held, the job has a live process.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

TEMPORARY = "mlplatform-"
_NOT_STARTED = 127


def write_json(path: Path, value: object) -> None:
    """Writes so that a reader sees either nothing or everything."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value))
    part.replace(path)


def main(folder: Path, lock: int) -> None:
    """Runs what `launch.json` says; leaves `process.json` and `exit.json`."""
    # A cancellation goes to the whole group: the command decides what to do with it.
    early: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda number, _: early.append(number))
    # Each container has files of its own, which go with it. Not in the folder of the job: paths of
    # sockets may have 107 characters.
    temporary = tempfile.mkdtemp(prefix=TEMPORARY)
    write_json(folder / "process.json", {"pid": os.getpid(), "temporary": temporary})
    launch = json.loads((folder / "launch.json").read_text())
    environment = {"TMPDIR": temporary} | launch["environment"]
    try:
        command = subprocess.Popen(
            launch["argv"], cwd=launch["cwd"], env=environment, pass_fds=(lock,)
        )
        for number in early:  # which the command was not there to get
            command.send_signal(number)
        code = command.wait()
    except OSError as error:
        print(f"{launch['argv'][0]} did not start: {error}", flush=True)
        code = _NOT_STARTED
    shutil.rmtree(temporary, ignore_errors=True)
    # As a container reports it: killed by signal n is 128 + n.
    write_json(folder / "exit.json", {"code": code if code >= 0 else 128 - code})
    os.killpg(0, signal.SIGKILL)  # a container ends with its first process, and so do we


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
