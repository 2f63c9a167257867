"""Property values on the wire: `google.protobuf.Struct` with the SDK's signature keys.

Owns the two directions between Struct and the engine's values. Does not know any request.
"""

from typing import Any

from google.protobuf import struct_pb2

from localcloud.engine import values
from localcloud.engine.assets import with_hash
from localcloud.engine.values import SIGNATURE, UNKNOWN, UNKNOWN_TEXT, Properties, Secret, Value


def from_struct(struct: struct_pb2.Struct) -> Properties:
    """The properties of a message."""
    return {key: _from_value(value) for key, value in struct.fields.items()}


def text(value: str) -> Value:
    """A text of the wire, which may stand for an unknown value."""
    return UNKNOWN if value == UNKNOWN_TEXT else value


def _from_value(value: struct_pb2.Value) -> Value:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return text(value.string_value)
    if kind == "number_value":
        return values.number(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "struct_value":
        return _from_object(from_struct(value.struct_value))
    return None


def _from_object(properties: Properties) -> Value:
    signature = properties.get(SIGNATURE)
    if signature is None:
        return properties
    if signature == values.SECRET_SIGNATURE:
        return Secret(properties.get("value"))
    if signature == values.OUTPUT_SIGNATURE:
        inner = properties.get("value", UNKNOWN)
        return Secret(inner) if properties.get("secret") else inner
    if signature in (values.ASSET_SIGNATURE, values.ARCHIVE_SIGNATURE):
        return with_hash(properties)
    return properties


def to_struct(properties: Properties) -> struct_pb2.Struct:
    """The message for properties."""
    struct = struct_pb2.Struct()
    _fill(struct, properties)
    return struct


def _fill(struct: struct_pb2.Struct, properties: Properties) -> None:
    fields = struct.fields
    for key, value in properties.items():
        _set(fields[key], value)


def _set(target: struct_pb2.Value, value: Any) -> None:
    if isinstance(value, str):
        target.string_value = value
    elif isinstance(value, bool):
        target.bool_value = value
    elif isinstance(value, int | float):
        target.number_value = value
    elif isinstance(value, dict):
        target.struct_value.SetInParent()
        _fill(target.struct_value, value)
    elif isinstance(value, list | tuple):
        target.list_value.SetInParent()
        for item in value:
            _set(target.list_value.values.add(), item)
    elif isinstance(value, Secret):
        _set(target, {SIGNATURE: values.SECRET_SIGNATURE, "value": value.value})
    elif isinstance(value, values.Unknown):
        target.string_value = UNKNOWN_TEXT
    elif value is None:
        target.null_value = struct_pb2.NULL_VALUE
    else:
        message = f"a provider returned a {type(value).__name__}, which is no JSON value"
        raise TypeError(message)
