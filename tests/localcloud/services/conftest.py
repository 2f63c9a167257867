"""A running local cloud for tests of its services, and programs run against it as a job would."""

import itertools
import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from localcloud.services import connection
from localcloud.store import Store

if TYPE_CHECKING:
    from google.cloud import storage

PROJECT = "flights-local"
HTTP = httpx.Client(trust_env=False)


@dataclass(frozen=True)
class Cloud:
    """A supervisor of the tests' own, and the store it shares with the provider."""

    folder: Path
    store: Store
    connection: connection.Connection

    def bucket(self, name: str, **inputs: object) -> str:
        """Puts a bucket into the graph."""
        self.store.put("gcp:storage/bucket:Bucket", name, {"inputs": {"name": name, **inputs}})
        return name

    def object_url(self, bucket: str, name: str) -> str:
        return f"{self.connection.url}/storage/v1/b/{bucket}/o/{quote(name, safe='')}"

    def get(self, bucket, name, query=None, headers=None) -> httpx.Response:
        return HTTP.get(self.object_url(bucket, name), params=query, headers=headers)

    def delete(self, bucket, name) -> httpx.Response:
        return HTTP.delete(self.object_url(bucket, name))

    def upload(self, bucket, name, data, query=None, *, headers=None, fields=None):
        """A multipart upload as clients send it."""
        metadata = json.dumps({"name": name, **(fields or {})}).encode()
        head = b"--b\r\nContent-Type: application/json\r\n\r\n" + metadata + b"\r\n--b\r\n"
        return HTTP.post(
            f"{self.connection.url}/upload/storage/v1/b/{bucket}/o",
            params={"uploadType": "multipart", **(query or {})},
            headers={"Content-Type": "multipart/related; boundary=b", **(headers or {})},
            content=head + b"Content-Type: text/plain\r\n\r\n" + data + b"\r\n--b--\r\n",
        )

    def run(self, program: str, *arguments: str) -> str:
        """Runs Python code with the connection's environment; returns what it prints."""
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith("GOOGLE_")
        }
        environment |= self.connection.environment
        environment |= {"GOOGLE_CLOUD_PROJECT": PROJECT, "JAX_PLATFORMS": "cpu"}
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(program), *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One supervisor for all tests that do not harm it."""
    folder = tmp_path_factory.mktemp("stack")
    started = connection.connect(folder)
    yield Cloud(folder, Store(folder), started)
    connection.stop(folder)


@pytest.fixture(scope="session")
def _numbers() -> Iterator[int]:
    return itertools.count(1)


@pytest.fixture
def bucket(cloud: Cloud, _numbers: Iterator[int]) -> str:
    """An empty bucket of the test's own."""
    return cloud.bucket(f"bucket-{next(_numbers)}")


@pytest.fixture
def own_folder(tmp_path: Path) -> Iterator[Path]:
    """A stack's folder whose supervisor, if the test starts one, is ended."""
    folder = tmp_path / "stack"
    yield folder
    connection.stop(folder)


@pytest.fixture
def storage_client(cloud: Cloud) -> "storage.Client":
    """google-cloud-storage, as a job makes it."""
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import storage

    return storage.Client(
        project=PROJECT,
        credentials=AnonymousCredentials(),
        client_options={"api_endpoint": cloud.connection.url},
    )


@pytest.fixture
def handle(storage_client: "storage.Client", bucket: str) -> "storage.Bucket":
    """The test's own bucket, seen through google-cloud-storage."""
    return storage_client.bucket(bucket)
