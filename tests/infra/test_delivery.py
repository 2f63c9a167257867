"""How CI signs in without a key, and what builds the image."""

from pathlib import Path

import pytest
import yaml
from graph_changes import built, needs, resources
from settings_changes import changed

ROOT = Path(__file__).parents[2]
POOL = "gcp:iam/workloadIdentityPool:WorkloadIdentityPool"
PROVIDER = "gcp:iam/workloadIdentityPoolProvider:WorkloadIdentityPoolProvider"
TRIGGER = "gcp:cloudbuild/trigger:Trigger"
CONNECTION = "gcp:cloudbuildv2/connection:Connection"
GRANT = "gcp:projects/iAMMember:IAMMember"


def test_tokens_are_taken_from_one_repository_of_one_owner_by_their_numbers(prod):
    inputs = prod.one(PROVIDER).inputs
    assert inputs["attributeCondition"] == (
        "assertion.repository_owner_id == '1000001' && assertion.repository_id == '100000001'"
    )
    assert inputs["attributeMapping"]["google.subject"] == "assertion.sub"
    assert inputs["oidc"] == {"issuerUri": "https://token.actions.githubusercontent.com"}


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("previewer", "repo:example/mlplatform:pull_request"),
        ("deployer", "repo:example/mlplatform:environment:prod"),
    ],
)
def test_each_account_of_ci_is_open_to_one_kind_of_job(prod, role, subject):
    grant = prod.named(f"ci-{role}-signs-in").inputs
    assert grant["role"] == "roles/iam.workloadIdentityUser"
    assert grant["member"].startswith("principal://iam.googleapis.com/")
    assert grant["member"].endswith(f"/subject/{subject}")


def test_no_graph_holds_a_key_of_an_account(program):
    """The key file in a repository's secrets that older pipelines sign in with does not exist."""
    for token in ("gcp:serviceaccount/key:Key", "gcp:storage/hmacKey:HmacKey"):
        assert not program.all(token)


def test_the_previewer_reads_and_the_deployer_deploys(prod):
    roles: dict[str, set[str]] = {}
    for grant in prod.all(GRANT):
        roles.setdefault(grant.inputs["member"], set()).add(grant.inputs["role"])
    of = {name.split(":")[1].split("@")[0]: held for name, held in roles.items()}
    assert of["ci-previewer-prod"] == {"duties-previewer-role-id"}
    assert "duties-deployer-role-id" in of["ci-deployer-prod"]
    assert "duties-approver-role-id" not in of["ci-deployer-prod"]
    permissions = prod.named("duties-previewer-role").inputs["permissions"]
    assert {each.rpartition(".")[2] for each in permissions} == {
        "get",
        "getIamPolicy",
        "list",
        "viewPublicKey",
    }


def test_ci_comes_through_the_perimeter(prod):
    perimeter = prod.one("gcp:accesscontextmanager/servicePerimeter:ServicePerimeter").inputs
    way_in, _ = perimeter["spec"]["ingressPolicies"]
    assert [each.split("@")[0] for each in way_in["ingressFrom"]["identities"]] == [
        "serviceAccount:ci-previewer-prod",
        "serviceAccount:ci-deployer-prod",
    ]


def test_the_pool_waits_for_the_services_that_exchange_tokens(prod):
    before = needs(prod, prod.one(POOL).urn)
    for api in ("iam", "sts", "iamcredentials"):
        assert prod.named(f"services-{api}").urn in before


def test_a_trigger_carries_owner_and_repository_and_none_is_made_without(prod, programs):
    repository = prod.one("gcp:cloudbuildv2/repository:Repository").inputs
    assert repository["remoteUri"] == "https://github.com/example/mlplatform.git"
    assert prod.named("builds-image").inputs["repositoryEventConfig"]["push"] == {
        "branch": "^main$"
    }
    for stack in ("local", "dev"):
        assert not programs[stack].all(TRIGGER)
        assert not programs[stack].all(POOL)


def test_the_name_of_a_branch_is_no_pattern(cloud, prod_config):
    each = built(cloud, changed(prod_config, "delivery.builds.branch", "release/1.0"))
    events = [found.inputs.get("repositoryEventConfig") for found in each.all(TRIGGER)]
    pushes = [event["push"]["branch"] for event in events if event]
    assert len(pushes) > 1
    assert set(pushes) == {r"^release/1\.0$"}


def test_a_build_runs_as_an_account_of_its_own_and_says_where_its_log_goes(prod):
    inputs = prod.named("builds-image").inputs
    assert inputs["serviceAccount"].startswith("builder-prod@")
    assert inputs["build"]["options"]["logging"] == "CLOUD_LOGGING_ONLY"
    builder = f"serviceAccount:{inputs['serviceAccount']}"
    granted = {e.inputs["role"] for e in prod.registered if e.inputs.get("member") == builder}
    assert granted == {
        "roles/artifactregistry.writer",
        "roles/binaryauthorization.attestorsVerifier",
        "roles/cloudkms.signer",
        "roles/containeranalysis.notes.attacher",
        "roles/containeranalysis.occurrences.editor",
        "roles/logging.logWriter",
        "roles/ondemandscanning.admin",
        "roles/storage.objectViewer",
    }


def test_a_build_is_that_of_the_file_and_nothing_expands_its_variables(prod):
    """`${BUILD_ID}` reaches Cloud Build as it is: a template language would have put nothing."""
    build = prod.named("builds-image").inputs["build"]
    file = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())
    assert build["steps"] == file["steps"]
    assert build["images"] == file["images"] == ["${_IMAGE}:${BUILD_ID}"]
    assert '--tag="${_IMAGE}:${BUILD_ID}"' in build["steps"][0]["args"][-1]


def test_every_variable_of_a_build_is_given(prod):
    inputs = prod.named("builds-image").inputs
    file = yaml.safe_load((ROOT / "cloudbuild.yaml").read_text())
    assert set(inputs["substitutions"]) == set(file["substitutions"])
    assert inputs["substitutions"]["_JAX_EXTRA"] == "tpu"
    image = inputs["substitutions"]["_IMAGE"]
    assert image.startswith("europe-west4-docker.pkg.dev/mlplatform-prod/")
    assert image.endswith("/mlplatform-jobs")


def test_a_build_reaches_the_registry_of_every_region(prod):
    copies = prod.named("builds-image").inputs["substitutions"]["_COPIES"]
    own = prod.named("builds-image").inputs["substitutions"]["_IMAGE"]
    assert copies == own.replace("europe-west4", "europe-west1")
    grants = [e.inputs for e in prod.registered if e.name.startswith("builds-pushes")]
    assert {each["location"] for each in grants} == {"europe-west4", "europe-west1"}
    assert len({each["repository"] for each in grants}) == 1, "of the same name everywhere"


def test_what_a_build_watches_exists(prod):
    patterns = [e for each in prod.all(TRIGGER) for e in each.inputs.get("includedFiles", ())]
    assert {"Dockerfile", "workstations/Dockerfile", "workstations/startup/**"} <= {*patterns}
    for pattern in patterns:
        assert (ROOT / pattern.removesuffix("/**")).exists(), pattern


def test_the_machine_of_a_build_is_the_stack_files(cloud, prod_config):
    graph = built(cloud, changed(prod_config, "delivery.builds.machine", "E2_HIGHCPU_32"))
    machines = {each.inputs["build"]["options"]["machineType"] for each in graph.all(TRIGGER)}
    assert machines == {"E2_HIGHCPU_32"}


def test_a_trigger_is_where_its_connection_is(prod):
    places = {each.inputs["location"] for e in (TRIGGER, CONNECTION) for each in prod.all(e)}
    assert places == {"europe-west4"}, "elsewhere it does not see the repository"


def test_the_agent_may_read_the_token_before_the_connection_is_made(prod):
    connection = prod.one(CONNECTION)
    grant = prod.named("builds-agent-reads-token")
    assert grant.urn in connection.depends_on
    assert grant.inputs["secretId"] == "github-token"
    assert "gcp-sa-cloudbuild" in grant.inputs["member"]


def test_without_sign_in_or_builds_the_other_stays(cloud, prod, prod_config):
    graph = built(cloud, changed(prod_config, "delivery.sign_in", None))
    gone = {name for _, name in resources(prod) - resources(graph)}
    assert not [name for name in gone if name.startswith("builds-")]
    assert {"ci-pool", "ci-provider", "ci-deployer", "ci-previewer"} <= gone
