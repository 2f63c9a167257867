"""All local services behind one port.

Owns the assembly: routes, error handlers, and the guard in front of them. Does not listen
(`supervisor`) and knows no API in detail.
"""

import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from localcloud.services import bigquery, errors, storage, storage_uploads, templates, vertex
from localcloud.services.context import Context
from localcloud.services.storage_objects import Objects


class Activity:
    """Requests under way, and when the last one ended."""

    def __init__(self) -> None:
        self.open_requests = 0
        self._last = time.monotonic()

    def started(self) -> None:
        self.open_requests += 1

    def ended(self) -> None:
        self.open_requests -= 1
        self._last = time.monotonic()

    def idle_seconds(self) -> float:
        """Seconds since the last request ended; 0 while one is open."""
        return 0.0 if self.open_requests else time.monotonic() - self._last


def create_app(
    context: Context,
    *,
    activity: Activity | None = None,
    request_shutdown: Callable[[], None] = lambda: None,
) -> Starlette:
    """The application of one stack. Vertex starts and stops with the application's lifespan."""

    objects = Objects(context)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        objects.sweep()
        vertex.start(context)
        try:
            yield
        finally:
            vertex.stop(context)

    app = Starlette(
        routes=[
            *_admin_routes(context, request_shutdown),
            *storage.routes(context, objects),
            *storage_uploads.routes(context, objects),
            *bigquery.routes(context),
            *templates.routes(context),
            *vertex.routes(context),
        ],
        exception_handlers={
            errors.ApiError: errors.on_api_error,
            HTTPException: errors.on_http_error,
            Exception: errors.on_failure,
        },
        lifespan=lifespan,
    )
    app.add_middleware(_Guard, activity=activity or Activity())
    return app


def _admin_routes(context: Context, request_shutdown: Callable[[], None]) -> list[Route]:
    def check(request: Request) -> None:
        given = request.headers.get("authorization", "")
        if not secrets.compare_digest(given, f"Bearer {context.token}"):
            raise errors.ApiError(401, "UNAUTHENTICATED", "The supervisor's token is missing.")

    async def health(request: Request) -> JSONResponse:
        check(request)
        return JSONResponse({"folder": str(context.folder)})

    async def shutdown(request: Request) -> JSONResponse:
        check(request)
        request_shutdown()
        return JSONResponse({})

    return [
        Route("/-/health", health, methods=["GET"]),
        Route("/-/shutdown", shutdown, methods=["POST"]),
    ]


class _Guard:
    """Counts requests and refuses those of web pages.

    The services take no credentials and start processes: a page open in this machine's browser
    must not reach them, neither directly (Origin) nor under a name of its own (Host).
    """

    def __init__(self, app: ASGIApp, activity: Activity) -> None:
        self._app = app
        self._activity = activity

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self._activity.started()
        try:
            await (self._app if _is_local(scope) else _refusal)(scope, receive, send)
        finally:
            self._activity.ended()


def _is_local(scope: Scope) -> bool:
    headers = {key: value for key, value in scope["headers"] if key in (b"host", b"origin")}
    host = headers.get(b"host", b"").rpartition(b":")[0]
    return host in (b"127.0.0.1", b"localhost") and b"origin" not in headers


async def _refusal(scope: Scope, receive: Receive, send: Send) -> None:
    message = "The local cloud answers to programs on this machine, not to web pages."
    await errors.response(403, "PERMISSION_DENIED", message)(scope, receive, send)
