"""Property paths such as `labels.team`, `rules[0].age`, `labels["a.b"]` and `rules[*]`."""

import re
from typing import Any

from localcloud.engine.values import Properties, Secret

Path = tuple[str | int, ...]

_TOKEN = re.compile(r'\.?(?:\[(?:"((?:[^"\\]|\\.)*)"|(\d+)|(\*))\]|([^.\[\]]+))')


class BadPathError(ValueError):
    """The text is no property path."""


class MissingPathError(Exception):
    """Only one of two values has the place that a path names."""


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
    """`news` with the value at `path` as it is in `olds`, absent if it is absent there.

    Never makes or removes a place in between, nor an item of a list: raises `MissingPathError` if
    only one of the two has the place.
    """
    return _reset(news, olds, path, secret=False)


def _reset(new: Any, old: Any, path: Path, *, secret: bool) -> Any:
    """`secret`: the old value lies within a secret, and the new one does not."""
    if isinstance(old, Secret):
        return _reset(new, old.value, path, secret=True)
    if isinstance(new, Secret):
        return Secret(_reset(new.value, old, path, secret=False))
    head, rest = path[0], path[1:]
    if head == "*":
        return _reset_all(new, old, rest, secret=secret)
    if not rest:
        return _reset_leaf(new, old, head, secret=secret)
    return _reset_below(new, old, head, rest, secret=secret)


def _reset_below(new: Any, old: Any, head: str | int, rest: Path, *, secret: bool) -> Any:
    kind = list if isinstance(head, int) else dict
    if not isinstance(new, kind) or not isinstance(old, kind):
        return _unless(isinstance(new, kind) or isinstance(old, kind), new)
    in_new, in_old = _has(new, head), _has(old, head)
    if isinstance(head, str) and not in_new and not in_old:
        return new
    _unless(not in_new or (isinstance(head, int) and not in_old), new)
    inner = _item(old, head) if in_old else None
    return _with(new, head, _reset(_item(new, head), inner, rest, secret=secret))


def _reset_leaf(new: Any, old: Any, key: str | int, *, secret: bool) -> Any:
    if isinstance(key, int):
        if not isinstance(new, list) or not isinstance(old, list):
            return _unless(isinstance(new, list) or isinstance(old, list), new)
        if not _has(new, key) or not _has(old, key):
            return _unless(_has(new, key) or _has(old, key), new)
        return _with(new, key, _taken(old[key], secret))
    if isinstance(old, dict) and key in old:
        _unless(not isinstance(new, dict), new)
        return _with(new, key, _taken(old[key], secret))
    return {k: v for k, v in new.items() if k != key} if isinstance(new, dict) else new


def _reset_all(new: Any, old: Any, rest: Path, *, secret: bool) -> Any:
    if isinstance(new, list) and isinstance(old, list):
        _unless(len(new) != len(old), new)
        return [_inner(a, b, rest, secret=secret) for a, b in zip(new, old, strict=True)]
    if isinstance(new, dict) and isinstance(old, dict):
        if not rest:
            return {key: _taken(value, secret) for key, value in old.items()}
        _unless(not old.keys() <= new.keys(), new)
        changed = {key: _inner(new[key], old[key], rest, secret=secret) for key in old}
        return {**new, **changed}
    return _unless(bool(rest) or not isinstance(new, list | dict), new)


def _inner(new: Any, old: Any, rest: Path, *, secret: bool) -> Any:
    return _reset(new, old, rest, secret=secret) if rest else _taken(old, secret)


def _taken(value: Any, secret: bool) -> Any:
    return Secret(value) if secret and not isinstance(value, Secret) else value


def _unless(missing: bool, value: Any) -> Any:
    if missing:
        raise MissingPathError
    return value


def _has(container: Any, key: str | int) -> bool:
    return key < len(container) if isinstance(key, int) else key in container


def _item(container: Any, key: str | int) -> Any:
    return container[key]


def _with(container: Any, key: str | int, value: Any) -> Any:
    copy = container.copy()
    if isinstance(key, int):
        copy[key] = value
        return copy
    return {**copy, key: value}
