"""The only place that makes Google clients: lazily, with endpoints from the environment.

Without the variables below the clients talk to Google Cloud with the caller's own credentials.
With them, the same clients talk over plain HTTP to services on this machine, without credentials:
`MLPLATFORM_VERTEX_ENDPOINT`, `MLPLATFORM_DATAPROC_ENDPOINT`, `STORAGE_EMULATOR_HOST` and
`BIGQUERY_EMULATOR_HOST`.
"""

import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from google.cloud import bigquery, storage

VERTEX_ENDPOINT = "MLPLATFORM_VERTEX_ENDPOINT"
DATAPROC_ENDPOINT = "MLPLATFORM_DATAPROC_ENDPOINT"

VertexService = Literal["job", "pipeline", "model", "endpoint", "prediction"]


def is_local() -> bool:
    """Whether the clients talk to services on this machine."""
    return VERTEX_ENDPOINT in os.environ


def vertex(service: VertexService, location: str) -> Any:
    """A generated Vertex AI client, e.g. `JobServiceClient` for "job".

    Generated clients import in about a third of the time of the high-level module.
    """
    return _vertex(service, location, os.environ.get(VERTEX_ENDPOINT), None)


def prediction(location: str, host: str | None) -> Any:
    """A `PredictionServiceClient` that asks at an endpoint's own address, or at the region's."""
    return _vertex("prediction", location, os.environ.get(VERTEX_ENDPOINT), host)


@lru_cache(maxsize=16)
def _vertex(service: VertexService, location: str, endpoint: str | None, host: str | None) -> Any:
    from importlib import import_module

    module = import_module(f"google.cloud.aiplatform_v1.services.{service}_service")
    client = getattr(module, f"{service.capitalize()}ServiceClient")
    if endpoint is None:
        host = host or f"{location}-aiplatform.googleapis.com"
        return client(client_options={"api_endpoint": host})
    from google.auth.credentials import AnonymousCredentials

    # REST is the only plain-HTTP way in: the gRPC transport always speaks TLS.
    return client(
        credentials=AnonymousCredentials(),
        transport="rest",
        client_options={"api_endpoint": endpoint},
    )


def spark(location: str) -> Any:
    """A `BatchControllerClient` of Dataproc Serverless."""
    return _spark(location, os.environ.get(DATAPROC_ENDPOINT))


@lru_cache(maxsize=16)
def _spark(location: str, endpoint: str | None) -> Any:
    from google.cloud.dataproc_v1.services.batch_controller import BatchControllerClient

    return BatchControllerClient(
        credentials=_anonymous(endpoint),
        transport="rest",
        client_options={"api_endpoint": endpoint or f"{location}-dataproc.googleapis.com"},
    )


def storage_client(project_id: str) -> "storage.Client":
    """A Cloud Storage client."""
    return _storage(project_id, os.environ.get("STORAGE_EMULATOR_HOST"))


@lru_cache(maxsize=16)
def _storage(project_id: str, endpoint: str | None) -> "storage.Client":
    from google.cloud import storage

    return storage.Client(project=project_id, credentials=_anonymous(endpoint))


def bigquery_client(project_id: str) -> "bigquery.Client":
    """A BigQuery client."""
    return _bigquery(project_id, os.environ.get("BIGQUERY_EMULATOR_HOST"))


@lru_cache(maxsize=16)
def _bigquery(project_id: str, endpoint: str | None) -> "bigquery.Client":
    from google.cloud import bigquery

    return bigquery.Client(project=project_id, credentials=_anonymous(endpoint))


def log_entries(project_id: str, query: str, *, limit: int) -> list[dict[str, Any]] | None:
    """The newest entries that match, as Cloud Logging's REST API gives them; at most 1,000.

    None where there is no log to read: on this machine, or for want of a permission. The client
    library of Cloud Logging would be one dependency more for one call.
    """
    if is_local():
        return None
    import google.auth
    from google.api_core.exceptions import Forbidden, from_http_response
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/logging.read"])
    answer = AuthorizedSession(credentials).post(
        "https://logging.googleapis.com/v2/entries:list",
        json={
            "resourceNames": [f"projects/{project_id}"],
            "filter": query,
            "orderBy": "timestamp desc",
            "pageSize": limit,
        },
        timeout=60,
    )
    if answer.status_code == Forbidden.code:
        return None
    if not answer.ok:
        raise from_http_response(answer)
    return answer.json().get("entries", [])


def rest(method: Literal["GET", "POST", "DELETE"], url: str, **query: str) -> dict[str, Any]:
    """One call of a REST API of Google Cloud for which no client library is installed.

    Raises what the client libraries raise.
    """
    import google.auth
    from google.api_core.exceptions import from_http_response
    from google.auth.transport.requests import AuthorizedSession

    credentials, _ = google.auth.default(scopes=["https://www.googleapis.com/auth/cloud-platform"])
    answer = AuthorizedSession(credentials).request(method, url, params=query, timeout=60)
    if not answer.ok:
        raise from_http_response(answer)
    return answer.json()


def _anonymous(endpoint: str | None) -> Any:
    if endpoint is None:
        return None
    from google.auth.credentials import AnonymousCredentials

    return AnonymousCredentials()
