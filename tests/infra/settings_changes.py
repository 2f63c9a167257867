"""Changes to a stack file's mapping, and what is said about them."""

import copy
from typing import Any

import pytest

from infra.settings import SettingsError, parse


def changed(config: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one key set; `path` as in an error: `project.zone`."""
    result = copy.deepcopy(config)
    section, *rest = path.split(".")
    here = result
    for part in [f"mlplatform:{section}", *rest][:-1]:
        here = here[part]
    here[([f"mlplatform:{section}", *rest])[-1]] = value
    return result


def without(config: dict[str, Any], path: str) -> dict[str, Any]:
    result = copy.deepcopy(config)
    section, *rest = path.split(".")
    here = result
    for part in [f"mlplatform:{section}", *rest][:-1]:
        here = here[part]
    del here[([f"mlplatform:{section}", *rest])[-1]]
    return result


def refusals(config: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse(config, **more)
    return caught.value.problems


def refusal(config: dict[str, Any], **more: Any) -> str:
    problems = refusals(config, **more)
    assert len(problems) == 1, problems
    return problems[0]
