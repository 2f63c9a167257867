"""Ends runs and jobs that may have ended by themselves meanwhile."""

import logging
from collections.abc import Callable

from jobs import clients
from jobs.labels import where


def cancel(resource_name: str, stack: str) -> None:
    """Asks Vertex to end a run and the training that it launched; they end in their own time.

    To Vertex the training is a job of its own: it would go on, and be paid for, without its run.
    """
    parent, _, run_id = resource_name.partition("/pipelineJobs/")
    location = parent.rsplit("/", 1)[-1]
    # The run first: it could launch a training that the list below does not hold yet.
    cancel_unless_ended(clients.vertex("pipeline", location).cancel_pipeline_job, resource_name)
    jobs = clients.vertex("job", location)
    request = {"parent": parent, "filter": where(stack=stack, run=run_id)}
    for job in jobs.list_custom_jobs(request=request):
        if not job.end_time:
            cancel_unless_ended(jobs.cancel_custom_job, job.name)


def cancel_unless_ended(cancel: Callable[..., None], name: str) -> None:
    """Cancels a run or a job, which may have ended between the caller's look and this call."""
    from google.api_core.exceptions import BadRequest

    try:
        cancel(name=name)
    except BadRequest:
        logging.getLogger(__name__).info("%s had ended before it was cancelled", name)
