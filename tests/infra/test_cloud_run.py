"""Models on Cloud Run: closed to the internet, one account each, and what contradicts."""

import pytest
from graph_changes import built, needs
from settings_changes import changed, refusal, refusals

from catalog.cloud_run import CPUS, LEAST_MEMORY_GIB, MOST_MEMORY_GIB, cpus_for
from infra.settings import parse
from infra.settings.problems import spelt

MODEL = "flight-delay-briefing"
SERVING = f"models.{MODEL}.serving"
SERVICE = "gcp:cloudrunv2/service:Service"


@pytest.fixture
def service(prod):
    return prod.named(f"{MODEL}-service")


def test_a_service_is_reached_from_inside_only_and_called_by_who_is_named(prod, service):
    assert service.inputs["ingress"] == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    assert "invokerIamDisabled" not in service.inputs
    assert service.inputs["template"]["vpcAccess"]["egress"] == "ALL_TRAFFIC"
    invokers = [
        each.inputs
        for each in prod.all("gcp:cloudrunv2/serviceIamMember:ServiceIamMember")
        if each.name.startswith(MODEL)
    ]
    assert [(each["role"], each["member"]) for each in invokers] == [
        ("roles/run.invoker", "serviceAccount:briefing@acme-partner-apps.iam.gserviceaccount.com")
    ]


def test_it_serves_one_candidate_with_the_jobs_image_on_the_servers_own_routes(service):
    from jobs.serving.__main__ import ServerSettings

    (container,) = service.inputs["template"]["containers"]
    variables = {each["name"]: each["value"] for each in container["envs"]}
    started = ServerSettings.from_environment(variables)
    assert started.storage_uri == (
        f"gs://artifacts-prod-mlplatform-prod/models/{MODEL}/{MODEL}-00000000000000000000-1/network"
    )
    assert "command" not in container, "the image starts the server by itself"
    for probe in ("startupProbe", "livenessProbe"):
        assert container[probe]["httpGet"] == {"path": started.health_route, "port": started.port}
    start = container["startupProbe"]
    assert start["failureThreshold"] * start["periodSeconds"] == 240
    assert container["ports"] == {"containerPort": started.port}


def test_it_acts_as_its_own_account_which_reads_the_candidates_of_its_model_alone(prod, service):
    email = service.inputs["template"]["serviceAccount"]
    grants = [
        each
        for each in prod.registered
        if str(each.inputs.get("member", "")) == f"serviceAccount:{email}"
    ]
    assert [each.inputs["role"] for each in grants] == ["roles/storage.objectViewer"]
    condition = grants[0].inputs["condition"]["expression"]
    assert f"/objects/models/{MODEL}/" in condition
    assert grants[0].urn in needs(prod, service.urn), "it reads its model while it starts"


def test_it_is_encrypted_and_may_not_be_deleted_where_data_is_protected(prod, service, programs):
    assert service.inputs["template"]["encryptionKey"] == "keys-run-europe-west4-id"
    assert prod.named("keys-run-europe-west4-grant").urn in needs(prod, service.urn)
    assert service.inputs["deletionProtection"] is True
    assert not programs["dev"].all(SERVICE)


def test_sizes_are_those_of_the_settings_and_traffic_moved_by_hand_stays(service):
    template = service.inputs["template"]
    assert template["scaling"]["maxInstanceCount"] == 4
    assert template["maxInstanceRequestConcurrency"] == 16
    (container,) = template["containers"]
    assert container["resources"]["limits"] == {"cpu": "2", "memory": "4Gi"}
    assert set(service.ignored) == {"client", "clientVersion", "traffics"}


def test_a_model_on_cloud_run_has_no_endpoint_and_asks_for_no_image_of_its_run(prod):
    assert not [e for e in prod.all("gcp:vertex/aiEndpoint:AiEndpoint") if MODEL in e.name]
    assert prod.exports["services"].keys() == {MODEL}
    assert MODEL not in prod.exports["endpoints"]
    assert MODEL not in prod.exports["without_image"]


def test_an_image_is_written_only_for_models_that_a_rollout_reaches(prod_config):
    models = parse(prod_config).models
    assert {name for name, each in models.items() if not each.may_have_image} == {
        MODEL,
        "flight-delay-partner",
    }


def test_without_a_version_there_is_an_account_and_no_service(cloud, prod_config):
    graph = built(cloud, changed(prod_config, f"{SERVING}.cloud_run.version", None))
    assert not graph.all(SERVICE)
    assert graph.named(f"{MODEL}-server")


def test_the_name_of_a_service_is_legal_however_long_the_models_is():
    from infra.naming import Names

    name = Names(stack="production", project_id="p").service("m" * 38)
    assert len(name) <= 49
    assert not name.endswith("-")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("access", "private"),
        ("log_sampling", 0.5),
        ("pool", "small-models"),
        ("machine_type", "n2-standard-4"),
        ("min_replicas", 2),
        ("spot", True),
        ("consumer_projects", ["acme-partner-apps"]),
    ],
)
def test_a_key_of_an_endpoint_is_refused_on_cloud_run(prod_config, key, value):
    said = refusal(changed(prod_config, f"{SERVING}.{key}", value))
    assert f"{SERVING}.{key} is {spelt(value)}, which an endpoint of Vertex AI takes" in said


def test_sizes_of_a_service_are_refused_on_an_endpoint_and_demanded_on_cloud_run(prod_config):
    run = prod_config["mlplatform:models"][MODEL]["serving"]["cloud_run"]
    said = refusal(changed(prod_config, "models.flight-delay.serving.cloud_run", run))
    assert "platform is vertex and no service is made" in said
    said = refusal(changed(prod_config, f"{SERVING}.cloud_run", None))
    assert "cloud_run is missing, but platform is cloud-run" in said


@pytest.mark.parametrize("key", ["access", "log_sampling"])
def test_an_endpoint_still_needs_its_door_and_says_what_it_records(prod_config, key):
    said = refusal(changed(prod_config, f"models.flight-delay.serving.{key}", None))
    assert f"{key} is missing: write" in said


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        ("image", "europe-west4-docker.pkg.dev/p/r/jobs@sha256:" + "a" * 64, "write null and name"),
        ("availability_percent", 99.5, "write null, or platform: vertex"),
        ("alerts.latency_p99_ms", 300, "this alert reads an endpoint of Vertex AI"),
        ("tier", "serving", "write regional or copied or durable"),
        ("tier", None, "which makes it continuous"),
        (
            "serving.cloud_run.version.run",
            "flight-delay-00000000000000000000-1",
            "a run of another model",
        ),
        ("serving.cloud_run.version.image", "jobs:latest", "@sha256:<64 hex digits>"),
        ("serving.cloud_run.version.run", "latest", "the id of a run"),
        ("serving.cloud_run.memory_gib", 9, "write that much, or cpu: 4"),
        ("serving.cloud_run.min_instances", 5, "more than max_instances: write at most 4"),
        ("serving.cloud_run.max_instances", 0, "write 1 or more"),
        ("serving.cloud_run.requests_at_once", -1, "write 1 or more"),
        ("serving.cloud_run.callers", ["allUsers"], "begins with group:, user: or serviceAccount:"),
        ("serving.cloud_run.callers", ["user:a@b.com", "user:a@b.com"], "a second time"),
    ],
)
def test_what_cloud_run_cannot_do_or_take_is_refused(prod_config, path, value, sentence):
    found = refusals(changed(prod_config, f"models.{MODEL}.{path}", value))
    assert [each for each in found if sentence in each], found


@pytest.mark.parametrize(
    ("region", "cidr", "taken"), [(0, 26, True), (0, 27, False), (1, 27, True)]
)
def test_a_service_takes_addresses_by_sixteens_of_its_own_regions_subnet(
    prod_config, region, cidr, taken
):
    prod_config["mlplatform:network"]["subnets"][region]["cidr"] = f"10.50.0.0/{cidr}"
    found = [] if taken else refusals(prod_config)
    assert bool(parse(prod_config) if taken else found)
    assert all("Cloud Run wants at least a /26" in each for each in found), found


def test_every_size_of_an_instance_that_cloud_run_has_is_taken_and_no_other(prod_config):
    for cpu in CPUS:
        sized = changed(prod_config, f"{SERVING}.cloud_run.cpu", cpu)
        for memory in (LEAST_MEMORY_GIB[cpu], MOST_MEMORY_GIB[cpu]):
            parse(changed(sized, f"{SERVING}.cloud_run.memory_gib", memory))
        over = MOST_MEMORY_GIB[cpu] + 1
        said = refusal(changed(sized, f"{SERVING}.cloud_run.memory_gib", over))
        assert f"memory_gib is {over}" in said
    assert [cpus_for(each) for each in (1, 5, 9, 17, 25, 33)] == [1, 2, 4, 6, 8, None]
