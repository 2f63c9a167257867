"""The metastore: private, encrypted, kept, and the one that sessions of Spark use."""

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed, refusals

SERVICE = "gcp:dataproc/metastoreService:MetastoreService"
SESSIONS = "gcp:dataproc/sessionTemplate:SessionTemplate"
GRANT = "gcp:storage/bucketIAMMember:BucketIAMMember"


@pytest.fixture
def prod(programs):
    return programs["prod"]


def test_it_answers_at_an_address_of_the_stacks_own_subnet_and_nowhere_else(prod):
    inputs = prod.one(SERVICE).inputs
    assert inputs["networkConfig"] == {
        "consumers": [{"subnetwork": "network-subnet-europe-west4-id"}]
    }
    assert "network" not in inputs, "that would be a peering"
    assert inputs["hiveMetastoreConfig"]["endpointProtocol"] == "THRIFT"
    assert inputs["location"] == "europe-west4"


def test_what_it_knows_is_encrypted_and_outlives_a_mistake(prod):
    service = prod.one(SERVICE)
    assert service.inputs["encryptionConfig"] == {"kmsKey": "keys-storage-europe-west4-id"}
    assert service.inputs["deletionProtection"] is True
    assert service.protect
    assert service.inputs["telemetryConfig"] == {"logFormat": "JSON"}
    assert service.inputs["scalingConfig"] == {"instanceSize": "SMALL"}


def test_it_is_made_when_its_agent_may_encrypt_and_make_folders(prod):
    before = needs(prod, prod.one(SERVICE).urn)
    key, folders = prod.named("metastore-encrypts"), prod.named("metastore-makes-folders")
    assert {key.urn, folders.urn, prod.named("services-metastore").urn} <= before
    assert prod.named("keys-storage-europe-west4-grant").urn in before, "Cloud Storage's agent, too"
    assert key.inputs["member"] == folders.inputs["member"]
    assert "metastore" in key.inputs["member"]


def test_tables_are_in_a_bucket_of_the_stack_whose_files_do_not_end_by_age(prod):
    bucket = prod.named("metastore-tables").inputs
    overrides = prod.one(SERVICE).inputs["hiveMetastoreConfig"]["configOverrides"]
    assert overrides == {"hive.metastore.warehouse.dir": f"gs://{bucket['name']}/warehouse"}
    assert bucket["location"] == "EUROPE-WEST4"
    assert not [
        rule
        for rule in bucket["lifecycleRules"]
        if "age" in rule["condition"] and rule["action"]["type"] == "Delete"
    ]
    writers = {g.inputs["role"] for g in prod.all(GRANT) if g.inputs["bucket"] == bucket["name"]}
    assert writers == {"roles/storage.objectUser"}


def test_sessions_of_spark_find_tables_there(prod):
    peripherals = prod.one(SESSIONS).inputs["environmentConfig"]["peripheralsConfig"]
    assert peripherals == {"metastoreService": "metastore-service-id"}
    assert prod.named("spark-keeps-tables").urn in needs(prod, prod.one(SESSIONS).urn)


def test_switched_off_it_leaves_nothing_and_sessions_go_on_without(cloud, prod, prod_config):
    graph = built(cloud, changed(prod_config, "spark.metastore", None))
    gone = {name for _, name in resources(prod) - resources(graph)}
    parts = ("tables", "service", "makes-folders", "encrypts")
    beside = {"spark-keeps-tables", "services-metastore", "agents-metastore"}
    assert gone == {f"metastore-{each}" for each in parts} | beside
    assert "peripheralsConfig" not in graph.one(SESSIONS).inputs["environmentConfig"]


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("metastore.size", "HUGE", "'EXTRA_LARGE'"),
        ("serverless", None, "metastore is set, but serverless is null"),
    ],
)
def test_a_metastore_that_cannot_be_is_refused(prod_config, path, value, said):
    assert said in refusals(changed(prod_config, f"spark.{path}", value))[0]
