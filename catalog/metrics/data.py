"""Metrics of what holds data: Cloud Storage, BigQuery, Artifact Registry; and of quotas.

Source: Google's metric reference as of 2026-04-10. Left out are those that mislead: bytes billed
that arrive six hours late, deprecated slots, object totals that leave out soft-deleted objects.
There is no metric of money, none of vulnerabilities and none of a workstation.
"""

from functools import partial

from catalog.metrics.metric import Metric

DAY_SECONDS = 86_400
"""Cloud Storage measures its totals, and quotas their limits, once a day."""

_bucket = partial(Metric, resource_type="gcs_bucket")
_traffic = partial(
    _bucket,
    kind="DELTA",
    value_type="INT64",
    labels=("method", "response_code"),
    ingest_delay_seconds=120,
)
_stored = partial(
    _bucket,
    kind="GAUGE",
    # type: live-object, noncurrent-object, soft-deleted-object or multipart-upload.
    labels=("storage_class", "type"),
    ingest_delay_seconds=DAY_SECONDS,
)

STORAGE_REQUESTS = _traffic(type="storage.googleapis.com/api/request_count", unit="1")
STORAGE_RECEIVED = _traffic(type="storage.googleapis.com/network/received_bytes_count", unit="By")
STORAGE_SENT = _traffic(type="storage.googleapis.com/network/sent_bytes_count", unit="By")
STORAGE_BYTES = _stored(
    type="storage.googleapis.com/storage/v2/total_bytes", value_type="DOUBLE", unit="By"
)
STORAGE_OBJECTS = _stored(
    type="storage.googleapis.com/storage/v2/total_count", value_type="INT64", unit="1"
)
STORAGE_MEETS_RPO = _bucket(
    # Of buckets in two regions only: 15 minutes with turbo replication, else 12 hours.
    type="storage.googleapis.com/replication/meeting_rpo",
    kind="GAUGE",
    value_type="BOOL",
    unit="1",
    ingest_delay_seconds=120,
    stage="BETA",
)

_bigquery = partial(Metric, kind="GAUGE", value_type="INT64", resource_type="bigquery_project")
BIGQUERY_BILLED = _bigquery(
    type="bigquery.googleapis.com/query/statement_scanned_bytes_billed",
    kind="DELTA",
    unit="By",
    labels=("priority", "statement_type"),
    ingest_delay_seconds=180,
    stage="BETA",
)
BIGQUERY_SLOTS_ASSIGNED = _bigquery(type="bigquery.googleapis.com/slots/assigned", unit="1")
BIGQUERY_SLOTS = _bigquery(
    type="bigquery.googleapis.com/slots/allocated_for_project",
    unit="1",
    resource_type="global",
    ingest_delay_seconds=420,
)
BIGQUERY_STORED = _bigquery(
    type="bigquery.googleapis.com/storage/stored_bytes",
    unit="By",
    resource_type="bigquery_dataset",
)

_registry = partial(Metric, resource_type="artifactregistry.googleapis.com/Repository")
REGISTRY_REQUESTS = _registry(
    type="artifactregistry.googleapis.com/repository/request_count",
    kind="DELTA",
    value_type="INT64",
    unit="1",
    labels=("response_code", "status", "method"),
)
REGISTRY_LATENCY = _registry(
    type="artifactregistry.googleapis.com/repository/request_latencies",
    kind="DELTA",
    value_type="DISTRIBUTION",
    unit="us",
)
REGISTRY_BYTES = _registry(
    type="artifactregistry.googleapis.com/repository/size",
    kind="GAUGE",
    value_type="INT64",
    unit="By",
)

_quota = partial(Metric, resource_type="consumer_quota", kind="GAUGE", unit="1")
_daily = partial(_quota, value_type="INT64", ingest_delay_seconds=DAY_SECONDS)
_LIMIT = ("limit_name", "quota_metric")
QUOTA_EXCEEDED = _quota(
    type="serviceruntime.googleapis.com/quota/exceeded", value_type="BOOL", labels=_LIMIT
)
QUOTA_USAGE = _daily(
    type="serviceruntime.googleapis.com/quota/allocation/usage", labels=("quota_metric",)
)
QUOTA_LIMIT = _daily(type="serviceruntime.googleapis.com/quota/limit", labels=_LIMIT)
