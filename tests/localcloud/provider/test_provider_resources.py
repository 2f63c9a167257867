"""Computed outputs and the life of resources that the platform's graph builds on."""

import pytest

from localcloud.provider.protocol import UNKNOWN, ProviderError


def account(cloud, **inputs):
    return cloud.made("serviceaccount.Account", accountId="trainer", **inputs)


def test_an_account_knows_its_addresses(cloud):
    _, outputs = account(cloud)
    assert outputs["email"] == "trainer@shop-dev.iam.gserviceaccount.com"
    assert outputs["member"] == "serviceAccount:trainer@shop-dev.iam.gserviceaccount.com"
    assert outputs["uniqueId"].isdigit()


def test_addresses_of_an_account_are_known_in_a_preview(cloud):
    _, outputs = cloud.create("serviceaccount.Account", accountId="trainer", preview=True)
    assert outputs["member"] == "serviceAccount:trainer@shop-dev.iam.gserviceaccount.com"


def test_what_only_creation_tells_is_unknown_in_a_preview(cloud):
    id_, outputs = cloud.create("storage.Bucket", name="data", location="EU", preview=True)
    assert id_ is None
    assert {outputs[name] for name in ("selfLink", "url", "timeCreated")} == {UNKNOWN}
    assert outputs["name"] == "data"


def test_a_preview_creates_nothing(cloud):
    cloud.create("storage.Bucket", name="data", location="EU", preview=True)
    assert not cloud.exists("storage.Bucket", "data")


def test_the_planned_update_of_what_exists_is_known(cloud):
    token = "gcp:storage/bucket:Bucket"
    id_, outputs = cloud.made("storage.Bucket", name="data", location="EU")
    inputs = {"name": "data", "location": "EU", "labels": {"a": "b"}}
    planned = cloud.provider.update(token, "urn", id_, outputs, inputs, preview=True)
    assert planned["selfLink"] == outputs["selfLink"]
    assert cloud.provider.read(token, "urn", id_, {})[1] == outputs, "a preview changes nothing"


def test_a_resource_without_a_place_is_in_the_place_of_the_provider(cloud):
    _, outputs = cloud.made("compute.Subnetwork", name="ml", network="ml")
    assert (outputs["project"], outputs["region"]) == ("shop-dev", "europe-west4")


def test_the_location_of_a_bucket_is_kept_in_upper_case(cloud):
    assert cloud.made("storage.Bucket", name="data", location="eu")[1]["location"] == "EU"


def test_a_location_that_is_not_known_stays_unknown(cloud):
    _, outputs = cloud.create("storage.Bucket", name="data", location=UNKNOWN, preview=True)
    assert outputs["location"] is UNKNOWN


def test_inputs_that_may_be_left_out_stay_empty(cloud):
    _, outputs = cloud.made("storage.Bucket", name="data", location="EU")
    assert outputs["retentionPolicy"] is None
    assert outputs["storageClass"] == "STANDARD", "the cloud fills this one in"


def test_computed_outputs_have_the_kind_that_the_sdk_declares(cloud):
    _, outputs = cloud.made("cloudrunv2.Service", name="s", location="us-east1", template={})
    assert outputs["uri"].startswith("https://s-")
    assert outputs["conditions"] == []
    assert outputs["reconciling"] is False
    assert outputs["createTime"].startswith("2026-")
    assert outputs["uid"].isdigit()
    _, address = cloud.made("compute.GlobalAddress", name="psa")
    assert address["address"].startswith("10.")
    assert address["selfLink"].endswith("/compute/v1/projects/shop-dev/global/addresses/psa")


def test_computed_outputs_of_two_resources_differ(cloud):
    first, second = (cloud.made("compute.Network", name, name=name)[1] for name in ("one", "two"))
    assert first["networkId"] != second["networkId"]


def test_a_registry_address_is_spelt_with_the_format(cloud):
    inputs = {"repositoryId": "train", "format": "DOCKER", "location": "us-central1"}
    _, outputs = cloud.made("artifactregistry.Repository", **inputs)
    assert outputs["registryUri"] == "us-central1-docker.pkg.dev/shop-dev/train"


def test_the_agent_of_a_service_belongs_to_the_project(cloud):
    _, outputs = cloud.made("projects.ServiceIdentity", service="aiplatform.googleapis.com")
    number = cloud.provider.invoke("gcp:organizations/getProject:getProject", {})["number"]
    agent = f"service-{number}@gcp-sa-aiplatform.iam.gserviceaccount.com"
    assert outputs["email"] == agent


def test_computed_parts_complete_an_object_that_is_given(cloud):
    _, outputs = cloud.made(
        "compute.Instance",
        name="vm",
        bootDisk={},
        machineType="e2-small",
        networkInterfaces=[{"subnetwork": "ml"}],
    )
    assert outputs["networkInterfaces"] == [{"subnetwork": "ml", "networkIp": "10.128.0.2"}]


def test_default_labels_are_joined_with_those_of_the_resource(make_cloud):
    cloud = make_cloud(defaultLabels='{"team": "platform", "stage": "dev"}')
    _, outputs = cloud.made("pubsub.Topic", name="t", labels={"team": "vision"})
    assert outputs["labels"] == {"team": "vision"}
    assert outputs["pulumiLabels"] == {"team": "vision", "stage": "dev"}
    assert outputs["effectiveLabels"] == {
        "goog-pulumi-provisioned": "true",
        "team": "vision",
        "stage": "dev",
    }


def test_the_attribution_label_can_be_turned_off(make_cloud):
    _, outputs = make_cloud(addPulumiAttributionLabel="false").made("pubsub.Topic", name="t")
    assert outputs["effectiveLabels"] == {}


def test_a_name_that_is_taken_is_refused(cloud):
    cloud.made("storage.Bucket", "first", name="shop-data", location="EU")
    with pytest.raises(
        ProviderError, match=r"Error 409: storage\.Bucket 'shop-data' already exists"
    ):
        cloud.create("storage.Bucket", "second", name="shop-data", location="EU")


def test_an_interrupted_create_is_taken_over(cloud):
    first = cloud.made("storage.Bucket", name="shop-data", location="EU")
    assert cloud.made("storage.Bucket", name="shop-data", location="EU") == first


def test_a_replacement_under_the_same_name_is_refused(cloud):
    cloud.made("storage.Bucket", name="shop-data", location="EU")
    with pytest.raises(ProviderError, match="delete_before_replace=True"):
        cloud.create("storage.Bucket", name="shop-data", location="US")


def test_a_grant_that_exists_is_taken_over(cloud):
    grant = {"project": "shop-dev", "role": "roles/viewer", "member": "user:ada@example.com"}
    first, _ = cloud.made("projects.IAMMember", "one", **grant)
    second, _ = cloud.made("projects.IAMMember", "two", **grant)
    assert first == second


def test_grants_differ_by_their_condition(cloud):
    grant = {"project": "shop-dev", "role": "roles/viewer", "member": "user:ada@example.com"}
    plain, _ = cloud.made("projects.IAMMember", **grant)
    condition = {"title": "office-hours", "expression": "true"}
    conditional, _ = cloud.made("projects.IAMMember", **grant, condition=condition)
    assert plain != conditional


def test_the_server_gives_every_resource_without_a_name_its_own_id(cloud):
    inputs = {"type": "email", "displayName": "on-call"}
    ids = {cloud.made("monitoring.NotificationChannel", name, **inputs)[0] for name in "abc"}
    assert len(ids) == 3


def test_a_replacement_of_a_resource_without_a_name_gets_its_own_id(cloud):
    old, _ = cloud.made("monitoring.NotificationChannel", type="email")
    new, outputs = cloud.made("monitoring.NotificationChannel", type="slack")
    assert old != new
    assert outputs["name"] == new


def test_versions_of_a_secret_are_counted(cloud):
    ids = [
        cloud.made("secretmanager.SecretVersion", name, secret="projects/p/secrets/s")[0]
        for name in ("first", "second")
    ]
    assert [id_.rsplit("/", 1)[1] for id_ in ids] == ["1", "2"]


def test_resources_of_a_type_without_a_table_never_collide(cloud):
    first, _ = cloud.made("redis.Instance", "one", name="cache", memorySizeGb=1)
    second, _ = cloud.made("redis.Instance", "two", name="cache", memorySizeGb=2)
    assert first != second, "its real identity is not known here, so nothing can be refused"
