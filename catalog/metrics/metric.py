"""What one metric is, and how it may be aggregated: an alert on a wrong pair is silently useless.

The API takes some aggregations that mean nothing (the mean of increments, for one); those are not
listed here either.
"""

from dataclasses import dataclass
from typing import Literal

from catalog.metrics.resources import RESOURCES

MetricKind = Literal["GAUGE", "DELTA", "CUMULATIVE"]
ValueType = Literal["BOOL", "INT64", "DOUBLE", "DISTRIBUTION"]
Stage = Literal["GA", "BETA"]

STACK = "{stack}"
"""In names of our own metrics: two stacks may share a project. See `in_stack`."""

_PERCENTILES = ("ALIGN_PERCENTILE_50", "ALIGN_PERCENTILE_95", "ALIGN_PERCENTILE_99")
_NUMBER = "number"

ALIGNERS: dict[tuple[str, str], tuple[str, ...]] = {
    ("GAUGE", _NUMBER): ("ALIGN_MEAN", "ALIGN_MAX", "ALIGN_MIN", "ALIGN_NEXT_OLDER"),
    ("GAUGE", "BOOL"): ("ALIGN_COUNT_TRUE", "ALIGN_COUNT_FALSE", "ALIGN_FRACTION_TRUE"),
    ("GAUGE", "DISTRIBUTION"): _PERCENTILES,
    ("DELTA", _NUMBER): ("ALIGN_RATE", "ALIGN_DELTA", "ALIGN_SUM"),
    ("DELTA", "DISTRIBUTION"): ("ALIGN_DELTA", *_PERCENTILES),
    ("CUMULATIVE", _NUMBER): ("ALIGN_RATE", "ALIGN_DELTA"),
    ("CUMULATIVE", "DISTRIBUTION"): ("ALIGN_DELTA",),
}
"""By kind and value type, where INT64 and DOUBLE are numbers."""

REDUCERS: dict[str, tuple[str, ...]] = {
    _NUMBER: ("REDUCE_MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_SUM", "REDUCE_COUNT"),
    "DISTRIBUTION": ("REDUCE_PERCENTILE_50", "REDUCE_PERCENTILE_95", "REDUCE_PERCENTILE_99"),
}
"""By what is left after alignment; each gives numbers."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric on one type of monitored resource."""

    type: str
    kind: MetricKind
    value_type: ValueType
    unit: str
    resource_type: str
    labels: tuple[str, ...] = ()
    ingest_delay_seconds: int = 0
    """How long after sampling a point may stay invisible; a shorter window only flaps. 0 where
    the reference states none."""
    stage: Stage = "GA"

    @property
    def resource_labels(self) -> tuple[str, ...]:
        return RESOURCES[self.resource_type]

    @property
    def aligners(self) -> tuple[str, ...]:
        """What brings its points to a regular interval in a way that means something."""
        number = self.value_type in ("INT64", "DOUBLE")
        return ALIGNERS[self.kind, _NUMBER if number else self.value_type]

    @property
    def counts(self) -> bool:
        """Its points are increments, so that they add up and have a rate."""
        return self.kind != "GAUGE"

    @property
    def whole(self) -> float | None:
        """What all of it is, for a share of something: 1 or 100. None for other units.

        Vertex AI and Compute Engine write shares from 0 to 1, TPUs and the agents from 0 to 100.
        """
        return {"10^2.%": 1.0, "%": 100.0}.get(self.unit)

    @property
    def promql_name(self) -> str:
        """The name in PromQL: the first slash becomes a colon, other special signs underscores."""
        domain, _, path = self.type.partition("/")
        return f"{_plain(domain)}:{STACK.join(map(_plain, path.split(STACK)))}"

    def reducers(self, aligner: str) -> tuple[str, ...]:
        """What may combine its series after an aligner."""
        distribution = self.value_type == "DISTRIBUTION" and aligner == "ALIGN_DELTA"
        return REDUCERS["DISTRIBUTION" if distribution else _NUMBER]

    def check_labels(self, names: tuple[str, ...]) -> None:
        """ValueError for a label that neither the metric nor its resource has."""
        known = (*self.labels, *self.resource_labels)
        for name in names:
            if name not in known:
                raise ValueError(f"{self.type} has no label {name!r}: it has {', '.join(known)}")

    def qualified(self, label: str) -> str:
        """A label as filters write it, with where it comes from."""
        self.check_labels((label,))
        return f"{'metric' if label in self.labels else 'resource'}.labels.{label}"


def in_stack(text: str, stack: str) -> str:
    """A filter, a query or a name with the stack in it, as `Names.snake_stack` spells it."""
    return text.replace(STACK, stack)


def _plain(text: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in text)
