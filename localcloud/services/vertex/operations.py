"""Long-running operations: what a slow call returns at once and is polled until it is done.

Owns their documents and the threads that work on them. An operation that was under way when the
local cloud ended is reported as failed: nothing of it was kept.
"""

import threading
from collections.abc import Callable

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import ApiError, not_found
from localcloud.services.vertex.wire import Call, Json, listing, now, route

KIND = "vertex/operations"
EMPTY = "google.protobuf.Empty"
VERTEX = "google.cloud.aiplatform.v1."
_UNAVAILABLE, _INTERNAL = 14, 13
_CODES = {"INVALID_ARGUMENT": 3, "NOT_FOUND": 5, "FAILED_PRECONDITION": 9, "UNAVAILABLE": 14}
# Google's clients poll below /ui, people and gcloud below /v1.
_VERSIONS = ("v1", "ui")


class Operations:
    """The operations of one stack."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._running = 0

    def routes(self) -> list[Route]:
        paths = ("operations", "{collection}/{id}/operations")
        return [
            found
            for version in _VERSIONS
            for path in paths
            for found in (
                route("GET", path, self._list, version),
                route("GET", f"{path}/{{operation}}", self._get, version),
            )
        ]

    def start(self) -> None:
        """Fails what an earlier supervisor left undone."""
        error = {"code": _UNAVAILABLE, "message": "The local cloud ended before this was done."}
        for name, body in self._store.list(KIND):
            if not body.get("done"):
                self._store.put(KIND, name, body | {"done": True, "error": error})

    def busy(self) -> bool:
        """Whether one is under way."""
        return self._running > 0

    def done(self, target: str, verb: str, response_type: str, response: Json) -> Json:
        """An operation that is finished when its call returns."""
        body = self._new(target, verb) | _success(response_type, response)
        self._store.put(KIND, body["name"], body)
        return body

    def run(self, target: str, verb: str, work: Callable[[], Json]) -> Json:
        """An operation on `target` that works in a thread; `work` returns the response's fields."""
        body = self._new(target, verb)
        self._store.put(KIND, body["name"], body)
        self._running += 1

        def finish() -> None:
            try:
                outcome = _success(f"{VERTEX}{verb}Response", work())
            except ApiError as error:
                code = _CODES.get(error.status, _INTERNAL)
                outcome = {"done": True, "error": {"code": code, "message": error.message}}
            except Exception as error:  # noqa: BLE001  # whoever polls must be told
                outcome = {"done": True, "error": {"code": _INTERNAL, "message": repr(error)}}
            self._store.put(KIND, body["name"], body | outcome)
            self._running -= 1
            self._store.close()

        threading.Thread(target=finish, name=body["name"], daemon=True).start()
        return body

    def _new(self, target: str, verb: str) -> Json:
        moment = now()
        return {
            "name": f"{target}/operations/{self._store.next_number(KIND)}",
            "metadata": {
                "@type": f"type.googleapis.com/{VERTEX}{verb}OperationMetadata",
                "genericMetadata": {"createTime": moment, "updateTime": moment},
            },
        }

    def _get(self, call: Call) -> Json:
        name = f"{_target(call)}/operations/{call.params['operation']}"
        body = self._store.get(KIND, name)
        if body is None:
            raise not_found(f"Operation {name} does not exist.")
        return body

    def _list(self, call: Call) -> Json:
        # A location's list holds the operations of everything in it.
        names = self._store.list(KIND, prefix=f"{_target(call)}/")
        return listing(call, "operations", [body for _, body in names], {})


def _target(call: Call) -> str:
    return call.name(call.params["collection"]) if "collection" in call.params else call.parent


def _success(response_type: str, response: Json) -> Json:
    typed = {"@type": f"type.googleapis.com/{response_type}", **response}
    return {"done": True, "response": typed}
