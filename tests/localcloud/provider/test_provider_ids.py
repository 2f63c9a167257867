"""Ids are spelt as Google and the official provider spell them."""

import pytest


@pytest.mark.parametrize(
    ("label", "inputs", "id_"),
    [
        ("storage.Bucket", {"name": "shop-data", "location": "EU"}, "shop-data"),
        (
            "vertex.AiEndpoint",
            {"name": "421133700", "displayName": "fraud", "location": "europe-west4"},
            "projects/shop-dev/locations/europe-west4/endpoints/421133700",
        ),
        ("bigquery.Dataset", {"datasetId": "events"}, "projects/shop-dev/datasets/events"),
        (
            "bigquery.Table",
            {"datasetId": "events", "tableId": "clicks"},
            "projects/shop-dev/datasets/events/tables/clicks",
        ),
        (
            "serviceaccount.Account",
            {"accountId": "trainer"},
            "projects/shop-dev/serviceAccounts/trainer@shop-dev.iam.gserviceaccount.com",
        ),
        ("compute.Network", {"name": "ml"}, "projects/shop-dev/global/networks/ml"),
        (
            "compute.Subnetwork",
            {"name": "ml", "network": "ml"},
            "projects/shop-dev/regions/europe-west4/subnetworks/ml",
        ),
        (
            "artifactregistry.Repository",
            {"repositoryId": "train", "format": "DOCKER"},
            "projects/shop-dev/locations/europe-west4/repositories/train",
        ),
        ("pubsub.Topic", {"name": "retrain"}, "projects/shop-dev/topics/retrain"),
        (
            "projects.Service",
            {"service": "run.googleapis.com"},
            "shop-dev/run.googleapis.com",
        ),
        (
            "storage.BucketIAMMember",
            {"bucket": "b", "role": "roles/viewer", "member": "user:a@b.c"},
            "b/b/roles/viewer/user:a@b.c",
        ),
        (
            "kms.CryptoKey",
            {"name": "ml", "keyRing": "projects/shop-dev/locations/us/keyRings/ring"},
            "projects/shop-dev/locations/us/keyRings/ring/cryptoKeys/ml",
        ),
        (
            "vertex.AiFeatureOnlineStoreFeatureview",
            {
                "name": "users",
                "region": "us-east1",
                "featureOnlineStore": (
                    "projects/shop-dev/locations/us-east1/featureOnlineStores/online"
                ),
            },
            "projects/shop-dev/locations/us-east1/featureOnlineStores/online/featureViews/users",
        ),
        (
            "compute.Disk",
            {"name": "data"},
            "projects/shop-dev/zones/europe-west4-a/disks/data",
        ),
        (
            "compute.SecurityPolicy",
            {"name": "edge"},
            "projects/shop-dev/global/securityPolicies/edge",
        ),
        (
            "storage.InsightsDatasetConfig",
            {"datasetConfigId": "usage", "location": "us-east1"},
            "projects/shop-dev/locations/us-east1/insightsDatasetConfigs/usage",
        ),
        ("dataproc.Cluster", {"name": "phs"}, "projects/shop-dev/regions/global/clusters/phs"),
    ],
)
def test_ids_are_those_of_the_official_provider(cloud, label, inputs, id_):
    assert cloud.made(label, **inputs)[0] == id_


def test_the_id_of_a_grant_tells_role_and_member(cloud):
    grant = {"topic": "retrain", "role": "roles/pubsub.publisher", "member": "user:a@b.c"}
    id_, _ = cloud.made("pubsub.TopicIAMMember", **grant)
    assert id_ == "retrain/shop-dev/roles/pubsub.publisher/user:a@b.c"
