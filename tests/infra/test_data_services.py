"""Features, what Vertex AI keeps, tables of others: named legally, keyed, and off when off."""

import json
import re

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed

STORE = "gcp:vertex/aiFeatureOnlineStore:AiFeatureOnlineStore"
VIEW = "gcp:vertex/aiFeatureOnlineStoreFeatureview:AiFeatureOnlineStoreFeatureview"
GROUP = "gcp:vertex/aiFeatureGroup:AiFeatureGroup"
FEATURE = "gcp:vertex/aiFeatureGroupFeature:AiFeatureGroupFeature"
METADATA = "gcp:vertex/aiMetadataStore:AiMetadataStore"
BOARD = "gcp:vertex/aiTensorboard:AiTensorboard"
DATASET = "gcp:vertex/aiDataset:AiDataset"
SESSIONS = "gcp:dataproc/sessionTemplate:SessionTemplate"
READER = "gcp:bigquery/iamMember:IamMember"


def test_no_feature_store_of_the_kind_that_is_being_shut_down(program):
    legacy = [each.name for each in program.registered if "/aiFeatureStore" in each.token]
    assert not legacy, "a Featurestore takes no new features and ends on 2027-02-17"


def test_names_around_features_hold_no_hyphen(programs):
    kinds = (STORE, VIEW, GROUP, FEATURE, METADATA)
    named = [each for p in programs.values() for kind in kinds for each in p.all(kind)]
    assert named
    for each in named:
        assert re.fullmatch(r"[a-z][a-z0-9_]{0,59}", each.inputs["name"]), each.name


def test_the_online_store_has_one_engine_and_the_stacks_key(prod):
    store = prod.one(STORE)
    assert store.inputs["bigtable"]["autoScaling"] == {
        "minNodeCount": 2,
        "maxNodeCount": 6,
        "cpuUtilizationTarget": 60,
    }
    assert "optimized" not in store.inputs
    assert store.inputs["encryptionSpec"] == {"kmsKeyName": "keys-vertex-europe-west4-id"}
    assert prod.named("keys-vertex-europe-west4-grant").urn in needs(prod, store.urn)


def test_a_fixed_number_of_nodes_is_a_range_of_one(cloud, prod_config):
    nodes = {"min_nodes": 3, "max_nodes": 3, "cpu_percent": 60}
    graph = built(cloud, changed(prod_config, "features.online_store", nodes))
    scaling = graph.one(STORE).inputs["bigtable"]["autoScaling"]
    assert (scaling["minNodeCount"], scaling["maxNodeCount"]) == (3, 3)


def test_a_view_serves_the_registered_features_of_its_group(prod):
    view = prod.one(VIEW)
    (source,) = view.inputs["featureRegistrySource"]["featureGroups"]
    assert source["featureGroupId"] == "airport_conditions_prod"
    assert set(source["featureIds"]) == {
        each.inputs["name"]
        for each in prod.all(FEATURE)
        if each.inputs["featureGroup"] == source["featureGroupId"]
    }
    assert {each.urn for each in prod.all(FEATURE)} & needs(prod, view.urn)
    assert view.inputs["syncConfig"] == {"cron": "5 * * * *"}


def test_a_group_reads_the_table_whose_columns_are_its_features(prod):
    table = prod.named("features-airport-conditions-table").inputs
    columns = {each["name"]: (each["type"], each["mode"]) for each in json.loads(table["schema"])}
    assert columns["origin"] == ("STRING", "REQUIRED")
    assert columns["feature_timestamp"] == ("TIMESTAMP", "REQUIRED")
    assert columns["recent_departures"] == ("INTEGER", "NULLABLE")
    source = prod.named("features-airport-conditions-group").inputs["bigQuery"]
    assert source["bigQuerySource"] == {
        "inputUri": "bq://mlplatform-prod.features_prod.airport_conditions"
    }
    assert source["entityIdColumns"] == table["clusterings"] == ["origin"]


def test_a_table_of_features_is_cut_by_day_and_forgets(programs):
    for stack, days in (("prod", 730), ("staging", 90)):
        table = programs[stack].named("features-airport-conditions-table").inputs
        assert table["timePartitioning"] == {
            "type": "DAY",
            "field": "feature_timestamp",
            "expirationMs": days * 86_400_000,
        }


def test_who_serves_may_only_ask_the_store(prod):
    grant = prod.named("online-store-server").inputs
    role = prod.named("online-store-reader-role")
    assert grant["role"] == f"{role.name}-id", "no predefined role is for online stores alone"
    assert set(role.inputs["permissions"]) == {
        "aiplatform.featureOnlineStores.get",
        "aiplatform.featureViews.fetchFeatureValues",
        "aiplatform.featureViews.get",
    }
    assert grant["member"].startswith("serviceAccount:predictor-")


def test_tables_of_others_are_read_one_by_one_and_never_written(prod):
    ours = [each for each in prod.all(READER) if each.name.startswith("sources-")]
    grants = [each.inputs for each in ours]
    assert {(g["project"], g["datasetId"], g["tableId"]) for g in grants} == {
        ("mlplatform-lake", "flights", "flights"),
        ("mlplatform-lake", "flights", "weather"),
    }
    who = {g["member"].partition("-prod@")[0] for g in grants}
    assert who == {"serviceAccount:pipeline-runner", "serviceAccount:spark"}
    assert {g["role"] for g in grants} == {"roles/bigquery.dataViewer"}


def test_records_of_requests_are_kept_in_a_dataset_without_tables_of_ours(prod):
    dataset = prod.named("warehouse-requests").inputs
    assert dataset["datasetId"] == "mlplatform_requests_prod"
    assert dataset["defaultPartitionExpirationMs"] == 30 * 86_400_000
    tables = {each.inputs["datasetId"] for each in prod.all("gcp:bigquery/table:Table")}
    assert dataset["datasetId"] not in tables, "Vertex AI makes the table and changes its columns"


@pytest.mark.parametrize("token", [METADATA, BOARD, DATASET])
def test_what_vertex_keeps_is_encrypted_with_the_stacks_key_in_its_region(prod, token):
    kept = prod.one(token)
    assert kept.inputs["region"] == "europe-west4"
    assert kept.inputs["encryptionSpec"] == {"kmsKeyName": "keys-vertex-europe-west4-id"}
    assert prod.named("keys-vertex-europe-west4-grant").urn in needs(prod, kept.urn)


def test_a_data_set_is_of_a_kind(prod):
    uri = "gs://google-cloud-aiplatform/schema/dataset/metadata/tabular_1.0.0.yaml"
    assert prod.one(DATASET).inputs["metadataSchemaUri"] == uri


@pytest.fixture
def running(cloud, local_config):
    """A stack whose model runs, with all that Vertex AI keeps."""
    wanted = {"metadata_store": True, "tensorboard": True, "datasets": []}
    return built(cloud, {**local_config, "mlplatform:experiments": wanted})


def test_the_first_run_waits_for_the_store_of_lineage(running):
    run = running.named("flight-delay-run")
    before = needs(running, run.urn)
    assert running.one(METADATA).urn in before, "a pipeline would make it, without a key"
    assert running.one(METADATA).inputs["name"] == "default"
    assert running.named("experiments-trainer-writes").urn in before


def test_a_run_is_told_its_tensorboard(running):
    submission = json.loads(running.named("flight-delay-run").inputs["input"])
    assert submission["placement"]["tensorboard"] == (
        "projects/1/locations/europe-west4/tensorboards/7"
    )


def test_who_trains_may_add_curves_and_nothing_else(prod):
    allowed = prod.named("experiments-writer-role").inputs["permissions"]
    verbs = {each.rpartition(".")[2] for each in allowed}
    assert not verbs & {"delete", "setIamPolicy", "read", "batchRead"}
    assert (
        prod.named("experiments-trainer-writes")
        .inputs["member"]
        .startswith("serviceAccount:trainer-")
    )


def test_spark_writes_columns_compressed_and_by_partition(prod):
    runtime = prod.one(SESSIONS).inputs["runtimeConfig"]
    assert runtime["version"] == "2.3"
    assert runtime["properties"] == {
        "spark.sql.sources.default": "parquet",
        "spark.sql.parquet.compression.codec": "snappy",
        "spark.sql.sources.partitionOverwriteMode": "dynamic",
        "spark.sql.session.timeZone": "UTC",
        "spark.dynamicAllocation.maxExecutors": "64",
    }


def test_a_session_runs_privately_as_its_own_account_and_ends(prod):
    template = prod.one(SESSIONS)
    assert template.inputs["name"] == (
        "projects/mlplatform-prod/locations/europe-west4/sessionTemplates/spark-prod"
    )
    assert template.inputs["environmentConfig"]["executionConfig"] == {
        "serviceAccount": "spark-prod@p.iam.gserviceaccount.com",
        "subnetworkUri": "network-subnet-europe-west4-id",
        "stagingBucket": "spark-prod-mlplatform-prod",
        "kmsKey": "keys-compute-europe-west4-id",
        "idleTtl": "1800s",
        "ttl": "43200s",
    }
    before = needs(prod, template.urn)
    for name in ("spark-worker", "spark-dataproc-key", "keys-compute-europe-west4-grant"):
        assert prod.named(name).urn in before, f"without {name} the first session fails"


def test_the_subnet_of_spark_reaches_google_without_public_addresses(prod):
    assert prod.named("network-subnet-europe-west4").inputs["privateIpGoogleAccess"] is True
    inside = prod.named("network-allow-internal").inputs["allows"]
    assert {"protocol": "tcp"} in inside, "all ports: no list of them"


def test_spark_writes_prepared_data_and_nothing_that_judges_a_model(prod):
    grants = [
        each.inputs
        for each in prod.all("gcp:storage/bucketIAMMember:BucketIAMMember")
        if each.name.startswith("spark-") and each.inputs["bucket"].startswith("artifacts-")
    ]
    writes = [grant for grant in grants if grant["role"] == "roles/storage.objectUser"]
    assert len(writes) == 1
    assert writes[0]["condition"]["expression"].endswith('/objects/datasets/")')


@pytest.mark.parametrize(
    ("path", "off", "gone"),
    [
        ("features.online_store", None, ("online-store",)),
        ("experiments.tensorboard", False, ("experiments-tensorboard", "experiments-writer")),
        ("experiments.datasets", [], ("experiments-flight",)),
        ("spark", {"serverless": None, "metastore": None}, ("spark", "metastore", "sources-spark")),
        ("warehouse.sources", [], ("sources",)),
        ("warehouse.requests_days", None, ("warehouse-requests",)),
    ],
)
def test_a_switch_that_is_off_makes_nothing(cloud, prod_config, path, off, gone):
    groups = prod_config["mlplatform:features"]["groups"]
    groups[0]["sync_cron"] = "5 * * * *" if path != "features.online_store" else None
    for model in prod_config["mlplatform:models"].values():
        model["serving"]["log_sampling"] = 0  # who records needs the dataset
        model["prepared_on"] = "duckdb"  # and who has Spark prepare needs its account
    left = [name for _, name in resources(built(cloud, changed(prod_config, path, off)))]
    assert not [name for name in left if name.startswith(gone)]
    assert [name for name in left if name.startswith("features-aircraft")], "the rest stays"


def test_dev_pays_for_no_node_and_local_makes_none_of_it(programs):
    off = ("features", "online-store", "sources", "spark", "experiments-metadata")
    for stack in ("dev", "local"):
        assert not [name for _, name in resources(programs[stack]) if name.startswith(off)]
