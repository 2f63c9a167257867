"""What a refused shape was meant to be: Google has several names for one machine."""

import re
from collections.abc import Callable, Collection, Iterable
from math import prod
from typing import Annotated

from pydantic import AfterValidator

from catalog.accelerators import SHAPES
from catalog.machines import MACHINES
from catalog.own_shapes import OWN_SHAPES, why_not
from infra.settings.nearest import choose
from infra.settings.problems import Problem, refuse

_SLICE = re.compile(r"(?:tpu-)?(v5e|v5lite|v5litepod|v6e)-?(\d+(?:x\d+)?)?")
_TPU_MACHINE = re.compile(r"(ct5lp-hightpu|ct6e-standard)-(\d)t")
_GENERATIONS = {"v6e": "v6e", "ct6e-standard": "v6e"}
"""By the name in a shape; all others are of the v5e, which shapes call v5litepod."""
_GPUS = {"h100mega": "a3-megagpu-8g", "h200": "a3-ultragpu-8g", "h100": "a3-highgpu-8g"}


def shape_of(known: Collection[str], why: Callable[[str], str]) -> AfterValidator:
    """A shape among `known`; `why` says why another one is not, and what to write."""

    def checked(shape: str) -> str:
        if shape not in known:
            refuse([Problem((), f" is {shape!r}, {why(shape)}")])
        return shape

    return AfterValidator(checked)


def _no_own_shape(shape: str) -> str:
    refused = why_not(shape)
    return f"which {refused}" if refused else _no_shape(shape, OWN_SHAPES)


def _no_shape(shape: str, valid: Iterable[str]) -> str:
    """Why it is none, and which one to write."""
    known = [*valid]
    meant = _meant(shape.lower(), known)
    refused = None if meant else why_not(shape)
    return f"which {refused}" if refused else f"no known shape: {choose(shape, known, meant)}"


def _meant(word: str, known: list[str]) -> str | None:
    """The shape that Google calls so elsewhere; None where nothing is known."""
    found = None
    if match := _SLICE.fullmatch(word):
        chips = prod(int(side) for side in (match[2] or "8").split("x"))
        found = f"{_GENERATIONS.get(match[1], 'v5litepod')}-{chips}"
    elif match := _TPU_MACHINE.fullmatch(word):
        found = f"{_GENERATIONS.get(match[1], 'v5litepod')}-{match[2]}"
    elif gpu := next((name for name in _GPUS if name in word.replace("-", "")), None):
        found = _GPUS[gpu]
    elif word in MACHINES and MACHINES[word].chip is None:
        found = "cpu"
    elif word == "cpu":
        found = "n2-standard-8"
    return found if found in known else None


OwnShapeName = Annotated[str, shape_of(OWN_SHAPES, _no_own_shape)]
"""A machine or slice that a project can have beside Vertex AI."""
TrainingShapeName = Annotated[str, shape_of(SHAPES, lambda shape: _no_shape(shape, SHAPES))]
"""A machine or slice that Vertex AI trains on."""
