"""Keeps jobs going: starts, restarts, ends and adopts their processes, and records their states.

Owns the life of every job from PENDING to its final state, in one watching thread. A supervisor
that dies leaves its jobs running; the next one adopts them, or starts again those that are gone.
What a job runs and how its failure reads is said by its `JobKind`.
"""

import logging
import signal
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from localcloud.services.context import Context
from localcloud.services.vertex.processes import (
    GRACE_SECONDS,
    Launch,
    LaunchError,
    in_parallel,
)
from localcloud.services.vertex.replicas import Replicas
from localcloud.services.vertex.wire import Json, now

_LOG = logging.getLogger(__name__)

MAX_RESTARTS = 3
"""How often Vertex starts a job again whose machine was lost or whose process was aborted."""
_TRANSIENT = (134, 139)
"""SIGABRT and SIGSEGV: Vertex takes them for a fault of the machine."""
_POLL_SECONDS = 0.1
_REST_SECONDS = 5.0
"""What replicas have when another has ended their job: a checkpoint takes all of them."""
_STOP_SECONDS = 8.0
"""What a job has when the local cloud itself ends: its end must not wait for a whole grace."""
_CANCELLED, _INVALID, _DEADLINE, _INTERNAL = 1, 3, 4, 13  # google.rpc.Code
_LIVE = ("PENDING", "RUNNING", "CANCELLING")


class JobKind(ABC):
    """What differs between custom jobs, pipeline jobs and batches."""

    collection: str
    prefix: str
    limit = "scheduling.timeout"
    """The field that `timeout` is from."""

    @abstractmethod
    def launch(self, name: str, body: Json, replicas: Replicas) -> dict[str, Launch]:
        """What each replica runs, by its name; LaunchError if it cannot run on this machine."""

    @abstractmethod
    def failure(self, code: int, replicas: Replicas) -> str:
        """Why it failed, for people."""

    def timeout(self, body: Json) -> float | None:  # noqa: ARG002
        """Seconds that it may run; no limit if None."""
        return None

    def details(self, body: Json, replicas: Replicas, *, over: bool) -> Json:  # noqa: ARG002
        """Fields that its first process reports while it runs, or did when it is `over`."""
        return {}


@dataclass
class _Job:
    kind: JobKind
    name: str
    replicas: Replicas
    attempts: int = 0
    deadline: float | None = None
    ending: str = ""  # why it must go: CANCELLED or DEADLINE
    ending_since: float | None = None


class Supervision:
    """The live jobs of one stack."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs: dict[str, _Job] = {}
        self._wake = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._watch, name="vertex-jobs", daemon=True)

    def start(self, kinds: Sequence[JobKind]) -> None:
        """Adopts what an earlier supervisor left, and begins to watch."""
        for kind in kinds:
            for name, body in self._context.store.list(f"vertex/{kind.collection}"):
                if body["state"].removeprefix(kind.prefix) in _LIVE:
                    self.submit(kind, name)
        self._thread.start()

    def submit(self, kind: JobKind, name: str) -> None:
        """Takes charge of a job whose document is in a live state."""
        body = self._context.store.get(f"vertex/{kind.collection}", name) or {}
        job = _Job(kind, name, self.replicas(name), body.get("local", {}).get("attempts", 0))
        job.ending = "CANCELLED" if body["state"].endswith("CANCELLING") else ""
        job.deadline = self._deadline(job, body)
        self._jobs[name] = job
        self._wake.set()

    def cancel(self, name: str) -> None:
        """Ends a job whose document says CANCELLING: SIGTERM, and SIGKILL after the grace."""
        if job := self._jobs.get(name):
            job.ending = "CANCELLED"

    def replicas(self, name: str) -> Replicas:
        """The processes of the job `name`, in a folder named by the job's id."""
        return Replicas(self._context.folder / "jobs" / name.rpartition("/")[2])

    def busy(self) -> bool:
        """Whether a job lives."""
        return bool(self._jobs)

    def stop(self) -> None:
        """Ends all processes. Their jobs stay RUNNING in the store: the next start resumes them."""
        self._stopping = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        in_parallel(self._interrupt, list(self._jobs.values()))

    def _interrupt(self, job: _Job) -> None:
        job.replicas.end(_STOP_SECONDS)
        if job.replicas.exit_code() != 0:
            job.replicas.forget_exit()
            job.replicas.note("ended together with the local cloud; resumes with it")
            self._update(job, attempts=job.attempts - 1)

    def _watch(self) -> None:
        while not self._stopping:
            self._wake.wait(_POLL_SECONDS if self._jobs else None)
            self._wake.clear()
            for job in list(self._jobs.values()):
                if self._stopping:
                    return
                try:
                    self._look(job)
                except Exception as error:  # noqa: BLE001  # one job must not end the watch
                    # Tried again in the next round; a start that fails counts as one.
                    _LOG.exception("%s", job.name)
                    job.replicas.note(f"{type(error).__name__}: {error}")

    def _look(self, job: _Job) -> None:
        over = job.replicas.over()
        if job.replicas.running():
            self._press(job, over=over)
            return
        code = job.replicas.exit_code()
        if job.ending == "CANCELLED":
            self._finish(job, "CANCELLED", _CANCELLED, "The job was cancelled.")
        elif code == 0:
            self._finish(job, "SUCCEEDED")
        elif job.ending:
            message = f"The job ran longer than {job.kind.limit}."
            self._finish(job, "FAILED", _DEADLINE, message)
        elif code is None or code in _TRANSIENT:
            self._start(job, code)
        else:
            self._finish(job, "FAILED", _INVALID, job.kind.failure(code, job.replicas))

    def _press(self, job: _Job, *, over: bool) -> None:
        if not (over or job.ending) and job.deadline and time.time() > job.deadline:
            job.ending = "DEADLINE"
        if not (over or job.ending):
            return
        grace = GRACE_SECONDS if job.ending else _REST_SECONDS
        if job.ending_since is None:
            if job.replicas.signal(signal.SIGTERM):
                job.ending_since = time.monotonic()
        elif time.monotonic() - job.ending_since > grace:
            job.replicas.signal(signal.SIGKILL)

    def _start(self, job: _Job, code: int | None) -> None:
        how = "was lost" if code is None else f"ended with exit code {code}"
        if job.attempts > MAX_RESTARTS:
            message = f"The job's process {how} {job.attempts} times.\n{job.replicas.last_lines()}"
            self._finish(job, "FAILED", _INTERNAL, message)
            return
        body = self._context.store.get(f"vertex/{job.kind.collection}", job.name)
        if body is None:
            self._jobs.pop(job.name, None)
            return
        if job.attempts:
            job.replicas.note(f"restart {job.attempts} of {MAX_RESTARTS}: the process {how}")
        job.attempts += 1
        job.ending_since = None
        # Counted first: whatever happens to this supervisor, no start goes uncounted.
        self._update(job, "RUNNING", attempts=job.attempts)
        try:
            job.replicas.start(job.kind.launch(job.name, body, job.replicas))
        except LaunchError as error:
            self._finish(job, "FAILED", _INVALID, str(error))

    def _finish(self, job: _Job, state: str, code: int = 0, message: str = "") -> None:
        self._update(job, state, {"code": code, "message": message} if code else None)
        self._jobs.pop(job.name, None)

    def _update(
        self, job: _Job, state: str = "", error: Json | None = None, attempts: int | None = None
    ) -> None:
        store, collection = self._context.store, f"vertex/{job.kind.collection}"
        with store.transaction():
            body = store.get(collection, job.name)
            if body is None:
                return
            cancelling = body["state"].endswith("CANCELLING")
            if state and not (state == "RUNNING" and cancelling):
                body["state"] = job.kind.prefix + state
            body["updateTime"] = now()
            if state == "RUNNING":
                body.setdefault("startTime", body["updateTime"])
                job.deadline = self._deadline(job, body)
            elif state:
                body |= job.kind.details(body, job.replicas, over=True) | {
                    "endTime": body["updateTime"]
                }
            if error:
                body["error"] = error
            if attempts is not None:
                body["local"] = {"attempts": attempts}
            store.put(collection, job.name, body)

    def _deadline(self, job: _Job, body: Json) -> float | None:
        limit = job.kind.timeout(body)
        if limit is None or "startTime" not in body:
            return None
        return datetime.fromisoformat(body["startTime"]).timestamp() + limit
