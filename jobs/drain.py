"""Takes away what jobs made, in the order that the cloud accepts, and only under the stack's label.

Runs, jobs and batches are cancelled and deleted, runs with the records of their steps; deployments
are undone, models deleted. Other objects stay: they go with their bucket, if its protection allows
that. Does not delete a resource of the graph: that is the engine's, and it comes after this.
"""

from collections.abc import Iterator
from typing import Any

from jobs import clients, files
from jobs.cancelling import cancel_unless_ended
from jobs.labels import MODEL, where
from jobs.layout import RunLayout
from jobs.waiting import wait_until

CANCEL_SECONDS = 600
_LIVE = {"QUEUED", "PENDING", "RUNNING", "CANCELLING", "PAUSED", "UPDATING"}


def drain(project_id: str, location: str, stack: str, *, endpoints: list[str]) -> Iterator[str]:
    """Yields one line per thing done. `endpoints` are the stack's, by full resource name.

    Runs are ended before what they would still deploy; endpoints are emptied before the models
    that they serve. Repeating it is harmless.
    """
    parent = f"projects/{project_id}/locations/{location}"
    yield from _end_jobs(parent, location, stack)
    for endpoint in endpoints:
        yield from _undeploy(endpoint, location)
    yield from _delete_models(parent, location, stack)
    yield from _delete_jobs(parent, location, stack)


def left_over(project_id: str, location: str, stack: str) -> list[str]:
    """Names of everything that still carries the stack's label."""
    parent = f"projects/{project_id}/locations/{location}"
    found = [*_runs(parent, location, stack), *_custom_jobs(parent, location, stack)]
    found += [*_batches(parent, location, stack), *_models(parent, location, stack)]
    return [item.name for item in found]


def _end_jobs(parent: str, location: str, stack: str) -> Iterator[str]:
    pipelines, jobs = clients.vertex("pipeline", location), clients.vertex("job", location)
    for run in _runs(parent, location, stack):
        if _state(run) in _LIVE:
            cancel_unless_ended(pipelines.cancel_pipeline_job, run.name)
            yield f"cancelling {run.name}"
            _await_end(lambda name=run.name: pipelines.get_pipeline_job(name=name), run.name)
    for job in _custom_jobs(parent, location, stack):
        if _state(job) in _LIVE:
            cancel_unless_ended(jobs.cancel_custom_job, job.name)
            yield f"cancelling {job.name}"
            _await_end(lambda name=job.name: jobs.get_custom_job(name=name), job.name)
    batches = clients.spark(location)
    for batch in _batches(parent, location, stack):
        if _state(batch) in _LIVE:
            # A batch has no call of its own to end it: what its creation returned is cancelled.
            cancel_unless_ended(_cancel_operation(batches), batch.operation)
            yield f"cancelling {batch.name}"
            _await_end(lambda name=batch.name: batches.get_batch(name=name), batch.name)


def _cancel_operation(batches: Any) -> Any:
    return lambda name: batches.cancel_operation(request={"name": name})


def _await_end(look: Any, name: str) -> None:
    wait_until(
        look,
        lambda seen: _state(seen) not in _LIVE,
        deadline_seconds=CANCEL_SECONDS,
        what=f"cancelling {name}",
    )


def _undeploy(endpoint: str, location: str) -> Iterator[str]:
    from google.api_core.exceptions import NotFound

    endpoints = clients.vertex("endpoint", location)
    try:
        seen = endpoints.get_endpoint(name=endpoint)
    except NotFound:
        return
    deployed = sorted(seen.deployed_models, key=lambda model: seen.traffic_split.get(model.id, 0))
    for model in deployed:
        # A model that holds traffic beside others cannot be undeployed: the last one takes it.
        split = {} if model is deployed[-1] else {deployed[-1].id: 100}
        endpoints.undeploy_model(
            endpoint=endpoint, deployed_model_id=model.id, traffic_split=split
        ).result(timeout=1800)
        yield f"undeployed {model.display_name or model.id}"


def _delete_models(parent: str, location: str, stack: str) -> Iterator[str]:
    for model in _models(parent, location, stack):
        name = model.name.split("@")[0]
        clients.vertex("model", location).delete_model(name=name).result(timeout=600)
        yield f"deleted {name} with its versions"


def _delete_jobs(parent: str, location: str, stack: str) -> Iterator[str]:
    pipelines, jobs = clients.vertex("pipeline", location), clients.vertex("job", location)
    for run in _runs(parent, location, stack):
        # First: a run of this name that is made later must not find that everything is done.
        _forget(run)
        pipelines.delete_pipeline_job(name=run.name).result(timeout=600)
        yield f"deleted {run.name}"
    for job in _custom_jobs(parent, location, stack):
        jobs.delete_custom_job(name=job.name).result(timeout=600)
        yield f"deleted {job.name}"
    for batch in _batches(parent, location, stack):
        clients.spark(location).delete_batch(name=batch.name)
        yield f"deleted {batch.name}"


def _forget(run: Any) -> None:
    """Deletes the records of the run's steps, and the trainer's."""
    submission = str(run.runtime_config.parameter_values["submission"])
    layout = RunLayout(
        bucket=submission.split("/")[2],
        model=run.labels[MODEL],
        run_id=run.name.rsplit("/", 1)[-1],
    )
    files.delete_folder(layout.run)
    files.delete_folder(layout.training)


def _runs(parent: str, location: str, stack: str) -> list[Any]:
    pipelines = clients.vertex("pipeline", location)
    request = {"parent": parent, "filter": where(stack=stack)}
    return list(pipelines.list_pipeline_jobs(request=request))


def _custom_jobs(parent: str, location: str, stack: str) -> list[Any]:
    jobs = clients.vertex("job", location)
    return list(jobs.list_custom_jobs(request={"parent": parent, "filter": where(stack=stack)}))


def _batches(parent: str, location: str, stack: str) -> list[Any]:
    request = {"parent": parent, "filter": where(stack=stack)}
    return list(clients.spark(location).list_batches(request=request))


def _models(parent: str, location: str, stack: str) -> list[Any]:
    models = clients.vertex("model", location)
    found = models.list_models(request={"parent": parent, "filter": where(stack=stack)})
    return list(found)


def _state(job: Any) -> str:
    return job.state.name.rsplit("STATE_", 1)[-1]
