"""What a function says of itself in its log, and how it reads lists of several pages."""

import json
from typing import Any

import pytest

from automation.evidence import Action, record
from automation.running import everything
from automation.surroundings import Surroundings
from jobs import clients

TABLE = "acme-ml.mlplatform_prod.actions"


@pytest.mark.parametrize(("decision", "severity"), [("acted", "NOTICE"), ("refused", "INFO")])
def test_what_was_done_stands_out_in_the_log(decision: Any, severity: str, monkeypatch, capsys):
    class Rows:
        def insert_rows_json(self, *_: Any, **__: Any) -> list[Any]:
            return []

    monkeypatch.setattr(clients, "bigquery_client", lambda _: Rows())
    action = Action(
        action="cancel-diverging",
        decision=decision,
        subject="jobs/7",
        reason="it diverges",
        incident_id="0.1",
        policy="training diverges",
    )
    record(action, project_id="acme-ml", table=TABLE)
    entry = json.loads(capsys.readouterr().out)
    assert (entry["severity"], entry["subject"]) == (severity, "jobs/7")


def test_machines_of_every_page_are_found_and_the_first_page_has_no_token(monkeypatch):
    labels = {"managed-by": "pulumi", "project": "mlplatform", "stack": "prod"}
    tokens: list[str | None] = []

    def rest(_: str, url: str, **query: str) -> dict[str, Any]:
        if "compute" not in url:
            return {}
        tokens.append(query.get("pageToken"))
        name = f"https://x/projects/p/{len(tokens)}"
        page = {"items": {"z": {"instances": [{"selfLink": name, "labels": labels}]}}}
        return page | ({"nextPageToken": "two"} if len(tokens) == 1 else {})

    class NoJobs:
        def list_custom_jobs(self, **_: Any) -> list[Any]:
            return []

    monkeypatch.setattr(clients, "rest", rest)
    monkeypatch.setattr(clients, "is_local", lambda: False)
    monkeypatch.setattr(clients, "vertex", lambda *_: NoJobs())
    here = Surroundings(project_id="p", region="r", stack="prod", actions_table=TABLE)
    assert [each.name for each in everything(here)] == ["projects/p/1", "projects/p/2"]
    assert tokens == [None, "two"]
