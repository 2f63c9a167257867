"""Launches the training as a Vertex `CustomJob` and waits for its end.

Does not train: `jobs.trainer` does, on the job's machine. CustomJobs have no caller-chosen id, so
the run's label finds the job of an earlier try before another one is created.
"""

from typing import Any

from jobs import clients, surroundings
from jobs.labels import run_labels, where
from jobs.spec import JobSpec, Placement
from jobs.steps import record
from jobs.steps.context import StepContext, StepError
from jobs.waiting import DeadlineError, is_passing, wait_until

TERMINAL = frozenset(
    {"SUCCEEDED", "FAILED", "CANCELLED", "PAUSED", "EXPIRED", "PARTIALLY_SUCCEEDED"}
)
"""Where waiting ends. The SDK's own wait spins for ever on the last two."""
QUEUE_SECONDS = 24 * 3600
"""How long a job may wait for a machine. A flex-start job is told so, the others' waiting ends."""
APPEAR_SECONDS = 120
"""How long a job whose creation was not answered is looked for."""


def run(context: StepContext) -> dict[str, Any]:
    """Returns the candidates' folder and what the trainer says of the training."""
    jobs = clients.vertex("job", context.placement.location)
    job = _existing(context, jobs) or _create(context, jobs)
    context.progress(0.0, f"custom job {job.name.rsplit('/', 1)[-1]}")
    job = _wait(context, jobs, job)
    if job.state.name != "JOB_STATE_SUCCEEDED":
        raise _failure(context, job)
    trainer = record.read(context.layout.trainer)
    if trainer is None or trainer.state != "SUCCEEDED":
        raise StepError(f"custom job {job.name} succeeded, but its trainer left no result")
    return {"custom_job": job.name, "candidates_uri": context.layout.candidates, **trainer.result}


def custom_job(
    spec: JobSpec, placement: Placement, run_id: str, context: StepContext
) -> dict[str, Any]:
    """The `CustomJob` message of a run."""
    layout = context.layout
    return {
        "display_name": run_id,
        "labels": {**placement.labels, **run_labels(spec, run_id)},
        "job_spec": {
            "worker_pool_specs": _worker_pools(spec, placement, run_id, layout.submission),
            "scheduling": _scheduling(spec),
            "service_account": placement.trainer_service_account,
            "base_output_directory": {"output_uri_prefix": layout.training},
            **surroundings.network(placement),
            **({"persistent_resource_id": placement.warm_pool} if placement.warm_pool else {}),
            # Asks for a service account, which the job has.
            **({"tensorboard": placement.tensorboard} if placement.tensorboard else {}),
        },
        **surroundings.encryption(placement),
    }


def _worker_pools(
    spec: JobSpec, placement: Placement, run_id: str, submission: str
) -> list[dict[str, Any]]:
    """The first machine in a pool of its own, as Vertex wants it, and like ones in the second."""
    machine = {
        "machine_type": spec.training.machine_type,
        "accelerator_type": spec.training.accelerator_type,
        "accelerator_count": spec.training.accelerator_count,
        "tpu_topology": spec.training.tpu_topology,
    }
    pool = {
        "machine_spec": {key: value for key, value in machine.items() if value},
        "container_spec": {
            "image_uri": placement.image_uri,
            "command": ["python", "-m", "jobs.trainer"],
            "args": ["--submission", submission, "--run-id", run_id],
        },
    }
    # One replica even on several TPU hosts: the topology decides how many.
    others = spec.training.replica_count - 1
    return [{**pool, "replica_count": count} for count in (1, others) if count]


def _scheduling(spec: JobSpec) -> dict[str, Any]:
    scheduling: dict[str, Any] = {
        "strategy": spec.training.strategy,
        "timeout": {"seconds": spec.training.timeout_seconds},
        # The whole job restarts if one worker does: JAX programs are one program.
        "restart_job_on_worker_restart": True,
    }
    if spec.training.strategy == "FLEX_START":
        scheduling["max_wait_duration"] = {"seconds": QUEUE_SECONDS}
    return scheduling


def _existing(context: StepContext, jobs: Any) -> Any:
    parent = _parent(context.placement)
    query = where(stack=context.spec.stack, run=context.run_id)
    found = list(jobs.list_custom_jobs(request={"parent": parent, "filter": query}))
    return found[0] if found else None


def _create(context: StepContext, jobs: Any) -> Any:
    message = custom_job(context.spec, context.placement, context.run_id, context)
    try:
        # No retry: a repeated create would make a second job that is paid for.
        return jobs.create_custom_job(
            parent=_parent(context.placement), custom_job=message, retry=None, timeout=120
        )
    except Exception as error:
        if not is_passing(error):
            raise
        return _unanswered(context, jobs, error)


def _unanswered(context: StepContext, jobs: Any, error: Exception) -> Any:
    """The job that an unanswered call has made all the same: nobody else would ever stop it."""
    try:
        return wait_until(
            lambda: _existing(context, jobs),
            lambda found: found is not None,
            deadline_seconds=APPEAR_SECONDS,
            what=f"looking for the custom job of run {context.run_id}",
        )
    except DeadlineError:
        raise error from None


def _wait(context: StepContext, jobs: Any, job: Any) -> Any:
    def look() -> Any:
        worker = record.read(context.layout.trainer)
        if worker is not None:
            context.progress(worker.progress, worker.message)
        return jobs.get_custom_job(name=job.name)

    try:
        return wait_until(
            look,
            lambda seen: seen.state.name.removeprefix("JOB_STATE_") in TERMINAL,
            deadline_seconds=context.spec.training.timeout_seconds + QUEUE_SECONDS,
            what=f"custom job {job.name}",
        )
    except DeadlineError:
        # Nobody waits for it any more: a machine that it got now would be paid for nothing.
        jobs.cancel_custom_job(name=job.name)
        raise


def _failure(context: StepContext, job: Any) -> StepError:
    worker = record.read(context.layout.trainer)
    state = job.state.name.removeprefix("JOB_STATE_")
    lines = job.error.message.splitlines()
    reason = lines[0] if lines else "Vertex gives no reason"
    ended = f"custom job {job.name} ended {state}: {reason}"
    if worker is None or worker.state != "FAILED":
        return StepError(ended, lines)
    if context.spec.training.replica_count == 1:
        return StepError(worker.error, worker.log_tail)
    # The machine that reports may have failed because another did: Vertex says which was first.
    return StepError(f"{worker.error} ({ended})", [*worker.log_tail, *lines])


def _parent(placement: Placement) -> str:
    return f"projects/{placement.project_id}/locations/{placement.location}"
