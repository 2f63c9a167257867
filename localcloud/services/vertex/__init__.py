"""Vertex AI of the local cloud: jobs, pipelines, models, endpoints and predictions over REST.

Owns the assembly of its parts and their common start and end. Batches of Dataproc are among the
jobs, because they are kept going like them. Does not listen: that is the app.
"""

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.vertex.batches import Batches
from localcloud.services.vertex.endpoints import Endpoints
from localcloud.services.vertex.jobs import CustomJobs
from localcloud.services.vertex.models import Models
from localcloud.services.vertex.operations import Operations
from localcloud.services.vertex.pipelines import PipelineJobs
from localcloud.services.vertex.prediction import Servers
from localcloud.services.vertex.supervision import Supervision


class _Vertex:
    """Everything that one stack's Vertex AI keeps in memory."""

    def __init__(self, context: Context) -> None:
        self.operations = Operations(context)
        self.supervision = Supervision(context)
        self.servers = Servers(context)
        self.jobs = [
            kind(context, self.supervision, self.operations)
            for kind in (CustomJobs, PipelineJobs, Batches)
        ]
        self.models = Models(context, self.operations)
        self.endpoints = Endpoints(context, self.operations, self.servers)


_RUNNING: dict[str, _Vertex] = {}


def _of(context: Context) -> _Vertex:
    if context.url not in _RUNNING:
        _RUNNING[context.url] = _Vertex(context)
    return _RUNNING[context.url]


def routes(context: Context) -> list[Route]:
    """Every route below /v1 and /ui that this service answers."""
    vertex = _of(context)
    parts = [*vertex.jobs, vertex.models, vertex.endpoints, vertex.operations]
    return [route for part in parts for route in part.routes()]


def start(context: Context) -> None:
    """Adopts or restarts the jobs that an earlier process left; then watches all jobs."""
    vertex = _of(context)
    vertex.servers.start()
    vertex.supervision.start(vertex.jobs)


def stop(context: Context) -> None:
    """Ends job processes and prediction servers; the next start resumes the jobs."""
    if vertex := _RUNNING.pop(context.url, None):
        vertex.servers.stop()
        vertex.supervision.stop()


def busy(context: Context) -> bool:
    """Whether a job lives or an operation is under way. Idle servers do not count."""
    vertex = _RUNNING.get(context.url)
    return vertex is not None and (vertex.supervision.busy() or vertex.operations.busy())
