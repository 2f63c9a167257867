"""What holds data, where the tier puts it: buckets, their copies, and a registry in each region."""

import re
from typing import Any

import pytest
from graph_changes import built, needs
from settings_changes import changed

from catalog.prefixes import RAW_DATA, of_class
from catalog.tiers import TIERS

BUCKET = "gcp:storage/bucket:Bucket"
REPOSITORY = "gcp:artifactregistry/repository:Repository"
REPLICATION = "gcp:storage/transferJob:TransferJob"
MODEL = "models.flight-delay"


def apart(config: dict[str, Any], tier: str = "copied") -> dict[str, Any]:
    """Dev in two regions that no bucket can share."""
    west = {"region": "us-central1", "cidr": "10.20.16.0/20"}
    config = changed(config, "project.allowed_regions", ["europe-west4", "us-central1"])
    subnets = [*config["mlplatform:network"]["subnets"], west]
    config = changed(config, "network.subnets", subnets)
    return changed(config, "recovery", {"tier": tier, "standby_regions": ["us-central1"]})


def test_buckets_of_two_regions_are_copied_continuously_not_once(prod):
    for name in ("artifacts-bucket", "lake-bucket"):
        inputs = prod.named(name).inputs
        assert inputs["location"] == "EU"
        assert inputs["customPlacementConfig"] == {
            "dataLocations": ["EUROPE-WEST4", "EUROPE-WEST1"]
        }
        assert inputs["rpo"] == "ASYNC_TURBO"
        assert "storageClass" not in inputs, "MULTI_REGIONAL is a class of the past"


@pytest.mark.parametrize("tier", TIERS)
def test_turbo_is_never_asked_for_in_one_region(cloud, config, tier):
    wanted = apart(config, tier) if TIERS[tier].copies in ("none", "transfer") else None
    if wanted is None:
        return
    for bucket in built(cloud, wanted).all(BUCKET):
        assert "rpo" not in bucket.inputs, "any value in one region is an error"
        assert "customPlacementConfig" not in bucket.inputs


def test_no_stack_pays_for_copies_that_its_tier_does_not_want(programs):
    for stack in ("local", "dev", "staging"):
        graph = programs[stack]
        assert not graph.all(REPLICATION)
        assert {each.inputs["location"] for each in graph.all(BUCKET)} == {"EUROPE-WEST4"}


def test_every_bucket_ends_what_nobody_sees_and_not_only_keeps_versions(programs):
    for graph in programs.values():
        for bucket in graph.all(BUCKET):
            rules = bucket.inputs["lifecycleRules"]
            conditions = [rule["condition"] for rule in rules]
            assert any("daysSinceNoncurrentTime" in each for each in conditions), bucket.name


def test_raw_data_gets_cheaper_to_keep_and_is_never_deleted(prod):
    inputs = prod.named("lake-bucket").inputs
    about_raw = [r for r in inputs["lifecycleRules"] if RAW_DATA in str(r["condition"])]
    assert [rule["action"]["type"] for rule in about_raw] == ["SetStorageClass"]
    assert inputs["retentionPolicy"] == {"retentionPeriod": str(30 * 86_400)}
    assert "isLocked" not in inputs["retentionPolicy"], "a lock is for ever"


def test_jobs_read_the_lake_and_nobody_of_ours_writes_to_it(prod):
    grants = [e for e in prod.registered if e.name.startswith("lake-") and "role" in e.inputs]
    roles = {(e.inputs["role"].removeprefix("roles/storage."), e.name) for e in grants}
    assert roles == {
        ("objectViewer", "lake-runner-reads"),
        ("legacyBucketReader", "lake-runner-looks"),
        ("objectViewer", "lake-trainer-reads"),
        ("legacyBucketReader", "lake-trainer-looks"),
    }


def test_a_stack_without_a_lake_has_nothing_of_it(programs):
    assert not [each for each in programs["local"].registered if each.name.startswith("lake")]


def test_agents_of_a_data_centre_have_a_pool_that_leaves_room_on_the_line(prod, programs):
    pool = prod.one("gcp:storage/transferAgentPool:TransferAgentPool")
    assert pool.inputs["bandwidthLimit"] == {"limitMbps": "100"}
    before = needs(prod, pool.urn)
    assert prod.named("services-storagetransfer").urn in before
    editor = prod.named("transfers-makes-topics")
    assert editor.inputs["role"] == "roles/pubsub.editor"
    assert editor.urn in before, "agents speak over topics: the pool is refused without them"
    assert not programs["dev"].all(pool.token)


def test_each_region_has_a_registry_of_the_same_name(prod, programs):
    images = [e.inputs for e in prod.all(REPOSITORY) if e.name.startswith("registry")]
    assert {each["location"] for each in images} == {"europe-west4", "europe-west1"}
    assert len({each["repositoryId"] for each in images}) == 1
    assert {each["dockerConfig"]["immutableTags"] for each in images} == {True}
    assert all(each["cleanupPolicies"] for each in images)
    assert all(
        each["vulnerabilityScanningConfig"] == {"enablementConfig": "INHERITED"} for each in images
    )
    staging = {e.inputs["location"] for e in programs["staging"].all(REPOSITORY)}
    assert staging == {"europe-west4"}, "one region, one registry"


def test_whoever_runs_an_image_reads_it_in_every_region(prod):
    token = "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember"
    grants = {
        (each.inputs["location"], each.inputs["member"].split("-prod@")[0])
        for each in prod.all(token)
        if each.parent.endswith(("::registry", "::registry-europe-west1"))
    }
    assert {place for place, _ in grants} == {"europe-west4", "europe-west1"}
    assert len(grants) == 6


def test_repositories_fetch_nothing_from_outside_a_perimeter(prod, programs):
    token = "gcp:artifactregistry/vpcscConfig:VpcscConfig"
    found = {each.inputs["location"]: each.inputs["vpcscPolicy"] for each in prod.all(token)}
    assert found == {"europe-west4": "DENY", "europe-west1": "DENY"}
    assert not programs["dev"].all(token)


def test_compiled_pipelines_have_a_repository_of_their_own_kind(prod):
    (found,) = [each for each in prod.all(REPOSITORY) if each.inputs["format"] == "KFP"]
    assert found.inputs["mode"] == "STANDARD_REPOSITORY"
    assert "cleanupPolicies" not in found.inputs


def test_regions_without_a_common_bucket_are_filled_by_a_job(cloud, config):
    graph = built(cloud, apart(config))
    copies = {e.inputs["name"] for e in graph.all(BUCKET) if e.inputs["location"] == "US-CENTRAL1"}
    jobs = [each.inputs["replicationSpec"] for each in graph.all(REPLICATION)]
    assert {each["gcsDataSink"]["bucketName"] for each in jobs} == copies
    assert {each["gcsDataSource"]["bucketName"] for each in jobs} == {
        graph.named(name).inputs["name"] for name in ("artifacts-bucket", "lake-bucket")
    }
    for each in jobs:
        assert each["objectConditions"]["excludePrefixes"] == list(of_class("scratch"))
        assert "deleteObjectsUniqueInSink" not in each["transferOptions"], "it is refused"


def test_a_replication_job_has_no_name_of_ours_nor_of_pulumis_and_no_schedule(cloud, config):
    for job in built(cloud, apart(config)).all(REPLICATION):
        assert job.inputs["name"] == "", "left out, Pulumi makes one up and Google refuses it"
        assert not {"schedule", "transferSpec"} & set(job.inputs), "it is refused"


def test_the_agents_of_a_replication_may_do_their_work_before_it_begins(cloud, config):
    graph = built(cloud, apart(config))
    for job in graph.all(REPLICATION):
        before = [each for each in graph.registered if each.urn in needs(graph, job.urn)]
        roles = {e.inputs["role"] for e in before if "transfer" in str(e.inputs.get("member"))}
        assert roles == {
            "roles/pubsub.editor",
            "roles/storage.legacyBucketOwner",
            "roles/storage.legacyBucketWriter",
            "roles/storage.objectViewer",
        }
        storage = [e for e in before if e.inputs.get("role") == "roles/pubsub.publisher"]
        assert [e.inputs["member"] for e in storage] == ["serviceAccount:service-1@gs-accounts"]


def test_a_tier_of_one_region_makes_no_copies_though_there_are_two(cloud, config):
    graph = built(cloud, apart(config, "regional"))
    assert not graph.all(REPLICATION)
    images = {e.inputs["location"] for e in graph.all(REPOSITORY)}
    assert images == {"europe-west4", "us-central1"}, "images are where work may be moved by hand"


@pytest.mark.parametrize("stack", ["local", "dev", "staging", "prod"])
def test_every_location_is_one_that_data_may_lie_in(programs, stack):
    graph = programs[stack]
    allowed = {"europe-west4"} | ({"europe-west1"} if stack == "prod" else set())
    both = {"eu", "europe"} if stack == "prod" else set()
    for each in graph.registered:
        for key in ("location", "region"):
            place = str(each.inputs.get(key, "europe-west4")).lower()
            region = re.sub(r"(?<=\d)-[a-z]$", "", place)  # of a zone, such as a notebook's
            assert region in allowed | both | {"global"}, f"{each.name} is in {place}"
        if str(each.inputs.get("location", "")).lower() in both and each.token == BUCKET:
            wanted = each.inputs["customPlacementConfig"]["dataLocations"]
            assert {region.lower() for region in wanted} <= allowed
