"""Tables: drawn by Rich on a terminal, aligned lines elsewhere."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ops.display.screen import Screen, columns, draws

if TYPE_CHECKING:
    from rich.console import Console

_FIGURES = ("USD", "near prices")
_WRAPS = 1.5
"""A table so much wider than the terminal is read when its cells are wrapped; of a wider one
hardly a word stays whole."""


def table(title: str, rows: Sequence[Sequence[str]], screen: Screen) -> None:
    """The first row is the heading; columns of money stand at the right."""
    lines = columns(rows)
    if not draws():
        screen.line(f"== {title} ==")
        for text in lines:
            screen.line(text)
        return
    from rich.console import Console

    console = Console(file=sys.stdout, highlight=False, markup=False)
    if max(map(len, lines)) > _WRAPS * console.width:
        _paragraphs(title, rows, console)
    else:
        _grid(title, rows, console)


def _grid(title: str, rows: Sequence[Sequence[str]], console: "Console") -> None:
    from rich.table import Table

    drawn = Table(title=title, title_justify="left", title_style="bold")
    for heading in rows[0]:
        right = heading.startswith(_FIGURES)
        drawn.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in rows[1:]:
        drawn.add_row(*row)
    console.print(drawn)


def _paragraphs(title: str, rows: Sequence[Sequence[str]], console: "Console") -> None:
    """The first cell of a row, and below it what its other cells hold, each after its heading."""
    from rich.padding import Padding

    console.print(title, style="bold")
    for row in rows[1:]:
        cells = zip(rows[0][1:], row[1:], strict=True)
        told = "; ".join(f"{heading}: {cell}" for heading, cell in cells if cell not in ("", "-"))
        console.print(row[0])
        console.print(Padding(told, (0, 0, 0, 4)))
