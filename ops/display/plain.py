"""Output for logs and pipes: one line per change, no colours, nothing redrawn; and silence."""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ops.display import progress
from ops.display.rows import Row, Rows, describe
from ops.display.screen import Line

if TYPE_CHECKING:
    from jobs.runs import RunStatus


class PlainScreen:
    """Writes to standard output, errors to standard error.

    To those of its making: while a program runs, the engine takes what is printed as the program's.
    """

    def __init__(self) -> None:
        self._out, self._err = sys.stdout, sys.stderr

    def line(self, text: str = "", style: str = "") -> None:
        del style  # colours are the terminal's
        print(text, file=self._out, flush=True)

    def error(self, text: str) -> None:
        print(f"error: {text}", file=self._err, flush=True)

    def panel(self, title: str, lines: Sequence[Line]) -> None:
        self.line()
        self.line(f"== {title} ==")
        for text, _ in lines:
            self.line(text)

    @contextmanager
    def deployment(self, rows: Rows, planning: bool) -> Iterator["PlainDeployment"]:
        del rows  # told row by row
        yield PlainDeployment(self, planning)

    @contextmanager
    def runs(self) -> Iterator["PlainRuns"]:
        yield PlainRuns(self)


class SilentScreen(PlainScreen):
    """Says nothing but errors: for commands whose whole answer is one JSON object."""

    def line(self, text: str = "", style: str = "") -> None:
        pass


class PlainDeployment:
    """One line per resource when its step has ended, its changes below it."""

    def __init__(self, screen: PlainScreen, planning: bool) -> None:
        self._screen = screen
        self._planning = planning
        self._lock = threading.Lock()
        self._told: set[tuple[str, str]] = set()

    def show(self, row: Row) -> None:
        with self._lock:
            if row.state != "running" and row.changed:
                self._tell(row)

    def _tell(self, row: Row) -> None:
        status = row.status(self._planning)
        if (row.urn, status) in self._told:
            return
        self._told.add((row.urn, status))
        self._screen.line(f"{row.sigil:>2} {row.short_type} {row.name}: {status}")
        for change in row.changes if row.op in ("update", "replace") else ():
            self._screen.line(f"     {describe(change)}")


class PlainRuns:
    """One line per change of a step's state."""

    def __init__(self, screen: PlainScreen) -> None:
        self._screen = screen
        self._told: dict[tuple[str, str], str] = {}

    def update(self, model: str, status: "RunStatus") -> None:
        for step in status.steps:
            key = (status.run_id, step.name)
            if step.state != self._told.get(key, "PENDING"):
                self._told[key] = step.state
                self._screen.line(f"{model} {progress.step_line(step)}")
