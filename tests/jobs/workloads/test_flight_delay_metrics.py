"""Our figures are those of the textbooks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from jobs.workloads.flight_delay import metrics

ROWS = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])), min_size=2
)


def split(rows: list[tuple[bool, float]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row[0] for row in rows]), np.array([row[1] for row in rows])


@given(ROWS.filter(lambda rows: len({row[0] for row in rows}) == 2))
def test_auc_is_that_of_scikit_learn_with_ties(rows: list[tuple[bool, float]]):
    labels, scores = split(rows)
    assert metrics.auc(labels, scores) == pytest.approx(sklearn_metrics.roc_auc_score(*split(rows)))


def test_auc_of_one_class_is_not_a_number():
    assert np.isnan(metrics.auc([1, 1], [0.2, 0.3]))


@given(ROWS.filter(lambda rows: len({row[0] for row in rows}) == 2))
def test_log_loss_is_that_of_scikit_learn(rows: list[tuple[bool, float]]):
    labels, scores = split(rows)
    clipped = np.clip(scores, 1e-7, 1 - 1e-7)
    expected = sklearn_metrics.log_loss(labels, clipped)
    assert metrics.log_loss(labels, scores) == pytest.approx(expected)


@given(ROWS)
def test_bins_hold_every_row_once(rows: list[tuple[bool, float]]):
    labels, scores = split(rows)
    found = metrics.calibration(labels, scores, bins=7)
    assert found.rows.sum() == len(rows)
    assert (found.observed * found.rows).sum() == pytest.approx(labels.sum())


def test_a_constant_right_rate_has_no_calibration_error():
    labels = np.tile([1, 0, 0, 0], 100)
    assert metrics.calibration_error(labels, np.full(400, 0.25), bins=4) == pytest.approx(0)


def test_a_constant_wrong_rate_is_off_by_the_difference():
    labels = np.tile([1, 0, 0, 0], 100)
    assert metrics.calibration_error(labels, np.full(400, 0.6), bins=4) == pytest.approx(0.35)


@given(ROWS.filter(lambda rows: len({row[0] for row in rows}) == 2))
def test_the_area_under_our_roc_curve_is_the_auc(rows: list[tuple[bool, float]]):
    labels, scores = split(rows)
    false_rate, true_rate = metrics.roc_curve(labels, scores)
    assert np.trapezoid(true_rate, false_rate) == pytest.approx(metrics.auc(labels, scores))


def test_the_threshold_separates_what_can_be_separated():
    assert metrics.best_f1_threshold([0, 0, 1, 1], [0.1, 0.4, 0.6, 0.9]) == 0.6
