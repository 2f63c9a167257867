"""A model that two machines train: to a served prediction, and with one of them broken.

The tests of this module are one journey and run in their order.
"""

from typing import Any

import pytest
from project_copy import Project

from localcloud.services.vertex.replicas import Replicas
from localcloud.store import Store

pytestmark = pytest.mark.slow
TRAIN = "jobs/workloads/flight_delay/train.py"
JOINED = "    devices.join()\n"
BROKEN = (
    JOINED
    + "    if not devices.is_first_host():\n        raise RuntimeError('the second is broken')\n"
)


def trainings(project: Project) -> list[dict[str, Any]]:
    """Custom jobs, in the order in which they were made."""
    found = Store(project.folder).list("vertex/customJobs")
    return [body for _, body in sorted(found, key=lambda each: each[1]["createTime"])]


def log(project: Project, job: dict[str, Any], *replica: str) -> str:
    folder = project.folder / "jobs" / job["name"].rpartition("/")[2]
    return folder.joinpath(*replica, "log.txt").read_text()


def test_two_machines_train_one_model_that_is_served(project: Project) -> None:
    project.set_model("training", "replica_count", 2)
    project.set_argument("batch_size", 8192)
    model = project.json("up")["models"][0]
    assert model["version"] == "1"
    assert 0 <= model["prediction"]["delay_probability"] <= 1


def test_its_job_has_the_first_machine_in_one_pool_and_the_second_in_another(
    project: Project,
) -> None:
    (job,) = trainings(project)
    pools = job["jobSpec"]["workerPoolSpecs"]
    assert [int(pool["replicaCount"]) for pool in pools] == [1, 1]
    assert pools[0]["machineSpec"] == pools[1]["machineSpec"]


def test_both_end_with_the_same_parameters_and_only_the_first_exports(project: Project) -> None:
    (job,) = trainings(project)
    logs = [log(project, job), log(project, job, "workerpool1-0")]
    digests = {line for text in logs for line in text.splitlines() if "parameters sha256" in line}
    assert len(digests) == 1, "they must not train a model each"
    assert ["baseline:" in text for text in logs] == [True, False]


def test_where_the_second_machine_fails_the_run_says_so_and_both_have_ended(
    project: Project,
) -> None:
    project.edit(TRAIN, JOINED, BROKEN)
    shown = project.mlp("up", code=1)
    assert "workerpool1-0 exited with a non-zero status of 1" in shown
    assert "the second is broken" in log(project, trainings(project)[-1], "workerpool1-0")
    folder = project.folder / "jobs" / trainings(project)[-1]["name"].rpartition("/")[2]
    assert not Replicas(folder).alive()
    assert len(project.versions()) == 1, "nothing may be registered"
