"""Data sources."""

import json

import pytest

from localcloud.provider.protocol import ProviderError


def test_the_project_has_a_number(cloud):
    answer = cloud.provider.invoke("gcp:organizations/getProject:getProject", {})
    assert answer["projectId"] == "shop-dev"
    assert len(answer["number"]) == 12
    assert answer["number"].isdigit()


def test_another_project_has_another_number(cloud):
    token = "gcp:organizations/getProject:getProject"
    own = cloud.provider.invoke(token, {})
    other = cloud.provider.invoke(token, {"projectId": "shop-prod"})
    assert own["number"] != other["number"]


def test_the_number_is_that_of_the_resources(cloud):
    number = cloud.provider.invoke("gcp:organizations/getProject:getProject", {})["number"]
    _, outputs = cloud.made("storage.Bucket", name="data", location="EU")
    assert str(outputs["projectNumber"]) == number


@pytest.mark.parametrize(
    ("token", "property_", "domain"),
    [
        (
            "gcp:storage/getProjectServiceAccount:getProjectServiceAccount",
            "emailAddress",
            "gs-project-accounts.iam.gserviceaccount.com",
        ),
        (
            "gcp:bigquery/getDefaultServiceAccount:getDefaultServiceAccount",
            "email",
            "bigquery-encryption.iam.gserviceaccount.com",
        ),
        (
            "gcp:storage/getTransferProjectServiceAccount:getTransferProjectServiceAccount",
            "email",
            "storage-transfer-service.iam.gserviceaccount.com",
        ),
        (
            "gcp:compute/getDefaultServiceAccount:getDefaultServiceAccount",
            "email",
            "developer.gserviceaccount.com",
        ),
    ],
)
def test_agents_of_services_can_be_granted_roles(cloud, token, property_, domain):
    answer = cloud.provider.invoke(token, {})
    assert answer[property_].endswith(domain)
    assert answer["member"] == f"serviceAccount:{answer[property_]}"


def test_the_client_knows_where_it_works(cloud):
    answer = cloud.provider.invoke("gcp:organizations/getClientConfig:getClientConfig", {})
    assert (answer["project"], answer["region"]) == ("shop-dev", "europe-west4")


def test_zones_lie_in_the_region_that_is_asked_for(cloud):
    answer = cloud.provider.invoke("gcp:compute/getZones:getZones", {"region": "us-east5"})
    assert all(zone.startswith("us-east5-") for zone in answer["names"])


def test_zones_lie_in_the_region_of_the_provider_otherwise(cloud):
    answer = cloud.provider.invoke("gcp:compute/getZones:getZones", {"project": None})
    assert all(zone.startswith("europe-west4-") for zone in answer["names"])


def test_a_policy_document_is_rendered(cloud):
    bindings = [{"role": "roles/viewer", "members": ["user:ada@example.com"]}]
    token = "gcp:organizations/getIAMPolicy:getIAMPolicy"
    answer = cloud.provider.invoke(token, {"bindings": bindings})
    assert json.loads(answer["policyData"]) == {"bindings": bindings}


def test_a_bucket_of_the_stack_can_be_looked_up(cloud):
    cloud.made("storage.Bucket", name="data", location="EU")
    answer = cloud.provider.invoke("gcp:storage/getBucket:getBucket", {"name": "data"})
    assert answer["url"] == "gs://data"


def test_looking_up_what_does_not_exist_is_an_error(cloud):
    with pytest.raises(ProviderError, match="Error 404: 'data' does not exist"):
        cloud.provider.invoke("gcp:storage/getBucket:getBucket", {"name": "data"})


def test_a_data_source_that_is_not_known_is_refused_with_those_that_are(cloud):
    with pytest.raises(ProviderError, match=r"getWeather.*it answers.*getProject"):
        cloud.provider.invoke("gcp:organizations/getWeather:getWeather", {})


VERSION = "gcp:kms/getKMSCryptoKeyVersion:getKMSCryptoKeyVersion"


def test_the_public_key_of_a_signing_key_can_be_asked_for(cloud):
    ring, _ = cloud.made("kms.KeyRing", name="ring", location="europe-west4")
    template = {"algorithm": "EC_SIGN_P256_SHA256", "protectionLevel": "HSM"}
    made = {"name": "images", "keyRing": ring, "versionTemplate": template}
    key, _ = cloud.made("kms.CryptoKey", purpose="ASYMMETRIC_SIGN", **made)
    first, second = (
        cloud.provider.invoke(VERSION, {"cryptoKey": key, "version": n}) for n in (1, 2)
    )
    assert first["id"] == f"//cloudkms.googleapis.com/v1/{key}/cryptoKeyVersions/1"
    assert first["publicKeys"][0]["algorithm"] == "EC_SIGN_P256_SHA256"
    assert first["publicKeys"][0]["pem"].startswith("-----BEGIN PUBLIC KEY-----\n")
    assert first["publicKeys"] != second["publicKeys"]
    assert first == cloud.provider.invoke(VERSION, {"cryptoKey": key}), "the first by default"


def test_a_key_that_encrypts_has_no_public_key_and_one_that_does_not_exist_no_version(cloud):
    ring, _ = cloud.made("kms.KeyRing", name="ring", location="europe-west4")
    key, _ = cloud.made("kms.CryptoKey", name="data", keyRing=ring, purpose="ENCRYPT_DECRYPT")
    assert cloud.provider.invoke(VERSION, {"cryptoKey": key})["publicKeys"] == []
    with pytest.raises(ProviderError, match="does not exist in the local cloud"):
        cloud.provider.invoke(VERSION, {"cryptoKey": f"{key}-2", "version": 1})
