"""PromQL over catalogued metrics: a query that cannot be built wrongly for its metric's kind.

Alerts use PromQL and not metric thresholds where a ratio or a comparison in time needs it, and
where the condition must exist before the metric was written for the first time.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.metrics.metric import Metric

Rollup = Literal["avg", "max", "min"]
LONGEST_WINDOW_SECONDS = 86_400
"""A condition looks back no further than a day."""


@dataclass(frozen=True)
class Vector:
    """An expression that has one value for each combination of some labels."""

    text: str
    by: tuple[str, ...]
    metrics: tuple[Metric, ...]

    def over(self, other: "Vector") -> "Vector":
        return self._with("/", other)

    def minus(self, other: "Vector") -> "Vector":
        return self._with("-", other)

    def renamed(self, label: str, new: str) -> "Vector":
        """The same with a label under another name. ValueError unless it is kept apart by it."""
        if label not in self.by:
            raise ValueError(f"{self.text} is not by {label}")
        by = tuple(new if each == label else each for each in self.by)
        kept = f'label_replace({self.text}, "{new}", "$1", "{label}", "(.*)")'
        return Vector(f"sum by ({', '.join(by)}) ({kept})", by, self.metrics)

    def _with(self, sign: str, other: "Vector") -> "Vector":
        """ValueError unless both are apart by the same labels: else nothing would ever match."""
        if self.by != other.by:
            raise ValueError(f"one side is by {self.by}, the other by {other.by}: no pair matches")
        return Vector(
            f"({self.text} {sign} {other.text})", self.by, (*self.metrics, *other.metrics)
        )


def matchers(metric: Metric, **labels: str) -> str:
    """`{…}` with the monitored resource and equal labels; `x=~y` for a value that begins with ~,
    `x!~y` for one that begins with !~.

    ValueError for a label that neither the metric nor its resource has.
    """
    metric.check_labels(tuple(labels))
    terms = [f'monitored_resource="{metric.resource_type}"']
    for name, value in labels.items():
        sign = next((each for each in ("!~", "~") if value.startswith(each)), "")
        operator = {"!~": "!~", "~": "=~", "": "="}[sign]
        terms.append(f'{name}{operator}"{value.removeprefix(sign)}"')
    return "{" + ",".join(terms) + "}"


def per_second(
    metric: Metric, window_seconds: int, by: tuple[str, ...] = (), **labels: str
) -> Vector:
    """Events per second. ValueError unless the metric counts events."""
    _check(metric, "counts", window_seconds, by)
    return _combined(("sum", "rate"), metric, window_seconds, by, labels)


def count(metric: Metric, window_seconds: int, by: tuple[str, ...] = (), **labels: str) -> Vector:
    """Events within the window. ValueError unless the metric counts events."""
    _check(metric, "counts", window_seconds, by)
    return _combined(("sum", "increase"), metric, window_seconds, by, labels)


def quantile(
    metric: Metric, share: float, window_seconds: int, by: tuple[str, ...] = (), **labels: str
) -> Vector:
    """A quantile in the metric's unit. ValueError unless the metric is a distribution."""
    _check(metric, "is a distribution", window_seconds, by)
    series = f"{metric.promql_name}_bucket{matchers(metric, **labels)}[{window_seconds}s]"
    buckets = f"sum by ({', '.join(('le', *by))}) (rate({series}))"
    return Vector(f"histogram_quantile({share}, {buckets})", by, (metric,))


def level(
    metric: Metric,
    rollup: Rollup,
    window_seconds: int,
    by: tuple[str, ...] = (),
    *,
    combined: Literal["avg", "max", "min", "sum"] | None = None,
    offset_seconds: int = 0,
    **labels: str,
) -> Vector:
    """A gauge over the window, and over all series with the same labels.

    ValueError unless the metric is a gauge. `combined` where series are put together otherwise
    than points are, such as the sum of replicas.
    """
    _check(metric, "is a gauge", window_seconds, by)
    return _combined(
        (combined or rollup, f"{rollup}_over_time"),
        metric,
        window_seconds,
        by,
        labels,
        offset_seconds=offset_seconds,
    )


def points(
    metric: Metric,
    window_seconds: int,
    by: tuple[str, ...] = (),
    *,
    offset_seconds: int = 0,
    **labels: str,
) -> Vector:
    """How many points a gauge has in the window, in its longest series."""
    _check(metric, "is a gauge", window_seconds, by)
    return _combined(
        ("max", "count_over_time"),
        metric,
        window_seconds,
        by,
        labels,
        offset_seconds=offset_seconds,
    )


def _combined(
    calls: tuple[str, str],
    metric: Metric,
    window_seconds: int,
    by: tuple[str, ...],
    labels: dict[str, str],
    *,
    offset_seconds: int = 0,
) -> Vector:
    operator, function = calls
    offset = f" offset {offset_seconds}s" if offset_seconds else ""
    series = f"{metric.promql_name}{matchers(metric, **labels)}[{window_seconds}s]{offset}"
    apart = f" by ({', '.join(by)}) " if by else ""
    return Vector(f"{operator}{apart}({function}({series}))", by, (metric,))


def _check(metric: Metric, needed: str, window_seconds: int, by: tuple[str, ...]) -> None:
    distribution = metric.value_type == "DISTRIBUTION"
    fits = {
        "counts": metric.counts and not distribution,
        "is a distribution": metric.counts and distribution,
        "is a gauge": not metric.counts and not distribution,
    }
    if not fits[needed]:
        raise ValueError(
            f"{metric.type} is {metric.kind} {metric.value_type}: this needs one that {needed}"
        )
    metric.check_labels(by)
    if window_seconds > LONGEST_WINDOW_SECONDS:
        raise ValueError(f"a window of {window_seconds} s: a condition looks back for one day only")
    if window_seconds < metric.ingest_delay_seconds:
        raise ValueError(
            f"a window of {window_seconds} s on {metric.type} only flaps: its points may stay "
            f"invisible for {metric.ingest_delay_seconds} s"
        )
