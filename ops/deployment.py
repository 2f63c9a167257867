"""Runs the engine and shows it: the one place where a command previews, deploys or destroys.

Does not submit jobs: the program's hook does, and `ops.up` repairs.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import TYPE_CHECKING, Any

from ops.display.rows import Row, Rows, leaf, summarize
from ops.display.screen import Screen
from ops.errors import INTERRUPTED, EndedError

if TYPE_CHECKING:
    from localcloud import Event, Report

    Deploy = Callable[[Callable[[Event], None]], Report]


@dataclass(frozen=True)
class Deployment:
    """What the engine did, or would do."""

    report: "Report"
    rows: Rows

    @property
    def succeeded(self) -> bool:
        return self.report.result == "succeeded"

    @property
    def changes(self) -> bool:
        """Whether any resource does not stay as it is."""
        return bool(self.rows.changed())

    def as_json(self) -> dict[str, Any]:
        """The answer of `--json`: plain values."""
        return {
            "result": self.report.result,
            "changes": dict(sorted(self.rows.counts().items())),
            "steps": [step_json(row) for row in self.rows],
            "diagnostics": [
                {"severity": d.severity, "urn": d.urn, "message": d.message}
                for d in self.report.diagnostics
            ],
        }


def run(deploy: "Deploy", screen: Screen, *, planning: bool) -> Deployment:
    """Calls the engine with a listener and shows every event; messages follow at the end.

    Raises `EndedError` if it was interrupted: the engine saves what it did, and reports it.
    """
    rows = Rows()
    with _interruptions() as interruptions, screen.deployment(rows, planning) as view:

        def on_event(event: "Event") -> None:
            row = rows.add(event)
            if row is not None:
                view.show(row)

        report = deploy(on_event)
    _say(rows, report, screen)
    if interruptions:
        raise EndedError(INTERRUPTED)
    return Deployment(report, rows)


@contextmanager
def _interruptions() -> Iterator[list[int]]:
    """Notes every Ctrl-C, and lets it have its effect."""
    seen: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    before = signal.getsignal(signal.SIGINT)
    # Elsewhere than in the main thread, or where Ctrl-C is switched off, there is none to note.
    main = threading.current_thread() is threading.main_thread()
    if not main or before is not signal.default_int_handler:
        yield seen
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


def step_json(row: Row) -> dict[str, Any]:
    """One resource and its changes as plain values; what is not known yet is "[unknown]"."""
    return {
        "op": row.op,
        "urn": row.urn,
        "type": row.type,
        "name": row.name,
        "changes": [
            {
                "path": change.path,
                "kind": change.kind,
                "old": _plain(change.old),
                "new": _plain(change.new),
            }
            for change in row.changes
        ],
    }


def _plain(value: Any) -> Any:
    """The value if JSON can hold it; "[unknown]" for what only the deployment can tell."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, (str, int, float, bool)) else "[unknown]"


def _say(rows: Rows, report: "Report", screen: Screen) -> None:
    for said in rows.messages:
        if said.severity == "info" and said.text.strip():
            screen.line(f"    {said.name}: {said.text}" if said.name else f"    {said.text}", "dim")
    for diagnostic in report.diagnostics:
        where = f"{leaf(diagnostic.urn)}: " if diagnostic.urn else ""
        if diagnostic.severity == "error":
            screen.error(where + diagnostic.message)
        else:
            screen.line(f"warning: {where}{diagnostic.message}", "yellow")


def counts_text(deployment: Deployment) -> str:
    """Such as `+ 12 create, 3 unchanged`."""
    return summarize(deployment.rows.counts())
