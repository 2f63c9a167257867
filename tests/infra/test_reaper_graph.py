"""What deletes machines whose time is over: by the clock, and only where it has something."""

import json
from base64 import b64decode

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed, refusal

from automation.lifetimes import has_an_end
from catalog.lifetime import from_words
from catalog.roles import REAPER_PERMISSIONS
from infra.settings import parse

JOB = "gcp:cloudscheduler/job:Job"
TPU = "gcp:tpu/v2Vm:V2Vm"
QUEUED = "gcp:tpu/v2QueuedResource:V2QueuedResource"
POOL = "gcp:vertex/aiPersistentResource:AiPersistentResource"


@pytest.fixture
def prod(programs):
    return programs["prod"]


def test_the_clock_publishes_in_the_project_region_to_the_topic_that_the_function_hears(prod):
    job, heard = prod.named("reaper-timer-job"), prod.named("reaper-calls")
    assert job.inputs["pubsubTarget"]["topicName"] == heard.inputs["topic"]
    assert b64decode(job.inputs["pubsubTarget"]["data"]), "an empty message is refused"
    assert (job.inputs["region"], job.inputs["timeZone"]) == ("europe-west4", "Europe/Amsterdam")
    assert job.inputs["schedule"] == "15 * * * *"
    assert job.inputs["retryConfig"]["retryCount"] == 3
    assert "attemptDeadline" not in job.inputs, "publishing has none, and would differ for ever"
    assert prod.named("services-cloudscheduler").urn in needs(prod, job.urn)


def test_the_function_may_list_and_delete_what_it_may_delete_and_nothing_else(prod):
    allowed = prod.named("reaper-role").inputs["permissions"]
    assert set(allowed) == set(REAPER_PERMISSIONS)
    assert {each.rpartition(".")[2] for each in allowed} == {"delete", "list"}
    assert {each.rpartition(".")[0] for each in allowed} == {
        "tpu.nodes",
        "aiplatform.persistentResources",
    }


@pytest.mark.parametrize(("dry", "said"), [(True, "on"), (False, "off")])
def test_the_function_is_told_whose_machines_and_whether_it_may(cloud, prod_config, dry, said):
    graph = built(cloud, changed(prod_config, "cost.reaper.dry_run", dry))
    told = graph.named("reaper-function").inputs["serviceConfig"]["environmentVariables"]
    assert told["MLPLATFORM_REAPER_DRY_RUN"] == said
    assert (told["MLPLATFORM_ENVIRONMENT"], told["MLPLATFORM_STACK"]) == ("prod", "prod")


def test_what_the_graph_writes_on_machines_the_function_reads(prod):
    defaults = json.loads(prod.named("google").inputs["defaultLabels"])
    (node,) = prod.one(QUEUED).inputs["tpu"]["nodeSpecs"]
    found = {
        "slice": {**defaults, **prod.one(TPU).inputs["labels"]},
        "pool": {**defaults, **prod.one(POOL).inputs["labels"]},
        "out of the queue": from_words(node["node"]["description"]),
    }
    for kind, labels in found.items():
        assert has_an_end(labels, stack="prod", environment="prod"), kind
        assert not has_an_end(labels, stack="staging", environment="prod"), kind
        assert ("keep" in labels) == (kind == "pool"), "models train in it"
    assert node["nodeId"] == prod.one(QUEUED).inputs["name"], (
        "how a request is known as its slice's"
    )


def test_without_it_nothing_else_goes(cloud, prod, prod_config):
    gone = resources(prod) - resources(built(cloud, changed(prod_config, "cost.reaper", None)))
    assert (JOB, "reaper-timer-job") in gone
    assert all(
        name == "services-cloudscheduler" or name.startswith("reaper") for _, name in gone
    ), gone


def test_where_nothing_can_be_deleted_it_is_not_made(programs, cloud, prod_config):
    assert parse(changed(prod_config, "cost.reaper.dry_run", False)).reaped
    assert not programs["staging"].all(JOB), "staging has neither slices nor pools"
    machines = [
        {**each, "keep": True} if each["shape"].startswith("v") else each
        for each in prod_config["mlplatform:accelerators"]["machines"]
    ]
    kept = changed(prod_config, "accelerators.machines", machines)
    assert not parse(kept).reaped, "all are left to people"
    clocks = [each.name for each in built(cloud, kept).all(JOB)]
    assert not [name for name in clocks if name.startswith("reaper")]


def test_a_pool_that_a_model_trains_in_is_kept_or_refused(prod_config):
    pools = prod_config["mlplatform:accelerators"]["warm_pools"]
    pools[0]["keep"] = False
    said = refusal(prod_config)
    assert said.startswith(
        "mlplatform:accelerators.warm_pools.0.keep is false, but mlplatform:cost.reaper is set "
        "and flight-delay-partner trains in short-trainings"
    )
    assert said.endswith("write true")
    assert parse(changed(prod_config, "cost.reaper", None)), "nobody deletes it then"


def test_what_ends_by_itself_cannot_be_kept(prod_config):
    machines = prod_config["mlplatform:accelerators"]["machines"]
    index = next(i for i, each in enumerate(machines) if each["shape"] == "c3-standard-22")
    machines[index]["keep"] = True
    said = refusal(prod_config)
    assert said.startswith(f"mlplatform:accelerators.machines.{index}.keep is true, but c3-")
    assert "ends by itself" in said


@pytest.mark.parametrize(
    ("key", "wrong", "said"),
    [("cron", "hourly", "write five fields"), ("time_zone", "Amsterdam", "Europe/Amsterdam")],
)
def test_a_time_that_does_not_exist_is_refused(prod_config, key, wrong, said):
    assert said in refusal(changed(prod_config, f"cost.reaper.{key}", wrong))


def test_slices_are_found_among_the_outputs_under_their_names_in_the_stack_file(programs):
    assert programs["prod"].exports["tpus"] == {
        "v6e-notebook": "tpus-v6e-notebook-id",
        "v5e-batch": "tpus-v5e-batch-id",
    }
    assert programs["dev"].exports["tpus"] == {}
