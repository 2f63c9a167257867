"""From a stack file to `StackSettings`, through Pulumi's configuration or from the file itself.

`pulumi.Config` cannot list the keys that it was given, so `load` reads the whole configuration: a
misspelt key is found and refused. Importing this module does not import pulumi.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from infra.settings.environment import fill
from infra.settings.explain import explain
from infra.settings.lines import Lines
from infra.settings.misread import misread_in
from infra.settings.nearest import choose, nearest
from infra.settings.partly import contradictions
from infra.settings.problems import NAMESPACE, Problem, SettingsError
from infra.settings.problems import Path as KeyPath
from infra.settings.reading import read
from infra.settings.stack import StackSettings
from infra.settings.too_large import too_large

OTHER_KEYS = (
    "gcp:disableGlobalProjectWarning",
    "gcp:skipRegionValidation",
    "pulumi:autonaming",
    "pulumi:disable-default-providers",
    "pulumi:tags",
)
"""Keys of a stack file that are not ours and may stand in it; the project is in our own."""
_NULLS = (None, "null", "")
"""A section without a value, which is as good as no section. A file says None; an engine hands
everything over as text, and `null` is no text that a section could mean."""


def load() -> StackSettings:
    """The running stack's settings. Raises SettingsError with every mistake."""
    import pulumi
    from pulumi.runtime import get_config_env
    from pulumi.runtime.config import get_config_secret_keys_env

    config = {name: _decoded(text) for name, text in get_config_env().items()}
    file = Path(f"Pulumi.{pulumi.get_stack()}.yaml")
    return parse(
        config,
        source=file.name,
        line=Lines(file).line,
        secret_keys=get_config_secret_keys_env(),
        environment=os.environ,
        repeated=misread_in(file, config),
    )


def load_file(path: Path | str) -> StackSettings:
    """The settings that a stack file holds, without Pulumi. Raises SettingsError."""
    path = Path(path)
    config, repeated = read(path)
    secret = [name for name, value in config.items() if _has_secure(value)]
    return parse(
        config,
        source=path.name,
        line=Lines(path).line,
        secret_keys=secret,
        environment=os.environ,
        repeated=repeated,
    )


def parse(
    config: Mapping[str, Any],
    *,
    source: str = "the stack file",
    line: Callable[[KeyPath], int | None] = lambda _: None,
    secret_keys: list[str] | None = None,
    environment: Mapping[str, str] | None = None,
    repeated: Sequence[str] = (),
) -> StackSettings:
    """Settings from the keys of a stack file (`mlplatform:project` → mapping).

    `repeated` is what the file itself has wrong, for the same list. Raises SettingsError with
    every mistake, each named by its key.
    """
    values, problems = _own(config, line)
    problems += [
        f"{_at(line, name)}{name} holds a secret: settings are shown in previews and in job "
        "specs, so store it in Secret Manager and write its name here"
        for name in secret_keys or []
        if name in config
    ]
    if not problems:
        values = deepcopy(values)  # the caller's mapping stays as it was
        problems += fill(values, environment or {})
    problems += repeated
    large = list(too_large(values))
    try:
        settings = StackSettings.model_validate(values)
    except ValidationError as error:
        found = explain(error, StackSettings)
        problems += found
        # Rules between sections were asked already if each section is right.
        alone = any(entry["loc"] for entry in error.errors())
        beside = contradictions(values, found) if alone else []
        problems += [each for each in beside if each not in found]
        said = {each.path for each in found}
        problems += [each for each in large if each.path not in said]
    else:
        problems += large
        if not problems:
            return settings
    raise SettingsError(problems, source, line)


def _own(
    config: Mapping[str, Any], line: Callable[[KeyPath], int | None]
) -> tuple[dict[str, Any], list[Problem | str]]:
    """Values under our own namespace or meant to be, and what is said about other keys."""
    ours = {f"{NAMESPACE}:{section}": section for section in StackSettings.model_fields}
    values: dict[str, Any] = {}
    problems: list[Problem | str] = []
    for name, value in config.items():
        namespace, _, rest = str(name).partition(":")
        if namespace == NAMESPACE and rest:
            if value not in _NULLS or rest not in StackSettings.model_fields:
                values[rest] = value
        elif name not in OTHER_KEYS:
            near = nearest(str(name), [*ours, *OTHER_KEYS])
            if near in ours and near not in config:
                # Judged as what it is meant to be: it is not missing, nor is what stands in it.
                values[ours[near]] = value
            hint = choose(str(name), [*ours, *OTHER_KEYS])
            problems.append(f"{_at(line, name)}{name} is no key of this program: {hint}")
    return values, problems


def _at(line: Callable[[KeyPath], int | None], name: object) -> str:
    number = line((str(name).removeprefix(f"{NAMESPACE}:"),))
    return f"line {number}: " if number else ""


def _decoded(value: Any) -> Any:
    """Pulumi hands objects over as JSON text, and everything else as plain text."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _has_secure(value: Any) -> bool:
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return True
        return any(_has_secure(each) for each in value.values())
    return isinstance(value, list) and any(_has_secure(each) for each in value)
