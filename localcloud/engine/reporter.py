"""Collects what a run does and says, and passes it on as events."""

import contextlib
import io
import threading
import time
from collections.abc import Iterator
from typing import TextIO, cast

from localcloud.engine import urn as urns
from localcloud.engine.changes import changes
from localcloud.engine.events import (
    Change,
    Diagnostic,
    Event,
    Message,
    OnEvent,
    Severity,
    StepFailed,
    StepFinished,
    StepStarted,
)
from localcloud.engine.events import Step as ReportedStep
from localcloud.engine.steps import DELETIONS, Op, Step


class Reporter:
    """Steps and diagnostics of one run, in the order in which they came."""

    def __init__(self, on_event: OnEvent | None) -> None:
        self._on_event = on_event
        self._lock = threading.RLock()
        self.steps: list[ReportedStep] = []
        self.diagnostics: list[Diagnostic] = []

    def emit(self, event: Event) -> None:
        if self._on_event is not None:
            with self._lock:
                self._on_event(event)

    def error(self, urn: str, message: str) -> None:
        self._diagnose("error", urn, message)

    def warning(self, urn: str, message: str) -> None:
        self._diagnose("warning", urn, message)

    def say(self, severity: Severity, urn: str, text: str) -> None:
        """Something that the program logged."""
        if severity in ("error", "warning"):
            self._diagnose(severity, urn, text)
        else:
            self.emit(Message(severity, urn, text))

    def started(self, step: Step) -> float:
        """Lists the step; returns the time for `finished`."""
        with self._lock:
            self.steps.append(ReportedStep(str(step.op), step.urn))
        if self._on_event is not None:
            type_, name = urns.type_of(step.urn), urns.name_of(step.urn)
            found = _changes(step)
            self.emit(StepStarted(str(step.op), step.urn, type_, name, step.state.parent, found))
        return time.monotonic()

    def finished(self, step: Step, since: float) -> None:
        self.emit(StepFinished(str(step.op), step.urn, time.monotonic() - since))

    def failed(self, step: Step, message: str) -> None:
        with self._lock:
            self.diagnostics.append(Diagnostic("error", step.urn, message))
        self.emit(StepFailed(str(step.op), step.urn, message))

    def _diagnose(self, severity: str, urn: str, message: str) -> None:
        kind = "error" if severity == "error" else "warning"
        with self._lock:
            self.diagnostics.append(Diagnostic(kind, urn, message))
        self.emit(Message(kind, urn, message))

    @contextlib.contextmanager
    def captured(self) -> Iterator[None]:
        """What is printed inside becomes messages, line by line."""
        output = cast("TextIO", _Lines(self))
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            try:
                yield
            finally:
                output.flush()


def _changes(step: Step) -> list[Change]:
    if step.op in DELETIONS or step.op in (Op.SAME, Op.READ, Op.REFRESH):
        return []
    old = step.old.inputs if step.old is not None else {}
    new = step.new.inputs if step.new is not None else {}
    return changes(old, new)


class _Lines(io.TextIOBase):
    """A text file whose lines become messages; a partial line waits for its end."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter
        self._guard = threading.Lock()
        self._partial: dict[int, str] = {}

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        thread = threading.get_ident()
        with self._guard:
            *lines, rest = (self._partial.pop(thread, "") + text).split("\n")
            if rest:
                self._partial[thread] = rest
        for line in lines:
            self._reporter.emit(Message("info", "", line))
        return len(text)

    def flush(self) -> None:
        with self._guard:
            rest = list(self._partial.values())
            self._partial.clear()
        for line in rest:
            self._reporter.emit(Message("info", "", line))
