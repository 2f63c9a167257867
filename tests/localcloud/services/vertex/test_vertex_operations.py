"""Long-running operations, the paths they are polled at, and Google's high-level library."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PARENT = "projects/flights-local/locations/us-central1"


# ruff: noqa: S310  # the address is the local cloud's
def _get(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def _uploaded(vertex: Any, model_id: str) -> Any:
    model = {"display_name": "m", "container_spec": {"image_uri": "host/p@sha256:1"}}
    request = {"parent": PARENT, "model": model, "model_id": model_id}
    return vertex.models.upload_model(request).operation


def test_an_operation_is_found_where_clients_and_people_look(vertex: Any) -> None:
    name = _uploaded(vertex, "operated").name
    assert name.startswith(f"{PARENT}/models/operated/operations/")
    for version in ("v1", "ui"):
        found = _get(f"{vertex.url}/{version}/{name}")
        assert found["done"], "an upload is finished when its call returns"
        assert found["response"]["modelVersionId"] == "1"
        listed = _get(f"{vertex.url}/{version}/{PARENT}/models/operated/operations")
        assert [operation["name"] for operation in listed["operations"]] == [name]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        _get(f"{vertex.url}/v1/{PARENT}/operations/0")


def test_an_unknown_call_is_refused_as_not_implemented(vertex: Any) -> None:
    for path in (f"v1/{PARENT}/tuningJobs", "v1/projects/p/locations/l/customJobs/1:explode"):
        with pytest.raises(urllib.error.HTTPError, match="501") as refusal:
            urllib.request.urlopen(f"{vertex.url}/{path}", data=b"{}")
        refusal.value.close()


@pytest.mark.slow
def test_a_deployment_dies_with_its_supervisor_and_says_so(own_vertex: Callable[[], Any]) -> None:
    vertex = own_vertex()
    spec = {
        "image_uri": vertex.image("import time; time.sleep(60)"),
        "command": ["python"],
        "args": ["main.py"],
    }
    model = {"display_name": "m", "container_spec": spec}
    name = vertex.models.upload_model(parent=PARENT, model=model).result(timeout=10).model
    machine = {"machine_spec": {"machine_type": "n2-standard-2"}, "min_replica_count": 1}
    deployed = {"model": name, "dedicated_resources": machine}
    endpoint = vertex.endpoint()
    operation = vertex.endpoints.deploy_model(endpoint=endpoint, deployed_model=deployed).operation
    process = vertex.folder / "jobs" / "server_1" / "process.json"
    while not process.exists():
        pass
    os.kill(json.loads((vertex.folder / "supervisor.json").read_text())["pid"], signal.SIGKILL)
    vertex = own_vertex()
    found = _get(f"{vertex.url}/v1/{operation.name}")
    assert "before this was done" in found["error"]["message"]
    stat = Path("/proc") / str(json.loads(process.read_text())["pid"]) / "stat"
    assert not stat.exists() or ") Z " in stat.read_text(), "the server must not stay behind"


def test_the_high_level_library_trains_registers_deploys_and_predicts(vertex: Any) -> None:
    server = """
        import json, os
        from http.server import BaseHTTPRequestHandler, HTTPServer
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                self.answer({})
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.answer({"predictions": [len(body["instances"])]})
            def answer(self, value):
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())
        HTTPServer(("127.0.0.1", int(os.environ["AIP_HTTP_PORT"])), Handler).serve_forever()
    """
    program = f"""
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import aiplatform
        aiplatform.init(project="flights-local", location="us-central1", api_transport="rest",
            api_endpoint="{vertex.url}", credentials=AnonymousCredentials(),
            staging_bucket="gs://b", experiment_tensorboard=False)
        pool = {{"machine_spec": {{"machine_type": "n2-standard-4"}}, "container_spec": {{
            "image_uri": "{vertex.image("print(1)")}", "command": ["python", "main.py"]}}}}
        job = aiplatform.CustomJob("train", [pool], labels={{"run_id": "sdk"}})
        job.run(service_account="t@flights-local.iam.gserviceaccount.com")
        found = aiplatform.CustomJob.list(filter='labels.run_id="sdk"')
        print(job.state.name, len(found))
        upload = dict(serving_container_image_uri="{vertex.image(server, "server.py")}",
            serving_container_command=["python"], serving_container_args=["server.py"],
            display_name="m")
        model = aiplatform.Model.upload(model_id="sdk", **upload)
        second = aiplatform.Model.upload(parent_model="sdk", is_default_version=False,
            version_aliases=["canary"], **upload)
        registry = aiplatform.models.ModelRegistry(model)
        print([(v.version_id, v.version_aliases) for v in registry.list_versions()])
        endpoint = aiplatform.Endpoint("{vertex.endpoint()}")
        endpoint.deploy(model, machine_type="n2-standard-2", traffic_percentage=100)
        old = endpoint.list_models()[0].id
        endpoint.deploy(second, machine_type="n2-standard-2", traffic_split={{"0": 0, old: 100}})
        new = next(m.id for m in endpoint.list_models() if m.model_version_id == "2")
        endpoint.update(traffic_split={{new: 100, old: 0}})
        answer = endpoint.predict([{{}}, {{}}])
        print(answer.predictions, answer.deployed_model_id == new, answer.model_version_id)
        endpoint.undeploy(old)
        endpoint.undeploy_all()
        print(endpoint.list_models())
    """
    printed = vertex.run(program).splitlines()
    assert "JOB_STATE_SUCCEEDED 1" in printed
    assert "[('2', ['canary']), ('1', ['default'])]" in printed
    assert "[2.0] True 2" in printed
    assert printed[-1] == "[]"
