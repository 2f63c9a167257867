"""New data is a reason to train again from a number of rows on, or when a class grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from jobs.new_data import RetrainBounds, decide

BOUNDS = RetrainBounds()
BEFORE = {"late": 10_000, "on time": 90_000}


def test_the_bounds_are_a_thousand_rows_or_a_tenth():
    assert (BOUNDS.min_new_rows, BOUNDS.min_class_growth) == (1000, 0.10)


@pytest.mark.parametrize(
    ("late", "on_time", "retrain"),
    [(10_000, 90_999, False), (10_000, 91_000, True), (10_999, 89_500, False)],
)
def test_a_thousand_new_rows_are_enough_and_one_fewer_is_not(late, on_time, retrain):
    found = decide(BEFORE, {"late": late, "on time": on_time}, BOUNDS)
    assert found.retrain is retrain
    assert found.new_rows == late + on_time - 100_000


def test_a_class_that_grew_by_a_tenth_is_enough_and_the_numbers_say_so():
    found = decide({"late": 100, "on time": 900}, {"late": 110, "on time": 900}, BOUNDS)
    assert found.retrain
    assert found.class_growth == {"late": 0.1, "on time": 0.0}
    assert found.reasons == ["class late has grown by 10.0%, at least 10.0%"]


def test_a_class_that_was_not_there_is_a_reason():
    found = decide({"late": 100}, {"late": 100, "cancelled": 3}, BOUNDS)
    assert found.class_growth["cancelled"] is None
    assert found.reasons == ["class cancelled is new, with 3 rows"]


def test_too_little_is_said_with_how_much_it_is():
    found = decide(BEFORE, {"late": 10_500, "on time": 90_000}, BOUNDS)
    assert not found.retrain
    assert found.reasons == [
        "500 new rows, fewer than 1,000, and no class has grown by 10.0% (at most 5.0%)"
    ]


def test_rows_that_vanished_are_another_data_set():
    with pytest.raises(ValueError, match="1 rows fewer than the model was trained on"):
        decide({"late": 2}, {"late": 1}, BOUNDS)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="class late has -1 rows"):
        decide({"late": -1}, {"late": 5}, BOUNDS)


@pytest.mark.parametrize(
    "wrong", [{"min_new_rows": 0}, {"min_class_growth": 0}, {"min_class_growth": -0.1}]
)
def test_bounds_that_always_hold_are_refused(wrong):
    with pytest.raises(ValidationError):
        RetrainBounds(**wrong)


COUNTS = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 5000))


@given(COUNTS, COUNTS)
def test_the_decision_follows_from_its_numbers(before, more):
    now = {name: before.get(name, 0) + more.get(name, 0) for name in {*before, *more}}
    found = decide(before, now, BOUNDS)
    grown = [share is None or share >= 0.1 for share in found.class_growth.values()]
    assert found.retrain is (found.new_rows >= 1000 or any(grown))
    assert found.reasons
