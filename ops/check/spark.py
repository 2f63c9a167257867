"""Spark batches that failed: why, and where their log is."""

from collections.abc import Iterator
from typing import Any

from jobs.spark.batch import page
from ops.check.findings import Finding, State
from ops.check.google import Google
from ops.check.trouble import explain

_DATAPROC = "dataproc.googleapis.com"
_SHOWN = 5
_STATES: dict[str, State] = {"FAILED": "failed", "CANCELLED": "warning"}


def check(google: Google, project_id: str, region: str) -> Iterator[Finding]:
    """The newest batches of the region; a failed one with its message and its log."""
    place = f"v1/projects/{project_id}/locations/{region}/batches"
    query = {"pageSize": _SHOWN, "orderBy": "create_time desc"}
    batches = google.get(_DATAPROC, place, query).get("batches", [])
    for batch in batches:
        yield _one(batch)


def _one(batch: dict[str, Any]) -> Finding:
    name = str(batch["name"]).rpartition("/")[2]
    state = str(batch.get("state"))
    message = str(batch.get("stateMessage", ""))
    verdict = _STATES.get(state, "ok")
    return Finding(
        group="spark",
        subject=name,
        state=verdict,
        found=": ".join(filter(None, [state, message])),
        wanted="SUCCEEDED",
        next="" if verdict == "ok" else f"{explain(message).next}; {page(batch['name'])}",
    )
