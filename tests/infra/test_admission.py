"""Which images may start: who signs them, who is asked, and what is not asked."""

from pathlib import Path

import pytest
import yaml
from graph_changes import built, needs, resources
from sdk_schema import every_input_of
from settings_changes import changed

from catalog.admission import ASKS, KEY_ID_PREFIX
from infra.settings import parse

ROOT = Path(__file__).parents[2]
POLICY = "gcp:binaryauthorization/policy:Policy"
ATTESTOR = "gcp:binaryauthorization/attestor:Attestor"
TRIGGER = "gcp:cloudbuild/trigger:Trigger"
RUN, FUNCTION = ASKS
OF_FUNCTIONS = "europe-west4-docker.pkg.dev/mlplatform-prod/functions-prod/**"
SECTION = "guardrails.binary_authorization"


@pytest.fixture(scope="module")
def off(programs):
    config = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())["config"]
    return built(programs["prod"], changed(config, SECTION, None))


@pytest.fixture
def alone(cloud, prod_config):
    """Registers the component by itself, with other settings than prod's."""

    def build(*, protected=True, **settings):
        import pulumi_gcp as gcp

        from infra.guardrails.admission import Admission, AdmissionArgs
        from infra.labels import Labels
        from infra.naming import Names

        whole = parse(prod_config)
        asked = whole.guardrails.binary_authorization
        assert asked is not None

        def register():
            api = gcp.projects.Service("api", service="kms.googleapis.com")
            args = AdmissionArgs(
                settings=asked.model_copy(update=settings),
                names=Names(stack="prod", project_id="p"),
                labels=Labels.of_stack(whole.project, "prod", "prod"),
                region="europe-west4",
                protection_level="HSM",
                protected=protected,
                built_by_google=[OF_FUNCTIONS],
                agent_member="serviceAccount:agent",
                binaryauthorization_api=api,
                containeranalysis_api=api,
                kms_api=api,
            )
            return Admission("admission", args).signing.key_version

        cloud.deploy(register)
        return cloud

    return build


def test_what_nobody_signed_is_not_started(prod):
    inputs = prod.one(POLICY).inputs
    rule = inputs["defaultAdmissionRule"]
    assert rule["evaluationMode"] == "REQUIRE_ATTESTATION"
    assert rule["requireAttestationsBies"] == [prod.one(ATTESTOR).inputs["name"]]
    assert inputs["globalPolicyEvaluationMode"] == "ENABLE"
    assert "clusterAdmissionRules" not in inputs


@pytest.mark.parametrize(
    ("mode", "said"),
    [("dry-run", "DRYRUN_AUDIT_LOG_ONLY"), ("enforced", "ENFORCED_BLOCK_AND_AUDIT_LOG")],
)
def test_it_is_rehearsed_or_enforced_by_one_switch(alone, mode, said):
    assert alone(mode=mode).one(POLICY).inputs["defaultAdmissionRule"]["enforcementMode"] == said


def test_functions_start_as_google_built_them_and_so_does_what_is_exempt(alone, prod):
    def patterns(graph):
        return [e["namePattern"] for e in graph.one(POLICY).inputs["admissionWhitelistPatterns"]]

    assert patterns(prod) == [OF_FUNCTIONS]
    repository = prod.named("functions-images").inputs
    assert f"{repository['location']}-docker.pkg.dev/" in OF_FUNCTIONS
    assert f"/{repository['repositoryId']}/**" in OF_FUNCTIONS
    other = "us-docker.pkg.dev/vendor/images/*"
    assert patterns(alone(exempt_images=[other])) == [OF_FUNCTIONS, other]


def test_everything_that_can_ask_asks_and_waits_for_the_policy(prod):
    policy = prod.one(POLICY).urn
    for service in prod.all(RUN):
        assert service.inputs["binaryAuthorization"] == {"useDefault": True}
        assert policy in needs(prod, service.urn)
    for function in prod.all(FUNCTION):
        assert function.inputs["serviceConfig"]["binaryAuthorizationPolicy"] == "default"
        assert policy in needs(prod, function.urn)
    assert prod.all(RUN)
    assert prod.all(FUNCTION)
    tokens = {each.token for each in prod.registered if each.token.startswith("gcp:")}
    able = {t for t in tokens for each in every_input_of(t) if "binaryauth" in each.name.lower()}
    assert able <= set(ASKS), "another type can ask: let it"


def test_the_constraint_lets_nothing_start_on_cloud_run_that_does_not_ask(prod, off):
    name = "constraints-run-allowedBinaryAuthorizationPolicies"
    (rule,) = prod.named(name).inputs["spec"]["rules"]
    assert rule["values"] == {"allowedValues": ["default"]}
    assert name not in {each.name for each in off.registered}


def test_images_are_signed_with_a_key_that_nothing_rotates_or_destroys(prod):
    key = prod.named("admission-key")
    assert key.inputs["purpose"] == "ASYMMETRIC_SIGN"
    assert "rotationPeriod" not in key.inputs, "Cloud KMS refuses one for this purpose"
    assert key.inputs["versionTemplate"] == {
        "algorithm": "EC_SIGN_P256_SHA256",
        "protectionLevel": "HSM",
    }
    assert (key.protect, key.inputs["deletionPolicy"]) == (True, "PREVENT")
    assert "name" not in prod.named("admission-ring").inputs, "a ring keeps its name for ever"


def test_without_protection_the_key_may_go(alone):
    key = alone(protected=False).named("admission-key")
    assert (key.protect, key.inputs["deletionPolicy"]) == (False, "DELETE")


def test_signatures_of_every_version_count_and_the_last_one_signs(alone):
    graph = alone(key_versions=[1, 3])
    known = graph.one(ATTESTOR).inputs["attestationAuthorityNote"]["publicKeys"]
    version = "admission-key-id/cryptoKeyVersions"
    assert [each["id"] for each in known] == [f"{KEY_ID_PREFIX}{version}/{n}" for n in (1, 3)]
    assert [each["pkixPublicKey"] for each in known] == [
        {"publicKeyPem": f"key {n}", "signatureAlgorithm": "EC_SIGN_P256_SHA256"} for n in (1, 3)
    ]
    assert graph.result == f"{version}/3"


def test_a_build_signs_with_the_id_that_the_attestor_knows(prod):
    (step,) = [e for e in prod.named("builds-image").inputs["build"]["steps"] if e["id"] == "sign"]
    (known,) = prod.one(ATTESTOR).inputs["attestationAuthorityNote"]["publicKeys"]
    version = prod.named("builds-image").inputs["substitutions"]["_KEY_VERSION"]
    assert known["id"] == KEY_ID_PREFIX + version
    assert f'--public-key-id="{KEY_ID_PREFIX}${{_KEY_VERSION}}"' in step["args"][1]


@pytest.mark.parametrize(
    "role", ["roles/cloudkms.signer", "roles/containeranalysis.notes.attacher"]
)
def test_the_builder_signs_and_nobody_else(program, role):
    members = {e.inputs["member"] for e in program.registered if e.inputs.get("role") == role}
    builders = {f"serviceAccount:{each.inputs['serviceAccount']}" for each in program.all(TRIGGER)}
    assert members == builders


def test_a_build_waits_for_everything_that_it_signs_with(prod):
    for trigger in prod.all(TRIGGER):
        before = needs(prod, trigger.urn)
        for name in ("builds-signs", "builds-attaches", "builds-attests", "builds-verifies"):
            assert prod.named(name).urn in before, (trigger.name, name)


def test_signatures_can_be_looked_for_before_anything_is_asked(prod):
    looks = prod.named("admission-agent-looks")
    assert looks.inputs["role"] == "roles/containeranalysis.notes.occurrences.viewer"
    assert looks.inputs["member"] == "serviceAccount:service-1@gcp-sa-binaryauthorization"
    assert looks.urn in needs(prod, prod.one(POLICY).urn)
    assert prod.named("agents-binaryauthorization").urn in needs(prod, looks.urn)
    assert prod.named("services-containeranalysis").urn in needs(prod, looks.urn)


def test_off_it_leaves_nothing_behind(prod, off):
    gone = {name for _, name in resources(prod) - resources(off)}
    assert gone == {
        *(f"admission-{each}" for each in ("ring", "key", "note", "agent-looks")),
        *(f"admission-{each}" for each in ("attestor", "policy")),
        *(f"builds-{each}" for each in ("signs", "attaches", "attests", "verifies")),
        *(f"services-{each}" for each in ("binaryauthorization", "containeranalysis")),
        "agents-binaryauthorization",
        "constraints-run-allowedBinaryAuthorizationPolicies",
    }
    for each in off.registered:
        assert "binaryauth" not in str(each.inputs).lower() or each.token.startswith(
            ("gcp:projects/", "mlplatform:")
        ), each.name
    variables = off.named("builds-image").inputs["substitutions"]
    assert (variables["_ATTESTOR"], variables["_KEY_VERSION"]) == ("", "")
    assert set(variables) == set(
        yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())["substitutions"]
    )


def test_a_build_by_hand_is_told_who_builds_and_with_what_it_signs(prod):
    told = prod.exports["image_builds"]
    assert told["account"] == prod.named("builds-image").inputs["serviceAccount"]
    assert told["sources"] == "gs://artifacts-prod-mlplatform-prod/tmp/builds/"
    assert told["attestor"] == prod.one(ATTESTOR).inputs["name"]
    assert told["key_version"] == prod.named("builds-image").inputs["substitutions"]["_KEY_VERSION"]
    expression = prod.named("builds-reads-sources").inputs["condition"]["expression"]
    assert '/objects/tmp/builds/")' in expression, "it reads no data"
