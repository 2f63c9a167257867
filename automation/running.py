"""What of a stack runs, and how each kind of it is stopped.

Machines of Compute Engine, slices of Cloud TPU and training jobs of Vertex AI. Workstations stop by
themselves when nobody uses them; warm pools only by being deleted, which `automation.reaper` does
when their time is over. A slice of several hosts that is not Spot is left to that, or to people.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from automation.stoppable import Kind, Running, ours
from automation.surroundings import Surroundings
from jobs import clients
from jobs.cancelling import cancel, cancel_unless_ended
from jobs.labels import RUN, where

COMPUTE = "https://compute.googleapis.com/compute/v1/"
TPU = "https://tpu.googleapis.com/v2/"
_LIVE = ("QUEUED", "PENDING", "RUNNING", "PAUSED", "UPDATING")
_CHIPS_OF_A_HOST = 8


class CannotStopError(Exception):
    """It runs on, for the reason in the text."""


def everything(here: Surroundings) -> Iterator[Running]:
    """All that this stack runs."""
    yield from _trainings(here)
    if not clients.is_local():
        yield from _machines(here)
        yield from _slices(here)


def stop(running: Running, here: Surroundings) -> None:
    """Raises CannotStopError, or what the client raises for a passing reason."""
    _STOPPED[running.kind](running, here)


def _trainings(here: Surroundings) -> Iterator[Running]:
    jobs = clients.vertex("job", here.region)
    for job in jobs.list_custom_jobs(
        request={"parent": here.parent, "filter": where(stack=here.stack)}
    ):
        if job.state.name.rpartition("STATE_")[2] in _LIVE:
            strategy = job.job_spec.scheduling.strategy
            yield Running(
                kind="training",
                name=job.name,
                labels=dict(job.labels),
                spot=strategy.name == "SPOT",
            )


def _cancel(running: Running, here: Surroundings) -> None:
    """With its run, whose next step would report a failure or start another machine."""
    from google.api_core.exceptions import NotFound

    run = running.labels.get(RUN)
    if run:
        try:
            return cancel(f"{here.parent}/pipelineJobs/{run}", here.stack)
        except NotFound:
            pass  # the run is gone, the job is not
    return cancel_unless_ended(clients.vertex("job", here.region).cancel_custom_job, running.name)


def _machines(here: Surroundings) -> Iterator[Running]:
    url = f"{COMPUTE}projects/{here.project_id}/aggregated/instances"
    for page in pages(url, filter="status = RUNNING", returnPartialSuccess="true"):
        for place in page.get("items", {}).values():
            for each in place.get("instances", []):
                labels = each.get("labels", {})
                if ours(labels, here.stack):
                    model = each.get("scheduling", {}).get("provisioningModel")
                    yield Running(
                        kind="machine",
                        name="projects/" + each["selfLink"].partition("/projects/")[2],
                        labels=labels,
                        spot=model == "SPOT",
                    )


def _stop_machine(running: Running, _: Surroundings) -> None:
    # A machine with local disks does not stop unless it may lose them.
    clients.rest("POST", f"{COMPUTE}{running.name}/stop", discardLocalSsd="true")


def _slices(here: Surroundings) -> Iterator[Running]:
    for page in pages(f"{TPU}projects/{here.project_id}/locations/-/nodes"):
        for each in page.get("nodes", []):
            labels, scheduling = each.get("labels", {}), each.get("schedulingConfig", {})
            if each.get("state") == "READY" and ours(labels, here.stack):
                yield Running(
                    kind="slice",
                    name=each["name"],
                    labels=labels,
                    spot=bool(scheduling.get("spot") or scheduling.get("preemptible")),
                    hosts=_hosts(each.get("acceleratorType", "")),
                )


def _hosts(accelerator_type: str) -> int:
    chips = re.search(r"-(\d+)$", accelerator_type)
    return 1 if chips is None or int(chips[1]) <= _CHIPS_OF_A_HOST else 2


def _stop_slice(running: Running, _: Surroundings) -> None:
    """Several hosts cannot be stopped: those on Spot, which may be lost any minute, are deleted."""
    if running.hosts == 1:
        clients.rest("POST", f"{TPU}{running.name}:stop")
    elif running.spot:
        clients.rest("DELETE", f"{TPU}{running.name}")
    else:
        raise CannotStopError(
            "a slice of several hosts cannot be stopped, only deleted by a person"
        )


def pages(url: str, **query: str) -> Iterator[dict[str, Any]]:
    """Every page of a list."""
    token = ""
    while True:
        page = clients.rest("GET", url, **query, **({"pageToken": token} if token else {}))
        yield page
        token = page.get("nextPageToken", "")
        if not token:
            return


_STOPPED: dict[Kind, Callable[[Running, Surroundings], None]] = {
    "machine": _stop_machine,
    "slice": _stop_slice,
    "training": _cancel,
}
