"""Pipeline jobs: a compiled pipeline sent by Google's client and executed task by task."""

# pyright: reportCallIssue=false, reportAttributeAccessIssue=false, reportMissingImports=false
# Inside a pipeline, kfp gives calls another meaning than Python.

import itertools
import json
import os
import signal
from typing import Any

import pytest
import yaml
from google.api_core import exceptions
from google.cloud import aiplatform_v1 as api
from google.protobuf import json_format
from kfp import compiler, dsl
from kfp.registry import RegistryClient

PARENT = "projects/flights-local/locations/us-central1"
_NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
def spec(vertex: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """prepare → train if there are enough rows, and a report at the end in any case."""
    image = vertex.image("ROWS = 3\n", "workload.py")
    path = tmp_path_factory.mktemp("pipeline") / "pipeline.yaml"
    compiler.Compiler().compile(_pipeline(image), str(path))
    return yaml.safe_load(path.read_text())


def _pipeline(image: str) -> Any:
    @dsl.component(base_image=image, install_kfp_package=False)
    def prepare(job: str) -> int:
        import workload

        print("preparing", job)
        return workload.ROWS

    @dsl.component(base_image=image, install_kfp_package=False)
    def train(rows: int, crash: bool, wait: float):
        import signal
        import sys
        import time

        def leave(*_):
            time.sleep(0.3)
            sys.exit("training saved its work")

        signal.signal(signal.SIGTERM, leave)
        print("training", flush=True)
        time.sleep(wait)
        if crash:
            print("the loss is not a number")
            raise SystemExit(5)

    @dsl.component(base_image=image, install_kfp_package=False)
    def report(status: dsl.PipelineTaskFinalStatus):
        print("ended", status.state)

    @dsl.pipeline(name="flights")
    def pipeline(enough: int = 1, crash: bool = False, wait: float = 0.0):
        end = report()
        with dsl.ExitHandler(end):
            rows = prepare(job=dsl.PIPELINE_JOB_NAME_PLACEHOLDER)
            with dsl.If(rows.output >= enough):
                train(rows=rows.output, crash=crash, wait=wait)

    return pipeline


def _submit(vertex: Any, spec: dict[str, Any], job_id: str = "", **parameters: Any) -> Any:
    body = {
        "displayName": "flights",
        "labels": {"run": "r"},
        "pipelineSpec": spec,
        "runtimeConfig": {"gcsOutputDirectory": "gs://b/root", "parameterValues": parameters},
    }
    job = json_format.ParseDict(body, api.PipelineJob.pb(api.PipelineJob()))
    job_id = job_id or f"flights-{next(_NUMBERS)}"
    return vertex.pipelines.create_pipeline_job(
        parent=PARENT, pipeline_job=api.PipelineJob.wrap(job), pipeline_job_id=job_id
    )


def _finished(vertex: Any, job: Any) -> tuple[Any, dict[str, str]]:
    client = vertex.pipelines
    done = vertex.wait(lambda: client.get_pipeline_job(name=job.name), seconds=60)
    return done, {task.task_name: task.state.name for task in done.job_detail.task_details}


def test_a_pipeline_runs_the_code_of_its_image_and_shows_its_tasks(
    vertex: Any, spec: dict[str, Any]
) -> None:
    job = _submit(vertex, spec)
    done, tasks = _finished(vertex, job)
    assert done.state == api.PipelineState.PIPELINE_STATE_SUCCEEDED, done.error
    assert tasks == dict.fromkeys(("prepare", "train", "report"), "SUCCEEDED")
    for task in done.job_detail.task_details:
        assert done.start_time <= task.start_time <= task.end_time <= done.end_time
    log = vertex.log(job.name)
    assert f"preparing {job.name.rpartition('/')[2]}" in log, "the placeholder is the job's id"
    assert "ended SUCCEEDED" in log


def test_a_task_whose_condition_is_not_met_is_not_triggered(
    vertex: Any, spec: dict[str, Any]
) -> None:
    _, tasks = _finished(vertex, _submit(vertex, spec, enough=4))
    assert tasks == {"prepare": "SUCCEEDED", "train": "NOT_TRIGGERED", "report": "SUCCEEDED"}


def test_a_failing_task_fails_the_pipeline_with_its_own_last_lines(
    vertex: Any, spec: dict[str, Any]
) -> None:
    job = _submit(vertex, spec, crash=True)
    done, tasks = _finished(vertex, job)
    assert done.state == api.PipelineState.PIPELINE_STATE_FAILED
    assert tasks == {"prepare": "SUCCEEDED", "train": "FAILED", "report": "SUCCEEDED"}
    assert "The failed tasks are: [train]" in done.error.message
    assert "the loss is not a number" in done.error.message
    assert "\x1b" not in done.error.message
    assert "ended FAILED" in vertex.log(job.name), "the exit task runs after a failure too"


def test_a_cancelled_pipeline_ends_its_running_task(vertex: Any, spec: dict[str, Any]) -> None:
    client, job = vertex.pipelines, _submit(vertex, spec, wait=60.0)
    vertex.until(lambda: "\ntraining\n" in vertex.log(job.name))
    tasks = client.get_pipeline_job(name=job.name).job_detail.task_details
    assert [(task.task_name, task.state.name) for task in tasks][-1] == ("train", "RUNNING")
    client.cancel_pipeline_job(name=job.name)
    done, tasks = _finished(vertex, job)
    assert done.state == api.PipelineState.PIPELINE_STATE_CANCELLED
    assert tasks == {"prepare": "SUCCEEDED", "train": "CANCELLED", "report": "NOT_TRIGGERED"}
    assert "training saved its work" in vertex.log(job.name)
    client.delete_pipeline_job(name=job.name).result(timeout=10)


def test_a_pipeline_whose_process_is_lost_runs_again(vertex: Any, spec: dict[str, Any]) -> None:
    client, job = vertex.pipelines, _submit(vertex, spec, wait=60.0)
    vertex.until(lambda: "\ntraining\n" in vertex.log(job.name))
    process = vertex.folder / "jobs" / job.name.rpartition("/")[2] / "process.json"
    os.killpg(json.loads(process.read_text())["pid"], signal.SIGKILL)
    vertex.until(lambda: vertex.log(job.name).count("\ntraining\n") == 2)
    tasks = client.get_pipeline_job(name=job.name).job_detail.task_details
    assert [task.task_name for task in tasks] == ["prepare", "train"], "the first try is forgotten"
    client.cancel_pipeline_job(name=job.name)
    _finished(vertex, job)


def test_a_pipeline_job_id_is_used_once(vertex: Any, spec: dict[str, Any]) -> None:
    job = _submit(vertex, spec, "delay-0a1b2c-1", enough=9)
    with pytest.raises(exceptions.Conflict, match="delay-0a1b2c-1 exists already"):
        _submit(vertex, spec, "delay-0a1b2c-1", enough=9)
    found = [each.name for each in vertex.pipelines.list_pipeline_jobs({"parent": PARENT})]
    assert found.count(job.name) == 1
    _finished(vertex, job)


def test_a_pipeline_of_two_images_is_refused_locally(vertex: Any, spec: dict[str, Any]) -> None:
    mixed = json.loads(json.dumps(spec))
    mixed["deploymentSpec"]["executors"]["exec-train"]["container"]["image"] = "other@sha256:1"
    done, _ = _finished(vertex, _submit(vertex, mixed))
    assert "2 images" in done.error.message


@pytest.mark.parametrize(
    ("job_id", "parameters", "reason"),
    [
        ("Delay_1", {}, "Delay_1"),
        ("a" * 129, {}, "does not match"),
        ("", {"epochs": 3}, "epochs, which the pipeline does not declare"),
    ],
)
def test_a_wrong_pipeline_job_is_refused(
    vertex: Any, spec: dict[str, Any], job_id: str, parameters: dict[str, Any], reason: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=reason):
        _submit(vertex, spec, job_id, **parameters)


def test_a_parameter_without_default_must_be_given(vertex: Any, spec: dict[str, Any]) -> None:
    asking = json.loads(json.dumps(spec))
    parameters = asking["root"]["inputDefinitions"]["parameters"]
    parameters["enough"] = {"parameterType": "NUMBER_INTEGER"}
    with pytest.raises(exceptions.BadRequest, match="lacks enough"):
        _submit(vertex, asking)


@pytest.fixture
def template(vertex: Any, spec: dict[str, Any], tmp_path: Any) -> str:
    """The pipeline, stored in a repository of the graph; its URI."""
    repository = "projects/flights-local/locations/us-central1/repositories/pipelines"
    inputs = {"repositoryId": "pipelines", "format": "KFP"}
    vertex.store.put("gcp:artifactregistry/repository:Repository", repository, {"inputs": inputs})
    place = "us-central1-kfp.pkg.dev/flights-local/pipelines"
    (tmp_path / "pipeline.yaml").write_text(
        yaml.safe_dump(spec | {"pipelineInfo": {"name": "kept"}})
    )
    client = RegistryClient(host=f"{vertex.url}/{place}")
    package, version = client.upload_pipeline(str(tmp_path / "pipeline.yaml"))
    return f"https://{place}/{package}/{version}"


def _submit_template(vertex: Any, uri: str) -> Any:
    job = {
        "display_name": "flights",
        "template_uri": uri,
        "runtime_config": {"gcs_output_directory": "gs://b/root"},
    }
    return vertex.pipelines.create_pipeline_job(
        parent=PARENT, pipeline_job=job, pipeline_job_id=f"flights-{next(_NUMBERS)}"
    )


def test_a_stored_pipeline_runs_without_a_copy(vertex: Any, template: str) -> None:
    job = _submit_template(vertex, template)
    assert job.template_metadata.version == template.rpartition("/")[2]
    done, _ = _finished(vertex, job)
    assert done.state == api.PipelineState.PIPELINE_STATE_SUCCEEDED, done.error


def test_a_template_that_is_not_there_is_refused(vertex: Any, template: str) -> None:
    with pytest.raises(exceptions.NotFound, match="no pipeline template"):
        _submit_template(vertex, template + "0")
