"""Rows about runs and gate verdicts in BigQuery, written once each.

The tables are the graph's; their columns are `catalog.tables`.
"""

import json
from datetime import UTC, datetime
from typing import Any, Literal

from jobs import clients
from jobs.gate import Decision
from jobs.layout import STEPS
from jobs.spec import identity
from jobs.steps import record
from jobs.steps.context import StepContext, StepError

RunState = Literal["SUCCEEDED", "REFUSED", "FAILED"]


def record_run(context: StepContext, state: RunState, **facts: Any) -> None:
    """One row about how a run ended; `facts` may name `candidate`, `model_version`, `metrics`."""
    spec, now = context.spec, datetime.now(UTC).isoformat()
    first = record.read(context.layout.step(STEPS[0]))
    row = {
        "run_id": context.run_id,
        "stack": spec.stack,
        "model": spec.model,
        "identity": identity(spec),
        "attempt": int(context.run_id.rsplit("-", 1)[-1]),
        "state": state,
        "code": spec.code,
        "data_name": spec.data.name,
        "data_sha256": spec.data.sha256,
        "started_at": first.started_at.isoformat() if first else now,
        "ended_at": now,
        "candidate": facts.get("candidate"),
        "model_version": facts.get("model_version"),
        "metrics": json.dumps(facts["metrics"], sort_keys=True) if "metrics" in facts else None,
    }
    _insert(context, context.placement.runs_table, {f"{context.run_id}-{state}": row})


def record_gate(context: StepContext, decision: Decision) -> None:
    """One row per check of the gate."""
    now = datetime.now(UTC).isoformat()
    rows = {
        f"{context.run_id}-{check.candidate}-{check.metric}": {
            "run_id": context.run_id,
            "model": context.spec.model,
            "candidate": check.candidate,
            "metric": check.metric,
            "value": check.value,
            "bound": check.bound,
            "baseline_value": check.baseline_value,
            "passed": check.passed,
            "decided_at": now,
        }
        for check in decision.checks
    }
    _insert(context, context.placement.gate_table, rows)


def _insert(context: StepContext, table: str, rows: dict[str, dict[str, Any]]) -> None:
    """Streams rows; the keys are insert ids, so that a repeated step adds none twice."""
    client = clients.bigquery_client(context.placement.project_id)
    errors = client.insert_rows_json(table, list(rows.values()), row_ids=list(rows))
    if errors:
        raise StepError(f"BigQuery refuses rows of {table}: {errors[0]['errors'][0]['message']}")
