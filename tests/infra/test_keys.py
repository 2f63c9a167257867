"""Keys of one's own: where they are, who may use them, and that data waits for them."""

from typing import Any

import pytest
from graph_changes import built, needs, resources
from settings_changes import changed

from infra.settings.keys import PURPOSES

KEY = "gcp:kms/cryptoKey:CryptoKey"
GRANT = "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember"

# Who encrypts what, by the type of the resource; Google's documentation names the agents.
AGENTS = {
    "gcp:storage/bucket:Bucket": "service-1@gs-accounts",
    "gcp:bigquery/dataset:Dataset": "bq-1@bigquery-encryption",
    "gcp:bigquery/table:Table": "bq-1@bigquery-encryption",
    "gcp:artifactregistry/repository:Repository": "service-1@gcp-sa-artifactregistry",
    "gcp:pubsub/topic:Topic": "service-1@gcp-sa-pubsub",
    "gcp:vertex/aiEndpoint:AiEndpoint": "service-1@gcp-sa-aiplatform",
}


def of_data(cloud, token):
    """Without the key that signs images: it encrypts nothing, and `test_admission.py` has it."""
    signing = ("admission-", "builds-")
    return [each for each in cloud.all(token) if not each.name.startswith(signing)]


def key_of(value: Any) -> str | None:
    """The key that a resource is encrypted with, wherever its inputs say so."""
    if not isinstance(value, dict):
        return None
    named = [value[name] for name in ("kmsKeyName", "defaultKmsKeyName") if name in value]
    return next(iter(named), None) or next(filter(None, map(key_of, value.values())), None)


@pytest.mark.parametrize("stack", ["staging", "prod"])
@pytest.mark.parametrize("token", AGENTS)
def test_data_is_encrypted_with_a_key_of_its_region(programs, stack, token):
    found = programs[stack].all(token)
    assert found
    for each in found:
        key = key_of(each.inputs)
        assert key, f"{each.name} is encrypted with a key that Google keeps"
        place = each.inputs.get("location", "europe-west4").lower()
        place = {"eu": "europe"}.get(place, place)  # as Cloud KMS calls the area
        assert key.endswith(f"-{place}-id"), f"{each.name} is in {place}"


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_whoever_encrypts_may_use_the_key_before_anything_is_encrypted(programs, stack):
    graph = programs[stack]
    encrypted = [each for each in graph.registered if each.token != GRANT and key_of(each.inputs)]
    assert {each.token for each in encrypted} >= set(AGENTS)
    for each in encrypted:
        before = needs(graph, each.urn)
        grants = [g for g in graph.all(GRANT) if g.inputs["cryptoKeyId"] == key_of(each.inputs)]
        members = {grant.inputs["member"] for grant in grants if grant.urn in before}
        assert members, f"{each.name} may come before its grant"
        if each.token in AGENTS:
            assert f"serviceAccount:{AGENTS[each.token]}" in members


def test_a_key_is_granted_to_encrypt_and_nothing_more(prod):
    assert {each.inputs["role"] for each in of_data(prod, GRANT)} == {
        "roles/cloudkms.cryptoKeyEncrypterDecrypter"
    }


def test_an_agent_exists_before_it_is_granted_a_key(prod):
    for purpose, api in (("vertex", "aiplatform"), ("registry", "artifactregistry")):
        grant = prod.named(f"keys-{purpose}-europe-west4-grant")
        assert prod.named(f"agents-{api}").urn in grant.depends_on
    for purpose in ("storage", "bigquery"):
        grant = prod.named(f"keys-{purpose}-europe-west4-grant")
        assert prod.named(f"services-{purpose}").urn in needs(prod, grant.urn), (
            "looked up by its API"
        )


def test_each_region_has_a_ring_and_a_key_for_each_purpose(prod):
    rings = of_data(prod, "gcp:kms/keyRing:KeyRing")
    places = {each.inputs["location"] for each in rings}
    assert places == {"europe-west4", "europe-west1", "europe"}
    keys = {(each.name, each.inputs["keyRing"]) for each in of_data(prod, KEY)}
    assert keys == {
        (f"keys-{purpose}-{region}", f"keys-{region}-id")
        for purpose in PURPOSES
        for region in ("europe-west4", "europe-west1")
    } | {("keys-storage-europe", "keys-europe-id")}, "buckets are in both regions at once"


def test_a_ring_and_a_key_are_named_by_the_provider(program):
    for each in [*program.all("gcp:kms/keyRing:KeyRing"), *program.all(KEY)]:
        assert "name" not in each.inputs, "destroyed, it keeps its name for ever"
        assert not each.replaced_first, "the new one is made first, or both are lost"


def test_keys_rotate_and_lie_where_the_settings_say(prod):
    for key in of_data(prod, KEY):
        assert key.inputs["rotationPeriod"] == f"{90 * 86_400}s"
        assert key.inputs["versionTemplate"]["protectionLevel"] == "HSM"


def test_a_key_cannot_be_destroyed_while_the_stack_is_protected(cloud, prod, prod_config):
    assert {(k.protect, k.inputs["deletionPolicy"]) for k in prod.all(KEY)} == {(True, "PREVENT")}
    open_config = changed(prod_config, "environment", "staging")
    open_config = changed(open_config, "protection.enabled", False)
    opened = built(cloud, open_config)
    assert {(k.protect, k.inputs["deletionPolicy"]) for k in opened.all(KEY)} == {(False, "DELETE")}


def test_without_keys_of_ones_own_none_is_made_and_nothing_else_goes(cloud, prod, prod_config):
    without = built(cloud, changed(prod_config, "keys.customer_managed", False))
    gone = resources(prod) - resources(without)
    # With the keys goes who encrypts with them or demands it, and nothing that holds data.
    others = {token for token, _ in gone if not token.startswith("gcp:kms/")}
    assert others <= {
        "gcp:orgpolicy/policy:Policy",
        "gcp:projects/serviceIdentity:ServiceIdentity",
        "gcp:serviceaccount/account:Account",
    }
    for kind in ("keyRing:KeyRing", "cryptoKey:CryptoKey", "cryptoKeyIAMMember:CryptoKeyIAMMember"):
        assert not of_data(without, f"gcp:kms/{kind}")
    assert resources(without) <= resources(prod)
    assert not [each.name for each in without.registered if key_of(each.inputs)]


EXISTING = "projects/security-keys/locations/europe-west4/keyRings/ml/cryptoKeys/buckets"
OF_BOTH = EXISTING.replace("europe-west4", "europe")


def test_an_existing_key_is_granted_and_used_and_not_made(cloud, prod_config):
    config = changed(prod_config, "keys.existing", [{"purpose": "storage", "key": OF_BOTH}])
    graph = built(cloud, config)
    assert "keys-storage-europe" not in {each.name for each in graph.all(KEY)}
    assert "keys-storage-europe-west1" in {each.name for each in graph.all(KEY)}
    bucket = graph.named("artifacts-bucket")
    assert key_of(bucket.inputs) == OF_BOTH
    grant = graph.named("keys-storage-europe-grant")
    assert grant.inputs["cryptoKeyId"] == OF_BOTH
    assert grant.urn in bucket.depends_on


def test_a_region_whose_keys_all_exist_gets_no_ring(cloud, prod_config):
    keys = [{"purpose": purpose, "key": f"{EXISTING}-{purpose}"} for purpose in PURPOSES]
    graph = built(cloud, changed(prod_config, "keys.existing", keys))
    rings = {each.inputs["location"] for each in of_data(graph, "gcp:kms/keyRing:KeyRing")}
    assert rings == {"europe-west1", "europe"}


def test_what_only_another_key_replaces_makes_room_for_itself(prod):
    for token in (
        "gcp:artifactregistry/repository:Repository",
        "gcp:vertex/aiEndpoint:AiEndpoint",
    ):
        for each in prod.all(token):
            assert each.replaced_first, "its name is taken until the old one has gone"
