"""Metrics of endpoints, their replicas and of model monitoring.

Source: Google's metric reference, section aiplatform, as of 2026-04-10. The reference states a
delay of 360 s for the endpoint's gauges and none for its counts; the same is assumed for those, on
the safe side.
"""

from functools import partial

from catalog.metrics.metric import Metric

_ONLINE = "aiplatform.googleapis.com/prediction/online"
_endpoint = partial(
    Metric,
    resource_type="aiplatform.googleapis.com/Endpoint",
    ingest_delay_seconds=360,
    stage="BETA",
)
_REPLICA = ("deployed_model_id", "replica_id", "spot")

ENDPOINT_LATENCY = _endpoint(
    type=f"{_ONLINE}/prediction_latencies",
    kind="DELTA",
    value_type="DISTRIBUTION",
    unit="ms",
    # Of latency_type only `total` is always set.
    labels=("deployed_model_id", "latency_type", "spot"),
)
ENDPOINT_RESPONSES = _endpoint(
    type=f"{_ONLINE}/response_count",
    kind="DELTA",
    value_type="INT64",
    unit="1",
    labels=("deployed_model_id", "response_code", "spot"),
)
ENDPOINT_ERRORS = _endpoint(
    type=f"{_ONLINE}/error_count",
    kind="DELTA",
    value_type="INT64",
    unit="1",
    labels=("deployed_model_id", "spot"),
)
ENDPOINT_PREDICTIONS = _endpoint(
    type=f"{_ONLINE}/prediction_count",
    kind="DELTA",
    value_type="INT64",
    unit="1",
    labels=("deployed_model_id", "spot"),
)
ENDPOINT_REPLICAS = _endpoint(
    type=f"{_ONLINE}/replicas",
    kind="GAUGE",
    value_type="INT64",
    unit="1",
    labels=("deployed_model_id", "spot"),
    ingest_delay_seconds=120,
)
ENDPOINT_TARGET_REPLICAS = _endpoint(
    type=f"{_ONLINE}/target_replicas",
    kind="GAUGE",
    value_type="INT64",
    unit="1",
    labels=("deployed_model_id", "spot"),
    ingest_delay_seconds=120,
)
ENDPOINT_CPU = _endpoint(
    # Exceeds 1 on machines with several processors.
    type=f"{_ONLINE}/cpu/utilization",
    kind="GAUGE",
    value_type="DOUBLE",
    unit="10^2.%",
    labels=_REPLICA,
)
ENDPOINT_MEMORY = _endpoint(
    type=f"{_ONLINE}/memory/bytes_used",
    kind="GAUGE",
    value_type="INT64",
    unit="By",
    labels=_REPLICA,
)
ENDPOINT_ACCELERATOR = _endpoint(
    type=f"{_ONLINE}/accelerator/duty_cycle",
    kind="GAUGE",
    value_type="DOUBLE",
    unit="10^2.%",
    labels=_REPLICA,
)
ENDPOINT_ACCELERATOR_MEMORY = _endpoint(
    type=f"{_ONLINE}/accelerator/memory/bytes_used",
    kind="GAUGE",
    value_type="INT64",
    unit="By",
    labels=_REPLICA,
)
ENDPOINT_RECEIVED = _endpoint(
    type=f"{_ONLINE}/network/received_bytes_count",
    kind="DELTA",
    value_type="INT64",
    unit="By",
    labels=_REPLICA,
    stage="GA",
)
ENDPOINT_SENT = _endpoint(
    type=f"{_ONLINE}/network/sent_bytes_count",
    kind="DELTA",
    value_type="INT64",
    unit="By",
    labels=_REPLICA,
)

_drift = partial(
    Metric,
    kind="GAUGE",
    value_type="DOUBLE",
    unit="1",
    resource_type="aiplatform.googleapis.com/Model",
    labels=("schedule_id", "feature_name", "algorithm"),
    stage="BETA",
)
FEATURE_DRIFT = _drift(type="aiplatform.googleapis.com/model_monitoring/feature_drift_deviation")
OUTPUT_DRIFT = _drift(
    type="aiplatform.googleapis.com/model_monitoring/prediction_output_drift_deviation"
)
ATTRIBUTION_DRIFT = _drift(
    type="aiplatform.googleapis.com/model_monitoring/feature_attribution_deviation"
)
