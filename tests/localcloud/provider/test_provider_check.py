"""What the provider refuses before anything is created, and in which words."""

import pytest

from localcloud.provider.protocol import UNKNOWN, ProviderError


def test_a_missing_property_is_named_as_the_official_provider_names_it(cloud):
    checked = cloud.check("bigquery.Table", {"datasetId": "events"})
    assert checked.failures == [("tableId", "missing required property 'tableId'")]


def test_a_misspelt_property_is_refused_with_the_nearest_one(cloud):
    reason = cloud.refusal("storage.Bucket", location="EU", lables={"team": "vision"})
    assert reason == "storage.Bucket has no property 'lables'; did you mean 'labels'?"


def test_a_misspelt_property_is_found_in_an_object_of_a_list(cloud):
    rules = [{"action": {"type": "Delete"}, "condition": {"agee": 3}}]
    checked = cloud.check("storage.Bucket", {"location": "EU", "lifecycleRules": rules})
    assert checked.failures == [
        (
            "lifecycleRules[0].condition.agee",
            "storage.Bucket has no property 'lifecycleRules[0].condition.agee'; "
            "did you mean 'age'?",
        )
    ]


def test_a_missing_property_is_found_in_an_object_of_a_list(cloud):
    rules = [{"action": {}, "condition": {"age": 3}}]
    reason = cloud.refusal("storage.Bucket", location="EU", lifecycleRules=rules)
    assert reason == "missing required property 'lifecycleRules[0].action.type'"


def test_a_name_that_resembles_nothing_is_answered_with_all_names(cloud):
    reason = cloud.refusal("storage.Bucket", location="EU", qqqq=1)
    assert "it has autoclass, cors, " in reason, "without a near name the reader needs the list"


def test_an_unknown_type_is_refused_with_the_nearest_one(cloud):
    failures = cloud.check("storage.Bukket", {}).failures
    assert [reason.rsplit("; ", 1)[1] for _, reason in failures] == ["did you mean 'Bucket'?"]


def test_an_unknown_module_is_refused_with_the_nearest_one(cloud):
    failures = cloud.check("storge.Bucket", {}).failures
    assert failures[0][1] == "the gcp package has no module 'storge'; did you mean 'storage'?"


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"labels": ["a"]}, "'labels' of storage.Bucket must be a map, not a list"),
        ({"cors": "any"}, "'cors' of storage.Bucket must be a list, not 'any'"),
        ({"forceDestroy": "yes"}, "'forceDestroy' of storage.Bucket must be true or false"),
        ({"versioning": True}, "'versioning' of storage.Bucket must be an object, not True"),
        ({"cors": [{"maxAgeSeconds": 1.5}]}, "'cors[0].maxAgeSeconds' of storage.Bucket must be"),
    ],
)
def test_a_value_of_another_shape_is_refused(cloud, inputs, reason):
    assert cloud.refusal("storage.Bucket", location="EU", **inputs).startswith(reason)


@pytest.mark.parametrize("value", ["3600", 3600, 3600.0])
def test_numbers_may_be_written_as_the_provider_converts_them(cloud, value):
    checked = cloud.check("storage.Bucket", {"location": "EU", "cors": [{"maxAgeSeconds": value}]})
    assert checked.failures == []


def test_unknown_values_are_accepted_at_every_depth(cloud):
    inputs = {"location": UNKNOWN, "labels": {"a": UNKNOWN}, "cors": UNKNOWN, "name": UNKNOWN}
    assert cloud.check("storage.Bucket", inputs).failures == []


def test_a_configuration_key_that_the_provider_lacks_is_refused(make_cloud):
    with pytest.raises(ProviderError, match="'gcp:porject'; did you mean 'project'"):
        make_cloud(porject="shop").check("storage.Bucket", {"location": "EU"})


def test_keys_that_only_the_stack_file_knows_are_accepted(make_cloud):
    cloud = make_cloud(skipRegionValidation="true", version="10.2.0", __internal={})
    assert cloud.check("storage.Bucket", {"location": "EU"}).failures == []


@pytest.mark.parametrize(
    ("label", "inputs", "must"),
    [
        ("vertex.AiEndpoint", {"name": "0123"}, "at most 10 digits without a leading zero"),
        ("vertex.AiEndpoint", {"name": "12345678901"}, "at most 10 digits"),
        ("serviceaccount.Account", {"accountId": "short"}, "6 to 30"),
        ("bigquery.Dataset", {"datasetId": "ml-features"}, "letters, digits and '_'"),
        ("storage.Bucket", {"name": "Data"}, "3 to 63 of a-z"),
        ("storage.Bucket", {"name": "a" * 64}, "3 to 63 of a-z"),
        ("storage.Bucket", {"name": "goog-data"}, "3 to 63 of a-z"),
        ("storage.Bucket", {"name": "ab"}, "3 to 63 of a-z"),
        ("compute.Network", {"name": "Net"}, "begin with a letter"),
        ("vertex.AiFeatureOnlineStore", {"name": "my-store"}, "a-z, 0-9 and '_'"),
        ("storage.TransferJob", {"name": "copy"}, "begin with 'transferJobs/'"),
    ],
)
def test_names_that_google_refuses_are_refused_here(cloud, label, inputs, must):
    required = {
        "vertex.AiEndpoint": {"displayName": "fraud", "location": "europe-west4"},
        "storage.Bucket": {"location": "EU"},
        "storage.TransferJob": {"description": "copy"},
    }
    reason = cloud.refusal(label, **required.get(label, {}), **inputs)
    assert must in reason
    assert repr(next(iter(inputs.values()))) in reason, "the reader needs the value"


@pytest.mark.parametrize("name", ["shop-dev-artifacts", "a.b.c", "0_1", "a" * 63])
def test_bucket_names_that_google_takes_are_taken(cloud, name):
    assert cloud.check("storage.Bucket", {"location": "EU", "name": name}).failures == []


@pytest.mark.parametrize(
    "labels", [{"Team": "vision"}, {"team": "Vision"}, {"1st": "x"}, {"team": "v" * 64}]
)
def test_labels_that_google_refuses_are_refused_here(cloud, labels):
    assert "label" in cloud.refusal("storage.Bucket", location="EU", labels=labels)


def test_labels_of_types_that_are_not_labels_are_left_alone(cloud):
    inputs = {"type": "email", "labels": {"email_address": "Ada@example.com"}}
    assert cloud.check("monitoring.NotificationChannel", inputs).failures == []


def test_a_member_without_its_kind_is_refused(cloud):
    reason = cloud.refusal(
        "storage.BucketIAMMember", bucket="b", role="roles/storage.admin", member="ada@example.com"
    )
    assert "'user:ada@example.com'" in reason


def test_an_endpoint_of_google_apis_takes_a_short_name_only(cloud):
    inputs = {"target": "all-apis", "loadBalancingScheme": ""}
    assert "'pscapis'" in cloud.refusal("compute.GlobalForwardingRule", **inputs)
    inputs["name"] = "pscapis"
    assert cloud.check("compute.GlobalForwardingRule", inputs).failures == []


def test_other_forwarding_rules_take_long_names(cloud):
    inputs = {"target": "projects/p/global/targetHttpProxies/web", "name": "web-frontend"}
    assert cloud.check("compute.GlobalForwardingRule", inputs).failures == []
