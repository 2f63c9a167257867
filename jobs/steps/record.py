"""What a step says of itself, as one object per step: state, progress, result or error.

The record is the step's memory too: a step that succeeded once is not run again. Does not run
steps: that is `jobs.steps.runner`.
"""

import time
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs import files

StepState = Literal["RUNNING", "SUCCEEDED", "FAILED"]
_WRITE_EVERY_SECONDS = 0.5


class StepRecord(BaseModel):
    """State of one step of one run."""

    model_config = ConfigDict(extra="ignore")

    name: str
    state: StepState
    started_at: datetime
    ended_at: datetime | None = None
    progress: float = Field(default=0.0, ge=0, le=1)
    message: str = ""
    result: dict[str, Any] = {}
    error: str = ""
    """One sentence; empty unless FAILED."""
    log_tail: list[str] = []


def read(uri: str) -> StepRecord | None:
    """The record, or None if the step has not begun."""
    try:
        return StepRecord.model_validate_json(files.read_text(uri))
    except FileNotFoundError:
        return None


class Reporter:
    """Writes the record of one step; progress at most twice a second."""

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._written = 0.0
        self.record = StepRecord(name=name, state="RUNNING", started_at=datetime.now(UTC))
        self._write()

    def progress(self, fraction: float, message: str) -> None:
        """A `jobs.progress.Progress`."""
        self.record.progress = min(max(fraction, 0.0), 1.0)
        self.record.message = message
        if time.monotonic() - self._written >= _WRITE_EVERY_SECONDS:
            self._write()

    def succeed(self, result: dict[str, Any]) -> None:
        self.record.state = "SUCCEEDED"
        self.record.progress = 1.0
        self.record.result = result
        self._end()

    def fail(self, error: str, log_tail: list[str]) -> None:
        self.record.state = "FAILED"
        self.record.error = error
        self.record.log_tail = log_tail
        self._end()

    def _end(self) -> None:
        self.record.ended_at = datetime.now(UTC)
        self._write()

    def _write(self) -> None:
        self._written = time.monotonic()
        files.write_text(self._uri, self.record.model_dump_json(), "application/json")
