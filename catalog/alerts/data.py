"""Alerts on what holds data, and on who reaches for it."""

from functools import partial

from catalog.alerts.alert import Alert, LogMatch, Query, Threshold
from catalog.log_metrics import AUDITED_DATA, DENIED
from catalog.metrics import promql
from catalog.metrics.data import (
    BIGQUERY_BILLED,
    REGISTRY_REQUESTS,
    STORAGE_BYTES,
    STORAGE_MEETS_RPO,
    STORAGE_REQUESTS,
)
from catalog.metrics.series import Series

READERS = "{readers}"
"""In a filter: the people whose reading is usual, as a regular expression."""

_alert = partial(Alert, about="data", severity="warning", command="mlp status --cloud")

ALERTS = (
    _alert(
        name="replication-late",
        severity="critical",
        title="Copies in the second region are late",
        meaning="A bucket has missed the age that its copies may have, more than {bound} times.",
        next_step="Until it recovers, a lost region loses what was written since.",
        condition=Threshold(
            Series(STORAGE_MEETS_RPO)
            .aligned("ALIGN_COUNT_FALSE", 300)
            .reduced("REDUCE_SUM", "bucket_name"),
            "above",
        ),
        bound=0,
        for_minutes=15,
    ),
    _alert(
        name="storage-errors",
        title="Cloud Storage answers with errors",
        meaning="More than {bound} requests a second to a bucket fail or are told to slow down.",
        next_step="Many writers below one prefix slow each other down: spread their names.",
        condition=Threshold(
            Series(STORAGE_REQUESTS)
            .where(response_code=("INTERNAL", "UNAVAILABLE", "RESOURCE_EXHAUSTED"))
            .aligned("ALIGN_RATE", 300)
            .reduced("REDUCE_SUM", "bucket_name", "response_code"),
            "above",
        ),
        bound=1,
        for_minutes=10,
    ),
    _alert(
        name="bucket-large",
        title="A bucket grows large",
        meaning="A bucket holds more than {bound}, old versions and deleted objects included.",
        next_step="See which prefix grows, and how long the stack file keeps it.",
        command="mlp cost",
        condition=Threshold(
            Series(STORAGE_BYTES).aligned("ALIGN_MAX", 86_400).reduced("REDUCE_SUM", "bucket_name"),
            "above",
        ),
        bound=50e12,
        bound_in="By",
    ),
    _alert(
        name="queries-expensive",
        title="Queries cost much",
        meaning="Queries of one hour were billed for more than {bound}.",
        next_step="See who asks, and whether the queries filter by partition.",
        command="mlp cost",
        condition=Threshold(
            Series(BIGQUERY_BILLED).aligned("ALIGN_SUM", 3600).reduced("REDUCE_SUM"), "above"
        ),
        bound=5e12,
        bound_in="By",
    ),
    _alert(
        name="registry-errors",
        title="The registry answers with errors",
        meaning="More than {bound} requests a second to a registry fail.",
        next_step="A job that cannot pull its image fails: see who asks for what.",
        condition=Threshold(
            Series(REGISTRY_REQUESTS)
            .where(response_code="~5..|429")
            .aligned("ALIGN_RATE", 300)
            .reduced("REDUCE_SUM", "repository_id"),
            "above",
        ),
        bound=0.1,
        for_minutes=10,
    ),
    _alert(
        name="access-denied",
        about="access",
        severity="critical",
        title="Somebody tries doors",
        meaning="More than {bound} attempts to reach objects were refused within ten minutes.",
        next_step="See who asked in the audit log; a role that was taken away looks the same.",
        condition=Query(promql.count(DENIED, 600, ("bucket_name",)), "above"),
        bound=50,
    ),
    _alert(
        name="unusual-reader",
        about="access",
        severity="critical",
        title="Data was read by somebody unusual",
        meaning="Somebody who is neither an account of the platform nor a listed reader read data.",
        next_step="Ask them; list them as a reader in the stack file, or take their role away.",
        condition=LogMatch(
            filter=(
                f'{AUDITED_DATA} AND resource.type=("gcs_bucket" OR "bigquery_dataset") AND '
                'protoPayload.methodName=("storage.objects.get" OR '
                '"google.cloud.bigquery.v2.JobService.InsertJob" OR '
                '"google.cloud.bigquery.v2.TableDataService.List") AND '
                f'NOT protoPayload.authenticationInfo.principalEmail=~"{READERS}"'
            ),
            at_most_every_seconds=3600,
        ),
    ),
)
