"""The shape of Vertex AI's REST calls: what a handler is given, and small checks on it.

Owns parameters, JSON bodies, filters, paging and the rules that all resources share. Knows no
resource.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from localcloud.services.errors import ApiError, invalid, not_implemented

Json = dict[str, Any]

_LOCATION = "/projects/{project}/locations/{location}"
_TERM = re.compile(r'\s*labels\.([a-z0-9_-]+)\s*=\s*"([^"\\]*)"\s*')
_LABEL_KEY = re.compile(r"[a-z][a-z0-9_-]{0,62}")
_LABEL_VALUE = re.compile(r"[a-z0-9_-]{0,63}")
_MAX_LABELS = 64
_MAX_DISPLAY_NAME = 128
_DEFAULT_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request: path parameters, query and JSON body (empty if there is none)."""

    params: dict[str, str]
    query: dict[str, str]
    body: Json

    @property
    def parent(self) -> str:
        """`projects/P/locations/L`."""
        return f"projects/{self.params['project']}/locations/{self.params['location']}"

    def name(self, collection: str) -> str:
        """Full name of the resource of the path's `{id}`."""
        return f"{self.parent}/{collection}/{self.params['id']}"


def route(method: str, path: str, handler: Callable[[Call], Json], root: str = "v1") -> Route:
    """A route below a location; its blocking handler runs in a thread, off the event loop."""

    async def endpoint(request: Request) -> JSONResponse:
        if ":" in request.path_params.get("id", ""):  # a verb of no route
            raise not_implemented(f"{method} {request.url.path}")
        call = Call(
            params=request.path_params,
            query=dict(request.query_params),
            body=_body(await request.body()),
        )
        return JSONResponse(await run_in_threadpool(handler, call))

    return Route(f"/{root}{_LOCATION}/{path}", endpoint, methods=[method])


def _body(data: bytes) -> Json:
    try:
        body = json.loads(data or b"{}")
    except ValueError as error:
        raise invalid(f"The request's body is not JSON: {error}.") from error
    if not isinstance(body, dict):
        raise invalid("The request's body is not a JSON object.")
    return body


def now() -> str:
    """This moment as the API writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def seconds(duration: str | None) -> float | None:
    """`"90s"` as 90.0."""
    try:
        return float(duration.removesuffix("s")) if duration else None
    except ValueError as error:
        raise invalid(f"Duration {duration!r} is not seconds: write 90s.") from error


def precondition(message: str) -> ApiError:
    """400 FAILED_PRECONDITION: the request is right, the moment is not."""
    return ApiError(400, "FAILED_PRECONDITION", message)


def required(body: Json, path: str) -> Any:
    """The value at a dotted path; 400 if it is absent or empty."""
    value: Any = body
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value in (None, "", [], {}):
        raise invalid(f"Field {path} is required, and the request does not hold it.")
    return value


def check_names(body: Json) -> None:
    """Display name and labels of a resource that is about to be made."""
    if len(required(body, "displayName")) > _MAX_DISPLAY_NAME:
        raise invalid(f"Field displayName has more than {_MAX_DISPLAY_NAME} characters.")
    check_labels(body)


def check_labels(body: Json) -> None:
    """Labels of a resource that is about to be made."""
    labels = body.get("labels", {})
    if len(labels) > _MAX_LABELS:
        raise invalid(f"Field labels has {len(labels)} entries; at most {_MAX_LABELS} are allowed.")
    for key, value in labels.items():
        if not (_LABEL_KEY.fullmatch(key) and _LABEL_VALUE.fullmatch(value)):
            raise invalid(
                f"Label {key}={value!r} is refused: at most 63 lower-case letters, digits, '_' "
                "and '-', and the key begins with a letter."
            )


def listing(call: Call, key: str, items: list[Json]) -> Json:
    """One page of `items`: those that the filter lets through, newest first."""
    if call.query.get("orderBy"):
        raise not_implemented("orderBy of a listing in Vertex AI")
    wanted = _labels(call.query.get("filter", ""))
    found = [item for item in items if wanted.items() <= item.get("labels", {}).items()]
    found.sort(key=lambda item: item["createTime"], reverse=True)
    try:
        size = int(call.query.get("pageSize") or 0) or _DEFAULT_PAGE
        start = int(call.query.get("pageToken") or 0)
    except ValueError as error:
        raise invalid("pageSize or pageToken is not one that this service gave.") from error
    if size < 0 or start < 0:
        raise invalid("pageSize and pageToken must not be negative.")
    answer: Json = {key: found[start : start + size]}
    if start + size < len(found):
        answer["nextPageToken"] = str(start + size)
    return answer


def _labels(text: str) -> dict[str, str]:
    """The labels that a filter asks for. One that asks for more is refused, never half obeyed."""
    wanted: dict[str, str] = {}
    for term in text.split(" AND ") if text.strip() else []:
        match = _TERM.fullmatch(term)
        if match is None or match[1] in wanted:
            raise not_implemented(
                f'the part {term.strip()!r} of the filter {text!r}: write labels.KEY="VALUE", '
                "several of them joined by AND"
            )
        wanted[match[1]] = match[2]
    return wanted
