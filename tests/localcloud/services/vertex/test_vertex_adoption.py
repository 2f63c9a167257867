"""Jobs and the end of the supervisor: adopted when it was killed, resumed when it was stopped."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.cloud import aiplatform_v1 as api
from living import lives

pytestmark = pytest.mark.slow

# Says that it runs, waits for the file `go` in its log's folder, and counts its starts.
WAITER = """
    import os, pathlib, sys, time
    here = pathlib.Path.cwd()
    with (here / "starts").open("a") as starts:
        starts.write("x")
    while not (here / "go").exists():
        time.sleep(0.02)
    sys.exit(int((here / "go").read_text()))
"""


def _kill_supervisor(folder: Path) -> None:
    pid = json.loads((folder / "supervisor.json").read_text())["pid"]
    os.kill(pid, signal.SIGKILL)
    while lives(pid):
        time.sleep(0.02)


def _started(vertex: Any) -> tuple[Any, Path]:
    job = vertex.custom_job(WAITER)
    folder = vertex.folder / "images" / vertex.image(WAITER).rpartition(":")[2]
    vertex.until((folder / "starts").exists)
    return job, folder


def _job_pid(vertex: Any, job: Any) -> int:
    path = vertex.folder / "jobs" / job.name.rpartition("/")[2] / "process.json"
    return json.loads(path.read_text())["pid"]


@pytest.mark.parametrize(("code", "state"), [(0, "SUCCEEDED"), (3, "FAILED")])
def test_a_job_that_outlives_its_supervisor_is_adopted(
    own_vertex: Callable[[], Any], code: int, state: str
) -> None:
    job, folder = _started(vertex := own_vertex())
    _kill_supervisor(vertex.folder)
    vertex = own_vertex()
    assert vertex.jobs.get_custom_job(name=job.name).state == api.JobState.JOB_STATE_RUNNING
    (folder / "go").write_text(str(code))
    assert vertex.finished(job).state.name == f"JOB_STATE_{state}"
    assert (folder / "starts").read_text() == "x", "an adopted job must not be started again"


def test_a_job_that_ended_while_nobody_watched_keeps_its_exit_code(
    own_vertex: Callable[[], Any],
) -> None:
    job, folder = _started(vertex := own_vertex())
    _kill_supervisor(vertex.folder)
    (folder / "go").write_text("0")
    vertex.until((vertex.folder / "jobs" / job.name[-1] / "exit.json").exists)
    vertex = own_vertex()
    assert vertex.finished(job).state == api.JobState.JOB_STATE_SUCCEEDED
    assert (folder / "starts").read_text() == "x"


def test_a_job_that_is_lost_with_its_supervisor_is_started_again(
    own_vertex: Callable[[], Any],
) -> None:
    job, folder = _started(vertex := own_vertex())
    _kill_supervisor(vertex.folder)
    os.killpg(_job_pid(vertex, job), signal.SIGKILL)
    vertex = own_vertex()
    vertex.until(lambda: (folder / "starts").read_text() == "xx")
    (folder / "go").write_text("0")
    assert vertex.finished(job).state == api.JobState.JOB_STATE_SUCCEEDED


def test_a_job_without_its_launcher_is_not_run_a_second_time_beside_itself(
    own_vertex: Callable[[], Any],
) -> None:
    job, folder = _started(vertex := own_vertex())
    os.kill(_job_pid(vertex, job), signal.SIGKILL)  # the launcher alone, not its group
    time.sleep(0.5)
    assert (folder / "starts").read_text() == "x", "the command itself still runs"
    (folder / "go").write_text("0")
    assert vertex.finished(job).state == api.JobState.JOB_STATE_SUCCEEDED
    assert (folder / "starts").read_text() == "xx", "its exit code is lost, so it runs again"


def test_a_job_that_is_lost_four_times_fails(own_vertex: Callable[[], Any]) -> None:
    job, folder = _started(vertex := own_vertex())
    for start in range(1, 5):
        vertex.until(lambda start=start: (folder / "starts").read_text() == "x" * start)
        os.killpg(_job_pid(vertex, job), signal.SIGKILL)
    done = vertex.finished(job)
    assert done.state == api.JobState.JOB_STATE_FAILED
    assert "was lost 4 times" in done.error.message


def test_a_stopped_local_cloud_ends_its_jobs_and_resumes_them(
    own_vertex: Callable[[], Any],
) -> None:
    from localcloud.services import connection

    job, folder = _started(vertex := own_vertex())
    pid = _job_pid(vertex, job)
    connection.stop(vertex.folder)
    vertex.until(lambda: not lives(pid))
    (folder / "go").write_text("0")
    assert (folder / "starts").read_text() == "x"
    vertex = own_vertex()
    assert vertex.finished(job).state == api.JobState.JOB_STATE_SUCCEEDED
    assert (folder / "starts").read_text() == "xx"
    assert vertex.store.get("vertex/customJobs", job.name)["local"] == {"attempts": 1}
