"""The HTTP face of a served model: health, and predictions in Vertex' wire format.

`{"instances": [...]}` in, `{"predictions": [...]}` out, one prediction per instance and in its
order. What is wrong with a request comes back as status 400 and `{"error": "<sentence>"}`.
"""

import json
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from jobs.serving.features import InstanceError
from jobs.serving.model import ServedModel

LARGEST_BODY_BYTES = 16 * 1024 * 1024


def application(model: ServedModel, health_route: str, predict_route: str) -> Starlette:
    """Serve this model, which must be warm: the server is healthy as soon as it answers."""

    async def health(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok", "candidate": model.card.get("candidate")})

    async def predict(request: Request) -> JSONResponse:
        body = await request.body()
        if len(body) > LARGEST_BODY_BYTES:
            limit = LARGEST_BODY_BYTES // 2**20
            return _error(f"the request is larger than {limit} MB; send fewer instances", 413)
        try:
            # In a thread: a large request must not make the health check wait.
            predictions = await run_in_threadpool(lambda: model.predict(instances_of(body)))
        except InstanceError as error:
            return _error(str(error), 400)
        return JSONResponse({"predictions": predictions})

    return Starlette(
        routes=[
            Route(health_route, health, methods=["GET"]),
            Route(predict_route, predict, methods=["POST"]),
        ]
    )


def instances_of(body: bytes) -> list[Any]:
    """The instances of a request's body. Raises InstanceError if it is no request at all."""
    shape = 'write {"instances": [{...}, ...]}'
    try:
        request = json.loads(body)
    except ValueError as error:
        raise InstanceError(f"the request is not JSON ({error}); {shape}") from error
    if not isinstance(request, dict) or "instances" not in request:
        raise InstanceError(f"the request has no instances; {shape}")
    unknown = sorted(request.keys() - {"instances", "parameters"})
    if unknown:
        raise InstanceError(f"{unknown[0]}: there is no such key beside instances; {shape}")
    if request.get("parameters"):
        raise InstanceError("parameters: this model takes none; leave the key out")
    instances = request["instances"]
    if not isinstance(instances, list) or not instances:
        raise InstanceError(f"instances must be a list of at least one object; {shape}")
    return instances


def _error(message: str, status: int) -> JSONResponse:
    return JSONResponse({"error": message}, status_code=status)
