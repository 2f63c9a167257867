"""Slices, resampling and importance, each on cases that can be worked out by hand."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.workloads.flight_delay import judgement, metrics
from jobs.workloads.flight_delay.judgement import _Ranked


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5), st.integers(0, 3)), min_size=2))
def test_weighted_auc_is_the_auc_of_repeated_rows(rows: list[tuple[bool, int, int]]):
    labels, scores, weights = (np.array(column) for column in zip(*rows, strict=True))
    repeated = np.repeat(labels, weights), np.repeat(scores, weights)
    expected = metrics.auc(*repeated)
    if not np.isnan(expected):
        assert _Ranked.of(labels, scores).auc(weights) == pytest.approx(expected)


def judged(carriers: list[str]) -> list[dict[str, object]]:
    rows = len(carriers)
    table = pa.table(
        {
            "carrier": carriers,
            "origin": ["EWR"] * rows,
            "year": [2013] * rows,
            "month": [10] * rows,
            "delayed": [0, 1] * (rows // 2),
        }
    )
    chances = np.tile([0.2, 0.4], rows // 2)
    return judgement.slices(table, {"network": chances, "baseline": 1 - chances})


def test_a_slice_has_both_candidates_beside_its_rows():
    first = judged(["UA"] * 600)[0]
    assert (first["slice"], first["rows"], first["positive_rate"]) == ("carrier=UA", 600, 0.5)
    assert first["network"]["auc"] == 1.0  # pyright: ignore[reportIndexIssue]
    assert first["baseline"]["auc"] == 0.0  # pyright: ignore[reportIndexIssue]


def test_a_slice_with_few_rows_is_left_out():
    names = [item["slice"] for item in judged(["UA"] * 600 + ["HA"] * 400)]
    assert names == ["carrier=UA", "origin=EWR", "month=2013-10"]


def test_two_equal_candidates_have_no_gain():
    labels, days = np.tile([0, 1], 50), np.repeat(np.arange(10), 10)
    same = np.linspace(0, 1, 100, dtype=np.float32)
    gain = judgement.auc_gain(labels, days, {"network": same, "baseline": same})
    assert (gain.value, gain.low, gain.high) == (0, 0, 0)


def test_an_input_that_is_not_used_has_no_importance():
    columns = {"used": list(range(100)), "ignored": list(range(100))}
    labels = np.arange(100) >= 50
    ranked = dict(judgement.importance(labels, columns, lambda given: np.array(given["used"])))
    assert ranked["ignored"] == 0
    assert ranked["used"] > 0.3
