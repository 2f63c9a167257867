"""Jobs of several replicas: started, ended and restarted as one."""

import json
import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import aiplatform_v1 as api
from living import lives

# Knows its task, says that it runs, and waits for a file of its name that holds its exit status.
WAITER = """
    import json, os, pathlib, sys, time
    told = json.loads(os.environ["CLUSTER_SPEC"])
    name = "{type}-{index}".format(**told["task"])
    print(json.dumps(told), flush=True)
    with pathlib.Path(f"starts-{name}").open("a") as starts:
        starts.write("x")
    while not pathlib.Path(f"end-{name}").exists():
        time.sleep(0.02)
    code = int(pathlib.Path(f"end-{name}").read_text())
    pathlib.Path(f"end-{name}").unlink()
    print("ends with", code, flush=True)
    os.abort() if code == 134 else sys.exit(code)
"""
FIRST, SECOND, THIRD = "workerpool0-0", "workerpool1-0", "workerpool1-1"


class Waiting:
    """A job of the script above; `mark` makes it another image than that of another test."""

    def __init__(self, vertex: Any, mark: str, others: int = 1) -> None:
        script = f"{WAITER}    # {mark}\n"
        self.vertex = vertex
        self.job = vertex.custom_job(script, others=others)
        self.image = vertex.folder / "images" / vertex.image(script).rpartition(":")[2]
        self.folder = vertex.folder / "jobs" / self.job.name.rpartition("/")[2]
        self.names = [FIRST, *(f"workerpool1-{index}" for index in range(others))]

    def until_started(self, times: int = 1) -> None:
        marks = [self.image / f"starts-{name}" for name in self.names]
        self.vertex.until(
            lambda: all(mark.exists() and mark.read_text() == "x" * times for mark in marks)
        )

    def end(self, name: str, code: int) -> None:
        part = self.image / "part"
        part.write_text(str(code))
        part.replace(self.image / f"end-{name}")

    def pid(self, name: str) -> int:
        place = self.folder if name == FIRST else self.folder / name
        return json.loads((place / "process.json").read_text())["pid"]

    def live(self) -> list[str]:
        """Replicas of which a process is left."""
        return [name for name in self.names if lives(self.pid(name))]


@pytest.fixture
def waiting(vertex: Any, request: pytest.FixtureRequest) -> Callable[..., Waiting]:
    def start(others: int = 1) -> Waiting:
        made = Waiting(vertex, request.node.name, others)
        made.until_started()
        return made

    return start


def test_each_replica_is_told_the_cluster_and_its_own_place(
    vertex: Any, waiting: Callable[..., Waiting]
) -> None:
    job = waiting(others=2)
    logs = [vertex.log(job.job.name, name) for name in ("", SECOND, THIRD)]
    told = [json.loads(log.splitlines()[0]) for log in logs]
    assert [(each["task"]["type"], each["task"]["index"]) for each in told] == [
        ("workerpool0", 0),
        ("workerpool1", 0),
        ("workerpool1", 1),
    ]
    assert told[0]["cluster"] == told[1]["cluster"] == told[2]["cluster"]
    pools = told[0]["cluster"]
    assert {pool: len(members) for pool, members in pools.items()} == {
        "workerpool0": 1,
        "workerpool1": 2,
    }
    addresses = [address for members in pools.values() for address in members]
    assert len(set(addresses)) == 3, "they share this machine, so their ports must differ"
    job.end(FIRST, 0)
    vertex.finished(job.job)


def test_a_job_has_succeeded_with_its_first_replica_and_ends_the_others(
    vertex: Any, waiting: Callable[..., Waiting]
) -> None:
    job = waiting()
    job.end(FIRST, 0)
    assert vertex.finished(job.job).state == api.JobState.JOB_STATE_SUCCEEDED
    vertex.until(lambda: job.live() == [])


def test_a_replica_that_ends_well_before_the_first_ends_nothing(
    vertex: Any, waiting: Callable[..., Waiting]
) -> None:
    job = waiting()
    job.end(SECOND, 0)
    vertex.until((job.folder / SECOND / "exit.json").exists)
    vertex.until(lambda: job.live() == [FIRST])  # who has written its end is about to be gone
    job.end(FIRST, 0)
    assert vertex.finished(job.job).state == api.JobState.JOB_STATE_SUCCEEDED


def test_a_replica_that_fails_ends_the_job_and_is_named(
    vertex: Any, waiting: Callable[..., Waiting]
) -> None:
    job = waiting()
    job.end(SECOND, 7)
    done = vertex.finished(job.job)
    assert done.state == api.JobState.JOB_STATE_FAILED
    assert f"replica {SECOND} exited with a non-zero status of 7" in done.error.message
    assert "ends with 7" in done.error.message, "the lines are its own"
    vertex.until(lambda: job.live() == [])


def test_a_cancelled_job_ends_all_its_replicas(
    vertex: Any, waiting: Callable[..., Waiting]
) -> None:
    job = waiting()
    vertex.jobs.cancel_custom_job(name=job.job.name)
    assert vertex.finished(job.job).state == api.JobState.JOB_STATE_CANCELLED
    vertex.until(lambda: job.live() == [])


@pytest.mark.parametrize(
    ("name", "how"),
    [(SECOND, "ended with exit code 134"), (SECOND, "was lost"), (FIRST, "was lost")],
)
def test_replicas_are_restarted_as_one_when_one_is_aborted_or_lost(
    vertex: Any, waiting: Callable[..., Waiting], name: str, how: str
) -> None:
    job = waiting()
    if how == "was lost":
        os.killpg(job.pid(name), signal.SIGKILL)
    else:
        job.end(name, 134)
    job.until_started(times=2)
    job.end(FIRST, 0)
    assert vertex.finished(job.job).state == api.JobState.JOB_STATE_SUCCEEDED
    assert f"restart 1 of 3: the process {how}" in vertex.log(job.job.name)


def test_more_replicas_than_this_machine_stands_in_for_are_refused(vertex: Any) -> None:
    with pytest.raises(exceptions.MethodNotImplemented, match="more than 8 replicas"):
        vertex.custom_job("", others=8)


@pytest.mark.slow
@pytest.mark.parametrize(("code", "state"), [(0, "SUCCEEDED"), (3, "FAILED")])
def test_all_replicas_are_adopted_by_the_next_supervisor(
    own_vertex: Callable[[], Any], code: int, state: str
) -> None:
    job = Waiting(vertex := own_vertex(), state)
    job.until_started()
    record = vertex.folder / "supervisor.json"
    supervisor = json.loads(record.read_text())["pid"]
    os.kill(supervisor, signal.SIGKILL)
    vertex.until(lambda: not lives(supervisor))
    vertex = own_vertex()
    job.end(FIRST if state == "SUCCEEDED" else SECOND, code)
    assert vertex.finished(job.job).state.name == f"JOB_STATE_{state}"
    assert (job.image / f"starts-{SECOND}").read_text() == "x", "it must not be started again"
    vertex.until(lambda: job.live() == [])
