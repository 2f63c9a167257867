"""What an alert is, and which cannot be written: they would never fire, or never rest."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from catalog.metrics.metric import Metric
from catalog.metrics.promql import Vector
from catalog.metrics.series import Aligned

Severity = Literal["warning", "critical"]
Subject = Literal[
    "training",
    "training-gpu",
    "training-tpu",
    "serving",
    "tpu",
    "gpu",
    "reservation",
    "machine",
    "data",
    "access",
]
"""What an alert is about; a stack that has none of it has no such alert."""
Comparison = Literal["above", "below"]

EVERY = "~.+"
"""In a query, the label that `Alert.scope` names matches this: all models of a stack."""
_SIGNS = {"above": ">", "below": "<"}
_WEEK_HOURS = 168
_LONGEST_MINUTES = 23 * 60


@dataclass(frozen=True)
class Threshold:
    """One metric against the bound. For metrics that exist before anything has used them."""

    aligned: Aligned
    comparison: Comparison

    def __post_init__(self) -> None:
        if not self.aligned.is_number:
            raise ValueError(f"{self.aligned.filter} is a distribution: reduce it to a percentile")

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return (self.aligned.series.metric,)

    @property
    def window_seconds(self) -> int:
        return self.aligned.period_seconds


@dataclass(frozen=True)
class Query:
    """An expression of PromQL against the bound, and what must hold besides."""

    left: Vector
    comparison: Comparison
    _: KW_ONLY
    least: tuple[tuple[Vector, float], ...] = ()
    """Silent unless each is at least this, such as a number of requests; 0 is excluded."""
    least_by_bound: Vector | None = None
    """Silent unless this is at least 1 / bound: a single failure is no ratio."""
    unless: Vector | None = None
    """Silent where this has a value."""

    def __post_init__(self) -> None:
        for other in (*(vector for vector, _ in self.least), self.least_by_bound, self.unless):
            if other is not None and other.by != self.left.by:
                raise ValueError(f"{other.text} is not by {self.left.by}: no pair matches")

    @property
    def metrics(self) -> tuple[Metric, ...]:
        others = (*(vector for vector, _ in self.least), self.least_by_bound, self.unless)
        return (*self.left.metrics, *(m for each in others if each for m in each.metrics))

    def text(self, bound: float) -> str:
        """The whole query; `bound` in the metric's own unit."""
        parts = [f"{self.left.text} {_SIGNS[self.comparison]} {bound:.12g}"]
        if self.unless:
            parts[0] += f" unless {self.unless.text}"
        floors = [*self.least, *([(self.least_by_bound, 1 / bound)] if self.least_by_bound else [])]
        parts += [
            f"{vector.text} {'>=' if least else '>'} {least:.12g}" for vector, least in floors
        ]
        return " and ".join(parts)


@dataclass(frozen=True, kw_only=True)
class LogMatch:
    """Any one line that a filter finds; the only kind that has a rate limit."""

    filter: str
    at_most_every_seconds: int = 300

    @property
    def metrics(self) -> tuple[Metric, ...]:
        return ()


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One alert: when, how urgent, and what to do then."""

    name: str
    severity: Severity
    about: Subject
    title: str
    meaning: str
    """One sentence for the person who is woken; `{bound}` is the bound in words."""
    next_step: str
    command: str
    """Of `mlp`, without the stack."""
    condition: Threshold | Query | LogMatch
    bound: float | None = None
    """Shares are from 0 to 1, whatever the metric is written in."""
    bound_in: Literal["share", "ms", "s", "By", "times", "count"] = "count"
    for_minutes: int = 0
    """How long it must hold before anybody is told."""
    auto_close_hours: int = 24
    scope: str | None = None
    """Label by which a model with a bound of its own is left out; its query matches `EVERY`."""
    action: str | None = None
    """What the platform does about it by itself: a value of `catalog.incidents`."""

    def __post_init__(self) -> None:
        on_lines = isinstance(self.condition, LogMatch)
        if on_lines != (self.bound is None) or (on_lines and self.for_minutes):
            raise ValueError(f"{self.name}: a line of a log has no bound and no duration")
        if not 0 <= self.for_minutes <= _LONGEST_MINUTES:
            raise ValueError(f"{self.name}: {self.for_minutes} minutes")
        if not 1 <= self.auto_close_hours <= _WEEK_HOURS:
            raise ValueError(f"{self.name}: incidents close after 1 hour to 7 days")
        if self.bound is not None:
            self.check_bound(self.bound)
        metrics = self.condition.metrics
        if metrics and metrics[0].whole and not self._is_ratio and self.bound_in != "share":
            raise ValueError(f"{self.name}: a bound of {metrics[0].type} is a share")
        self.check_minutes(self.for_minutes)

    def in_metrics_unit(self, bound: float) -> float:
        """TPUs write percent, Vertex AI shares: a bound on either is written as a share."""
        metrics = self.condition.metrics
        whole = metrics[0].whole if self.bound_in == "share" and not self._is_ratio else None
        return bound * (whole or 1)

    @property
    def _is_ratio(self) -> bool:
        return isinstance(self.condition, Query) and len(self.condition.left.metrics) > 1

    def check_bound(self, bound: float) -> None:
        """ValueError, with what to write, for a bound that can never be crossed or always is."""
        if self.bound_in == "share" and not 0 < bound < 1:
            raise ValueError("write a share of more than 0 and less than 1, such as 0.8")
        if bound < 0:
            raise ValueError("write 0 or more")

    def check_minutes(self, minutes: int) -> None:
        """ValueError for a time so short that points arrive later than that."""
        if not isinstance(self.condition, Threshold):
            return
        (metric,) = self.condition.metrics
        if self.condition.window_seconds + 60 * minutes < metric.ingest_delay_seconds:
            raise ValueError(
                f"points of {metric.type} may stay invisible for {metric.ingest_delay_seconds} s"
            )
