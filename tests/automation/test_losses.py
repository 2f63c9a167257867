"""What the losses of a job's log say, and what of that log counts."""

import math
from typing import Any

import pytest

from automation.losses import Point, judge, logged
from jobs import clients

BEFORE = [Point(step, 1.0) for step in range(20)]


def after(*losses: float) -> list[Point]:
    return [*BEFORE, *(Point(20 + index, loss) for index, loss in enumerate(losses))]


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        (after(9, 9, 9, 9, 9), "diverging"),
        (after(3, 3, 3, 3, 3), "healthy"),
        (after(9, 9, 9, 9), "too-few"),
        (after(math.nan), "diverging"),
        ([Point(each.step, -each.loss) for each in after(1.1, 1, 1, 1, 1)], "healthy"),
    ],
)
def test_a_loss_diverges_that_grows_threefold_or_is_no_number(points: Any, verdict: str):
    assert judge(points).verdict == verdict


def test_the_order_of_the_points_does_not_matter():
    assert judge(after(9, 9, 9, 9, 9)[::-1]) == judge(after(9, 9, 9, 9, 9))


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The entries of a job's log, the newest first, as they come."""
    entries: list[dict[str, Any]] = []
    monkeypatch.setattr(clients, "log_entries", lambda *_, **__: entries)
    return entries


def test_only_entries_with_a_step_and_a_loss_count(log: Any):
    said = [{"step": 3, "loss": "0.5"}, {"step": 2, "loss": None}, {"loss": 1}, {"step": 1}]
    log += [{"jsonPayload": each} for each in said] + [{"textPayload": "loss"}]
    assert logged("p", "7") == [Point(3, 0.5)]


def test_what_was_logged_before_a_restart_is_of_another_attempt(log: Any):
    log += [{"jsonPayload": {"step": step, "loss": 1.0}} for step in (12, 11, 10, 14, 13)]
    assert logged("p", "7") == [Point(step, 1.0) for step in (10, 11, 12)]


def test_a_log_without_losses_is_none(log: Any):
    assert logged("p", "7") is None
