"""Cloud Monitoring metrics that alerts use, with what decides whether an alert on them is right.

Kind and value type decide how a metric may be aggregated, its unit what a threshold means, and its
ingest delay how short a window may be. Does not define alerts: that is `infra.alerts`.
"""

from dataclasses import dataclass
from typing import Literal

MetricKind = Literal["GAUGE", "DELTA", "CUMULATIVE"]
ValueType = Literal["BOOL", "INT64", "DOUBLE", "DISTRIBUTION"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric on one type of monitored resource."""

    type: str
    kind: MetricKind
    value_type: ValueType
    unit: str
    resource_type: str
    labels: tuple[str, ...]
    resource_labels: tuple[str, ...]
    ingest_delay_seconds: int
    """How long after sampling a point may stay invisible; a shorter window only flaps."""

    @property
    def promql_name(self) -> str:
        """The name in PromQL: the first slash becomes a colon, other special signs underscores."""
        domain, _, path = self.type.partition("/")
        return f"{_plain(domain)}:{_plain(path)}"


def _plain(text: str) -> str:
    return "".join(sign if sign.isalnum() else "_" for sign in text)


_ENDPOINT = "aiplatform.googleapis.com/Endpoint"
_ENDPOINT_LABELS = ("resource_container", "location", "endpoint_id")
_ONLINE = "aiplatform.googleapis.com/prediction/online"
# The reference states 360 s for the endpoint's gauges and nothing for these two; the same delay is
# assumed, on the safe side.
_ENDPOINT_DELAY_SECONDS = 360

ENDPOINT_LATENCY = Metric(
    type=f"{_ONLINE}/prediction_latencies",
    kind="DELTA",
    value_type="DISTRIBUTION",
    unit="ms",
    resource_type=_ENDPOINT,
    labels=("deployed_model_id", "latency_type", "spot"),
    resource_labels=_ENDPOINT_LABELS,
    ingest_delay_seconds=_ENDPOINT_DELAY_SECONDS,
)
ENDPOINT_RESPONSES = Metric(
    type=f"{_ONLINE}/response_count",
    kind="DELTA",
    value_type="INT64",
    unit="1",
    resource_type=_ENDPOINT,
    labels=("deployed_model_id", "response_code", "spot"),
    resource_labels=_ENDPOINT_LABELS,
    ingest_delay_seconds=_ENDPOINT_DELAY_SECONDS,
)

METRICS = (ENDPOINT_LATENCY, ENDPOINT_RESPONSES)
