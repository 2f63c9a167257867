"""Changes to a stack file's mapping, and what is said about them."""

import copy
from typing import Any

import pytest

from infra.settings import SettingsError, parse


def changed(config: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with one key set; `path` as in an error: `project.zone`, `models.0.name` in a list."""
    result = copy.deepcopy(config)
    here, last = _place(result, path)
    here[last] = value
    return result


def without(config: dict[str, Any], path: str) -> dict[str, Any]:
    result = copy.deepcopy(config)
    here, last = _place(result, path)
    del here[last]
    return result


def _place(config: dict[str, Any], path: str) -> tuple[Any, str | int]:
    """What holds the last part of the path, and that part."""
    here: Any = config
    parts = f"mlplatform:{path}".split(".")
    *parents, last = [int(part) if part.isdigit() else part for part in parts]
    for part in parents:
        here = here[part]
    return here, last


def mistakes(config: dict[str, Any]) -> list[str]:
    """What is said of it; nothing of a valid one."""
    try:
        parse(config)
    except SettingsError as error:
        return error.problems
    return []


def refusals(config: dict[str, Any], **more: Any) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse(config, **more)
    return caught.value.problems


def problem_with(config: dict[str, Any], path: str, value: Any, words: list[str]) -> str:
    """The sentence about one wrong value, which holds all the words."""
    problem = next(each for each in refusals(changed(config, path, value)) if words[-1] in each)
    for word in words:
        assert word in problem
    return problem


def refusal(config: dict[str, Any], **more: Any) -> str:
    problems = refusals(config, **more)
    assert len(problems) == 1, problems
    return problems[0]
