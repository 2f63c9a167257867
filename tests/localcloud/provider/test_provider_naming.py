"""Names that the provider gives."""

import re

from hypothesis import given
from hypothesis import strategies as st

from localcloud.provider.naming import automatic_name
from localcloud.provider.schema import resource_schema

BUCKET = resource_schema("gcp:storage/bucket:Bucket")


def test_a_bucket_without_a_name_gets_one(cloud):
    name = cloud.check("storage.Bucket", {"location": "EU"}, name="Data").inputs["name"]
    assert re.fullmatch(r"data-[0-9a-f]{7}", name)


def test_a_given_name_is_kept(cloud):
    inputs = {"location": "EU", "name": "shop-data"}
    assert cloud.check("storage.Bucket", inputs).inputs == inputs


def test_an_update_keeps_the_name_that_the_resource_has(cloud):
    old = cloud.check("storage.Bucket", {"location": "EU"}).inputs
    new = cloud.check("storage.Bucket", {"location": "EU"}, old, seed=b"another")
    assert new.inputs == old


def test_an_automatic_name_survives_a_new_logical_name(cloud):
    old = cloud.check("storage.Bucket", {"location": "EU"}, name="before").inputs
    new = cloud.check("storage.Bucket", {"location": "EU"}, old, name="after")
    assert new.inputs["name"] == old["name"], "an alias must not rename what is in the cloud"


def test_a_name_that_the_program_no_longer_gives_is_not_kept(cloud):
    new = cloud.check("storage.Bucket", {"location": "EU"}, {"location": "EU", "name": "chosen"})
    assert new.inputs["name"] != "chosen"


def test_a_replacement_gets_another_name(cloud):
    first = cloud.check("storage.Bucket", {"location": "EU"}, seed=b"1").inputs["name"]
    second = cloud.check("storage.Bucket", {"location": "US"}, seed=b"2").inputs["name"]
    assert first != second, "both exist at the same time"


def test_a_service_account_is_named_by_its_account_id(cloud):
    inputs = cloud.check(
        "serviceaccount.Account", {}, name="a-very-long-name-for-an-account"
    ).inputs
    assert list(inputs) == ["accountId"]
    assert len(inputs["accountId"]) == 30


def test_most_compute_types_keep_the_case_and_so_refuse_it(cloud):
    assert "'Fw-" in cloud.check("compute.Firewall", {"network": "n"}, name="Fw").failures[0][1]
    assert cloud.check("compute.Network", {}, name="Net").failures == []


def test_types_without_a_name_get_none(cloud):
    assert cloud.check("monitoring.Dashboard", {"dashboardJson": "{}"}).inputs == {
        "dashboardJson": "{}"
    }


def test_an_endpoint_must_be_named_by_the_program(cloud):
    reason = cloud.refusal("vertex.AiEndpoint", displayName="fraud", location="europe-west4")
    assert reason == (
        "vertex.AiEndpoint needs an explicit 'name': it takes only digits, at most 10 and no "
        "leading zero, such as 421133700"
    )


def test_a_feature_store_must_be_named_by_the_program(cloud):
    assert "'ml_dev'" in cloud.refusal("vertex.AiFeatureOnlineStore", region="europe-west4")


@given(st.from_regex(r"[a-z][a-z0-9-]{0,90}", fullmatch=True), st.binary(min_size=1))
def test_automatic_names_are_bucket_names_and_depend_on_nothing_else(logical, seed):
    urn = f"urn:pulumi:dev::shop::gcp:storage/bucket:Bucket::{logical}"
    named = automatic_name(BUCKET, urn, {}, {}, seed)
    assert named is not None
    assert len(named.value) <= 63
    assert re.fullmatch(r"[a-z0-9-]+-[0-9a-f]{7}", named.value)
    assert named == automatic_name(BUCKET, urn, {}, {}, seed)
