"""Which inputs differ, as property paths.

Structural and by property only: what a difference means for a type is in `replacement`.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from localcloud.provider.protocol import Properties, Unknown

# Texts that hold JSON: the cloud keeps their meaning, not their spelling.
_JSON_TEXTS: Final = frozenset({"schema", "dashboardJson", "trafficSplit", "policyData"})


def changed_paths(old: Properties, new: Properties) -> list[str]:
    """Paths such as `labels.team` or `lifecycleRules[0].action.type`, sorted by first property.

    A property that is None is the same as one that is absent. An unknown value counts as changed.
    """
    return list(_objects(_clean(old), _clean(new), ""))


def _clean(properties: Properties) -> Properties:
    # The official provider records which inputs it filled in under `__defaults`.
    return {name: value for name, value in properties.items() if not name.startswith("__")}


def _objects(old: dict[str, Any], new: dict[str, Any], path: str) -> Iterator[str]:
    for name in sorted(old.keys() | new.keys()):
        yield from _values(old.get(name), new.get(name), _join(path, name), name)


def _values(old: Any, new: Any, path: str, name: str = "") -> Iterator[str]:
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        yield path
    elif isinstance(old, dict) and isinstance(new, dict):
        yield from _objects(_clean(old), _clean(new), path)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            where = f"{path}[{index}]"
            if index >= len(old) or index >= len(new):
                yield where
            else:
                yield from _values(old[index], new[index], where)
    elif not _same(old, new, name):
        yield path


def _same(old: Any, new: Any, name: str) -> bool:
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if old == new:
        return True
    if name in _JSON_TEXTS and isinstance(old, str) and isinstance(new, str):
        try:
            return json.loads(old) == json.loads(new)
        except ValueError:
            return False
    return False


def _join(path: str, name: str) -> str:
    # A key with a dot or bracket would read as a path of its own.
    if any(character in name for character in '.["'):
        return f"{path}[{json.dumps(name)}]"
    return f"{path}.{name}" if path else name
