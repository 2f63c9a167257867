"""The record of what a function did by itself, and why: a log entry and a row, before it acts.

A repeated message writes its row again: evidence may be twice, but is never missing. The table is
the graph's; its columns are `catalog.tables`.
"""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Literal

from jobs import clients

Decision = Literal["acted", "left-alone", "refused"]


@dataclass(frozen=True, kw_only=True)
class Action:
    """One decision of one function about one incident."""

    action: str
    """What was asked for, such as `cancel-diverging`."""
    decision: Decision
    subject: str
    """Full name of what it is about; empty where nothing certain was named."""
    reason: str
    """One sentence."""
    incident_id: str
    policy: str


class EvidenceError(Exception):
    """The record cannot be written, so nothing is done."""


def record(action: Action, *, project_id: str, table: str) -> None:
    """Writes both. Raises EvidenceError, or what the client raises for a passing reason."""
    log(action, severity="NOTICE" if action.decision == "acted" else "INFO")
    row = {**asdict(action), "decided_at": datetime.now(UTC).isoformat()}
    client = clients.bigquery_client(project_id)
    key = f"{action.incident_id}/{action.subject}/{action.decision}"
    errors = client.insert_rows_json(table, [row], row_ids=[key])
    if errors:
        raise EvidenceError(f"BigQuery refuses the row: {errors[0]['errors'][0]['message']}")


def log(action: Action, *, severity: Literal["INFO", "NOTICE", "WARNING"]) -> None:
    """One flat entry: nested `severity` or `jsonPayload` would not be understood as such."""
    message = f"{action.action}: {action.decision}: {action.reason}"
    entry = {"severity": severity, "message": message, **asdict(action)}
    sys.stdout.write(json.dumps(entry, sort_keys=True) + "\n")
    sys.stdout.flush()
