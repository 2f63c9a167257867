"""Batches of Dataproc Serverless, each as one Spark in local mode on this machine.

Owns the request's rules, the resource's own words for state and end, and what the process is given.
Does not run Spark: that is `localcloud.services.spark_runner`. No other kind of batch is here.
"""

import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from localcloud.services.errors import invalid, not_implemented
from localcloud.services.vertex import launcher, surroundings, wire
from localcloud.services.vertex.jobs import Jobs
from localcloud.services.vertex.processes import Launch, LaunchError, environment
from localcloud.services.vertex.replicas import FIRST, Replicas
from localcloud.services.vertex.wire import Call, Json

_ID = re.compile(r"[a-z0-9-]{4,63}")
_RUNNER = Path(__file__).parent.parent / "spark_runner.py"
_OTHER_KINDS = ("sparkBatch", "sparkRBatch", "sparkSqlBatch", "pysparkNotebookBatch")
_FILES = ("pythonFileUris", "jarFileUris", "fileUris", "archiveUris")
_OPERATION = "/v1/projects/{project}/regions/{location}/operations/{id}:cancel"
_METADATA = "type.googleapis.com/google.cloud.dataproc.v1.BatchOperationMetadata"
_SHORTEST, _LONGEST = 600, 14 * 24 * 3600
"""Seconds that a batch may be given."""


class Batches(Jobs):
    """PySpark batches."""

    collection = "batches"
    prefix = ""
    limit = "environmentConfig.executionConfig.ttl"

    def routes(self) -> list[Route]:
        own = [route for route in super().routes() if not route.path.endswith(":cancel")]
        return [*own, Route(_OPERATION, self._cancel_operation, methods=["POST"])]

    def create(self, call: Call) -> Json:
        batch_id, body = call.query.get("batchId", ""), call.body
        if not _ID.fullmatch(batch_id):
            raise invalid(f"batchId {batch_id!r} does not match {_ID.pattern}.")
        if other := [kind for kind in _OTHER_KINDS if kind in body]:
            raise not_implemented(f"{other[0]} of Dataproc")
        main = wire.required(body, "pysparkBatch.mainPythonFileUri")
        if not (main.startswith("gs://") and main.endswith(".py")):
            raise invalid(f"pysparkBatch.mainPythonFileUri {main!r} is not gs://BUCKET/NAME.py.")
        if given := [field for field in _FILES if body["pysparkBatch"].get(field)]:
            raise not_implemented(f"pysparkBatch.{given[0]} of Dataproc")
        wire.check_labels(body)
        self._check_execution(call, body)
        name = f"{call.parent}/{self.collection}/{batch_id}"
        operation = f"projects/{call.params['project']}/regions/{call.params['location']}"
        operation += f"/operations/{batch_id}"
        body = self.record(name, {**body, "operation": operation, "uuid": batch_id})
        return {"name": operation, "metadata": {"@type": _METADATA, "batch": name}}

    def _check_execution(self, call: Call, body: Json) -> None:
        execution = body.get("environmentConfig", {}).get("executionConfig", {})
        surroundings.check_key(call, {"encryptionSpec": {"kmsKeyName": execution.get("kmsKey")}})
        limit = self.timeout(body)
        if limit is not None and not _SHORTEST <= limit <= _LONGEST:
            raise invalid(f"ttl is {limit:g} seconds: write {_SHORTEST} to {_LONGEST}.")

    def launch(self, name: str, body: Json, replicas: Replicas) -> dict[str, Launch]:
        if not (shutil.which("java") and find_spec("pyspark")):
            raise LaunchError(
                "Spark is not on this machine: install Java 17 and then what "
                "requirements-spark.txt lists, or prepare on duckdb."
            )
        project = name.split("/")[1]
        replicas.folder.mkdir(parents=True, exist_ok=True)
        launcher.write_json(replicas.folder / "batch.json", body)
        variables = {"GOOGLE_CLOUD_PROJECT": project}
        variables |= {key: os.environ[key] for key in ("JAVA_HOME",) if key in os.environ}
        launch = Launch(
            argv=[sys.executable, "-P", str(_RUNNER), str(replicas.folder)],
            cwd=str(replicas.folder),
            # No image: a batch brings its program, and the runtime holds none of ours.
            environment=environment(self.context, replicas.folder, variables),
        )
        return {FIRST: launch}

    def failure(self, code: int, replicas: Replicas) -> str:
        log = replicas.folder / "log.txt"
        return (
            f"The driver exited with status {code}. Last lines of {log}:\n{replicas.last_lines()}"
        )

    def timeout(self, body: Json) -> float | None:
        execution = body.get("environmentConfig", {}).get("executionConfig", {})
        return wire.seconds(execution.get("ttl"))

    def _view(self, name: str, body: Json) -> Json:
        seen = super()._view(name, body)
        error, log = seen.pop("error", {}), self.supervision.replicas(name).folder / "log.txt"
        times = {"stateTime": seen.pop("updateTime"), "runtimeInfo": {"outputUri": log.as_uri()}}
        own = {key: value for key, value in seen.items() if key not in ("startTime", "endTime")}
        return {**own, **times, "stateMessage": error.get("message", "")}

    def _delete(self, call: Call) -> Json:
        super()._delete(call)
        return {}

    async def _cancel_operation(self, request: Request) -> JSONResponse:
        return JSONResponse(self._cancel(Call(params=request.path_params, query={}, body={})))
