"""Property paths such as `labels.team`, `rules[0].age`, `labels["a.b"]` and `rules[*]`."""

import re
from typing import Any

from localcloud.engine.values import Properties, Secret

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'\.?(?:\[(?:"((?:[^"\\]|\\.)*)"|(\d+)|(\*))\]|([^.\[\]]+))')
_MISSING = object()


class BadPathError(ValueError):
    """The text is no property path."""


def parse(text: str) -> Path:
    """The parts of a path; `*` stands for any key or index."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise BadPathError(f"{text!r} is not a property path")
        quoted, index, star, name = match.groups()
        if index is not None:
            parts.append(int(index))
        else:
            parts.append(star or name or re.sub(r"\\(.)", r"\1", quoted or ""))
        position = match.end()
    if not parts:
        raise BadPathError("an empty text is not a property path")
    return tuple(parts)


def contains(outer: Path, inner: Path) -> bool:
    """Whether `inner` is `outer` or lies below it."""
    if len(outer) > len(inner):
        return False
    pairs = zip(outer, inner, strict=False)
    return all(want in ("*", got) for want, got in pairs)


def reset(news: Properties, olds: Properties, path: Path) -> Properties:
    """`news` with the value at `path` as it is in `olds`, absent if it is absent there."""
    result = _reset(news, olds, path)
    return result if isinstance(result, dict) else news


def _reset(new: Any, old: Any, path: Path) -> Any:
    if not path:
        return old
    if isinstance(new, Secret):
        inner = _reset(new.value, old.value if isinstance(old, Secret) else old, path)
        return Secret(inner) if inner is not _MISSING else inner
    if isinstance(old, Secret):
        old = old.value
    head, rest = path[0], path[1:]
    if isinstance(new, dict):
        olds = old if isinstance(old, dict) else {}
        keys = [*new, *(k for k in olds if k not in new)] if head == "*" else [str(head)]
        return _reset_keys(new, olds, keys, rest)
    if isinstance(new, list):
        return _reset_items(new, old if isinstance(old, list) else [], head, rest)
    # The new value has no such place: it appears only together with the old one, as a whole.
    return old if new is _MISSING and old is not _MISSING and not rest else new


def _reset_keys(new: dict[str, Any], old: dict[str, Any], keys: list[str], rest: Path) -> Any:
    result = dict(new)
    for key in keys:
        value = _reset(new.get(key, _MISSING), old.get(key, _MISSING), rest)
        if value is _MISSING:
            result.pop(key, None)
        else:
            result[key] = value
    return result


def _reset_items(new: list[Any], old: list[Any], head: str | int, rest: Path) -> Any:
    result = list(new)
    indexes = range(len(new)) if head == "*" else [head] if isinstance(head, int) else []
    for index in indexes:
        if index < len(new) and index < len(old):
            value = _reset(new[index], old[index], rest)
            result[index] = new[index] if value is _MISSING else value
    return result
