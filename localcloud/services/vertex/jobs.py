"""Jobs as resources: custom jobs, and what pipeline jobs have in common with them.

Owns get, list, cancel and delete of both, and everything of custom jobs: their checks and the
processes that stand for their containers. Does not watch processes: that is `supervision`.
"""

import shutil
from abc import abstractmethod

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import ApiError, not_found, not_implemented
from localcloud.services.vertex import surroundings, wire
from localcloud.services.vertex.cluster import members, replica_count
from localcloud.services.vertex.operations import EMPTY, Operations
from localcloud.services.vertex.processes import Launch, container
from localcloud.services.vertex.replicas import Replicas
from localcloud.services.vertex.supervision import JobKind, Supervision
from localcloud.services.vertex.wire import Call, Json

FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
_ACCELERATED = ("a2-", "a3-", "a4", "g2-", "g4-", "ct", "tpu")
_DEFAULT_TIMEOUT = "604800s"
_MOST_PROCESSES = 8
"""Replicas that one machine can stand in for."""


def asks_for_accelerator(machine: Json) -> bool:
    """Whether a `machineSpec` names a GPU or TPU, which this machine does not lend."""
    named = machine.get("acceleratorType") not in (None, 0, "ACCELERATOR_TYPE_UNSPECIFIED")
    by_type = machine.get("machineType", "").startswith(_ACCELERATED)
    return named or by_type or bool(machine.get("tpuTopology"))


class Jobs(JobKind):
    """One collection of jobs."""

    def __init__(self, context: Context, supervision: Supervision, operations: Operations) -> None:
        self.context = context
        self.supervision = supervision
        self._operations = operations
        self.kind = f"vertex/{self.collection}"

    def routes(self) -> list[Route]:
        one = f"{self.collection}/{{id}}"
        return [
            wire.route("POST", self.collection, self.create),
            wire.route("GET", self.collection, self._list),
            wire.route("POST", f"{one}:cancel", self._cancel),
            wire.route("GET", one, self._get),
            wire.route("DELETE", one, self._delete),
        ]

    @abstractmethod
    def create(self, call: Call) -> Json:
        """Checks and records a job, and hands it to supervision."""

    def record(self, name: str, body: Json, *, queued: bool = False) -> Json:
        """Stores a new job and starts it, unless it waits for a machine that is not here."""
        moment = wire.now()
        state = self.prefix + ("QUEUED" if queued else "PENDING")
        times = {"createTime": moment, "updateTime": moment}
        body = {**body, "name": name, "state": state, **times}
        if not self.context.store.put(self.kind, name, body, if_absent=True):
            raise ApiError(409, "ALREADY_EXISTS", f"{name} exists already.")
        if not queued:
            self.supervision.submit(self, name)
        return body

    def _find(self, name: str) -> Json:
        body = self.context.store.get(self.kind, name)
        if body is None:
            raise not_found(f"{name} does not exist.")
        return body

    def _view(self, name: str, body: Json) -> Json:
        if self._state(body) not in FINAL:
            body |= self.details(body, self.supervision.replicas(name), over=False)
        return {key: value for key, value in body.items() if key != "local"}

    def _get(self, call: Call) -> Json:
        name = call.name(self.collection)
        return self._view(name, self._find(name))

    def _list(self, call: Call) -> Json:
        found = self.context.store.list(self.kind, prefix=f"{call.parent}/{self.collection}/")
        items = [self._view(name, body) for name, body in found]
        return wire.listing(call, self.collection, items)

    def _cancel(self, call: Call) -> Json:
        name, store = call.name(self.collection), self.context.store
        with store.transaction():
            body = self._find(name)
            if (state := self._state(body)) in FINAL:
                raise wire.precondition(f"{name} is {state}: only a live job can be cancelled.")
            moment = wire.now()
            if state == "QUEUED":
                error = {"code": 1, "message": "The job was cancelled before it started."}
                body |= {"state": f"{self.prefix}CANCELLED", "endTime": moment, "error": error}
            else:
                body["state"] = f"{self.prefix}CANCELLING"
            store.put(self.kind, name, body | {"updateTime": moment})
        self.supervision.cancel(name)
        return {}

    def _delete(self, call: Call) -> Json:
        name = call.name(self.collection)
        state = self._state(self._find(name))
        if state not in (*FINAL, "QUEUED"):
            raise wire.precondition(f"{name} is {state}: cancel it before you delete it.")
        self.context.store.delete(self.kind, name)
        shutil.rmtree(self.supervision.replicas(name).folder, ignore_errors=True)
        return self._operations.done(name, "Delete", EMPTY, {})

    def _state(self, body: Json) -> str:
        return body["state"].removeprefix(self.prefix)


class CustomJobs(Jobs):
    """Custom jobs, each replica as a process of this machine."""

    collection = "customJobs"
    prefix = "JOB_STATE_"

    def create(self, call: Call) -> Json:
        body = call.body
        wire.check_names(body)
        pools = wire.required(body, "jobSpec.workerPoolSpecs")
        for pool in pools:
            wire.required(pool, "machineSpec.machineType")
            wire.required(pool, "containerSpec.imageUri")
        spec = body["jobSpec"]
        scheduling = spec.get("scheduling", {})
        surroundings.check_scheduling(scheduling)
        surroundings.check_worker_pools(pools, scheduling)
        surroundings.check_key(call, body)
        surroundings.check_network(call, spec)
        surroundings.check_persistent_resource(call, self.context.store, body)
        self.timeout(body)
        queued = any(asks_for_accelerator(pool["machineSpec"]) for pool in pools)
        if not queued and sum(map(replica_count, pools)) > _MOST_PROCESSES:
            raise not_implemented(f"a custom job of more than {_MOST_PROCESSES} replicas")
        number = self.context.store.next_number(self.kind)
        return self.record(f"{call.parent}/{self.collection}/{number}", body, queued=queued)

    def launch(self, name: str, body: Json, replicas: Replicas) -> dict[str, Launch]:  # noqa: ARG002
        spec = body["jobSpec"]
        variables = _variables(name, spec)
        return {
            member.name: container(
                self.context,
                spec["workerPoolSpecs"][member.pool]["containerSpec"],
                variables | {"CLUSTER_SPEC": member.cluster_spec},
            )
            for member in members(spec)
        }

    def failure(self, code: int, replicas: Replicas) -> str:
        name, process = replicas.ended_by()
        summary = f"The replica {name} exited with a non-zero status of {code}."
        return f"{summary} Last lines of {process.folder / 'log.txt'}:\n{process.last_lines()}"

    def timeout(self, body: Json) -> float | None:
        scheduling = body["jobSpec"].get("scheduling", {})
        return wire.seconds(scheduling.get("timeout", _DEFAULT_TIMEOUT))


def _variables(name: str, spec: Json) -> dict[str, str]:
    """What all replicas of a job find in their environment."""
    project = name.split("/")[1]
    variables = {
        "CLOUD_ML_JOB_ID": name.rpartition("/")[2],
        "CLOUD_ML_PROJECT_ID": project,
        "GOOGLE_CLOUD_PROJECT": project,
    }
    if base := spec.get("baseOutputDirectory", {}).get("outputUriPrefix", "").rstrip("/"):
        variables["AIP_MODEL_DIR"] = f"{base}/model/"
        variables["AIP_CHECKPOINT_DIR"] = f"{base}/checkpoints/"
        variables["AIP_TENSORBOARD_LOG_DIR"] = f"{base}/logs/"
    return variables
