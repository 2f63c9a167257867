"""Programs on this machine: which version there is, and which one is needed."""

import re
import shutil
import subprocess
from collections.abc import Iterator

from catalog.tools import TOOLS, Tool
from ops.check.findings import Finding, State

_VERSION = re.compile(r"(\d+(?:\.\d+){0,3})")
_SECONDS = 20


def check(*, cloud: bool) -> Iterator[Finding]:
    """Each tool; what only Google Cloud needs is a warning where it is not used."""
    for tool in TOOLS:
        yield _one(tool, cloud=cloud)


def _one(tool: Tool, *, cloud: bool) -> Finding:
    found = version(tool)
    wanted = _text(tool.floor) + " or newer" if tool.floor else "any version"
    if found and (tool.floor is None or found >= tool.floor):
        return Finding(
            group="tools", subject=tool.name, state="ok", found=_text(found), wanted=wanted
        )
    needed = tool.need == "always" or (tool.need == "cloud" and cloud)
    state: State = "failed" if needed else "warning"
    return Finding(
        group="tools",
        subject=tool.name,
        state=state,
        found=_text(found) if found else "not on PATH",
        wanted=wanted,
        next=f"{tool.install} (for {tool.used_for})",
    )


def version(tool: Tool) -> tuple[int, ...] | None:
    """The version that a tool says it has; (0,) if it says none, None if it is not there."""
    program = shutil.which(tool.command[0])
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *tool.command[1:]],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    numbers = _VERSION.search(done.stdout + done.stderr)
    return tuple(int(part) for part in numbers[1].split(".")) if numbers else (0,)


def _text(numbers: tuple[int, ...] | None) -> str:
    return ".".join(map(str, numbers or ()))
