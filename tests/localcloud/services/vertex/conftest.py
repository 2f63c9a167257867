"""Vertex AI's own clients against a running local cloud, and images that hold one script."""

import hashlib
import itertools
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from google.cloud import aiplatform_v1 as api

PROJECT = "flights-local"
PARENT = f"projects/{PROJECT}/locations/us-central1"
_NUMBERS = itertools.count(100_000_001)
LIVE = ("PENDING", "RUNNING", "CANCELLING")


@dataclass(frozen=True)
class Vertex:
    """One running local Vertex AI and what tests do with it."""

    folder: Path
    url: str
    store: Any
    run: Callable[..., str] | None = None

    def client(self, kind: type) -> Any:
        from google.auth.credentials import AnonymousCredentials

        return kind(
            credentials=AnonymousCredentials(),
            transport="rest",
            client_options={"api_endpoint": self.url},
        )

    @property
    def jobs(self) -> api.JobServiceClient:
        return self.client(api.JobServiceClient)

    @property
    def pipelines(self) -> api.PipelineServiceClient:
        return self.client(api.PipelineServiceClient)

    @property
    def models(self) -> api.ModelServiceClient:
        return self.client(api.ModelServiceClient)

    @property
    def endpoints(self) -> api.EndpointServiceClient:
        return self.client(api.EndpointServiceClient)

    def image(self, script: str = "", name: str = "main.py") -> str:
        """An image that holds one script; its URI."""
        return write_image(self.folder, script, name)

    def custom_job(self, script: str, **fields: Any) -> api.CustomJob:
        """Submits a job that runs `script` on one CPU machine."""
        image = self.image(script)
        return self.jobs.create_custom_job(
            parent=PARENT, custom_job=custom_job(image, **fields), timeout=20
        )

    def wait(self, read: Callable[[], Any], *states: str, seconds: float = 20) -> Any:
        """Polls a job until it is in one of `states` (any final one if none is given)."""
        deadline = time.monotonic() + seconds
        while True:
            job = read()
            state = job.state.name.partition("_STATE_")[2]
            if state in states or (not states and state not in LIVE):
                return job
            assert time.monotonic() < deadline, f"{job.name} is still {state}"
            time.sleep(0.05)

    def until(self, condition: Callable[[], bool], seconds: float = 20) -> None:
        """Waits for a condition; a test that waits in vain fails."""
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds} s in vain"
            time.sleep(0.02)

    def finished(self, job: api.CustomJob) -> api.CustomJob:
        client = self.jobs
        return self.wait(lambda: client.get_custom_job(name=job.name))

    def log(self, name: str, replica: str = "") -> str:
        """What the job has written so far, or one of its replicas besides the first."""
        path = self.folder / "jobs" / name.rpartition("/")[2] / replica / "log.txt"
        return path.read_text() if path.exists() else ""

    def endpoint(self) -> str:
        """An endpoint of the graph; its name."""
        name = f"{PARENT}/endpoints/{next(_NUMBERS)}"
        body = {"inputs": {}, "outputs": {}, "urn": "urn"}
        self.store.put("gcp:vertex/aiEndpoint:AiEndpoint", name, body)
        return name


def write_image(folder: Path, script: str, name: str = "main.py") -> str:
    text = textwrap.dedent(script)
    digest = hashlib.sha256(f"{name}\n{text}".encode()).hexdigest()
    place = folder / "images" / digest
    place.mkdir(parents=True, exist_ok=True)
    (place / name).write_text(text)
    return f"us-central1-docker.pkg.dev/p/r/jobs@sha256:{digest}"


def custom_job(image: str, **fields: Any) -> Any:
    """A job of one worker; `machine`, `env`, `scheduling` and `base` replace its defaults.

    `others` are as many machines in a second pool.
    """
    pool = {
        "machine_spec": fields.pop("machine", {"machine_type": "n2-standard-4"}),
        "replica_count": 1,
        "container_spec": {
            "image_uri": image,
            "command": ["python", "main.py"],
            "env": fields.pop("env", []),
        },
    }
    others = fields.pop("others", 0)
    pools = [pool, pool | {"replica_count": others}] if others else [pool]
    spec: dict[str, Any] = {"worker_pool_specs": pools}
    if "base" in fields:
        spec["base_output_directory"] = {"output_uri_prefix": fields.pop("base")}
    if "scheduling" in fields:
        spec["scheduling"] = fields.pop("scheduling")
    return {"display_name": "train", "job_spec": spec, **fields}


@pytest.fixture(scope="session")
def vertex(cloud: Any) -> Vertex:
    return Vertex(cloud.folder, cloud.connection.url, cloud.store, cloud.run)


@pytest.fixture
def make_job() -> Callable[..., Any]:
    return custom_job


@pytest.fixture
def own_vertex(own_folder: Path) -> Iterator[Callable[[], Vertex]]:
    """Connects to a supervisor of the test's own, started anew if it is gone."""
    from localcloud.services import connection
    from localcloud.store import Store

    def connect() -> Vertex:
        return Vertex(own_folder, connection.connect(own_folder).url, Store(own_folder))

    yield connect
    connection.stop(own_folder)
