"""Endpoints: deployment, traffic and predictions, with real server processes."""

import json
import os
import signal
from collections import Counter
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import aiplatform_v1 as api

PARENT = "projects/flights-local/locations/us-central1"
MACHINE = {"machine_spec": {"machine_type": "n2-standard-2"}, "min_replica_count": 1}
SERVER = """
    import os, sys
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse, PlainTextResponse
    from starlette.routing import Route

    async def predict(request):
        instances = (await request.json())["instances"]
        if any("bad" in instance for instance in instances):
            return PlainTextResponse("instance 0 has no carrier", 400)
        source = os.environ["AIP_STORAGE_URI"]
        return JSONResponse({"predictions": [{"source": source, **i} for i in instances]})

    async def health(request):
        return PlainTextResponse("ok", 503 if "sick" in os.environ["AIP_STORAGE_URI"] else 200)

    if "broken" in os.environ["AIP_STORAGE_URI"]:
        sys.exit("network.bin is missing")
    uvicorn.run(
        Starlette(routes=[
            Route(os.environ["AIP_PREDICT_ROUTE"], predict, methods=["POST"]),
            Route(os.environ["AIP_HEALTH_ROUTE"], health),
        ]),
        host="127.0.0.1", port=int(os.environ["AIP_HTTP_PORT"]), log_level="warning",
    )
"""


def _model(vertex: Any, artifact: str, **container: Any) -> str:
    """A registered model whose server answers with `artifact`; its name."""
    image = vertex.image(SERVER, "server.py")
    spec = {"image_uri": image, "command": ["python"], "args": ["server.py"], **container}
    model = {"display_name": "delay", "artifact_uri": artifact, "container_spec": spec}
    return vertex.models.upload_model(parent=PARENT, model=model).result(timeout=10).model


def _deploy(vertex: Any, endpoint: str, model: str, split: dict[str, int] | None = None) -> str:
    deployed = {"model": model, "display_name": "arm", "dedicated_resources": MACHINE}
    operation = vertex.endpoints.deploy_model(
        endpoint=endpoint, deployed_model=deployed, traffic_split=split
    )
    return operation.result(timeout=30).deployed_model.id


def _predict(vertex: Any, endpoint: str, count: int = 1) -> Counter[tuple[str, str]]:
    client = vertex.client(api.PredictionServiceClient)
    answers = (client.predict(endpoint=endpoint, instances=[{"x": 1}]) for _ in range(count))
    return Counter((a.deployed_model_id, dict(a.predictions[0])["source"]) for a in answers)


@pytest.fixture(scope="module")
def serving(vertex: Any) -> tuple[str, str, str]:
    """An endpoint with two deployed models, all traffic on the first."""
    endpoint = vertex.endpoint()
    first = _deploy(vertex, endpoint, _model(vertex, "gs://b/one"), {"0": 100})
    second = _deploy(vertex, endpoint, _model(vertex, "gs://b/two"), {first: 100, "0": 0})
    return endpoint, first, second


def _set_split(vertex: Any, endpoint: str, split: dict[str, int]) -> Any:
    return vertex.endpoints.update_endpoint(
        endpoint={"name": endpoint, "traffic_split": split},
        update_mask={"paths": ["traffic_split"]},
    )


def test_an_endpoint_exists_exactly_while_the_graph_holds_it(vertex: Any) -> None:
    name = vertex.endpoint()
    found = vertex.endpoints.get_endpoint(name=name)
    assert (found.name, list(found.deployed_models)) == (name, [])
    vertex.store.delete("gcp:vertex/aiEndpoint:AiEndpoint", name)
    with pytest.raises(exceptions.NotFound):
        vertex.endpoints.get_endpoint(name=name)


def test_a_prediction_comes_from_the_model_that_holds_the_traffic(
    vertex: Any, serving: tuple[str, str, str]
) -> None:
    endpoint, first, second = serving
    _set_split(vertex, endpoint, {first: 100})
    assert _predict(vertex, endpoint, 5) == {(first, "gs://b/one"): 5}
    _set_split(vertex, endpoint, {second: 100, first: 0})
    answer = vertex.client(api.PredictionServiceClient).predict(
        endpoint=endpoint, instances=[{"carrier": "UA"}]
    )
    deployed = vertex.endpoints.get_endpoint(name=endpoint).deployed_models[1]
    assert dict(answer.predictions[0]) == {"source": "gs://b/two", "carrier": "UA"}
    assert answer.deployed_model_id == second == deployed.id
    assert (answer.model, answer.model_version_id) == (deployed.model, "1")


def test_a_split_is_drawn_for_every_request(vertex: Any, serving: tuple[str, str, str]) -> None:
    endpoint, first, second = serving
    _set_split(vertex, endpoint, {first: 75, second: 25})
    drawn = _predict(vertex, endpoint, 200)
    # Binomial with mean 50 and deviation 6.1: outside of 6 deviations once in 500 million runs.
    assert 14 < drawn[second, "gs://b/two"] < 87
    assert drawn.total() == 200


@pytest.mark.parametrize("split", [{"1": 60, "2": 39}, {"1": 101, "2": -1}, {"9999": 100}])
def test_a_split_that_is_not_whole_is_refused(
    vertex: Any, serving: tuple[str, str, str], split: dict[str, int]
) -> None:
    endpoint, first, second = serving
    named = {{"1": first, "2": second}.get(key, key): share for key, share in split.items()}
    with pytest.raises(exceptions.BadRequest, match=r"sum to 100|names 9999"):
        _set_split(vertex, endpoint, named)


def test_a_model_in_use_is_neither_undeployed_nor_deleted(
    vertex: Any, serving: tuple[str, str, str]
) -> None:
    endpoint, first, _ = serving
    _set_split(vertex, endpoint, {first: 100})
    with pytest.raises(exceptions.BadRequest, match="holds 100 % of the traffic"):
        vertex.endpoints.undeploy_model(endpoint=endpoint, deployed_model_id=first)
    model = vertex.endpoints.get_endpoint(name=endpoint).deployed_models[0].model
    with pytest.raises(exceptions.BadRequest, match=f"deployed to {endpoint}: undeploy it first"):
        vertex.models.delete_model(name=model)


def test_a_server_that_died_is_started_again_by_the_next_request(
    vertex: Any, serving: tuple[str, str, str]
) -> None:
    endpoint, first, _ = serving
    _set_split(vertex, endpoint, {first: 100})
    folder = vertex.folder / "jobs" / f"server_{first}"
    before = json.loads((folder / "process.json").read_text())["pid"]
    os.killpg(before, signal.SIGKILL)
    assert _predict(vertex, endpoint) == {(first, "gs://b/one"): 1}
    assert json.loads((folder / "process.json").read_text())["pid"] != before


def test_a_wrong_instance_is_refused_in_the_servers_words(
    vertex: Any, serving: tuple[str, str, str]
) -> None:
    client = vertex.client(api.PredictionServiceClient)
    with pytest.raises(exceptions.BadRequest, match="has no carrier"):
        client.predict(endpoint=serving[0], instances=[{"bad": 1}])
    with pytest.raises(exceptions.BadRequest, match="instances"):
        client.predict(endpoint=serving[0], instances=[])


def test_a_server_that_ends_before_it_is_healthy_is_not_deployed(vertex: Any) -> None:
    endpoint = vertex.endpoint()
    with pytest.raises(exceptions.GoogleAPICallError, match=r"network\.bin is missing"):
        _deploy(vertex, endpoint, _model(vertex, "gs://b/broken"), {"0": 100})
    with pytest.raises(exceptions.GoogleAPICallError, match="was not healthy within 1 s"):
        _deploy(vertex, endpoint, _model(vertex, "gs://b/sick", deployment_timeout="1s"))
    assert not vertex.endpoints.get_endpoint(name=endpoint).deployed_models
    with pytest.raises(exceptions.BadRequest, match="no deployed model"):
        _predict(vertex, endpoint)


def test_the_last_model_is_undeployed_and_its_server_ends(vertex: Any) -> None:
    endpoint = vertex.endpoint()
    model = _model(vertex, "gs://b/last", health_route="/health", predict_route="/predict")
    only = _deploy(vertex, endpoint, f"{model}@default", {"0": 100})
    assert _predict(vertex, endpoint) == {(only, "gs://b/last"): 1}
    vertex.endpoints.undeploy_model(endpoint=endpoint, deployed_model_id=only).result(timeout=10)
    found = vertex.endpoints.get_endpoint(name=endpoint)
    assert (list(found.deployed_models), dict(found.traffic_split)) == ([], {})
    with pytest.raises(exceptions.NotFound):
        vertex.endpoints.undeploy_model(endpoint=endpoint, deployed_model_id=only)


@pytest.mark.parametrize(
    ("change", "split", "error", "reason"),
    [
        ({"model": f"{PARENT}/models/nobody"}, {}, exceptions.NotFound, "nobody"),
        ({"dedicated_resources": {}}, {}, exceptions.BadRequest, "dedicatedResources"),
        ({}, {"0": 50}, exceptions.BadRequest, "sum to 100"),
        (
            {"dedicated_resources": {**MACHINE, "machine_spec": {"machine_type": "g2-standard-4"}}},
            {},
            exceptions.BadRequest,
            "accelerator",
        ),
    ],
)
def test_a_wrong_deployment_is_refused_at_once(
    vertex: Any, change: dict[str, Any], split: dict[str, int], error: Any, reason: str
) -> None:
    deployed = {"model": _model(vertex, "gs://b/m"), "dedicated_resources": MACHINE, **change}
    with pytest.raises(error, match=reason):
        vertex.endpoints.deploy_model(
            endpoint=vertex.endpoint(), deployed_model=deployed, traffic_split=split
        )
