"""A function's surroundings: its environment, a Vertex, a log and a table that tests can see."""

from types import SimpleNamespace
from typing import Any

import pytest
from automation_fakes import ENVIRONMENT, Vertex

from automation import evidence, losses
from jobs import clients


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """`vertex`, the `points` of every job's log, and the `rows` of evidence, in their order."""
    here = SimpleNamespace(vertex=Vertex(), points=None, rows=[])
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    class Rows:
        def insert_rows_json(self, table: str, rows: list[Any], row_ids: list[str]) -> list[Any]:
            assert table == ENVIRONMENT["MLPLATFORM_ACTIONS_TABLE"]
            here.rows += [{**row, "after": list(here.vertex.cancelled)} for row in rows]
            return []

    monkeypatch.setattr(clients, "vertex", lambda *_: here.vertex)
    monkeypatch.setattr(clients, "bigquery_client", lambda _: Rows())
    monkeypatch.setattr(losses, "logged", lambda *_: here.points)
    monkeypatch.setattr(evidence.sys, "stdout", SimpleNamespace(write=lambda _: 0, flush=int))
    return here
