"""A batch is named by what goes into it, says all of its surroundings, and where its log is."""

import re
from types import SimpleNamespace
from typing import Any

import pytest
from job_fakes import make_submission

from catalog.spark import WRITING
from jobs import clients, layout
from jobs.labels import run_labels
from jobs.spark.batch import PLAN, PROGRAM, Inputs, Plan, message, page
from jobs.spec import DataReference, SparkPlacement
from jobs.steps.spark import failure

NAME = "projects/acme-ml/locations/europe-west4/batches/prepare-0123-2"
PLAN_OF_ONE = Plan(
    tables={"flights": (("year", "INT"), ("month", "INT"))},
    sql="SELECT * FROM flights",
    columns=(("year", "INT"), ("month", "INT")),
    partition=("month",),
    order=("year",),
)
SPARK = SparkPlacement(
    service_account="spark@acme-ml.iam.gserviceaccount.com",
    subnet="projects/acme-ml/regions/europe-west4/subnetworks/ml",
    staging_bucket="acme-ml-spark",
    runtime="2.3",
    max_executors=64,
    timeout_seconds=7200,
    key="projects/acme-ml/locations/europe-west4/keyRings/ml/cryptoKeys/compute",
)


def inputs(**changes: Any) -> Inputs:
    values: dict[str, Any] = {
        "program": "print()",
        "plan": PLAN_OF_ONE,
        "data": DataReference(name="flights", version="1", sha256="b" * 64),
        "source_uri": "gs://b/source",
        "output_uri": "gs://b/prepared",
    }
    return Inputs(**{**values, **changes})


def test_an_id_is_one_that_dataproc_takes() -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{2,61}[a-z0-9]", inputs().batch_id(1))
    assert len(inputs().batch_id(999)) <= 63


def test_equal_inputs_are_one_id_and_attempts_differ() -> None:
    assert inputs().batch_id(1) == inputs().batch_id(1)
    assert inputs().batch_id(1) != inputs().batch_id(2)


@pytest.mark.parametrize(
    "change",
    [
        {"program": "print(1)"},
        {"plan": PLAN_OF_ONE.model_copy(update={"sql": "SELECT 1"})},
        {"plan": PLAN_OF_ONE.model_copy(update={"order": ("month",)})},
        {"data": DataReference(name="flights", version="1", sha256="c" * 64)},
        {"source_uri": "gs://b/other"},
        {"output_uri": "gs://b/other"},
    ],
)
def test_whatever_goes_in_is_part_of_the_id(change: dict[str, Any]) -> None:
    assert inputs(**change).batch_id(1) != inputs().batch_id(1)


def test_columns_in_another_order_are_another_table() -> None:
    turned = {"flights": PLAN_OF_ONE.tables["flights"][::-1]}
    assert inputs(plan=PLAN_OF_ONE.model_copy(update={"tables": turned})).script != inputs().script


def test_what_is_sent_is_the_program_beside_the_plan(tmp_path: Any) -> None:
    given = Inputs.of(PLAN_OF_ONE, inputs().data, "gs://b/source", "gs://b/prepared")
    given.write(tmp_path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [PLAN, PROGRAM]
    assert Plan.model_validate_json((tmp_path / PLAN).read_text()) == PLAN_OF_ONE
    compile((tmp_path / PROGRAM).read_text(), PROGRAM, "exec")
    assert "from jobs" not in given.program, "the runtime holds nothing of ours"


def test_a_batch_runs_privately_as_sparks_account_with_its_key_and_ends() -> None:
    sent = message(inputs(), SPARK, "gs://b/scripts/1", {"environment": "prod"})
    assert sent["environment_config"]["execution_config"] == {
        "service_account": SPARK.service_account,
        "subnetwork_uri": SPARK.subnet,
        "staging_bucket": SPARK.staging_bucket,
        "ttl": {"seconds": 7200},
        "kms_key": SPARK.key,
    }
    assert sent["labels"] == {"environment": "prod"}


def test_a_batch_without_a_key_names_none() -> None:
    sent = message(inputs(), SPARK.model_copy(update={"key": None}), "gs://b/scripts/1", {})
    assert "kms_key" not in sent["environment_config"]["execution_config"]


def test_a_batch_writes_columns_compressed_like_every_session() -> None:
    runtime = message(inputs(), SPARK, "gs://b/scripts/1", {})["runtime_config"]
    executors = {"spark.dynamicAllocation.maxExecutors": "64"}
    assert runtime == {"version": "2.3", "properties": {**WRITING, **executors}}


def test_a_batch_is_told_its_plan_and_both_folders() -> None:
    sent = message(inputs(), SPARK, "gs://b/scripts/1", {})["pyspark_batch"]
    assert sent == {
        "main_python_file_uri": "gs://b/scripts/1/program.py",
        "args": ["gs://b/scripts/1/plan.json", "gs://b/source", "gs://b/prepared"],
    }


def test_the_real_client_takes_the_message() -> None:
    types = pytest.importorskip("google.cloud.dataproc_v1.types")
    submission = make_submission()
    labels = run_labels(submission.spec, "flight-delay-0123-1")
    batch = types.Batch(message(inputs(), SPARK, "gs://b/scripts/1", labels))
    assert batch.environment_config.execution_config.ttl.total_seconds() == 7200
    assert batch.labels["mlplatform_run"] == "flight-delay-0123-1"


def test_scripts_are_below_a_folder_of_scripts_and_tables_below_one_of_data() -> None:
    submission = make_submission()
    given = (submission.spec, submission.placement)
    assert layout.scripts(*given, "0123") == "gs://acme-ml-artifacts/scripts/flight-delay/0123"
    assert layout.source_tables(*given).startswith("gs://acme-ml-artifacts/datasets/flight-delay/")


def test_a_failed_batch_says_why_and_where_its_log_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clients.VERTEX_ENDPOINT, raising=False)
    state = SimpleNamespace(name="FAILED")
    batch = SimpleNamespace(
        name=NAME, state=state, state_message="Quota 'CPUS' exceeded.\nLimit: 8"
    )
    error = failure(batch)
    assert str(error) == (
        "batch prepare-0123-2 ended FAILED: Quota 'CPUS' exceeded; its log: "
        "https://console.cloud.google.com/dataproc/batches/europe-west4/prepare-0123-2/monitoring"
        "?project=acme-ml"
    )
    assert page(NAME) in str(error)
    assert error.log_tail == ["Quota 'CPUS' exceeded.", "Limit: 8"]


def test_a_batch_that_gives_no_reason_still_has_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(clients.VERTEX_ENDPOINT, raising=False)
    state = SimpleNamespace(name="CANCELLED")
    info = SimpleNamespace(output_uri="file:///log")
    error = failure(SimpleNamespace(name=NAME, state=state, state_message="", runtime_info=info))
    assert str(error) == (
        f"batch prepare-0123-2 ended CANCELLED: Dataproc gives no reason; its log: {page(NAME)}"
    )
