"""Applies the gate to the evaluation and keeps its verdict as rows."""

from typing import Any

from jobs import gate
from jobs.steps import history
from jobs.steps.context import StepContext


def run(context: StepContext) -> dict[str, Any]:
    """Returns the decision. A refusal is a result, not a failure: a retry would say the same."""
    evaluation = context.result("validate")["evaluation"]
    decision = gate.decide(evaluation, context.spec.gate)
    history.record_gate(context, decision)
    if not decision.accepted:
        history.record_run(context, "REFUSED")
    context.progress(1.0, decision.reason)
    return decision.model_dump(mode="json")
