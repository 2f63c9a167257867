"""Property values inside the engine: JSON values plus `Secret` and `UNKNOWN`.

Owns what can be asked of a value. Its encodings are in `wire` and `state`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from localcloud.engine.events import HIDDEN_TEXT
from localcloud.provider.protocol import UNKNOWN, Unknown

Value = Any
Properties = dict[str, Value]

UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How an unknown value is written on the wire, in state and in outputs."""

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 a type mark of the protocol
ASSET_SIGNATURE = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE_SIGNATURE = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT_SIGNATURE = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

_EXACT_INTEGERS = 2.0**53
_PLAIN_NOTATION = 1e21


@dataclass(frozen=True, slots=True, eq=False)
class Secret:
    """A value that is never shown and only stored encrypted."""

    value: Value
    ciphertext: str | None = field(default=None)
    """The text under which state already holds it, so that unchanged state stays unchanged."""

    def __repr__(self) -> str:
        return HIDDEN_TEXT


def number(value: float) -> int | float:
    """A number as Go prints it: whole below 1e21, with the shortest digits that identify it."""
    if not value.is_integer():
        return value
    if abs(value) < _EXACT_INTEGERS:
        return int(value)
    return int(Decimal(repr(value))) if abs(value) < _PLAIN_NOTATION else value


def equal(a: Value, b: Value) -> bool:
    """Deep equality in which true is not 1, and a secret equals only a secret."""
    if isinstance(a, Secret) or isinstance(b, Secret):
        return isinstance(a, Secret) and isinstance(b, Secret) and equal(a.value, b.value)
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, bool) or isinstance(b, bool):
        return a is b
    return a == b


def _any(value: Value, test: Callable[[Value], bool]) -> bool:
    if test(value):
        return True
    if isinstance(value, Secret):
        return _any(value.value, test)
    if isinstance(value, dict):
        return any(_any(item, test) for item in value.values())
    if isinstance(value, list):
        return any(_any(item, test) for item in value)
    return False


def contains_secret(value: Value) -> bool:
    return _any(value, lambda item: isinstance(item, Secret))


def contains_unknown(value: Value) -> bool:
    return _any(value, lambda item: isinstance(item, Unknown))


def unwrap(value: Value) -> Value:
    """The value without its secret marks."""
    if isinstance(value, Secret):
        return unwrap(value.value)
    if isinstance(value, dict):
        return {key: unwrap(item) for key, item in value.items()}
    if isinstance(value, list):
        return [unwrap(item) for item in value]
    return value


def mask(value: Value, *, show_secrets: bool = False) -> Value:
    """The value for a reader: "[secret]" in place of secrets, the text of unknown for unknown."""
    if isinstance(value, Secret):
        return mask(value.value, show_secrets=True) if show_secrets else HIDDEN_TEXT
    if isinstance(value, dict):
        return {key: mask(item, show_secrets=show_secrets) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item, show_secrets=show_secrets) for item in value]
    return UNKNOWN_TEXT if isinstance(value, Unknown) else value


def mark_secrets(values: Properties, source: Properties) -> Properties:
    """`values` with every property secret that holds a secret in `source`.

    For providers that get plain values: what went in as a secret is one when it comes back.
    """
    return {
        key: Secret(unwrap(value))
        if key in source and not isinstance(value, Secret) and contains_secret(source[key])
        else value
        for key, value in values.items()
    }


def mark_names(values: Properties, names: list[str]) -> Properties:
    """`values` with the named properties secret."""
    return {
        key: Secret(unwrap(value)) if key in names and not isinstance(value, Secret) else value
        for key, value in values.items()
    }


__all__ = [
    "ARCHIVE_SIGNATURE",
    "ASSET_SIGNATURE",
    "OUTPUT_SIGNATURE",
    "SECRET_SIGNATURE",
    "SIGNATURE",
    "UNKNOWN",
    "UNKNOWN_TEXT",
    "Properties",
    "Secret",
    "Unknown",
    "Value",
    "contains_secret",
    "contains_unknown",
    "equal",
    "mark_names",
    "mark_secrets",
    "mask",
    "number",
    "unwrap",
]
