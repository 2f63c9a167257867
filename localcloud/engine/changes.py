"""Which properties two sets of inputs differ in, for people to read."""

import json
from typing import Any

from localcloud.engine.events import Change
from localcloud.engine.values import UNKNOWN, Properties, Secret, Unknown, equal, mask

_ABSENT = object()
_PLAIN_KEY = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


def changes(old: Properties, new: Properties) -> list[Change]:
    """Changes by path, sorted; additions and deletions as a whole, updates as deep as possible."""
    found: list[Change] = []
    _compare("", old, new, found)
    return found


def _compare(path: str, old: Any, new: Any, found: list[Change]) -> None:
    old, new = _opened(old, new)
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted(old.keys() | new.keys()):
            if not key.startswith("__"):
                _compare(_below(path, key), old.get(key, _ABSENT), new.get(key, _ABSENT), found)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            was, is_ = (items[index] if index < len(items) else _ABSENT for items in (old, new))
            _compare(f"{path}[{index}]", was, is_, found)
    elif old is _ABSENT:
        found.append(Change(path, "add", None, _shown(new)))
    elif new is _ABSENT:
        found.append(Change(path, "delete", _shown(old), None))
    elif not equal(old, new) or isinstance(new, Unknown):
        found.append(Change(path, "update", _shown(old), _shown(new)))


def _opened(old: Any, new: Any) -> tuple[Any, Any]:
    """Texts that both hold a JSON object or list, as what they hold."""
    if isinstance(old, str) and isinstance(new, str) and old != new:
        parsed = _parsed(old), _parsed(new)
        if all(item is not _ABSENT for item in parsed):
            return parsed
    return old, new


def _parsed(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return _ABSENT
    try:
        return json.loads(text)
    except ValueError:
        return _ABSENT


def _below(path: str, key: str) -> str:
    if not set(key) <= _PLAIN_KEY or not key:
        return f"{path}[{json.dumps(key)}]"
    return f"{path}.{key}" if path else key


def _shown(value: Any) -> Any:
    if isinstance(value, Unknown):
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _shown(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_shown(item) for item in value]
    return mask(value) if isinstance(value, Secret) else value
