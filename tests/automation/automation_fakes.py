"""Alerts as Cloud Monitoring sends them, and a Vertex of two dictionaries."""

import base64
import json
from types import SimpleNamespace
from typing import Any

from catalog.incidents import ACTION, CANCEL_DIVERGING

PROJECT, REGION, STACK = "acme-ml", "europe-west4", "prod"
PARENT = f"projects/{PROJECT}/locations/{REGION}"
ENVIRONMENT = {
    "MLPLATFORM_PROJECT": PROJECT,
    "MLPLATFORM_REGION": REGION,
    "MLPLATFORM_STACK": STACK,
    "MLPLATFORM_ACTIONS_TABLE": f"{PROJECT}.mlplatform_prod.actions",
}


def alert(
    resource: dict[str, str] | None = None,
    metric: dict[str, str] | None = None,
    *,
    resource_type: str = "ml_job",
    **changes: Any,
) -> dict[str, Any]:
    """An alert on one series, with the fields of schema 1.2; `changes` are of the incident."""
    incident: dict[str, Any] = {
        "incident_id": "0.nf7pz8k3g1fg",
        "scoping_project_id": PROJECT,
        "url": "https://console.cloud.google.com/monitoring/alerting/incidents/0.nf7",
        "started_at": 1795000000,
        "ended_at": None,
        "state": "open",
        "summary": "loss is above the threshold",
        "resource": {"type": resource_type, "labels": {"project_id": PROJECT, **(resource or {})}},
        "metric": {
            "type": "logging.googleapis.com/user/loss",
            "displayName": "loss",
            "labels": metric or {},
        },
        "policy_name": "training diverges",
        "policy_user_labels": {ACTION: CANCEL_DIVERGING},
        "condition_name": "loss is 3 times its moving average",
        "threshold_value": "3",
        "observed_value": "7.5",
        **changes,
    }
    return {"version": "1.2", "incident": incident}


def pushed(payload: Any) -> dict[str, Any]:
    """What a push subscription delivers."""
    data = base64.b64encode(json.dumps(payload).encode()).decode()
    message = {"data": data, "messageId": "1", "publishTime": "2026-11-21T10:00:00Z"}
    return {"message": message, "subscription": f"projects/{PROJECT}/subscriptions/cancel"}


def job(number: int, *, stack: str = STACK, run: str = "", state: str = "RUNNING") -> Any:
    """A custom job as the client gives it."""
    labels = {"mlplatform_stack": stack, "mlplatform_run": run or f"run-{number}"}
    return SimpleNamespace(
        name=f"{PARENT}/customJobs/{number}",
        labels={key: value for key, value in labels.items() if value != "-"},
        state=SimpleNamespace(name=f"JOB_STATE_{state}"),
    )


class Vertex:
    """Jobs and runs, and what was asked of them."""

    def __init__(self, *jobs: Any) -> None:
        self.jobs = {each.name: each for each in jobs}
        self.runs: dict[str, Any] = {}
        self.cancelled: list[str] = []

    def run(self, name: str, *, stack: str = STACK, state: str = "RUNNING") -> None:
        path = f"{PARENT}/pipelineJobs/{name}"
        self.runs[path] = SimpleNamespace(
            name=path,
            labels={"mlplatform_stack": stack},
            state=SimpleNamespace(name=f"PIPELINE_STATE_{state}"),
        )

    def get_custom_job(self, name: str) -> Any:
        return self._one(self.jobs, name)

    def get_pipeline_job(self, name: str) -> Any:
        return self._one(self.runs, name)

    def list_custom_jobs(self, request: dict[str, Any]) -> list[Any]:
        assert request["parent"] == PARENT
        terms = [term.split("=") for term in request["filter"].split(" AND ")]
        wanted = {key.removeprefix("labels."): value.strip('"') for key, value in terms}
        return [each for each in self.jobs.values() if wanted.items() <= each.labels.items()]

    def cancel_custom_job(self, name: str) -> None:
        self._cancel(self.jobs[name], name)

    def cancel_pipeline_job(self, name: str) -> None:
        self._cancel(self.runs[name], name)

    def _cancel(self, found: Any, name: str) -> None:
        from google.api_core.exceptions import BadRequest

        kind, _, state = found.state.name.rpartition("_")
        if state not in ("QUEUED", "PENDING", "RUNNING"):
            raise BadRequest("only a live job can be cancelled")
        self.cancelled.append(name)
        found.state = SimpleNamespace(name=f"{kind}_CANCELLING")

    def _one(self, found: dict[str, Any], name: str) -> Any:
        from google.api_core.exceptions import NotFound

        if name not in found:
            raise NotFound(name)
        return found[name]
