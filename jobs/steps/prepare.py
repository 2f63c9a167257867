"""Prepares the data that the run learns from: on this machine, or by a batch of Spark."""

from typing import Any

from jobs.layout import prepared_data
from jobs.steps import spark
from jobs.steps.context import StepContext
from jobs.workloads import load


def run(context: StepContext) -> dict[str, Any]:
    """Returns `data_uri` and what the workload says of the data."""
    workload = load(context.spec.workload)
    data_uri = prepared_data(context.spec, context.placement)
    if context.placement.spark:
        manifest = spark.prepare(context, workload, context.placement.spark, data_uri)
    else:
        manifest = workload.prepare(context.spec.arguments, data_uri, context.progress)
    return {"data_uri": data_uri, "manifest": manifest}
