"""Values of computed outputs for which no table knows better, by the output's name and kind.

They are stable and recognisably local; programs can wire them, nothing can be reached with them.
"""

import copy
from collections.abc import Callable
from typing import Any, Final

from localcloud.provider.protocol import UNKNOWN, Unknown
from localcloud.provider.schema import Kind, ResourceSchema

CREATED: Final = "2026-01-01T00:00:00Z"

_BY_NAME: Final[dict[str, Any]] = {
    "state": "ACTIVE",
    "status": "ACTIVE",
    "currentStatus": "RUNNING",
    "lifecycleState": "ACTIVE",
    "health": "HEALTHY",
    "stateNote": "",
    "generation": 1,
    "observedGeneration": 1,
    "version": 1,
}
_BY_SORT: Final[dict[str, Any]] = {
    "list": [],
    "map": {},
    "flag": False,
    "integer": 0,
    "number": 0,
}
_TIMES: Final = ("Time", "Timestamp", "timeCreated", "updated")
_LINKS: Final = ("Link", "Uri", "Url")
_ADDRESSES: Final = ("Ip", "IpAddress", "address", "networkIp")
_NUMBERS: Final = ("Id", "Number", "uid", "uuid", "fingerprint", "Fingerprint", "etag")


def generic_value(
    schema: ResourceSchema,
    name: str,
    kind: Kind,
    id_: str | Unknown,
    digits: Callable[..., str],
) -> Any:
    """A value of the right kind for an output; unknown while the id is."""
    if isinstance(id_, Unknown):
        return UNKNOWN
    if name in _BY_NAME:
        value = _BY_NAME[name]
        return str(value) if kind.sort == "text" else value
    if kind.sort != "text":
        return copy.copy(_BY_SORT.get(kind.sort))
    if name == "name":
        return id_
    number = digits(f"{id_}#{name}")
    for endings, value in (
        (_TIMES, CREATED),
        (_LINKS, f"{_base(schema)}/{id_}" + ("" if name == "selfLink" else f"#{name}")),
        (_ADDRESSES, _address(int(number))),
        # An input that the cloud would fill in, and nothing here says with what.
        ((name,) if name in schema.inputs.properties else (), ""),
        (_NUMBERS, number),
    ):
        if name.endswith(endings):
            return value
    return f"{name}-{number[:7]}"


def _address(number: int) -> str:
    return f"10.{number % 256}.{number // 256 % 256}.{1 + number // 65536 % 254}"


def _base(schema: ResourceSchema) -> str:
    module = schema.label.partition(".")[0]
    if module == "compute":
        return "https://www.googleapis.com/compute/v1"
    return f"https://{module}.googleapis.com/v1"
