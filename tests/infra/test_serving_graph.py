"""What serves the models of prod: doors, machines, records; and nothing without Vertex AI."""

from typing import Any

import pytest

ENDPOINT = "gcp:vertex/aiEndpoint:AiEndpoint"
POOL = "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool"
DOORS = ("dedicatedEndpointEnabled", "privateServiceConnectConfig", "network")


def build(cloud: Any, config: dict[str, Any]) -> Any:
    from infra import platform
    from infra.settings import parse

    cloud.deploy(lambda: platform.build(parse(config), "prod") and None)
    return cloud


def endpoint(cloud: Any, model: str) -> dict[str, Any]:
    return cloud.named(f"{model}-endpoint").inputs


def test_an_endpoint_has_a_number_labels_a_description_a_key_and_one_place(prod):
    inputs = endpoint(prod, "flight-delay")
    assert inputs["name"].isdigit(), "words are refused"
    assert inputs["location"] == inputs["region"] == "europe-west4"
    assert inputs["labels"] == {"component": "model-service", "model": "flight-delay"}
    assert inputs["encryptionSpec"] == {"kmsKeyName": "keys-vertex-europe-west4-id"}
    assert "flight-delay" in inputs["description"]
    assert "trafficSplit" not in inputs


@pytest.mark.parametrize(
    ("model", "door"),
    [
        ("flight-delay", "dedicatedEndpointEnabled"),
        ("flight-delay-gpu", None),
        ("flight-delay-partner", "privateServiceConnectConfig"),
    ],
)
def test_an_endpoint_has_one_door_and_not_even_a_false_for_the_others(prod, model, door):
    doors = [each for each in DOORS if each in endpoint(prod, model)]
    assert doors == ([door] if door else [])


def test_a_private_endpoint_opens_to_listed_projects_and_is_connected_to_our_network(prod):
    private = endpoint(prod, "flight-delay-partner")["privateServiceConnectConfig"]
    assert private["enablePrivateServiceConnect"] is True
    assert private["projectAllowlists"] == ["mlplatform-prod", "acme-partner-apps"]
    assert private["pscAutomationConfigs"] == [
        {"projectId": "mlplatform-prod", "network": "network-network-id"}
    ]
    policy = prod.named("endpoint-doors-europe-west4")
    assert policy.inputs["serviceClass"] == "gcp-vertexai"
    assert policy.urn in prod.named("flight-delay-partner-endpoint").depends_on


def test_without_a_private_endpoint_nothing_connects_one(programs):
    for stack in ("local", "dev", "staging"):
        assert not [each for each in programs[stack].registered if "serviceConn" in each.token]


def test_requests_are_recorded_in_a_table_of_the_endpoints_own_once_its_agent_may_write(prod):
    logging = endpoint(prod, "flight-delay-planning")["predictRequestResponseLoggingConfig"]
    assert logging["enabled"] is True
    assert logging["samplingRate"] == 1
    table = logging["bigqueryDestination"]["outputUri"]
    assert table == "bq://mlplatform-prod.mlplatform_requests_prod.flight_delay_planning"
    grant = prod.named("request-log-vertex-writes")
    assert grant.inputs["member"] == "serviceAccount:service-1@gcp-sa-aiplatform"
    assert grant.urn in prod.named("flight-delay-planning-endpoint").depends_on


def test_an_endpoint_that_records_nothing_has_no_table(programs):
    found = programs["dev"].one(ENDPOINT).inputs
    assert "predictRequestResponseLoggingConfig" not in found


def test_a_pool_has_the_machines_of_the_settings_and_scales_by_their_load(prod):
    held = prod.one(POOL).inputs["dedicatedResources"]
    assert held == {
        "machineSpec": {"machineType": "n2-standard-8"},
        "minReplicaCount": 2,
        "maxReplicaCount": 6,
        "autoscalingMetricSpecs": [
            {
                "metricName": "aiplatform.googleapis.com/prediction/online/cpu/utilization",
                "target": 60,
            }
        ],
    }


def test_a_pool_of_gpus_says_them_and_scales_by_them(cloud, prod_config):
    prod_config["mlplatform:serving_pools"]["small-models"]["machine_type"] = "g2-standard-24"
    training = prod_config["mlplatform:models"]["flight-delay-planning"]["training"]
    training |= {"shape": "a3-highgpu-1g", "capacity": "spot", "warm_pool": None}
    held = build(cloud, prod_config).one(POOL).inputs["dedicatedResources"]
    assert held["machineSpec"]["acceleratorType"] == "NVIDIA_L4"
    assert held["machineSpec"]["acceleratorCount"] == 2
    assert held["autoscalingMetricSpecs"][0]["metricName"].endswith("accelerator/duty_cycle")


def test_a_run_of_a_sharing_model_names_the_pool_and_no_machines(cloud, prod_config):
    from jobs.spec import Submission

    image = "europe-west4-docker.pkg.dev/p/r/jobs@sha256:" + "a" * 64
    prod_config["mlplatform:models"]["flight-delay-planning"]["image"] = image
    run = build(cloud, prod_config).one("pulumi:index:Stash")
    submission = Submission.model_validate_json(run.inputs["input"])
    assert submission.spec.serving is None
    assert submission.placement.serving_pool == "serving-pools-small-models-id"
    assert cloud.one(POOL).urn in run.depends_on


def test_without_vertex_ai_nothing_of_it_is_made_for_models_and_no_run_is_submitted(
    cloud, prod_config
):
    prod_config["mlplatform:vertex"]["enabled"] = False
    image = "europe-west4-docker.pkg.dev/p/r/jobs@sha256:" + "a" * 64
    prod_config["mlplatform:models"]["flight-delay"]["image"] = image
    tokens = {each.token for each in build(cloud, prod_config).registered}
    assert not {token for token in tokens if token.startswith("gcp:vertex/")}
    assert "pulumi:index:Stash" not in tokens
    assert "mlplatform:model_service:ModelService" not in tokens


def test_a_model_whose_tier_wants_it_has_an_endpoint_in_the_standby_region(prod):
    standbys = prod.exports["standby_endpoints"]
    assert standbys, "an endpoint lies in one place: a second one is made for another region"
    for model in standbys:
        first, second = endpoint(prod, model), prod.named(f"{model}-standby-endpoint").inputs
        assert second["location"] == second["region"] == "europe-west1"
        assert second["name"] == first["name"], "one number for alerts, in two regions"
        assert second["encryptionSpec"] == {"kmsKeyName": "keys-vertex-europe-west1-id"}


def test_who_rolls_out_may_deploy_to_the_standby_endpoint_and_only_there(prod):
    first, second = prod.named("flight-delay-rollout"), prod.named("flight-delay-standby-rollout")
    assert second.inputs == {**first.inputs, "location": "europe-west1"}
    assert prod.named("flight-delay-standby-endpoint").urn in second.depends_on


def test_no_cluster_of_kubernetes_is_part_of_any_stack(programs):
    for program in programs.values():
        assert not [each for each in program.registered if each.token.startswith("gcp:container/")]
        assert "container.googleapis.com" not in str([e.inputs for e in program.registered])
