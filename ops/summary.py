"""What a run came to: model, candidate, figures beside their bounds, a served prediction, places.

Builds plain data and its lines from the results of the steps. Asks the endpoint for one
prediction; does not judge: the gate did.
"""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ops.display.progress import duration, step_text
from ops.display.screen import Line, columns

if TYPE_CHECKING:
    from jobs.runs import RunStatus, StepStatus

_METRIC_NAMES = {
    "auc": "AUC",
    "log_loss": "log loss",
    "calibration_error": "calibration error",
    "auc_gain_low": "AUC gain, low end of 95 %",
}


@dataclass(frozen=True, kw_only=True)
class Served:
    """One real held-out row, sent to the endpoint, and the answer."""

    description: str
    label: Any
    prediction: Any
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One model's run, ended."""

    model: str
    run_id: str
    state: str
    accepted: bool | None
    """None if the run ended before its gate."""
    candidate: str | None
    reason: str
    version: str
    endpoint: str
    checks: list[dict[str, Any]] = field(default_factory=list)
    served: Served | None = None
    places: dict[str, str] = field(default_factory=dict)

    @property
    def succeeded(self) -> bool:
        return self.state == "SUCCEEDED" and self.accepted is True

    @property
    def refused(self) -> bool:
        """The run worked, and the gate let nothing through."""
        return self.accepted is False

    @property
    def decisive_checks(self) -> list[dict[str, Any]]:
        """The first candidate's checks; all of them if that one was not accepted."""
        first = self.checks[0]["candidate"] if self.checks else None
        if self.candidate != first:
            return self.checks
        return [check for check in self.checks if check["candidate"] == first]

    def as_json(self) -> dict[str, Any]:
        """Plain values for `--json`."""
        served = self.served
        return {
            "model": self.model,
            "run_id": self.run_id,
            "state": self.state,
            "accepted": self.accepted,
            "candidate": self.candidate,
            "reason": self.reason,
            "version": self.version,
            "endpoint": self.endpoint,
            "checks": self.checks,
            "prediction": served.prediction if served else None,
            "served": {"description": served.description, "label": served.label}
            if served
            else None,
            "places": self.places,
        }


def summarize(model: str, endpoint: str, status: "RunStatus") -> Summary:
    """Reads the results of the steps; asks nobody."""
    decision = status.result("gate")
    registered = status.result("register")
    return Summary(
        model=model,
        run_id=status.run_id,
        state=status.state,
        accepted=decision.get("accepted"),
        candidate=decision.get("candidate"),
        reason=decision.get("reason", ""),
        version=str(registered.get("version", "")),
        endpoint=endpoint,
        checks=list(decision.get("checks", [])),
    )


def lines(summary: Summary) -> list[Line]:
    """The panel of a run that the gate has judged."""
    if summary.refused:
        head = [("the gate refuses every candidate: nothing is registered or deployed", "bold red")]
    else:
        head = [(f"model       {summary.model} version {summary.version}", "bold")]
        head.append((f"candidate   {summary.candidate}", "bold"))
    body = [*head, (f"why         {summary.reason}", ""), ("", ""), *_metrics(summary), ("", "")]
    if not summary.refused:
        body.append((f"endpoint    {summary.endpoint}", ""))
    if summary.served:
        body += served_lines(summary.served)
    body += [(f"{name:<10}  {place}", "dim") for name, place in summary.places.items()]
    return body


def brief_lines(summary: Summary) -> list[Line]:
    """Two lines for a run whose panel was shown before."""
    served = served_lines(summary.served) if summary.served else []
    return [
        (f"{summary.model} version {summary.version} ({summary.candidate}) serves", ""),
        *served,
    ]


def served_lines(served: Served) -> list[Line]:
    """The held-out row and the answer."""
    return [
        (f"held-out    {served.description}", ""),
        (
            f"prediction: {prediction_text(served.prediction)} (actual: {served.label})",
            "bold green",
        ),
    ]


def prediction_text(prediction: Any) -> str:
    """The endpoint's answer on one line, numbers short."""
    if isinstance(prediction, dict):
        return ", ".join(
            f"{key} {prediction_text(value)}" for key, value in sorted(prediction.items())
        )
    if isinstance(prediction, float):
        return f"{prediction:.4g}"
    return prediction if isinstance(prediction, str) else json.dumps(prediction)


def _metrics(summary: Summary) -> list[Line]:
    shown = summary.decisive_checks
    rows: list[list[str]] = [["candidate", "metric", "value", "bound", "baseline", ""]]
    for check in shown:
        baseline = check.get("baseline_value")
        rows.append(
            [
                str(check["candidate"]),
                _METRIC_NAMES.get(check["metric"], str(check["metric"])),
                _number(check["value"]),
                f"{check['relation']} {check['bound']:g}",
                "" if baseline is None else _number(baseline),
                "holds" if check["passed"] else "missed",
            ]
        )
    styles = ["dim", *("green" if check["passed"] else "red" for check in shown)]
    return list(zip(columns(rows), styles, strict=True))


def _number(value: float | None) -> str:
    return "no number" if value is None else f"{value:.4f}"


def failure_lines(stack: str, status: "RunStatus") -> list[Line]:
    """Which step failed, why, its last log lines, and the command that shows more."""
    step = _failed_step(status)
    if step is None:
        reason = status.error or "Vertex gives no reason"
        return [
            (f"run {status.run_id} ended {status.state}: {reason}", "bold red"),
            (f"more: mlp logs {status.run_id} --stack {stack}", ""),
        ]
    took = ""
    if step.started_at and step.ended_at:
        took = f" after {duration((step.ended_at - step.started_at).total_seconds())}"
    body: list[Line] = [
        (f"step {step.name} of run {status.run_id} failed{took}: {step_text(step)}", "bold red")
    ]
    body += [(f"  | {line}", "") for line in step.log_tail]
    body += [
        ("nothing was registered or deployed by this run", "")
        if step.name != "rollout"
        else ("the previous version keeps the traffic", ""),
        (f"more: mlp logs {status.run_id} --step {step.name} --stack {stack}", ""),
        (f"after the fix: mlp up --stack {stack} goes on with a new attempt", ""),
    ]
    return body


def _failed_step(status: "RunStatus") -> "StepStatus | None":
    return next((step for step in status.steps if step.state == "FAILED"), None)
