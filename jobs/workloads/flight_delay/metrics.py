"""How good probabilities are: ranking, surprise, calibration. Pure functions over arrays."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

CALIBRATION_BINS = 20
"""Bins of equally many rows each: none is empty, and none hides behind the many low ones."""
SMALLEST_PROBABILITY = 1e-7


@dataclass(frozen=True)
class Calibration:
    """Mean prediction, observed rate and rows of each bin, from low to high predictions."""

    predicted: NDArray[np.float64]
    observed: NDArray[np.float64]
    rows: NDArray[np.int64]


def auc(labels: ArrayLike, scores: ArrayLike) -> float:
    """Area under the ROC curve; ties count half. NaN unless both classes are present."""
    positive = np.asarray(labels, dtype=bool)
    _, place, count = np.unique(np.asarray(scores), return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    middle_rank = last - (count - 1) / 2
    positives = int(positive.sum())
    negatives = positive.size - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    rank_sum = float(middle_rank[place][positive].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def log_loss(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """Mean negative log-likelihood, in nats."""
    truth = np.asarray(labels, dtype=np.float64)
    chance = np.asarray(probabilities, dtype=np.float64)
    chance = np.clip(chance, SMALLEST_PROBABILITY, 1 - SMALLEST_PROBABILITY)
    return float(-np.mean(truth * np.log(chance) + (1 - truth) * np.log1p(-chance)))


def calibration(
    labels: ArrayLike, probabilities: ArrayLike, bins: int = CALIBRATION_BINS
) -> Calibration:
    """Rows sorted by prediction, in `bins` groups of nearly equal size."""
    truth = np.asarray(labels, dtype=np.float64)
    chance = np.asarray(probabilities, dtype=np.float64)
    order = np.argsort(chance, kind="stable")
    groups = [group for group in np.array_split(order, bins) if group.size]
    return Calibration(
        predicted=np.array([chance[group].mean() for group in groups]),
        observed=np.array([truth[group].mean() for group in groups]),
        rows=np.array([group.size for group in groups], dtype=np.int64),
    )


def calibration_error(
    labels: ArrayLike, probabilities: ArrayLike, bins: int = CALIBRATION_BINS
) -> float:
    """Expected calibration error: mean distance of prediction and rate, weighted by rows."""
    found = calibration(labels, probabilities, bins)
    distance = np.abs(found.predicted - found.observed)
    return float(np.average(distance, weights=found.rows))


def roc_curve(
    labels: ArrayLike, scores: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False and true positive rates, one point per distinct score, from (0, 0) to (1, 1)."""
    positive = np.asarray(labels, dtype=bool)
    values = np.asarray(scores)
    order = np.argsort(-values, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(values[order])), values.size - 1)
    hits = np.cumsum(positive[order])[ends]
    misses = ends + 1 - hits
    false_rate = np.append(0.0, misses / max(1, misses[-1]))
    true_rate = np.append(0.0, hits / max(1, hits[-1]))
    return false_rate, true_rate


def best_f1_threshold(labels: ArrayLike, probabilities: ArrayLike) -> float:
    """The probability from which on saying yes gives the highest F1 on these rows."""
    positive = np.asarray(labels, dtype=bool)
    chance = np.asarray(probabilities, dtype=np.float64)
    order = np.argsort(-chance, kind="stable")
    hits = np.cumsum(positive[order])
    said_yes = np.arange(1, chance.size + 1)
    f1 = 2 * hits / (said_yes + max(1, int(positive.sum())))
    return float(chance[order][int(np.argmax(f1))])
