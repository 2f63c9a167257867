"""Settings from environment variables: `MLPLATFORM_<SECTION>__<KEY>` fills a key that is absent.

`MLPLATFORM_PROJECT__ID=acme-ml` fills `mlplatform:project.id`; deeper keys add `__` each, and a
hyphen in a key is written as an underscore. Variables without `__`, such as
`MLPLATFORM_VERTEX_ENDPOINT`, are no settings.
"""

import json
from collections.abc import Mapping
from typing import Any

from infra.settings.explain import keys_at
from infra.settings.nearest import choose
from infra.settings.problems import Problem
from infra.settings.stack import StackSettings

_PREFIX = "MLPLATFORM_"
_SEPARATOR = "__"


def fill(values: dict[str, Any], environment: Mapping[str, str]) -> list[Problem | str]:
    """Fill absent keys of `values` in place; returns what cannot be filled."""
    problems: list[Problem | str] = []
    for variable in sorted(environment):
        rest = variable.removeprefix(_PREFIX)
        if rest != variable and _SEPARATOR in rest:
            problems += _fill_one(values, variable, environment[variable])
    return problems


def _fill_one(values: dict[str, Any], variable: str, text: str) -> list[Problem | str]:
    path: list[str] = []
    here: Any = values
    for word in variable.removeprefix(_PREFIX).lower().split(_SEPARATOR):
        # Walk one key deeper; what is absent on the way is made.
        here = values if not path else here.setdefault(path[-1], {})
        valid = keys_at(StackSettings, path) or (list(here) if isinstance(here, dict) else [])
        name = next((each for each in valid if each.replace("-", "_").lower() == word), None)
        if name is None and isinstance(here, dict) and _takes_any_key(path):
            name = word
        if name is None:
            return [f"{variable} fills no setting: {word!r} is no key; {choose(word, valid)}"]
        path.append(name)
    return _put(here, path, _parsed(text), variable)


def _takes_any_key(path: list[str]) -> bool:
    """Labels and arguments; an entry of `models` is made in the stack file only."""
    return bool(path) and path != ["models"] and not keys_at(StackSettings, path)


def _put(here: dict[str, Any], path: list[str], value: Any, variable: str) -> list[Problem | str]:
    present = here.get(path[-1])
    if present is None:
        here[path[-1]] = value
    elif str(present) != str(value):
        return [
            Problem(
                tuple(path),
                f" is {present!r} in the stack file but {value!r} in {variable}: "
                "unset the variable, or make them agree",
            )
        ]
    return []


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
