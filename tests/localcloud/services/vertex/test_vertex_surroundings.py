"""Key, network and waiting machines of a job: kept as they were sent, refused as Vertex does."""

import json
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from google.api_core import exceptions

PROJECT = "flights-local"
PARENT = f"projects/{PROJECT}/locations/us-central1"
KEY = f"projects/{PROJECT}/locations/us-central1/keyRings/r/cryptoKeys/vertex"
ATTACHMENT = f"projects/{PROJECT}/regions/us-central1/networkAttachments/ml-vertex"
NETWORK = "projects/123/global/networks/ml"
TPU = {"machine_type": "ct6e-standard-1t"}
GPU = {"machine_type": "a3-highgpu-8g"}


@pytest.fixture
def create(vertex: Any, make_job: Callable[..., Any]) -> Callable[..., Any]:
    """Creates a job that stays queued, with more fields of its `job_spec`."""

    def call(
        machine: dict[str, Any] = TPU, encryption: Any = None, others: int = 0, **spec: Any
    ) -> Any:
        job = make_job(vertex.image(""), machine=machine, others=others)
        job["job_spec"] |= spec
        if encryption:
            job["encryption_spec"] = {"kms_key_name": encryption}
        return vertex.jobs.create_custom_job(parent=PARENT, custom_job=job, timeout=20)

    return call


def test_key_attachment_and_strategy_are_kept(vertex: Any, create: Callable[..., Any]) -> None:
    made = create(
        encryption=KEY,
        psc_interface_config={"network_attachment": ATTACHMENT},
        scheduling={"strategy": "SPOT", "timeout": {"seconds": 60}},
    )
    job = vertex.jobs.get_custom_job(name=made.name)
    assert job.encryption_spec.kms_key_name == KEY
    assert job.job_spec.psc_interface_config.network_attachment == ATTACHMENT
    assert job.job_spec.scheduling.strategy.name == "SPOT"


def test_a_peered_network_and_its_ranges_are_kept(vertex: Any, create: Callable[..., Any]) -> None:
    made = create(network=NETWORK, reserved_ip_ranges=["services"])
    spec = vertex.jobs.get_custom_job(name=made.name).job_spec
    assert (spec.network, list(spec.reserved_ip_ranges)) == (NETWORK, ["services"])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"encryption": KEY.replace("us-central1", "europe-west4")}, "same region"),
        ({"encryption": f"{KEY}/cryptoKeyVersions/1"}, "does not match"),
        (
            {"network": NETWORK, "psc_interface_config": {"network_attachment": ATTACHMENT}},
            "exclude each other",
        ),
        ({"network": "projects/flights-local/global/networks/ml"}, "does not match"),
        ({"network": NETWORK, "reserved_ip_ranges": ["10.0.0.0/16"]}, "name of a range"),
        ({"reserved_ip_ranges": ["services"]}, "names none"),
        ({"psc_interface_config": {"network_attachment": "ml-vertex"}}, "does not match"),
        (
            {"psc_interface_config": {"network_attachment": ATTACHMENT.replace("central1", "e1")}},
            "its own region",
        ),
        ({"scheduling": {"max_wait_duration": {"seconds": 60}}}, "FLEX_START only"),
        (
            {"scheduling": {"strategy": "FLEX_START", "timeout": {"seconds": 700_000}}},
            "seven days",
        ),
    ],
)
def test_what_vertex_refuses_is_refused(
    create: Callable[..., Any], fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=reason):
        create(**fields)


@pytest.mark.parametrize("field", ["network", "reservedIpRanges", "spot"])
def test_a_worker_pool_with_a_field_of_the_job_is_refused(
    vertex: Any, make_job: Callable[..., Any], field: str
) -> None:
    pool = {
        "machineSpec": {"machineType": "ct6e-standard-1t"},
        "containerSpec": {"imageUri": "i"},
        field: "x",
    }
    body = {"displayName": "train", "jobSpec": {"workerPoolSpecs": [pool]}}
    request = urllib.request.Request(  # noqa: S310 - a service of this machine
        f"{vertex.url}/v1/{PARENT}/customJobs", json.dumps(body).encode(), method="POST"
    )
    with pytest.raises(urllib.request.HTTPError, match="400") as caught:
        urllib.request.urlopen(request)  # noqa: S310 - as above
    assert f"Unknown name '{field}'" in caught.value.read().decode()


def test_a_job_takes_waiting_machines_that_exist_and_fit(
    vertex: Any, create: Callable[..., Any]
) -> None:
    with pytest.raises(exceptions.NotFound, match="persistentResources/short"):
        create(persistent_resource_id="short")
    inputs = {
        "resourcePools": [{"machineSpec": {"machineType": TPU["machine_type"]}}],
        "encryptionSpec": {"kmsKeyName": KEY},
    }
    vertex.store.put(
        "gcp:vertex/aiPersistentResource:AiPersistentResource",
        f"{PARENT}/persistentResources/short",
        {"inputs": inputs, "outputs": {}, "urn": "urn"},
    )
    made = create(persistent_resource_id="short", encryption=KEY)
    assert made.job_spec.persistent_resource_id == "short"
    with pytest.raises(exceptions.BadRequest, match="encryptionSpec of the job is None"):
        create(persistent_resource_id="short")
    with pytest.raises(exceptions.BadRequest, match="the job asks for a2-highgpu-1g"):
        create(persistent_resource_id="short", machine={"machine_type": "a2-highgpu-1g"})


def test_waiting_machines_are_as_many_as_the_job_asks_for(
    vertex: Any, create: Callable[..., Any]
) -> None:
    pool = {"machineSpec": {"machineType": "a3-highgpu-8g"}, "replicaCount": "1"}
    scaled = pool | {"autoscalingSpec": {"minReplicaCount": "1", "maxReplicaCount": "3"}}
    for name, kept in (("fixed", pool), ("scaled", scaled)):
        vertex.store.put(
            "gcp:vertex/aiPersistentResource:AiPersistentResource",
            f"{PARENT}/persistentResources/{name}",
            {"inputs": {"resourcePools": [kept]}, "outputs": {}, "urn": "urn"},
        )
    with pytest.raises(exceptions.BadRequest, match="1 machines at most, but the job asks for 3"):
        create(persistent_resource_id="fixed", machine=GPU, others=2)
    assert create(persistent_resource_id="scaled", machine=GPU, others=2)


@pytest.mark.parametrize(
    ("machines", "counts", "strategy", "reason"),
    [
        ([GPU], [2], "STANDARD", r"replicaCount \[2\]: the first must be 1"),
        ([GPU, GPU], [1, -1], "STANDARD", "others 1 or more"),
        ([GPU] * 5, [1] * 5, "STANDARD", "at most 4"),
        ([TPU, TPU], [1, 1], "STANDARD", "TPUs has one worker pool"),
        ([GPU, {"machine_type": "a2-highgpu-1g"}], [1, 1], "FLEX_START", "same machineSpec"),
    ],
)
def test_worker_pools_that_vertex_refuses_are_refused(
    vertex: Any, machines: list[Any], counts: list[int], strategy: str, reason: str
) -> None:
    container = {"image_uri": "host/p/r/i@sha256:" + "0" * 64, "command": ["python"]}
    pools = [
        {"machine_spec": machine, "replica_count": count, "container_spec": container}
        for machine, count in zip(machines, counts, strict=True)
    ]
    spec = {"worker_pool_specs": pools, "scheduling": {"strategy": strategy}}
    with pytest.raises(exceptions.BadRequest, match=reason):
        vertex.jobs.create_custom_job(
            parent=PARENT, custom_job={"display_name": "train", "job_spec": spec}
        )


def test_a_model_is_deployed_into_a_pool_that_exists_or_on_machines_of_its_own(vertex: Any) -> None:
    pool, endpoint = f"{PARENT}/deploymentResourcePools/small", vertex.endpoint()
    spec = {"image_uri": vertex.image("raise SystemExit(3)"), "command": ["python", "main.py"]}
    model = {"display_name": "m", "artifact_uri": "gs://b/m", "container_spec": spec}
    name = vertex.models.upload_model(parent=PARENT, model=model).result(timeout=10).model

    def deploy(**how: Any) -> Any:
        deployed = {"model": name, "display_name": "arm", **how}
        return vertex.endpoints.deploy_model(endpoint=endpoint, deployed_model=deployed)

    with pytest.raises(exceptions.NotFound, match="deploymentResourcePools/small"):
        deploy(shared_resources=pool)
    with pytest.raises(exceptions.BadRequest, match="no pool of"):
        deploy(shared_resources="small")
    machine = {"dedicatedResources": {"machineSpec": {"machineType": "n2-standard-8"}}}
    vertex.store.put(
        "gcp:vertex/aiDeploymentResourcePool:AiDeploymentResourcePool",
        pool,
        {"inputs": machine, "outputs": {}, "urn": "urn"},
    )
    with pytest.raises(exceptions.FailedPrecondition, match="exited with status 3"):
        deploy(shared_resources=pool).result(timeout=20)
