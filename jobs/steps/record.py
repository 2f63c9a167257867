"""What a step says of itself, as one object per step: state, progress, result or error.

The record is the step's memory too: a step that succeeded once is not run again. Does not run
steps: that is `jobs.steps.runner`.
"""

import logging
import time
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from jobs import files
from jobs.clients import is_local
from jobs.waiting import is_passing

StepState = Literal["RUNNING", "SUCCEEDED", "FAILED"]
_LOCAL_SECONDS = 0.5
_CLOUD_SECONDS = 5.0
"""Between two reports of progress. Cloud Storage takes one write a second of the same object."""


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
    """Writes the record of one step; progress now and then."""

    def __init__(self, uri: str, name: str) -> None:
        self._uri = uri
        self._pause = _LOCAL_SECONDS if is_local() else _CLOUD_SECONDS
        self._written = 0.0
        self.record = StepRecord(name=name, state="RUNNING", started_at=datetime.now(UTC))
        self._write()

    def progress(self, fraction: float, message: str) -> None:
        """A `jobs.progress.Progress`. A report that cannot be written just now is left out."""
        self.record.progress = min(max(fraction, 0.0), 1.0)
        self.record.message = message
        if time.monotonic() - self._written < self._pause:
            return
        try:
            self._write()
        except Exception as error:
            if not is_passing(error):
                raise
            # Hours of training are worth more than one line about them.
            logging.getLogger(__name__).warning("progress was not reported: %s", error)

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
