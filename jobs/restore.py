"""Puts an earlier run's version back behind the endpoint, without training it again.

A stack file that returns to an earlier spec asks for a run that has succeeded long ago: there is
nothing to submit, but something else may serve by now.
"""

from jobs import clients
from jobs.layout import RunLayout
from jobs.progress import Progress, silent
from jobs.spec import Submission
from jobs.steps import record, rollout
from jobs.steps.context import StepContext


def is_displaced(submission: Submission, run_id: str) -> bool:
    """Whether a succeeded run was rolled out once, and its version serves no longer."""
    layout = RunLayout.of(submission.spec, submission.placement, run_id)
    rolled_out = record.read(layout.step("rollout"))
    if rolled_out is None or rolled_out.state != "SUCCEEDED":
        return False
    endpoints = clients.vertex("endpoint", submission.placement.location)
    endpoint = endpoints.get_endpoint(name=submission.placement.endpoint)
    own = {model.id for model in endpoint.deployed_models if model.display_name == run_id}
    return not any(endpoint.traffic_split.get(deployed) for deployed in own)


def restore(submission: Submission, run_id: str, progress: Progress = silent) -> None:
    """Rolls the run's version out again: deployed, asked about a held-out row, then all traffic.

    Raises what the rollout raises; the version that serves stays until the restored one answers.
    """
    context = StepContext(
        spec=submission.spec,
        placement=submission.placement,
        run_id=run_id,
        layout=RunLayout.of(submission.spec, submission.placement, run_id),
        progress=progress,
    )
    rollout.serve(context)
