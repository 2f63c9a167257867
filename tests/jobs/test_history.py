"""Rows about runs in BigQuery: each once, and a refusal of one is told."""

from types import SimpleNamespace
from typing import Any

import pytest
from job_fakes import make_submission

from jobs import clients
from jobs.gate import Check, Decision
from jobs.steps import history
from jobs.steps.context import StepError

RUN = f"flight-delay-{'0' * 20}-1"


class Table:
    """What was streamed, and what BigQuery says of it."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.errors = errors
        self.rows: dict[str, dict[str, Any]] = {}

    def insert_rows_json(
        self, table: str, rows: list[dict[str, Any]], row_ids: list[str]
    ) -> list[dict[str, Any]]:
        self.rows |= {f"{table} {row_id}": row for row_id, row in zip(row_ids, rows, strict=True)}
        return self.errors


def recorded(monkeypatch: pytest.MonkeyPatch, *errors: dict[str, Any]) -> Table:
    """One verdict on one figure, streamed."""
    table = Table(list(errors))
    monkeypatch.setattr(clients, "bigquery_client", lambda _: table)
    submission = make_submission()
    context: Any = SimpleNamespace(run_id=RUN, spec=submission.spec, placement=submission.placement)
    check = Check(
        candidate="network",
        metric="auc",
        value=0.7,
        relation=">=",
        bound=0.65,
        baseline_value=None,
        passed=True,
    )
    decision = Decision(accepted=True, candidate="network", reason="", checks=[check])
    history.record_gate(context, decision)
    return table


def test_a_check_of_the_gate_is_one_row_however_often_it_is_streamed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = recorded(monkeypatch)
    ((key, row),) = table.rows.items()
    assert key == f"acme-ml.mlplatform.gate_results {RUN}-network-auc"
    assert (row["value"], row["bound"], row["passed"]) == (0.7, 0.65, True)


def test_a_row_that_bigquery_refuses_ends_the_step_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    refused = {"index": 0, "errors": [{"message": "no such field: value"}]}
    with pytest.raises(StepError, match=r"gate_results: no such field: value"):
        recorded(monkeypatch, refused)
