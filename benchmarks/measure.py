"""Runs commands as whole processes and takes the operating system's own accounting of them."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Run:
    """One finished process: wall-clock and processor seconds, peak resident memory in MB."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def once(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    output: Path | None = None,
) -> Run:
    """Runs the command to its end. Raises RuntimeError with its last lines if it fails."""
    started = time.perf_counter()
    with (
        (output or Path(os.devnull)).open("w", encoding="utf-8") as answer,
        subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=answer,
            stderr=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        assert process.stderr is not None
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{errors[-2000:]}")
    return Run(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_mb=usage.ru_maxrss / 1024,
    )


def python(*arguments: str) -> list[str]:
    """A command of this environment's interpreter."""
    return [sys.executable, *arguments]


def median(runs: Sequence[Run]) -> Run:
    """The median of each figure by itself."""
    return Run(
        seconds=statistics.median(run.seconds for run in runs),
        cpu_seconds=statistics.median(run.cpu_seconds for run in runs),
        peak_mb=statistics.median(run.peak_mb for run in runs),
    )


def machine() -> str:
    """The machine in one line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    version = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Python {version}"
