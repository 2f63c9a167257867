"""Errors as Google's APIs send them.

Owns the JSON error body and the answer to a call that nothing here implements. Does not decide
when a service refuses.
"""

import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_LOG = logging.getLogger(__name__)

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}
_REASON = {
    400: "invalid",
    401: "authError",
    403: "forbidden",
    404: "notFound",
    409: "conflict",
    412: "conditionNotMet",
    416: "requestedRangeNotSatisfiable",
    501: "notImplemented",
}


class ApiError(Exception):
    """A refusal: the HTTP `code`, Google's name for it, and one sentence."""

    def __init__(self, code: int, status: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message


def invalid(message: str) -> ApiError:
    """400: the request itself is wrong."""
    return ApiError(400, "INVALID_ARGUMENT", message)


def not_found(message: str) -> ApiError:
    """404: what the request names does not exist."""
    return ApiError(404, "NOT_FOUND", message)


def not_implemented(what: str) -> ApiError:
    """501: the real service could, the local one cannot."""
    return ApiError(501, "UNIMPLEMENTED", f"The local cloud does not implement {what}.")


def response(code: int, status: str, message: str) -> Response:
    """The JSON body in which Google's clients look for a message; none with 304."""
    if code == HTTPStatus.NOT_MODIFIED:
        return Response(status_code=code)
    reason = _REASON.get(code, "backendError")
    detail = {"message": message, "domain": "global", "reason": reason}
    error = {"code": code, "message": message, "status": status, "errors": [detail]}
    return JSONResponse({"error": error}, status_code=code)


async def on_api_error(_request: Request, error: Exception) -> Response:
    """Handler of `ApiError`."""
    assert isinstance(error, ApiError)  # noqa: S101  # what it is registered for
    if error.code == HTTPStatus.NOT_IMPLEMENTED:
        _LOG.warning("%s", error)  # some clients repeat a call for minutes before they say why
    return response(error.code, error.status, error.message)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Handler of routing errors: a path or method without a route is not implemented here."""
    code = error.status_code if isinstance(error, HTTPException) else 500
    if code in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        return await on_api_error(request, not_implemented(f"{request.method} {request.url.path}"))
    return response(code, _STATUS.get(code, "UNKNOWN"), str(error))


async def on_failure(request: Request, error: Exception) -> Response:
    """Handler of everything unforeseen; the server logs the traceback."""
    message = f"{request.method} {request.url.path} failed: {type(error).__name__}: {error}"
    return response(500, "INTERNAL", message)
