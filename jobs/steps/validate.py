"""Measures the candidates on the held-out months and writes the report."""

from typing import Any

from jobs.steps.context import StepContext
from jobs.workloads import load


def run(context: StepContext) -> dict[str, Any]:
    """Returns the evaluation and where report and samples lie."""
    workload = load(context.spec.workload)
    evaluation = workload.validate(
        context.spec.arguments,
        context.result("prepare")["data_uri"],
        context.result("train")["candidates_uri"],
        context.layout.validation,
        context.progress,
    )
    return {
        "evaluation": evaluation,
        "report": context.layout.report,
        "samples": context.layout.samples,
    }
