"""Where a command writes: the one interface of all displays, and the choice between them.

Rich is imported only by the display that draws with it.
"""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Protocol

from ops.display.rows import Row, Rows

if TYPE_CHECKING:
    from jobs.runs import RunStatus

Line = tuple[str, str]
"""(text, style): styles are names that Rich knows, and plain output drops."""


class DeploymentView(Protocol):
    """Shows a deployment while it goes on."""

    def show(self, row: Row) -> None:
        """Something about this row is new; called from several threads."""
        ...


class RunsView(Protocol):
    """Shows runs while they go on."""

    def update(self, model: str, status: "RunStatus") -> None:
        """Takes in what is known of the run of a model now."""
        ...


class Screen(Protocol):
    """One way to write."""

    def line(self, text: str = "", style: str = "") -> None: ...
    def error(self, text: str) -> None: ...
    def panel(self, title: str, lines: Sequence[Line]) -> None: ...
    def deployment(self, rows: Rows, planning: bool) -> AbstractContextManager[DeploymentView]: ...
    def runs(self) -> AbstractContextManager[RunsView]: ...


def choose_screen(json_wanted: bool = False) -> Screen:
    """Silence for JSON, drawing on a terminal, one line per change everywhere else."""
    if json_wanted:
        from ops.display.plain import SilentScreen

        return SilentScreen()
    if draws():
        from ops.display.rich_screen import RichScreen

        return RichScreen()
    from ops.display.plain import PlainScreen

    return PlainScreen()


def draws() -> bool:
    """Whether standard output is a terminal that can redraw."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines with aligned columns; the first row is the heading."""
    if not rows:
        return []
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
