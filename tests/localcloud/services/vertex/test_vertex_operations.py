"""Long-running operations, and what becomes of one whose local cloud ends."""

import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.api_core import exceptions

PARENT = "projects/flights-local/locations/us-central1"


# ruff: noqa: S310  # the address is the local cloud's
def _get(url: str) -> Any:
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def test_an_operation_is_found_where_clients_poll(vertex: Any) -> None:
    model = {"display_name": "m", "container_spec": {"image_uri": "host/p@sha256:1"}}
    request = {"parent": PARENT, "model": model, "model_id": "operated"}
    name = vertex.models.upload_model(request).operation.name
    assert name.startswith(f"{PARENT}/models/operated/operations/")
    found = _get(f"{vertex.url}/ui/{name}")
    assert found["done"], "an upload is finished when its call returns"
    assert found["response"]["modelVersionId"] == "1"
    assert not vertex.store.list("vertex/operations"), "nobody would ever delete them"


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
    with pytest.raises(exceptions.NotFound, match="ended before it was done"):
        vertex.endpoints.get_operation({"name": operation.name})
    stat = Path("/proc") / str(json.loads(process.read_text())["pid"]) / "stat"
    assert not stat.exists() or ") Z " in stat.read_text(), "the server must not stay behind"
