"""The steps of runs as live bars: one row per step with its bar, its time and its message."""

import threading
from typing import TYPE_CHECKING

from rich.console import Console, ConsoleOptions, RenderResult
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from ops.display import progress

if TYPE_CHECKING:
    from jobs.runs import RunStatus

_NAME_WIDTH = 10
_BAR_WIDTH = 24
_TIME_WIDTH = 6


class LiveRuns:
    """A view that Rich redraws; updates may come from several threads."""

    def __init__(self) -> None:
        self._runs: dict[str, RunStatus] = {}
        self._lock = threading.Lock()

    def update(self, model: str, status: "RunStatus") -> None:
        with self._lock:
            self._runs[model] = status

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        with self._lock:
            runs = list(self._runs.items())
        for model, status in runs:
            yield Text.assemble((model, "bold"), (f"  run {status.run_id}", "dim"))
            yield _table(status)


def _table(status: "RunStatus") -> Table:
    table = Table(
        expand=True, box=None, show_header=False, show_edge=False, pad_edge=False, padding=(0, 1)
    )
    table.add_column(min_width=_NAME_WIDTH, no_wrap=True)
    table.add_column(min_width=_BAR_WIDTH)
    table.add_column(justify="right", min_width=_TIME_WIDTH, no_wrap=True)
    # The message alone gives way where the terminal is narrow.
    table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
    for step in status.steps:
        style = progress.STYLES.get(step.state, "dim")
        done = 1.0 if step.state == "SUCCEEDED" else step.progress
        table.add_row(
            Text(f"  {step.name}", style=style),
            ProgressBar(total=1.0, completed=done, width=_BAR_WIDTH, complete_style=style),
            Text(progress.elapsed_text(step), style="dim"),
            Text(progress.step_text(step) or progress.WORDS.get(step.state, ""), style=style),
        )
    return table
