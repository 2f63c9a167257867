"""Custom jobs: their life as real processes, seen through Google's client."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import aiplatform_v1 as api

PARENT = "projects/flights-local/locations/us-central1"


def test_a_job_runs_its_script_in_the_image_and_succeeds(vertex: Any) -> None:
    script = """
        import json, os, pathlib
        assert pathlib.Path("main.py").exists()
        names = ["AIP_MODEL_DIR", "AIP_CHECKPOINT_DIR", "AIP_TENSORBOARD_LOG_DIR", "COLOUR",
                 "CLOUD_ML_JOB_ID", "STORAGE_EMULATOR_HOST", "PYTHONPATH"]
        print(json.dumps({n: os.environ[n] for n in names}))
        print(json.loads(os.environ["CLUSTER_SPEC"])["task"])
    """
    job = vertex.custom_job(script, base="gs://b/run/", env=[{"name": "COLOUR", "value": "blue"}])
    done = vertex.finished(job)
    assert done.state == api.JobState.JOB_STATE_SUCCEEDED, done.error
    assert done.create_time <= done.start_time <= done.end_time
    log = vertex.log(job.name)
    assert '"AIP_MODEL_DIR": "gs://b/run/model/"' in log
    assert '"AIP_CHECKPOINT_DIR": "gs://b/run/checkpoints/"' in log
    assert '"COLOUR": "blue"' in log
    assert f'"CLOUD_ML_JOB_ID": "{job.name.rpartition("/")[2]}"' in log
    assert vertex.url in log


def test_a_failed_job_says_its_exit_code_and_its_last_lines(vertex: Any) -> None:
    done = vertex.finished(
        vertex.custom_job("print('\\033[91mno data for June'); raise SystemExit(7)")
    )
    assert done.state == api.JobState.JOB_STATE_FAILED
    assert "non-zero status of 7" in done.error.message
    assert "\nno data for June" in done.error.message, "colour codes do not belong in a message"


def test_a_cancelled_job_is_asked_to_end_and_may_save_first(vertex: Any) -> None:
    script = """
        import signal, sys, time
        def leave(*_):
            print("checkpoint saved", flush=True)
            sys.exit(1)
        signal.signal(signal.SIGTERM, leave)
        print("ready", flush=True)
        time.sleep(60)
    """
    job, client = vertex.custom_job(script), vertex.jobs
    vertex.wait(lambda: client.get_custom_job(name=job.name), "RUNNING")
    vertex.until(lambda: "ready" in vertex.log(job.name))
    client.cancel_custom_job(name=job.name)
    done = vertex.finished(job)
    assert done.state == api.JobState.JOB_STATE_CANCELLED
    assert done.error.code == 1
    assert "checkpoint saved" in vertex.log(job.name)
    with pytest.raises(exceptions.BadRequest, match="only a live job"):
        client.cancel_custom_job(name=job.name)


def test_a_job_leaves_no_process_behind(vertex: Any) -> None:
    script = """
        import subprocess
        child = subprocess.Popen(["sleep", "600"])
        print("child", child.pid)
    """
    job = vertex.custom_job(script)
    assert vertex.finished(job).state == api.JobState.JOB_STATE_SUCCEEDED
    child = Path("/proc") / vertex.log(job.name).split()[1]
    vertex.until(lambda: not child.exists() or "Z" in (child / "stat").read_text().split())


def test_a_job_that_outlives_its_timeout_fails(vertex: Any) -> None:
    job = vertex.custom_job("import time; time.sleep(60)", scheduling={"timeout": "1s"})
    done = vertex.finished(job)
    assert done.state == api.JobState.JOB_STATE_FAILED
    assert "scheduling.timeout" in done.error.message


def test_a_job_without_its_image_fails_and_says_how_to_build_it(
    vertex: Any, make_job: Callable[..., Any]
) -> None:
    for image, reason in (
        ("host/p/r/jobs@sha256:" + "0" * 64, "mlp image build"),
        ("host/p/r/jobs:latest", "names no digest"),
    ):
        job = vertex.jobs.create_custom_job(parent=PARENT, custom_job=make_job(image))
        done = vertex.finished(job)
        assert done.state == api.JobState.JOB_STATE_FAILED
        assert reason in done.error.message


@pytest.mark.parametrize(
    "machine",
    [
        {"machine_type": "ct5lp-hightpu-4t", "tpu_topology": "2x2"},
        {"machine_type": "a3-highgpu-8g", "accelerator_type": 15, "accelerator_count": 8},
        {"machine_type": "ct6e-standard-1t"},
        {"machine_type": "n1-standard-4", "accelerator_type": "NVIDIA_TESLA_T4"},
    ],
)
def test_a_job_that_asks_for_an_accelerator_waits_until_it_is_cancelled(
    vertex: Any, machine: dict[str, Any]
) -> None:
    client, job = vertex.jobs, vertex.custom_job("raise SystemExit(9)", machine=machine)
    assert job.state == api.JobState.JOB_STATE_QUEUED
    got = client.get_custom_job(name=job.name)
    spec = got.job_spec.worker_pool_specs[0].machine_spec
    assert spec.machine_type == machine["machine_type"]
    assert spec.accelerator_type == job.job_spec.worker_pool_specs[0].machine_spec.accelerator_type
    client.cancel_custom_job(name=job.name)
    assert client.get_custom_job(name=job.name).state == api.JobState.JOB_STATE_CANCELLED


def test_an_aborted_process_is_restarted_and_a_failed_one_is_not(vertex: Any) -> None:
    script = """
        import os, pathlib, sys
        marks = pathlib.Path(sys.argv[0]).parent / "marks"
        marks.open("a").write("x")
        if len(marks.read_text()) < 3:
            os.abort()
    """
    job = vertex.custom_job(script)
    assert vertex.finished(job).state == api.JobState.JOB_STATE_SUCCEEDED
    assert vertex.log(job.name).count("ended with exit code 134") == 2


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"display_name": ""}, "displayName"),
        ({"job_spec": {}}, "workerPoolSpecs"),
        ({"labels": {"Run": "1"}}, "Run='1'"),
        ({"labels": {"run": "a" * 64}}, "63"),
    ],
)
def test_an_incomplete_job_is_refused(
    vertex: Any, make_job: Callable[..., Any], change: dict[str, Any], reason: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=reason):
        vertex.jobs.create_custom_job(parent=PARENT, custom_job=make_job("i") | change)


def test_jobs_are_found_by_label_newest_first_and_page_by_page(vertex: Any) -> None:
    client = vertex.jobs
    made = [vertex.custom_job("", labels={"run_id": "r-7", "step": str(n)}).name for n in range(5)]
    request = {"parent": PARENT, "filter": 'labels.run_id="r-7"', "page_size": 2}
    assert [job.name for job in client.list_custom_jobs(request)] == made[::-1]
    one = client.list_custom_jobs({**request, "filter": 'labels.run_id="r-7" AND labels.step="3"'})
    assert [job.name for job in one] == [made[3]]


@pytest.mark.parametrize(
    ("query", "part"),
    [
        ("state=JOB_STATE_FAILED", "state=JOB_STATE_FAILED"),
        ('labels.a="x" OR labels.a="y"', "OR"),
        ('labels.a="x" AND NOT labels.b="y"', "'NOT labels"),
        ('labels.a="x" AND labels.a="y"', 'labels.a="y"'),
        ("labels.a:*", "labels.a:"),
        ('labels.a="x" AND ', "''"),
    ],
)
def test_a_filter_that_is_not_understood_is_refused_and_not_half_obeyed(
    vertex: Any, query: str, part: str
) -> None:
    with pytest.raises(exceptions.MethodNotImplemented, match=re.escape(part)):
        vertex.jobs.list_custom_jobs({"parent": PARENT, "filter": query})


def test_only_an_ended_job_can_be_deleted(vertex: Any) -> None:
    client, job = vertex.jobs, vertex.custom_job("import time; time.sleep(60)")
    with pytest.raises(exceptions.BadRequest, match="cancel it"):
        client.delete_custom_job(name=job.name)
    client.cancel_custom_job(name=job.name)
    vertex.finished(job)
    client.delete_custom_job(name=job.name).result(timeout=10)
    assert not (vertex.folder / "jobs" / job.name.rpartition("/")[2]).exists()
    with pytest.raises(exceptions.NotFound):
        client.get_custom_job(name=job.name)
