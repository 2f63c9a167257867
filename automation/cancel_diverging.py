"""Cancels the one training job that an alert on diverging losses is about, and its run.

Never another one: the job must be named by the alert beyond doubt, belong to this stack, and still
run; where its log holds losses they must diverge, too. Whatever is decided is recorded first. A
repeated message finds a job that is ending already and leaves it alone.
"""

from typing import Any

from automation import losses, messages
from automation.evidence import Action, Decision, record
from automation.messages import Incident
from automation.surroundings import Surroundings
from catalog.incidents import ACTION, CANCEL_DIVERGING, JOB_ID, JOB_RESOURCES, RUN_ID
from jobs import clients
from jobs.cancelling import cancel_unless_ended
from jobs.labels import RUN, STACK, stack_label, where

LIVE = frozenset({"QUEUED", "PENDING", "RUNNING", "PAUSED", "UPDATING"})


class _NotCertainError(Exception):
    """Nothing is cancelled, for the reason in the text."""

    def __init__(self, reason: str, subject: str = "", decision: Decision = "refused") -> None:
        super().__init__(reason)
        self.subject = subject
        self.decision: Decision = decision


def handle(envelope: Any) -> Action:
    """Decides about one pushed message, records the decision, and acts.

    Raises UnreadableError for what is no alert, and whatever the clients raise: the message then
    comes again.
    """
    here = Surroundings.read()
    incident = messages.incident(envelope)
    try:
        job = _job(incident, here)
        reason = _why(incident, job, here)
    except _NotCertainError as refusal:
        action = _action(incident, refusal.decision, refusal.subject, str(refusal))
        record(action, project_id=here.project_id, table=here.actions_table)
        return action
    action = _action(incident, "acted", job.name, reason)
    record(action, project_id=here.project_id, table=here.actions_table)
    _cancel(job, here)
    return action


def _job(incident: Incident, here: Surroundings) -> Any:
    """The job, if the alert is for us and names it beyond doubt."""
    if incident.policy_user_labels.get(ACTION) != CANCEL_DIVERGING:
        raise _NotCertainError(f"its policy does not carry the label {ACTION}={CANCEL_DIVERGING}")
    if incident.state == "closed":
        raise _NotCertainError("the incident is over", decision="left-alone")
    projects = {each.labels.get("project_id") for each in (incident.resource, incident.metric)}
    if strangers := projects - {None, "", here.project_id}:
        raise _NotCertainError(f"it is about project {min(map(str, strangers))}")
    job_id, run_id = _named(incident, JOB_ID), _named(incident, RUN_ID)
    if job_id is not None:
        return _by_number(job_id, run_id, here)
    if run_id is not None:
        return _by_run(run_id, here)
    raise _NotCertainError("it names neither a job nor a run")


def _named(incident: Incident, label: str) -> str | None:
    """The value of a label of the series, or None; two different values are doubt."""
    series = [incident.metric.labels]
    # `job_id` of another resource, such as one of Dataproc, is no custom job.
    if label != JOB_ID or incident.resource.type in JOB_RESOURCES:
        series.append(incident.resource.labels)
    found = {labels[label] for labels in series if labels.get(label)}
    if len(found) > 1:
        raise _NotCertainError(f"it names two of {label}: {' and '.join(sorted(found))}")
    return found.pop() if found else None


def _by_number(job_id: str, run_id: str | None, here: Surroundings) -> Any:
    from google.api_core.exceptions import NotFound

    name = f"{here.parent}/customJobs/{job_id}"
    if not (job_id.isascii() and job_id.isdigit()):
        raise _NotCertainError(f"{job_id!r} is not the number of a custom job")
    try:
        job = clients.vertex("job", here.region).get_custom_job(name=name)
    except NotFound:
        raise _NotCertainError(f"there is no {name}", name) from None
    if run_id is not None and job.labels.get(RUN) != run_id:
        raise _NotCertainError(f"it names run {run_id}, to which the job does not belong", name)
    return job


def _by_run(run_id: str, here: Surroundings) -> Any:
    request = {"parent": here.parent, "filter": where(stack=here.stack, run=run_id)}
    if '"' in run_id:
        raise _NotCertainError(f"{run_id!r} is not the name of a run")
    found = list(clients.vertex("job", here.region).list_custom_jobs(request=request))
    live = [job for job in found if _state(job) in LIVE]
    if len(live) > 1:
        raise _NotCertainError(f"run {run_id} has {len(live)} jobs that still run")
    if not found:
        raise _NotCertainError(f"run {run_id} has no job")
    return (live or found)[0]


def _why(incident: Incident, job: Any, here: Surroundings) -> str:
    """The reason for which this job is cancelled. Raises _NotCertainError for one that is not."""
    if job.labels.get(STACK) != stack_label(here.stack) or not job.labels.get(RUN):
        raise _NotCertainError(f"it is no job of stack {here.stack}", job.name)
    state = _state(job)
    if state not in LIVE:
        raise _NotCertainError(f"it is {state.lower()} already", job.name, "left-alone")
    points = losses.logged(here.project_id, job.name.rsplit("/", 1)[-1])
    alert = incident.condition_name or incident.policy_name or incident.incident_id
    if points is None:
        return f"{alert}; its log holds no losses to compare with"
    judgement = losses.judge(points)
    if judgement.verdict != "diverging":
        raise _NotCertainError(f"its own log does not say so: {judgement.reason}", job.name)
    return f"{alert}; {judgement.reason}"


def _cancel(job: Any, here: Surroundings) -> None:
    """The run first, or its step would report a failure; it may be gone, the job is not."""
    from google.api_core.exceptions import NotFound

    pipelines = clients.vertex("pipeline", here.region)
    run = f"{here.parent}/pipelineJobs/{job.labels[RUN]}"
    try:
        found = pipelines.get_pipeline_job(name=run)
    except NotFound:
        found = None
    if found and _state(found) in LIVE and found.labels.get(STACK) == job.labels[STACK]:
        cancel_unless_ended(pipelines.cancel_pipeline_job, run)
    cancel_unless_ended(clients.vertex("job", here.region).cancel_custom_job, job.name)


def _state(job: Any) -> str:
    return job.state.name.rpartition("STATE_")[2]


def _action(incident: Incident, decision: Decision, subject: str, reason: str) -> Action:
    return Action(
        action=CANCEL_DIVERGING,
        decision=decision,
        subject=subject,
        reason=reason,
        incident_id=incident.incident_id,
        policy=incident.policy_name,
    )
