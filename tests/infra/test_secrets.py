"""Secrets: names without values, in the stack's regions, for the accounts that the file names."""

import pytest
from graph_changes import built, needs
from settings_changes import changed, refusal

SECRET = "gcp:secretmanager/secret:Secret"


def test_no_value_of_a_secret_is_in_any_graph(program):
    for token in ("secretVersion:SecretVersion", "regionalSecretVersion:RegionalSecretVersion"):
        assert not program.all(f"gcp:secretmanager/{token}")


def test_a_secret_lies_in_the_stacks_regions_each_with_its_key(prod):
    replicas = prod.one(SECRET).inputs["replication"]["userManaged"]["replicas"]
    assert [each["location"] for each in replicas] == ["europe-west4", "europe-west1"]
    for each in replicas:
        key = each["customerManagedEncryption"]["kmsKeyName"]
        assert key == f"keys-secrets-{each['location']}-id"
        assert prod.named(f"keys-secrets-{each['location']}-grant").urn in needs(
            prod, prod.one(SECRET).urn
        )


def test_the_agent_of_the_service_may_use_the_key(prod):
    member = prod.named("keys-secrets-europe-west4-grant").inputs["member"]
    assert "gcp-sa-secretmanager" in member


def test_only_the_readers_of_the_stack_file_may_read_the_value(prod):
    grants = [
        each.inputs
        for each in prod.all("gcp:secretmanager/secretIamMember:SecretIamMember")
        if each.inputs["secretId"].startswith("feature-source-token")
    ]
    assert [(g["role"], g["member"].split("@")[0]) for g in grants] == [
        ("roles/secretmanager.secretAccessor", "serviceAccount:pipeline-runner-prod")
    ]


def test_without_keys_of_ones_own_google_encrypts(cloud, prod_config):
    config = changed(prod_config, "keys.customer_managed", False)
    for each in built(cloud, config).one(SECRET).inputs["replication"]["userManaged"]["replicas"]:
        assert set(each) == {"location"}


def test_a_stack_without_secrets_has_none(programs):
    assert not programs["dev"].all(SECRET)
    assert not [e for e in programs["dev"].components if e.token.endswith(":Secrets")]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([{"name": "a-token", "readers": []}], "readers"),
        ([{"name": "hunter2 is my password", "readers": ["trainer"]}], "never its value"),
        ([{"name": "a-token", "readers": ["nobody"]}], "'pipeline-runner'"),
        ([{"name": "a-token", "readers": ["trainer", "trainer"]}], "a second time"),
        ([{"name": "a-token", "readers": ["trainer"]}] * 2, "a second time"),
        ([{"name": "a-token", "readers": ["trainer"], "value": "x"}], "value is no key"),
    ],
)
def test_a_secret_that_makes_no_sense_is_refused(config, made, said):
    assert said in refusal(changed(config, "secrets.made", made))


def test_a_secure_value_in_a_stack_file_is_refused(config):
    said = refusal(config, secret_keys=["mlplatform:secrets"])
    assert "store it in Secret Manager and write its name here" in said
