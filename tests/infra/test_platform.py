"""What the program asks of Google Cloud, component by component."""

import json
from typing import Any

import pytest

from catalog import prefixes, tables
from catalog.roles import PIPELINE_RUNNER_PERMISSIONS, ROLLOUT_PERMISSIONS


@pytest.fixture
def dev(programs):
    return programs["dev"]


def inputs(cloud: Any, token: str) -> dict[str, Any]:
    return cloud.one(token).inputs


JOBS = ("pipeline-runner-", "trainer-", "predictor-")
"""Accounts of the jobs begin so; other parts bring their own, and test those."""


def grants(cloud: Any, token: str) -> set[tuple[str, str]]:
    """(role, first word of the account) of every grant of one type to an account of the jobs."""
    pairs = {
        (each.inputs["role"], each.inputs["member"].split(":")[1].split("@")[0])
        for each in cloud.all(token)
    }
    return {(role, account) for role, account in pairs if account.startswith(JOBS)}


def test_everything_goes_to_the_project_and_place_of_the_stack_file(dev):
    provider = inputs(dev, "pulumi:providers:gcp")
    place = (provider["project"], provider["region"], provider["zone"])
    assert place == ("mlplatform-dev", "europe-west4", "europe-west4-a")


def test_an_enabled_api_stays_enabled_when_the_stack_goes(dev):
    services = dev.all("gcp:projects/service:Service")
    assert all(each.inputs["disableOnDestroy"] is False for each in services)


def test_images_are_streamed_only_where_the_stack_file_wants_it(programs):
    for stack, wanted in (("dev", False), ("prod", True)):
        enabled = {e.inputs["service"] for e in programs[stack].all("gcp:projects/service:Service")}
        assert ("containerfilesystem.googleapis.com" in enabled) is wanted


def test_the_apis_wait_for_those_that_enable_apis(dev):
    needed = {dev.named(f"services-{n}").urn for n in ("serviceusage", "cloudresourcemanager")}
    assert needed <= dev.named("services-aiplatform").depends_on


def test_the_network_has_no_subnet_that_nobody_asked_for(dev):
    assert inputs(dev, "gcp:compute/network:Network")["autoCreateSubnetworks"] is False


def test_machines_without_a_public_address_reach_google(dev):
    subnet = inputs(dev, "gcp:compute/subnetwork:Subnetwork")
    assert subnet["privateIpGoogleAccess"] is True
    assert subnet["logConfig"]["flowSampling"] == 0.1


def test_the_bucket_is_closed_to_the_public_and_keeps_what_was_overwritten(dev):
    bucket = dev.named("artifacts-bucket").inputs
    assert bucket["uniformBucketLevelAccess"] is True
    assert bucket["publicAccessPrevention"] == "enforced"
    assert bucket["versioning"] == {"enabled": True}
    assert bucket["softDeletePolicy"] == {"retentionDurationSeconds": 7 * 86_400}
    assert bucket["location"] == "EUROPE-WEST4", "the API gives it back in capitals"


def test_objects_go_by_the_class_of_their_folder_and_durable_ones_never(dev):
    rules = dev.named("artifacts-bucket").inputs["lifecycleRules"]
    deleted = {
        path: rule["condition"]["age"]
        for rule in rules
        for path in rule["condition"].get("matchesPrefixes", [])
    }
    assert deleted["checkpoints/"] == deleted["tmp/"] == 14
    assert deleted["datasets/"] == 30
    assert not set(deleted) & set(prefixes.of_class("durable"))


def test_no_lifecycle_rule_deletes_without_a_condition(dev):
    for rule in dev.named("artifacts-bucket").inputs["lifecycleRules"]:
        condition = rule["condition"]
        if rule["action"]["type"] == "Delete":
            live = "matchesPrefixes" in condition and condition["withState"] == "LIVE"
            gone = condition["withState"] == "ARCHIVED" and condition["daysSinceNoncurrentTime"]
            assert live or gone, "it would empty the bucket"


def test_parts_of_broken_uploads_are_removed(dev):
    rules = dev.named("artifacts-bucket").inputs["lifecycleRules"]
    actions = [(rule["action"]["type"], rule["condition"]) for rule in rules]
    assert ("AbortIncompleteMultipartUpload", {"age": 1}) in actions


def test_the_trainer_cannot_write_what_judges_its_model(dev):
    conditions = [
        each.inputs.get("condition")
        for each in dev.all("gcp:storage/bucketIAMMember:BucketIAMMember")
        if each.inputs["role"] == "roles/storage.objectUser" and "trainer" in each.inputs["member"]
    ]
    assert len(conditions) == 1
    for folder in ("checkpoints/", "models/"):
        assert f"artifacts-dev-mlplatform-dev/objects/{folder}" in conditions[0]["expression"]
    for folder in ("pipelines/", "validation/", "governance/", "datasets/", "deployment/"):
        assert folder not in conditions[0]["expression"]


def test_each_identity_gets_what_its_role_needs_and_no_more(dev):
    assert grants(dev, "gcp:storage/bucketIAMMember:BucketIAMMember") == {
        ("roles/storage.objectUser", "pipeline-runner-dev"),
        ("roles/storage.objectUser", "trainer-dev"),
        ("roles/storage.legacyBucketReader", "pipeline-runner-dev"),
        ("roles/storage.objectViewer", "trainer-dev"),
        ("roles/storage.legacyBucketReader", "trainer-dev"),
        ("roles/storage.objectViewer", "predictor-dev"),
        ("roles/storage.objectViewer", "pipeline-runner-dev"),  # of the lake
    }
    assert grants(dev, "gcp:bigquery/datasetIamMember:DatasetIamMember") == {
        ("roles/bigquery.dataEditor", "pipeline-runner-dev")
    }
    assert {
        role
        for role, _ in grants(dev, "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember")
    } == {"roles/artifactregistry.reader"}


def test_in_the_whole_project_an_identity_only_logs_and_the_runner_only_runs(dev):
    assert grants(dev, "gcp:projects/iAMMember:IAMMember") == {
        ("identities-pipeline-runner-role-id", "pipeline-runner-dev"),
        ("roles/logging.logWriter", "pipeline-runner-dev"),
        ("roles/logging.logWriter", "trainer-dev"),
        ("roles/logging.logWriter", "predictor-dev"),
        # Curves of a training: it may add them, and read none.
        ("experiments-writer-role-id", "trainer-dev"),
    }


def test_the_runner_starts_jobs_as_the_trainer_and_the_predictor(dev):
    pairs = {
        (each.inputs["serviceAccountId"].split("@")[0], each.inputs["member"].split("@")[0])
        for each in dev.all("gcp:serviceaccount/iAMMember:IAMMember")
        if each.inputs["serviceAccountId"].startswith(JOBS)
    }
    runner = "serviceAccount:pipeline-runner-dev"
    assert pairs == {("trainer-dev", runner), ("predictor-dev", runner)}


def test_rights_to_change_an_endpoint_are_held_on_that_endpoint_only(dev):
    changes = {"aiplatform.endpoints.deploy", "aiplatform.endpoints.update"}
    assert changes <= set(ROLLOUT_PERMISSIONS)
    assert not changes & set(PIPELINE_RUNNER_PERMISSIONS)
    grant = inputs(dev, "gcp:vertex/aiEndpointIamMember:AiEndpointIamMember")
    assert grant["role"] == "identities-rollout-role-id"
    assert grant["endpoint"] == inputs(dev, "gcp:vertex/aiEndpoint:AiEndpoint")["name"]


def test_the_registry_cleans_up_for_real_and_never_moves_a_tag(dev):
    repository = dev.named("registry-images").inputs
    assert repository["format"] == "DOCKER"
    assert repository["cleanupPolicyDryRun"] is False
    assert repository["dockerConfig"] == {"immutableTags": True}
    keep, delete = repository["cleanupPolicies"]
    assert (keep["action"], keep["mostRecentVersions"]) == ("KEEP", {"keepCount": 10})
    assert delete["condition"] == {"tagState": "UNTAGGED", "olderThan": f"{14 * 86_400}s"}


@pytest.mark.parametrize("table", tables.TABLES, ids=lambda table: table.name)
def test_a_table_has_the_catalogs_columns_and_forgets_by_days(dev, table):
    found = dev.named(f"warehouse-{table.name.replace('_', '-')}").inputs
    assert json.loads(found["schema"]) == table.schema()
    assert found["tableId"] == table.name
    assert found["timePartitioning"] == {
        "type": "DAY",
        "field": table.partitioned_by,
        "expirationMs": 365 * 86_400_000,
    }


def test_the_endpoint_has_a_numeric_name_and_leaves_traffic_to_the_rollout(dev):
    endpoint = dev.one("gcp:vertex/aiEndpoint:AiEndpoint")
    assert endpoint.inputs["name"].isdigit()
    assert endpoint.inputs["displayName"] == "flight-delay"
    assert endpoint.ignored == ("trafficSplit",)


def test_a_run_waits_for_everything_that_it_touches(programs):
    local = programs["local"]
    needs = local.one("pulumi:index:Stash").depends_on
    for name in (
        "artifacts-bucket",
        "artifacts-trainer-writes",
        "identities-act-as-trainer",
        "identities-pipeline-runner-vertex",
        "registry-runner-reads",
        "warehouse-runs",
        "warehouse-writer",
        "flight-delay-endpoint",
        "flight-delay-rollout",
    ):
        assert local.named(name).urn in needs, f"the run may start before {name} is there"


def test_a_run_is_submitted_before_its_text_is_saved(programs):
    hooks = programs["local"].one("pulumi:index:Stash").hooks
    assert hooks == {"before_create": ["ensure-submitted"], "before_update": ["ensure-submitted"]}


def test_two_stacks_of_one_project_take_no_name_from_each_other(cloud, config):
    from infra import platform
    from infra.settings import parse

    taken: list[set[str]] = []
    for stack in ("dev", "dev-2"):
        each = type(cloud)(stack=stack)
        each.deploy(lambda stack=stack: platform.build(parse(config), stack) and None)
        names = ("bucket", "accountId", "repositoryId", "roleId", "name")
        taken.append(
            {
                r.inputs[key]
                for r in each.registered
                for key in names
                if key in r.inputs and r.token.startswith("gcp:")
                # An object's name is within its bucket, and buckets are each stack's own.
                if r.token != "gcp:storage/bucketObject:BucketObject"
                if not r.inputs[key].startswith(config["mlplatform:network"]["name"])
            }
        )
    assert not taken[0] & taken[1], (
        "names in the network begin with its own; all others are derived"
    )
