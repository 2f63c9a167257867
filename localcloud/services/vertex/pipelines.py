"""Pipeline jobs: checks, and one process per run that executes the compiled pipeline.

Owns the request's rules and what the run's process is given and reports. Does not execute tasks:
that is `localcloud.services.pipeline_runner`.
"""

import json
import re
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from localcloud.services import templates
from localcloud.services.errors import invalid
from localcloud.services.vertex import launcher, surroundings, wire
from localcloud.services.vertex.jobs import Jobs
from localcloud.services.vertex.processes import (
    Launch,
    LaunchError,
    environment,
    image_folder,
)
from localcloud.services.vertex.replicas import FIRST, Replicas
from localcloud.services.vertex.wire import Call, Json
from localcloud.store import Store

_ID = re.compile(r"[a-z][-a-z0-9]{0,127}")
_RUNNER = Path(__file__).parent.parent / "pipeline_runner.py"
_FAILED_PRECONDITION = 9


class PipelineJobs(Jobs):
    """Pipeline jobs, each as one process of this machine."""

    collection = "pipelineJobs"
    prefix = "PIPELINE_STATE_"

    def create(self, call: Call) -> Json:
        body = call.body | _template(self.context.store, call.body)
        job_id = call.query.get("pipelineJobId", "")
        if not _ID.fullmatch(job_id):
            raise invalid(f"pipelineJobId {job_id!r} does not match {_ID.pattern}.")
        wire.check_names(body)
        wire.required(body, "pipelineSpec.root.dag.tasks")
        wire.required(body, "pipelineSpec.deploymentSpec.executors")
        wire.required(body, "runtimeConfig.gcsOutputDirectory")
        _check_parameters(body)
        surroundings.check_key(call, body)
        surroundings.check_network(call, body)
        return self.record(f"{call.parent}/{self.collection}/{job_id}", body)

    def launch(self, name: str, body: Json, replicas: Replicas) -> dict[str, Launch]:
        spec, project = body["pipelineSpec"], name.split("/")[1]
        executors = spec["deploymentSpec"]["executors"].values()
        images = {entry["container"]["image"] for entry in executors if "container" in entry}
        if len(images) != 1:
            raise LaunchError(
                f"The pipeline names {len(images)} images, {', '.join(sorted(images))}: locally "
                "all components of a pipeline must have one."
            )
        folder = image_folder(self.context, images.pop())
        replicas.folder.mkdir(parents=True, exist_ok=True)
        (replicas.folder / "progress.json").unlink(missing_ok=True)
        shutil.rmtree(replicas.folder / "root", ignore_errors=True)
        parameters = body["runtimeConfig"].get("parameterValues", {})
        run = {"id": replicas.folder.name, "spec": spec, "parameters": parameters}
        launcher.write_json(replicas.folder / "run.json", run)
        # -P: the runner's own folder holds modules that must not be found before the image's.
        launch = Launch(
            argv=[sys.executable, "-P", str(_RUNNER), str(replicas.folder)],
            cwd=str(folder),
            environment=environment(
                self.context,
                folder,
                {"CLOUD_ML_PROJECT_ID": project, "GOOGLE_CLOUD_PROJECT": project},
            ),
        )
        return {FIRST: launch}

    def failure(self, code: int, replicas: Replicas) -> str:
        failed = [task for task in _progress(replicas) if task["state"] == "FAILED"]
        if not failed:
            summary = f"The pipeline's process exited with status {code}"
            return (
                f"{summary}. Last lines of {replicas.folder / 'log.txt'}:\n{replicas.last_lines()}"
            )
        names = ", ".join(task["taskName"] for task in failed)
        text = "\n".join(f"{task['taskName']}: {task['message']}" for task in failed)
        return (
            "The DAG failed because some tasks failed. The failed tasks are: "
            f"[{names}].\n{text}\nWhole log: {replicas.folder / 'log.txt'}"
        )

    def details(self, body: Json, replicas: Replicas, *, over: bool) -> Json:
        tasks = [
            _task_detail(number, task, body, over)
            for number, task in enumerate(_progress(replicas), 1)
        ]
        return {"jobDetail": {"taskDetails": tasks}} if tasks else {}


def _template(store: Store, body: Json) -> Json:
    """What the registry adds to a job that names a template: its version, and what it lacks."""
    if not (uri := body.get("templateUri")):
        return {}
    version, stored = templates.resolve(store, uri)
    spec = body.get("pipelineSpec") or stored
    return {"templateMetadata": {"version": version}, "pipelineSpec": spec}


def _check_parameters(body: Json) -> None:
    """Values for what the pipeline's root declares, and for nothing else."""
    declared = body["pipelineSpec"]["root"].get("inputDefinitions", {}).get("parameters", {})
    given = body["runtimeConfig"].get("parameterValues", {})
    if unknown := sorted(set(given) - set(declared)):
        raise invalid(
            f"runtimeConfig.parameterValues holds {', '.join(unknown)}, which the pipeline does "
            f"not declare; it declares: {', '.join(sorted(declared)) or 'nothing'}."
        )
    for name, definition in declared.items():
        optional = "defaultValue" in definition or definition.get("isOptional")
        if name not in given and not optional:
            raise invalid(f"runtimeConfig.parameterValues lacks {name}, which has no default.")


def _progress(replicas: Replicas) -> list[Json]:
    with suppress(FileNotFoundError):
        return json.loads((replicas.folder / "progress.json").read_text())
    return []


def _task_detail(number: int, task: Json, body: Json, over: bool) -> Json:
    state = "CANCELLED" if over and task["state"] == "RUNNING" else task["state"]
    detail = {
        "taskId": str(number),
        "taskName": task["taskName"],
        "createTime": task.get("startTime", body["createTime"]),
        "state": state,
    }
    detail |= {key: task[key] for key in ("startTime", "endTime") if key in task}
    if task.get("message"):
        detail["error"] = {"code": _FAILED_PRECONDITION, "message": task["message"]}
    return detail
