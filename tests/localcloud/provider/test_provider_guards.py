"""What the cloud refuses to delete."""

import pytest

from localcloud.provider.protocol import ProviderError


def bucket(cloud, **inputs):
    made = cloud.made("storage.Bucket", name="shop-data", location="EU", **inputs)
    cloud.store.put("storage/objects", "shop-data/a/b", {})
    cloud.store.put("storage/objects", "shop-data-2/a", {})
    return made


def endpoint(cloud, *deployed):
    id_, outputs = cloud.made(
        "vertex.AiEndpoint", name="42", displayName="fraud", location="europe-west4"
    )
    cloud.store.put("vertex/endpoints", id_, {"deployedModels": list(deployed)})
    return id_, outputs


def dataset(cloud, **inputs):
    made = cloud.made("bigquery.Dataset", datasetId="events", **inputs)
    cloud.made("bigquery.Table", datasetId="events", tableId="clicks")
    return made


def test_a_bucket_with_objects_stays(cloud):
    id_, outputs = bucket(cloud)
    with pytest.raises(ProviderError, match="Error 409: The bucket you tried to delete is not"):
        cloud.delete("storage.Bucket", id_, outputs)
    assert cloud.exists("storage.Bucket", id_)


def test_a_forced_bucket_takes_its_objects_along_and_no_others(cloud):
    id_, outputs = bucket(cloud, forceDestroy=True)
    cloud.delete("storage.Bucket", id_, outputs)
    assert not cloud.exists("storage.Bucket", id_)
    assert [name for name, _ in cloud.store.list("storage/objects")] == ["shop-data-2/a"]


def test_an_empty_bucket_goes(cloud):
    id_, outputs = cloud.made("storage.Bucket", name="other", location="EU")
    cloud.delete("storage.Bucket", id_, outputs)
    assert not cloud.exists("storage.Bucket", id_)


def test_an_endpoint_that_serves_stays(cloud):
    id_, outputs = endpoint(cloud, {"id": "7"})
    with pytest.raises(ProviderError, match=r"has deployed models \(7\): undeploy them first"):
        cloud.delete("vertex.AiEndpoint", id_, outputs)
    assert cloud.exists("vertex.AiEndpoint", id_)


def test_an_endpoint_that_serves_nothing_goes_with_its_state(cloud):
    id_, outputs = endpoint(cloud)
    cloud.delete("vertex.AiEndpoint", id_, outputs)
    assert not cloud.exists("vertex.AiEndpoint", id_)
    assert cloud.store.get("vertex/endpoints", id_) is None


def test_a_dataset_with_tables_stays(cloud):
    id_, outputs = dataset(cloud)
    with pytest.raises(ProviderError, match="is still in use, resourceInUse: it holds 1 tables"):
        cloud.delete("bigquery.Dataset", id_, outputs)


def test_a_dataset_may_take_its_tables_along(cloud):
    id_, outputs = dataset(cloud, deleteContentsOnDestroy=True)
    cloud.delete("bigquery.Dataset", id_, outputs)
    assert cloud.store.list("gcp:bigquery/table:Table") == []


def test_the_rows_of_a_table_go_with_it(cloud):
    inputs = {"datasetId": "events", "tableId": "clicks", "deletionProtection": False}
    id_, outputs = cloud.made("bigquery.Table", **inputs)
    cloud.store.put("bigquery/rows", f"{id_}/000000000001", {})
    cloud.store.put("bigquery/rows", f"{id_}_2/000000000001", {})
    cloud.delete("bigquery.Table", id_, outputs)
    assert [name for name, _ in cloud.store.list("bigquery/rows")] == [f"{id_}_2/000000000001"]


@pytest.mark.parametrize(
    ("label", "inputs"),
    [
        ("bigquery.Table", {"datasetId": "events", "tableId": "clicks"}),
        ("cloudrunv2.Service", {"name": "retrain", "location": "us-east1", "template": {}}),
        ("cloudrunv2.Job", {"name": "retrain", "location": "us-east1", "template": {}}),
    ],
)
def test_some_types_are_protected_unless_told_otherwise(cloud, label, inputs):
    id_, outputs = cloud.made(label, **inputs)
    with pytest.raises(ProviderError, match="without setting deletion_protection=False"):
        cloud.delete(label, id_, outputs)


def test_protection_that_is_off_lets_go(cloud):
    inputs = {"datasetId": "events", "tableId": "clicks", "deletionProtection": False}
    id_, outputs = cloud.made("bigquery.Table", **inputs)
    cloud.delete("bigquery.Table", id_, outputs)
    assert not cloud.exists("bigquery.Table", id_)


def test_prevent_keeps_a_resource(cloud):
    id_, outputs = cloud.made("pubsub.Topic", name="topic", deletionPolicy="PREVENT")
    with pytest.raises(ProviderError, match='set it to "DELETE"'):
        cloud.delete("pubsub.Topic", id_, outputs)


def test_abandon_leaves_a_resource_running(cloud):
    id_, outputs = cloud.made("pubsub.Topic", name="topic", deletionPolicy="ABANDON")
    cloud.delete("pubsub.Topic", id_, outputs)
    assert cloud.exists("pubsub.Topic", id_)


def test_the_policy_of_the_provider_holds_for_resources_that_have_none(make_cloud):
    cloud = make_cloud(deletionPolicy="PREVENT")
    id_, outputs = cloud.made("pubsub.Topic", name="topic")
    with pytest.raises(ProviderError, match="PREVENT"):
        cloud.delete("pubsub.Topic", id_, outputs)


def test_an_unknown_policy_of_the_provider_is_refused(make_cloud):
    with pytest.raises(ProviderError, match="write one of DELETE, PREVENT, ABANDON"):
        make_cloud(deletionPolicy="KEEP")


def test_what_is_gone_already_is_no_error(cloud):
    id_, outputs = cloud.made("pubsub.Topic", name="topic")
    for _ in range(2):
        cloud.delete("pubsub.Topic", id_, outputs)
        assert not cloud.exists("pubsub.Topic", id_)
