"""The losses that a training job logged, and whether they diverge.

An entry counts if it holds numbers `step` and `loss`. Does not write them: workloads do.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, median
from typing import Any, Literal

from jobs import clients

RECENT = 5
"""Points whose mean is judged."""
BEFORE = 20
"""Points before them that they are compared with; with fewer, training has only begun."""
FACTOR = 3.0
"""How many times the loss before is too much."""
_ENTRIES = 200


@dataclass(frozen=True)
class Point:
    """The loss after one step."""

    step: int
    loss: float


@dataclass(frozen=True)
class Judgement:
    """What the losses say of a training, with the figures."""

    verdict: Literal["diverging", "healthy", "too-few"]
    reason: str


def judge(points: Sequence[Point]) -> Judgement:
    """Of the newest points: the mean of the last few against the median of those before them.

    A loss that is no number any more is divergence at once; it never comes back.
    """
    newest = sorted(points, key=lambda point: point.step)[-(RECENT + BEFORE) :]
    lost = next((point for point in newest if not math.isfinite(point.loss)), None)
    if lost is not None:
        return Judgement("diverging", f"the loss is {lost.loss} since step {lost.step}")
    if len(newest) < RECENT + BEFORE:
        return Judgement("too-few", f"it has logged {len(newest)} losses of {RECENT + BEFORE}")
    before = median(point.loss for point in newest[:BEFORE])
    recent = fmean(point.loss for point in newest[BEFORE:])
    figures = f"the loss is {recent:.4g} at step {newest[-1].step} and was {before:.4g}"
    # A loss may be negative: what counts is how far it rose, in sizes of what it was.
    if recent - before > (FACTOR - 1) * abs(before):
        return Judgement("diverging", f"{figures}, more than {FACTOR:g} times as much")
    return Judgement("healthy", figures)


def logged(project_id: str, job_id: str) -> list[Point] | None:
    """The newest losses of a job, oldest first; None where its log cannot be read or has none."""
    terms = (
        'resource.type="ml_job"',
        f'resource.labels.job_id="{job_id}"',
        "jsonPayload.loss:*",
        "jsonPayload.step:*",
    )
    entries = clients.log_entries(project_id, " AND ".join(terms), limit=_ENTRIES)
    found = [point for entry in entries or [] if (point := _point(entry))]
    return sorted(_last_attempt(found), key=lambda point: point.step) or None


def _point(entry: dict[str, Any]) -> Point | None:
    payload = entry.get("jsonPayload", {})
    try:
        return Point(int(payload["step"]), float(payload["loss"]))
    except (KeyError, TypeError, ValueError):
        return None


def _last_attempt(newest_first: list[Point]) -> list[Point]:
    """Those since the last restart, which begins again at an earlier step."""
    for index, (later, earlier) in enumerate(pairwise(newest_first), start=1):
        if earlier.step > later.step:
            return newest_first[:index]
    return newest_first
