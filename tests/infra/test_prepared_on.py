"""What prepares a model's data: a choice of the stack file, and what it does to the graph."""

import json
from typing import Any

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed, refusal, without

from infra.settings import parse
from infra.settings.specs import job_specs
from jobs import workloads

MODEL = "models.flight-delay"
SERVERLESS = {
    "runtime": "2.3",
    "max_executors": 8,
    "session_hours": 4,
    "idle_minutes": 20,
    "staging_days": 3,
}


@pytest.fixture
def on_spark(local_config: dict[str, Any]) -> dict[str, Any]:
    """The stack whose model runs, with Spark."""
    config = changed(local_config, "spark.serverless", SERVERLESS)
    return changed(config, f"{MODEL}.prepared_on", "spark")


def placement(graph: Any) -> Any:
    return json.loads(graph.named("flight-delay-run").inputs["input"])["placement"]


def test_spark_without_its_section_is_refused(local_config):
    said = refusal(changed(local_config, f"{MODEL}.prepared_on", "spark"))
    assert f"mlplatform:{MODEL}.prepared_on is 'spark', but mlplatform:spark.serverless" in said
    assert "write duckdb, or serverless there" in said


def test_a_workload_that_says_nothing_of_spark_is_refused(on_spark, monkeypatch):
    monkeypatch.setattr(workloads, "prepares_on_spark", lambda _: False)
    said = refusal(on_spark)
    assert "the workload flight-delay has no spark.py" in said


def test_an_unknown_engine_is_refused_with_the_known_ones(local_config):
    said = refusal(changed(local_config, f"{MODEL}.prepared_on", "polars"))
    assert "'duckdb' or 'spark'" in said


def test_only_a_workload_with_a_file_for_it_prepares_on_spark(tmp_path, monkeypatch):
    assert workloads.prepares_on_spark("flight-delay")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "args.py").touch()
    monkeypatch.setattr(workloads, "HERE", tmp_path)
    assert not workloads.prepares_on_spark("other")


def test_a_model_that_says_nothing_prepares_as_before(cloud, local_config):
    graph = built(cloud, without(local_config, f"{MODEL}.prepared_on"))
    assert placement(graph)["spark"] is None


def test_the_engine_is_no_part_of_a_runs_identity(on_spark, local_config):
    specs = [job_specs(parse(config), "local") for config in (on_spark, local_config)]
    assert specs[0] == specs[1], "the rows are the same: nothing is to be trained again"


def test_a_run_is_told_as_whom_and_where_its_batch_runs(cloud, on_spark):
    assert placement(built(cloud, on_spark))["spark"] == {
        "service_account": "spark-local@p.iam.gserviceaccount.com",
        "subnet": "network-subnet-europe-west4-id",
        "staging_bucket": "spark-local-mlplatform-local",
        "runtime": "2.3",
        "max_executors": 8,
        "timeout_seconds": 4 * 3600,
        "key": None,
    }


def test_a_batch_has_the_key_of_disks(cloud, on_spark):
    config = changed(on_spark, "keys.customer_managed", True)
    spark = placement(built(cloud, config))["spark"]
    assert spark["key"] == "keys-compute-europe-west4-id"


def test_the_first_run_waits_until_its_batch_may_be_made(cloud, on_spark):
    graph = built(cloud, on_spark)
    before = needs(graph, graph.named("flight-delay-run").urn)
    for name in ("spark-submitter", "spark-submitter-acts", "spark-worker", "spark-writes"):
        assert graph.named(name).urn in before, f"without {name} the first batch fails"


def test_who_runs_pipelines_may_make_batches_as_sparks_account_and_change_none(cloud, on_spark):
    graph = built(cloud, on_spark)
    role = graph.named("spark-submitter-role")
    assert role.inputs["permissions"] == ["dataproc.batches.create", "dataproc.batches.get"]
    for name in ("spark-submitter", "spark-submitter-acts"):
        member = graph.named(name).inputs["member"]
        assert member.startswith("serviceAccount:pipeline-runner-local@")
    assert graph.named("spark-submitter-acts").inputs["role"] == "roles/iam.serviceAccountUser"
    account = graph.named("spark-submitter-acts").inputs["serviceAccountId"]
    assert account == "spark-local@p.iam.gserviceaccount.com"


def test_where_no_model_asks_for_it_nobody_may_make_a_batch(cloud, on_spark):
    graph = built(cloud, changed(on_spark, f"{MODEL}.prepared_on", "duckdb"))
    assert not [name for _, name in resources(graph) if name.startswith("spark-submitter")]
    assert placement(graph)["spark"] is None
