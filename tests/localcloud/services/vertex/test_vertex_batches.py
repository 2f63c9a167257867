"""Batches of Dataproc, seen through Google's client where Spark is not installed."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from google.api_core import exceptions
from spark_runs import PARENT, RUN, SPARK, step_context, use

from jobs import clients
from jobs.spark.batch import Inputs, Plan, message
from jobs.steps import prepare
from jobs.steps.context import StepError
from jobs.workloads.flight_delay.args import DATA

EMPTY = Plan(tables={}, sql="SELECT 1", columns=(), partition=("month",), order=())


@pytest.fixture
def dataproc(own_vertex: Callable[[], Any], tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Google's client of a local cloud that finds no Java."""
    with monkeypatch.context() as without_java:
        without_java.setenv("PATH", str(tmp_path))
        url = own_vertex().url
    monkeypatch.setenv(clients.DATAPROC_ENDPOINT, url)
    return clients.spark("europe-west4")


def batch(**changes: Any) -> dict[str, Any]:
    """What the step sends."""
    inputs = Inputs.of(EMPTY, DATA, "gs://b/source", "gs://b/prepared")
    labels = {"mlplatform_stack": "local", "mlplatform_run": RUN}
    return {**message(inputs, SPARK, "gs://b/scripts/1", labels), **changes}


def create(client: Any, batch_id: str = "prepare-1", **changes: Any) -> Any:
    return client.create_batch(parent=PARENT, batch=batch(**changes), batch_id=batch_id, timeout=20)


def ended(client: Any, batch_id: str, until: Callable[..., None]) -> Any:
    name = f"{PARENT}/batches/{batch_id}"
    until(lambda: client.get_batch(name=name).state.name not in ("PENDING", "RUNNING"))
    return client.get_batch(name=name)


def test_a_batch_fails_where_there_is_no_spark_and_says_what_to_install(
    dataproc: Any, vertex: Any
) -> None:
    operation = create(dataproc).operation
    done = ended(dataproc, "prepare-1", vertex.until)
    assert done.state.name == "FAILED"
    assert "Spark is not on this machine: install Java 17" in done.state_message
    assert done.operation == operation.name
    assert done.environment_config.execution_config.ttl.total_seconds() == 3600


def test_an_id_is_given_once(dataproc: Any) -> None:
    create(dataproc)
    with pytest.raises(exceptions.Conflict, match="prepare-1 exists already"):
        create(dataproc)
    create(dataproc, "prepare-2")
    assert len(list(dataproc.list_batches(parent=PARENT))) == 2


def test_batches_are_found_by_their_labels(dataproc: Any) -> None:
    create(dataproc, labels={"mlplatform_stack": "other"})
    create(dataproc, "prepare-2")
    request = {"parent": PARENT, "filter": 'labels.mlplatform_stack="local"'}
    (found,) = dataproc.list_batches(request=request)
    assert found.name == f"{PARENT}/batches/prepare-2"


def test_a_deleted_batch_gives_its_id_back(dataproc: Any, vertex: Any) -> None:
    create(dataproc)
    done = ended(dataproc, "prepare-1", vertex.until)
    dataproc.delete_batch(name=done.name)
    with pytest.raises(exceptions.NotFound):
        dataproc.get_batch(name=done.name)
    create(dataproc)


@pytest.mark.parametrize(
    ("batch_id", "changes", "said"),
    [
        ("abc", {}, "batchId 'abc' does not match"),
        ("prepare_1", {}, "does not match"),
        ("prepare-1", {"pyspark_batch": {"args": ["1"]}}, "mainPythonFileUri is required"),
        (
            "prepare-1",
            {"pyspark_batch": {"main_python_file_uri": "gs://b/program.jar"}},
            "is not gs://BUCKET/NAME.py",
        ),
        ("prepare-1", {"labels": {"Stack": "local"}}, "Label Stack='local' is refused"),
        ("prepare-1", {"ttl": {"seconds": 60}}, "ttl is 60 seconds: write 600"),
        (
            "prepare-1",
            {"kms_key": str(SPARK.key).replace("europe-west4", "us-east5")},
            "is in us-east5",
        ),
    ],
)
def test_what_dataproc_refuses_is_refused(
    dataproc: Any, batch_id: str, changes: dict[str, Any], said: str
) -> None:
    if not {"pyspark_batch", "labels"} & changes.keys():
        changes = {"environment_config": {"execution_config": changes}}
    with pytest.raises(exceptions.BadRequest, match=said):
        create(dataproc, batch_id, **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"pyspark_batch": None, "spark_sql_batch": {"query_file_uri": "gs://b/q.sql"}},
        {
            "pyspark_batch": {
                "main_python_file_uri": "gs://b/p.py",
                "jar_file_uris": ["gs://b/x.jar"],
            }
        },
    ],
)
def test_what_this_machine_cannot_run_is_not_implemented(
    dataproc: Any, changes: dict[str, Any]
) -> None:
    with pytest.raises(exceptions.MethodNotImplemented, match="does not implement"):
        create(dataproc, **changes)


def test_a_call_that_nothing_here_answers_is_a_501(vertex: Any) -> None:
    url = f"{vertex.url}/v1/{PARENT}/sessions"
    assert httpx.get(url, trust_env=False).status_code == 501


def test_a_step_whose_batch_failed_says_why_and_where_its_log_is_and_tries_anew_next_time(
    own_folder: Any, dataproc: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    from localcloud.services import connection
    from localcloud.store import Store

    own = connection.connect(own_folder)
    inputs = {"name": "b", "location": "EUROPE-WEST4"}
    Store(own_folder).put("gcp:storage/bucket:Bucket", "b", {"inputs": inputs})
    table = tmp_path / "planes.csv"
    table.write_text("tailnum\n")
    use(own, monkeypatch, {"planes": table})
    context = step_context("b")
    for attempt in (1, 2):
        with pytest.raises(StepError) as failed:
            prepare.run(context)
        assert f"-{attempt} ended FAILED: Spark is not on this machine" in str(failed.value)
        assert f"its log: {own_folder.as_uri()}/jobs/prepare-" in str(failed.value)
    assert len(list(dataproc.list_batches(parent=PARENT))) == 2
    sent = clients.storage_client("p").list_blobs("b", prefix="scripts/")
    assert [blob.generation for blob in sent] == [2, 3], "sent once, though there were two batches"
