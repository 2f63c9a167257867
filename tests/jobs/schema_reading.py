"""As much of JSON Schema as the description of predictions uses; another keyword is an error."""

from typing import Any

_KINDS: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
}
_KNOWN = {
    *("title", "description", "type", "properties", "required", "additionalProperties"),
    *("items", "minItems", "minLength", "minimum", "maximum", "enum", "oneOf"),
}


def fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether the value is one that the schema describes."""
    assert schema.keys() <= _KNOWN, schema.keys() - _KNOWN
    if "oneOf" in schema:
        return sum(fits(value, each) for each in schema["oneOf"]) == 1
    if "enum" in schema:
        return value in schema["enum"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return any(_is(value, kind) for kind in kinds) and all(
        (_object(value, schema), _array(value, schema), _scalar(value, schema))
    )


def _is(value: Any, kind: str) -> bool:
    if kind in {"integer", "number"}:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return number and (kind == "number" or value == int(value))
    return isinstance(value, _KINDS[kind])


def _object(value: Any, schema: dict[str, Any]) -> bool:
    if not isinstance(value, dict):
        return True
    known = schema["properties"]
    assert schema["additionalProperties"] is False
    return set(schema["required"]) <= value.keys() <= known.keys() and all(
        fits(each, known[name]) for name, each in value.items()
    )


def _array(value: Any, schema: dict[str, Any]) -> bool:
    if not isinstance(value, list):
        return True
    enough = len(value) >= schema["minItems"]
    return enough and all(fits(each, schema["items"]) for each in value)


def _scalar(value: Any, schema: dict[str, Any]) -> bool:
    if isinstance(value, str):
        return len(value) >= schema.get("minLength", 0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return True
    least, most = schema.get("minimum", value), schema.get("maximum", value)
    return least <= value <= most
