"""Learn from the training months how instances are encoded, and encode tables with it.

The encoding itself is the server's (`jobs.serving.features`). Months that only judge a model are
never looked at here.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jobs.serving.features import FeatureSpec, Field, transformed
from jobs.workloads.flight_delay.columns import ANSWER, LABEL, inputs

if TYPE_CHECKING:
    import pyarrow as pa

FEWEST_ROWS_OF_A_CATEGORY = 30
"""Rarer ones share the category "other", which thereby is fitted on something."""


@dataclass(frozen=True)
class Rows:
    """Encoded rows: categories int32[n, c], numbers float32[n, f], labels float32[n]."""

    categories: NDArray[np.int32]
    numbers: NDArray[np.float32]
    labels: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.labels)


def fit(table: "pa.Table", *, calendar: bool, threshold: float = 0.5) -> FeatureSpec:
    """Vocabularies, means and deviations of these rows."""
    fields = tuple(_fit_field(field, table) for field in inputs(calendar=calendar))
    answer = replace(ANSWER, threshold=threshold)
    return FeatureSpec(workload="flight-delay", fields=fields, answer=answer)


def encode(spec: FeatureSpec, table: "pa.Table") -> Rows:
    """The rows of a prepared table as arrays."""
    columns = {field.name: _values(table, field.name) for field in spec.fields}
    categories, numbers = spec.encode(columns)
    labels = table[LABEL].to_numpy().astype(np.float32)
    return Rows(categories=categories, numbers=numbers, labels=labels)


def instances(spec: FeatureSpec, table: "pa.Table") -> list[dict[str, Any]]:
    """The rows as a client would send them."""
    return table.select([field.name for field in spec.fields]).to_pylist()


def _fit_field(field: Field, table: "pa.Table") -> Field:
    values = _values(table, field.name)
    if field.encoding == "category":
        return replace(field, vocabulary=_vocabulary(values))
    if field.encoding == "circle":
        return field
    numbers = transformed(field, values)
    deviation = float(np.nanstd(numbers))
    return replace(field, mean=float(np.nanmean(numbers)), deviation=deviation or 1.0)


def _vocabulary(values: NDArray[Any]) -> tuple[str | int, ...]:
    known = [value for value in values.tolist() if value is not None]
    found, counts = np.unique(np.asarray(known), return_counts=True)
    return tuple(found[counts >= FEWEST_ROWS_OF_A_CATEGORY].tolist())


def _values(table: "pa.Table", name: str) -> NDArray[Any]:
    return table[name].to_numpy(zero_copy_only=False)
