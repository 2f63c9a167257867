"""Jobs as resources: custom jobs, and what pipeline jobs have in common with them.

Owns get, list, cancel and delete of both, and everything of custom jobs: their checks and the
process that stands for their container. Does not watch processes: that is `supervision`.
"""

import json
import shutil
from abc import abstractmethod

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import ApiError, not_found, not_implemented
from localcloud.services.vertex import surroundings, wire
from localcloud.services.vertex.operations import EMPTY, Operations
from localcloud.services.vertex.processes import Launch, Process, container
from localcloud.services.vertex.supervision import JobKind, Supervision
from localcloud.services.vertex.wire import Call, Json

FINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
_ACCELERATED = ("a2-", "a3-", "a4", "g2-", "g4-", "ct", "tpu")
_DEFAULT_TIMEOUT = "604800s"


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
            body |= self.details(body, self.supervision.process(name), over=False)
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
        shutil.rmtree(self.supervision.process(name).folder, ignore_errors=True)
        return self._operations.done(name, "Delete", EMPTY, {})

    def _state(self, body: Json) -> str:
        return body["state"].removeprefix(self.prefix)


class CustomJobs(Jobs):
    """Custom jobs of one worker, as a process of this machine."""

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
        surroundings.check_worker_pools(pools)
        surroundings.check_scheduling(spec.get("scheduling", {}))
        surroundings.check_key(call, body)
        surroundings.check_network(call, spec)
        surroundings.check_persistent_resource(call, self.context.store, body)
        self.timeout(body)
        queued = any(asks_for_accelerator(pool["machineSpec"]) for pool in pools)
        if not queued and (len(pools) > 1 or int(pools[0].get("replicaCount", 1)) != 1):
            raise not_implemented("a custom job of several replicas")
        number = self.context.store.next_number(self.kind)
        return self.record(f"{call.parent}/{self.collection}/{number}", body, queued=queued)

    def launch(self, name: str, body: Json, process: Process) -> Launch:  # noqa: ARG002
        spec, project = body["jobSpec"], name.split("/")[1]
        cluster = {
            "cluster": {"workerpool0": ["127.0.0.1:2222"]},
            "environment": "cloud",
            "task": {"type": "workerpool0", "index": 0},
        }
        variables = {
            "CLOUD_ML_JOB_ID": name.rpartition("/")[2],
            "CLOUD_ML_PROJECT_ID": project,
            "GOOGLE_CLOUD_PROJECT": project,
            "CLUSTER_SPEC": json.dumps(cluster),
        }
        if base := spec.get("baseOutputDirectory", {}).get("outputUriPrefix", "").rstrip("/"):
            variables["AIP_MODEL_DIR"] = f"{base}/model/"
            variables["AIP_CHECKPOINT_DIR"] = f"{base}/checkpoints/"
            variables["AIP_TENSORBOARD_LOG_DIR"] = f"{base}/logs/"
        return container(self.context, spec["workerPoolSpecs"][0]["containerSpec"], variables)

    def failure(self, code: int, process: Process) -> str:
        summary = f"The replica workerpool0-0 exited with a non-zero status of {code}."
        return f"{summary} Last lines of {process.folder / 'log.txt'}:\n{process.last_lines()}"

    def timeout(self, body: Json) -> float | None:
        scheduling = body["jobSpec"].get("scheduling", {})
        return wire.seconds(scheduling.get("timeout", _DEFAULT_TIMEOUT))
