"""Whole numbers that no API takes, wherever a stack file has them."""

from collections.abc import Iterator
from typing import Any

from infra.settings.problems import Path, Problem, spelt

_LARGEST = 2**63 - 1
"""Google's APIs count in 64 bits."""


def too_large(values: Any, path: Path = ()) -> Iterator[Problem]:
    """A problem for each, at any depth."""
    if isinstance(values, dict):
        for key, value in values.items():
            yield from too_large(value, (*path, str(key)))
    elif isinstance(values, list):
        for index, value in enumerate(values):
            yield from too_large(value, (*path, index))
    elif isinstance(values, int) and abs(values) > _LARGEST:
        yield Problem(path, f" is {spelt(values)}, more than any API takes: write fewer digits")
