"""Output on a terminal: colours, a live tree of resources, live bars for the steps of runs."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.panel import Panel
from rich.text import Text

from ops.display.rows import Rows
from ops.display.runs import LiveRuns
from ops.display.screen import Line
from ops.display.tree import LiveDeployment

_REDRAWS_PER_SECOND = 8


class RichScreen:
    """Draws with Rich."""

    def __init__(self, console: Console | None = None) -> None:
        # The streams of this moment: while a program runs, the engine takes what is printed as
        # the program's.
        self._console = console or Console(file=sys.stdout, highlight=False)
        self._errors = console or Console(file=sys.stderr, highlight=False)

    def line(self, text: str = "", style: str = "") -> None:
        self._console.print(Text(text, style=style))

    def error(self, text: str) -> None:
        self._errors.print(Text.assemble(("error: ", "bold red"), (text, "red")))

    def panel(self, title: str, lines: Sequence[Line]) -> None:
        body = Text("\n").join(Text(text, style=style) for text, style in lines)
        self._console.print(Panel(body, title=title, title_align="left", expand=False))

    @contextmanager
    def deployment(self, rows: Rows, planning: bool) -> Iterator[LiveDeployment]:
        view = LiveDeployment(rows, planning)
        with self._live(view):
            yield view
        self._console.print(view.whole())

    @contextmanager
    def runs(self) -> Iterator[LiveRuns]:
        view = LiveRuns()
        with self._live(view):
            yield view
        self._console.print(view)

    def _live(self, view: LiveDeployment | LiveRuns) -> Live:
        # Transient: while it moves it may be cut to the terminal's height; the whole follows once.
        return Live(
            view,
            console=self._console,
            refresh_per_second=_REDRAWS_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
