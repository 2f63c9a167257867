"""Words for the steps of a run: state, elapsed time, message. Pure; used by every display."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.runs import StepStatus

WORDS = {
    "PENDING": "waiting",
    "QUEUED": "queued",
    "RUNNING": "running",
    "SUCCEEDED": "done",
    "FAILED": "failed",
    "CANCELLED": "cancelled",
    "SKIPPED": "skipped",
}
STYLES = {
    "RUNNING": "cyan",
    "SUCCEEDED": "green",
    "FAILED": "bold red",
    "CANCELLED": "yellow",
    "QUEUED": "yellow",
}


def elapsed_seconds(step: "StepStatus", now: datetime | None = None) -> float | None:
    """How long the step took, or has been going on; None if it has not begun."""
    if step.started_at is None:
        return None
    return ((step.ended_at or now or datetime.now(UTC)) - step.started_at).total_seconds()


def elapsed_text(step: "StepStatus", now: datetime | None = None) -> str:
    """Such as `3.2s` or `4m05s`."""
    seconds = elapsed_seconds(step, now)
    return "" if seconds is None else duration(seconds)


def duration(seconds: float) -> str:
    """Such as `3.2s`, `4m05s` or `2h10m`."""
    if seconds < 60:  # noqa: PLR2004
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes}m{rest:02d}s"
    return f"{minutes // 60}h{minutes % 60:02d}m"


def step_text(step: "StepStatus") -> str:
    """What to say beside the bar: the error of a failed step, else its message on one line."""
    return " ".join((step.error if step.state == "FAILED" else step.message).split())


def step_line(step: "StepStatus") -> str:
    """The step on one line, such as `train: done (12.3s) epoch 8 of 8`."""
    took = elapsed_text(step) if step.ended_at is not None else ""
    parts = [f"{step.name}: {WORDS.get(step.state, step.state.lower())}"]
    if took:
        parts.append(f"({took})")
    if text := step_text(step):
        parts.append(text)
    return " ".join(parts)
