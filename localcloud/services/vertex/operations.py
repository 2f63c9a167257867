"""Long-running operations: what a slow call returns at once and is polled until it is done.

Owns the threads that work on them, and what became of each as long as the local cloud runs. One
that was under way when it ended is not known afterwards: nothing of it was kept.
"""

import threading
from collections.abc import Callable

from starlette.routing import Route

from localcloud.services.context import Context
from localcloud.services.errors import ApiError, not_found
from localcloud.services.vertex.wire import Call, Json, now, route

EMPTY = "google.protobuf.Empty"
VERTEX = "google.cloud.aiplatform.v1."
_INTERNAL = 13
_CODES = {"INVALID_ARGUMENT": 3, "NOT_FOUND": 5, "FAILED_PRECONDITION": 9, "UNAVAILABLE": 14}


class Operations:
    """The operations of one stack."""

    def __init__(self, context: Context) -> None:
        self._store = context.store
        self._known: dict[str, Json] = {}

    def routes(self) -> list[Route]:
        # Google's clients poll below /ui.
        return [route("GET", "{collection}/{id}/operations/{operation}", self._get, root="ui")]

    def busy(self) -> bool:
        """Whether one is under way."""
        return any("done" not in body for body in list(self._known.values()))

    def done(self, target: str, verb: str, response_type: str, response: Json) -> Json:
        """An operation that is finished when its call returns."""
        return self._keep(self._new(target, verb) | _success(response_type, response))

    def run(self, target: str, verb: str, work: Callable[[], Json]) -> Json:
        """An operation on `target` that works in a thread; `work` returns the response's fields."""
        body = self._keep(self._new(target, verb))

        def finish() -> None:
            try:
                outcome = _success(f"{VERTEX}{verb}Response", work())
            except ApiError as error:
                code = _CODES.get(error.status, _INTERNAL)
                outcome = {"done": True, "error": {"code": code, "message": error.message}}
            except Exception as error:  # noqa: BLE001  # whoever polls must be told
                outcome = {"done": True, "error": {"code": _INTERNAL, "message": repr(error)}}
            self._keep(body | outcome)
            self._store.close()

        threading.Thread(target=finish, name=body["name"], daemon=True).start()
        return body

    def _keep(self, body: Json) -> Json:
        self._known[body["name"]] = body
        return body

    def _new(self, target: str, verb: str) -> Json:
        moment = now()
        # A number of the store's: whoever still polls an operation of before never meets another.
        number = self._store.next_number("vertex/operations")
        return {
            "name": f"{target}/operations/{number}",
            "metadata": {
                "@type": f"type.googleapis.com/{VERTEX}{verb}OperationMetadata",
                "genericMetadata": {"createTime": moment, "updateTime": moment},
            },
        }

    def _get(self, call: Call) -> Json:
        target = call.name(call.params["collection"])
        name = f"{target}/operations/{call.params['operation']}"
        if name not in self._known:
            raise not_found(f"{name} is not known: the local cloud ended before it was done.")
        return self._known[name]


def _success(response_type: str, response: Json) -> Json:
    typed = {"@type": f"type.googleapis.com/{response_type}", **response}
    return {"done": True, "response": typed}
