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
_VERSION = ("deployed_model_id", "spot")
_REPLICA = ("deployed_model_id", "replica_id", "spot")
_counted = partial(_endpoint, kind="DELTA", value_type="INT64", unit="1")
_replicas = partial(
    _endpoint,
    kind="GAUGE",
    value_type="INT64",
    unit="1",
    labels=_VERSION,
    ingest_delay_seconds=120,
)
_share = partial(_endpoint, kind="GAUGE", value_type="DOUBLE", unit="10^2.%", labels=_REPLICA)
_held = partial(_endpoint, kind="GAUGE", value_type="INT64", unit="By", labels=_REPLICA)
_moved = partial(_counted, unit="By", labels=_REPLICA)

ENDPOINT_LATENCY = _endpoint(
    type=f"{_ONLINE}/prediction_latencies",
    kind="DELTA",
    value_type="DISTRIBUTION",
    unit="ms",
    # Of latency_type only `total` is always set.
    labels=("deployed_model_id", "latency_type", "spot"),
)
ENDPOINT_RESPONSES = _counted(
    type=f"{_ONLINE}/response_count", labels=("deployed_model_id", "response_code", "spot")
)
ENDPOINT_ERRORS = _counted(type=f"{_ONLINE}/error_count", labels=_VERSION)
ENDPOINT_PREDICTIONS = _counted(type=f"{_ONLINE}/prediction_count", labels=_VERSION)
ENDPOINT_REPLICAS = _replicas(type=f"{_ONLINE}/replicas")
ENDPOINT_TARGET_REPLICAS = _replicas(type=f"{_ONLINE}/target_replicas")
# Exceeds 1 on machines with several processors.
ENDPOINT_CPU = _share(type=f"{_ONLINE}/cpu/utilization")
ENDPOINT_MEMORY = _held(type=f"{_ONLINE}/memory/bytes_used")
ENDPOINT_ACCELERATOR = _share(type=f"{_ONLINE}/accelerator/duty_cycle")
ENDPOINT_ACCELERATOR_MEMORY = _held(type=f"{_ONLINE}/accelerator/memory/bytes_used")
ENDPOINT_RECEIVED = _moved(type=f"{_ONLINE}/network/received_bytes_count", stage="GA")
ENDPOINT_SENT = _moved(type=f"{_ONLINE}/network/sent_bytes_count")

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
