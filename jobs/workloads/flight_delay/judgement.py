"""How the candidates did on the held-out flights: overall, by slice, by month, by input.

Computes from labels and predictions. Does not read models or write a report.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobs.workloads.flight_delay import metrics
from jobs.workloads.flight_delay.columns import LABEL

if TYPE_CHECKING:
    import pyarrow as pa

PRIMARY, BASELINE = "network", "baseline"
FEWEST_ROWS_OF_A_SLICE = 500
FEWEST_POSITIVES_OF_A_SLICE = 30
RESAMPLES = 200
IMPORTANCE_ROWS = 10_000

Chances = Mapping[str, NDArray[np.float32]]
"""Predicted probabilities of the same rows, by candidate."""


@dataclass(frozen=True)
class Interval:
    """A figure and the middle 95 % of its resampled values."""

    value: float
    low: float
    high: float


def figures(labels: NDArray[Any], chances: NDArray[Any]) -> dict[str, float]:
    """AUC, log loss (nats) and expected calibration error (`metrics.CALIBRATION_BINS` bins)."""
    return {
        "auc": round(metrics.auc(labels, chances), 6),
        "log_loss": round(metrics.log_loss(labels, chances), 6),
        "calibration_error": round(metrics.calibration_error(labels, chances), 6),
    }


def slices(table: "pa.Table", chances: Chances) -> list[dict[str, Any]]:
    """Both candidates on each carrier, origin and month that has rows enough to say something."""
    labels = table[LABEL].to_numpy()
    found = []
    for name, chosen in _slice_masks(table):
        truth = labels[chosen]
        positives = int(truth.sum())
        few = min(positives, len(truth) - positives)
        if len(truth) < FEWEST_ROWS_OF_A_SLICE or few < FEWEST_POSITIVES_OF_A_SLICE:
            continue
        own = {key: figures(truth, values[chosen]) for key, values in chances.items()}
        rate = round(float(truth.mean()), 6)
        found.append({"slice": name, "rows": len(truth), "positive_rate": rate, **own})
    return found


def by_month(labels: NDArray[Any], months: NDArray[Any], chances: NDArray[Any]) -> dict[str, Any]:
    """Observed and predicted rate and AUC of each month, in order."""
    order = sorted(set(months.tolist()))
    masks = [months == month for month in order]
    return {
        "month": order,
        "rows": [int(mask.sum()) for mask in masks],
        "observed": [float(labels[mask].mean()) for mask in masks],
        "predicted": [float(chances[mask].mean()) for mask in masks],
        "auc": [metrics.auc(labels[mask], chances[mask]) for mask in masks],
    }


def auc_gain(labels: NDArray[Any], days: NDArray[Any], chances: Chances) -> Interval:
    """By how much the network's AUC exceeds the baseline's, and how sure that is.

    Whole days are drawn again with replacement: flights of one day share its weather, so single
    flights would look far more certain than they are.
    """
    _, day = np.unique(days, return_inverse=True)
    count = int(day.max()) + 1
    ranked = {name: _Ranked.of(labels, values) for name, values in chances.items()}
    random = np.random.default_rng(0)
    gains = []
    for _ in range(RESAMPLES):
        drawn = np.bincount(random.integers(0, count, count), minlength=count)[day]
        gains.append(ranked[PRIMARY].auc(drawn) - ranked[BASELINE].auc(drawn))
    value = metrics.auc(labels, chances[PRIMARY]) - metrics.auc(labels, chances[BASELINE])
    low, high = np.quantile(gains, [0.025, 0.975]).tolist()
    return Interval(value, low, high)


def importance(
    labels: NDArray[Any],
    columns: Mapping[str, list[Any]],
    predict: Callable[[Mapping[str, list[Any]]], NDArray[Any]],
) -> list[tuple[str, float]]:
    """AUC lost when one field's values are shuffled among the rows; largest first."""
    random = np.random.default_rng(0)
    whole = metrics.auc(labels, predict(columns))
    lost = []
    for name, values in columns.items():
        order = random.permutation(len(values))
        shuffled = {**columns, name: [values[place] for place in order]}
        lost.append((name, whole - metrics.auc(labels, predict(shuffled))))
    return sorted(lost, key=lambda item: -item[1])


def _slice_masks(table: "pa.Table") -> Iterator[tuple[str, NDArray[np.bool_]]]:
    for column in ("carrier", "origin"):
        values = table[column].to_numpy(zero_copy_only=False)
        for value in sorted(set(values.tolist())):
            yield f"{column}={value}", values == value
    months, years = table["month"].to_numpy(), table["year"].to_numpy()
    for year, month in sorted(set(zip(years.tolist(), months.tolist(), strict=True))):
        yield f"month={year}-{month:02d}", (years == year) & (months == month)


@dataclass(frozen=True)
class _Ranked:
    """Rows in the order of their scores, so that resampling need not sort again."""

    order: NDArray[np.int64]
    positive: NDArray[np.bool_]
    group_ends: NDArray[np.int64]

    @classmethod
    def of(cls, labels: NDArray[Any], scores: NDArray[Any]) -> "_Ranked":
        order = np.argsort(scores, kind="stable")
        ends = np.append(np.flatnonzero(np.diff(scores[order])), scores.size - 1)
        return cls(order, np.asarray(labels, bool)[order], ends)

    def auc(self, weights: NDArray[np.int64]) -> float:
        """AUC with each row counted `weights` times."""
        weight = weights[self.order]
        below = np.cumsum(np.where(self.positive, 0, weight))[self.group_ends]
        above = np.cumsum(np.where(self.positive, weight, 0))[self.group_ends]
        negatives, positives = np.diff(below, prepend=0), np.diff(above, prepend=0)
        wins = positives * (below - negatives + negatives / 2)
        return float(wins.sum() / max(1, below[-1] * above[-1]))
