"""Refuses inputs whose names or shapes the installed SDK does not know, at every depth.

Does not judge values: see `rules`.
"""

import math
from collections.abc import Iterator
from typing import Any, Final

from localcloud.provider.protocol import Unknown
from localcloud.provider.schema import Kind, ObjectSchema, ResourceSchema, nearest, object_schema

Refusal = tuple[str, str]

_CLASSES: Final[dict[str, Any]] = {
    "object": dict,
    "map": dict,
    "list": list,
    "text": str | int | float | bool,
}
_WORDS: Final = {
    "object": "an object",
    "list": "a list",
    "map": "a map",
    "text": "a text",
    "integer": "a whole number",
    "number": "a number",
    "flag": "true or false",
}


def refusals(schema: ResourceSchema, inputs: dict[str, Any]) -> Iterator[Refusal]:
    """(property path, reason) for every input that the type does not have, and what is missing."""
    yield from _object(schema.inputs, inputs, "", schema.label)


def _object(
    schema: ObjectSchema, value: dict[str, Any], path: str, owner: str
) -> Iterator[Refusal]:
    for name in schema.required:
        if value.get(name) is None:
            yield _join(path, name), f"missing required property '{_join(path, name)}'"
    for name, element in value.items():
        if name.startswith("__"):
            continue
        kind = schema.properties.get(name)
        where = _join(path, name)
        if kind is None:
            yield where, f"{owner} has no property '{where}'{nearest(name, schema.properties)}"
        elif element is not None:
            yield from _value(kind, element, where, owner)


def _value(kind: Kind, value: Any, path: str, owner: str) -> Iterator[Refusal]:
    if isinstance(value, Unknown) or value is None or kind.sort == "any":
        return
    if not _fits(kind, value):
        yield path, f"'{path}' of {owner} must be {_WORDS[kind.sort]}, not {_shown(value)}"
    elif kind.sort == "object" and kind.fields is not None:
        yield from _object(object_schema(kind.fields), value, path, owner)
    elif kind.sort == "list" and kind.element is not None:
        for index, element in enumerate(value):
            yield from _value(kind.element, element, f"{path}[{index}]", owner)
    elif kind.sort == "map" and kind.element is not None:
        for key, element in value.items():
            yield from _value(kind.element, element, f"{path}.{key}", owner)


def _fits(kind: Kind, value: Any) -> bool:
    """The provider converts between texts, numbers and flags where the text reads as one."""
    if kind.sort in ("integer", "number"):
        number = _number(value)
        return number is not None and (kind.sort == "number" or number.is_integer())
    if kind.sort == "flag":
        return isinstance(value, bool) or value in ("true", "false")
    return isinstance(value, _CLASSES[kind.sort])


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return repr(value)
