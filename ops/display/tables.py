"""Tables: drawn by Rich on a terminal, aligned lines elsewhere."""

import sys
from collections.abc import Sequence

from ops.display.screen import Screen, columns, draws

_FIGURES = ("USD", "near prices")


def table(title: str, rows: Sequence[Sequence[str]], screen: Screen) -> None:
    """The first row is the heading; columns of money stand at the right."""
    if not draws():
        screen.line(f"== {title} ==")
        for text in columns(rows):
            screen.line(text)
        return
    from rich.console import Console
    from rich.table import Table

    drawn = Table(title=title, title_justify="left", title_style="bold")
    for heading in rows[0]:
        right = heading.startswith(_FIGURES)
        drawn.add_column(heading, justify="right" if right else "left", overflow="fold")
    for row in rows[1:]:
        drawn.add_row(*row)
    Console(file=sys.stdout, highlight=False, markup=False).print(drawn)
