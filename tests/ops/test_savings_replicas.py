"""From a load to replicas: enough at every moment, and no more than that."""

import hypothesis
import hypothesis.strategies as st
import pytest

from ops.errors import UsageError
from ops.savings.replicas import Load, Replicas, replicas


def load(*requests: float, seconds: float = 0.1, at_once: int = 1, step: float = 60) -> Load:
    return Load(
        requests_per_second=requests,
        step_seconds=step,
        seconds_per_request=seconds,
        at_once=at_once,
    )


def test_a_steady_load_needs_what_it_keeps_busy_at_the_target():
    # 100 requests of 0.1 s keep 10 places busy; at 50 % of 2 places each, 10 replicas.
    found = replicas(load(100, 100, at_once=2), target_percent=50, start_seconds=300)
    assert found == Replicas(least=1, most=10)


def test_what_climbs_faster_than_a_replica_starts_must_be_up_already():
    slow_start = replicas(load(10, 100, 100, 100), target_percent=50, start_seconds=60)
    assert slow_start.least == 10, "two replicas were wanted a minute before ten were needed"
    at_once = replicas(load(10, 100, 100, 100), target_percent=50, start_seconds=0)
    assert at_once.least == 1


def test_no_load_needs_what_is_demanded_besides():
    assert replicas(load(0), target_percent=60, start_seconds=300) == Replicas(least=1, most=1)
    assert replicas(load(0), target_percent=60, start_seconds=300, floor=2) == Replicas(
        least=2, most=2
    )


LOADS = st.lists(st.floats(0, 500), min_size=1, max_size=30)


@hypothesis.given(
    requests=LOADS, percent=st.integers(1, 100), late=st.integers(0, 5), at_once=st.integers(1, 8)
)
def test_a_day_after_day_is_served_and_with_one_replica_less_it_is_not(
    requests, percent, late, at_once
):
    day = load(*requests, at_once=at_once)
    found = replicas(day, target_percent=percent, start_seconds=late * 60)

    def served(least: int) -> bool:
        """Simulated: what is up in each step is what was wanted `late` steps before."""
        return all(
            min(found.most, max(least, day.replicas((step - late) % len(requests), percent)))
            * at_once
            >= day.busy(step) - 1e-6
            for step in range(len(requests))
        )

    assert served(found.least)
    assert found.least == 1 or not served(found.least - 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"requests_per_second": []}, "at least one step"),
        ({"requests_per_second": [1, -1]}, "0 or more in every step"),
        ({"requests_per_second": [float("nan")]}, "0 or more in every step"),
        ({"step_seconds": 0}, "more than 0 seconds"),
        ({"seconds_per_request": -0.1}, "more than 0 seconds"),
        ({"at_once": 0}, "1 request at least"),
    ],
)
def test_a_load_that_cannot_be_is_refused(wrong, sentence):
    right = {
        "requests_per_second": [1.0],
        "step_seconds": 60,
        "seconds_per_request": 0.1,
        "at_once": 1,
    }
    with pytest.raises(UsageError, match=sentence):
        Load(**{**right, **wrong})


@pytest.mark.parametrize("bounds", [{"target_percent": 0}, {"start_seconds": -1}, {"floor": 0}])
def test_bounds_that_cannot_be_are_refused(bounds):
    with pytest.raises(UsageError):
        replicas(load(1), **{"target_percent": 60, "start_seconds": 60, **bounds})
