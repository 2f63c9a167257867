"""Filters and aggregations over catalogued metrics, for alerts, dashboards and objectives.

What cannot be written here, Cloud Monitoring either refuses or, worse, accepts and never fires: a
filter without its resource, a label that is not there, an aligner that the kind does not have.
Ratios and comparisons of two metrics are `catalog.metrics.promql`.
"""

import json
from dataclasses import dataclass, field, replace

from catalog.metrics.metric import Metric

SHORTEST_PERIOD_SECONDS = 60


@dataclass(frozen=True)
class Series:
    """The series of one metric, or those of them that have certain labels."""

    metric: Metric
    terms: tuple[str, ...] = field(default=())

    def where(self, **labels: str | tuple[str, ...]) -> "Series":
        """Only those whose labels are equal, or one of several, or match: `code="~5.."`.

        ValueError for a label that the metric does not have.
        """
        added = tuple(
            f"{self.metric.qualified(name)}={_matched(value)}" for name, value in labels.items()
        )
        return replace(self, terms=(*self.terms, *added))

    @property
    def filter(self) -> str:
        """As the API takes it: one metric, the one resource it is written on, and the labels."""
        own = (
            f'metric.type="{self.metric.type}"',
            f'resource.type="{self.metric.resource_type}"',
        )
        return " AND ".join((*own, *self.terms))

    def aligned(self, aligner: str, period_seconds: int) -> "Aligned":
        """At regular intervals. ValueError for an aligner that the metric's kind does not have."""
        if aligner not in self.metric.aligners:
            raise ValueError(
                f"{aligner} means nothing for {self.metric.type}, which is {self.metric.kind} "
                f"{self.metric.value_type}: write {' or '.join(self.metric.aligners)}"
            )
        if period_seconds < SHORTEST_PERIOD_SECONDS:
            raise ValueError(
                f"a period of {period_seconds} s: Cloud Monitoring aligns over at least "
                f"{SHORTEST_PERIOD_SECONDS} s"
            )
        return Aligned(series=self, aligner=aligner, period_seconds=period_seconds)


@dataclass(frozen=True, kw_only=True)
class Aligned:
    """Series at regular intervals, combined or not."""

    series: Series
    aligner: str
    period_seconds: int
    reducer: str | None = None
    by: tuple[str, ...] = ()
    """Labels that are kept apart, as filters write them."""

    def reduced(self, reducer: str, *by: str) -> "Aligned":
        """Combined into one series for each combination of labels.

        ValueError for a reducer that does not fit what alignment left, or an unknown label.
        """
        metric = self.series.metric
        allowed = metric.reducers(self.aligner)
        if reducer not in allowed:
            raise ValueError(
                f"{reducer} does not fit {metric.type} after {self.aligner}: "
                f"write {' or '.join(allowed)}"
            )
        return replace(self, reducer=reducer, by=tuple(map(metric.qualified, by)))

    @property
    def is_number(self) -> bool:
        """Its points are numbers, so that a threshold can be compared with them."""
        distribution = self.series.metric.value_type == "DISTRIBUTION"
        return not (distribution and self.aligner == "ALIGN_DELTA" and self.reducer is None)

    @property
    def filter(self) -> str:
        return self.series.filter

    @property
    def aggregation(self) -> dict[str, str | list[str]]:
        """As the API writes it, in camel case: for the JSON of dashboards."""
        aggregation: dict[str, str | list[str]] = {
            "alignmentPeriod": f"{self.period_seconds}s",
            "perSeriesAligner": self.aligner,
        }
        if self.reducer:
            aggregation["crossSeriesReducer"] = self.reducer
        if self.by:
            aggregation["groupByFields"] = list(self.by)
        return aggregation


def _matched(value: str | tuple[str, ...]) -> str:
    if isinstance(value, tuple):
        return f"one_of({','.join(map(json.dumps, value))})"
    if value.startswith("~"):
        return f"monitoring.regex.full_match({json.dumps(value[1:])})"
    return json.dumps(value)
