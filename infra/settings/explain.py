"""pydantic's findings as sentences that name the key, the value and what to write instead."""

import re
from collections.abc import Iterable
from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeGuard, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from infra.settings.nearest import choose, nearest
from infra.settings.problems import Path, Problem, carried, spelt
from infra.settings.section import HiddenError, Matching

_SENTENCES = {
    "literal_error": ": write {expected}",
    "int_type": ": write a whole number",
    "int_parsing": ": write a whole number",
    "int_from_float": ": write a whole number",
    "float_type": ": write a number",
    "float_parsing": ": write a number",
    "finite_number": ": write a finite number",
    "bool_type": ": write true or false",
    "bool_parsing": ": write true or false",
    "int_parsing_size": ": write a whole number of fewer digits",
    "string_type": ": write a text, in quotes if it looks like a number",
    "string_too_long": ": write at most {max_length} characters",
    "string_too_short": ": write at least {min_length} characters",
    "list_type": ": write a list",
    "tuple_type": ": write a list",
    "too_long": ": write at most {max_length}",
    "too_short": ": write at least {min_length}",
    "dict_type": ": write a mapping of keys to values",
    "model_type": ": write a mapping of keys to values",
    "greater_than": ": write more than {gt}",
    "greater_than_equal": ": write {ge} or more",
    "less_than": ": write less than {lt}",
    "less_than_equal": ": write {le} or less",
}

_KINDS: dict[Any, str] = {
    bool: "true or false",
    dict: "a mapping of keys to values",
    float: "a number",
    int: "a whole number",
    list: "a list",
    str: "a text",
    tuple: "a list",
}

_SECRET = re.compile(r"passw|secret|token|credential|private|^value$")
"""Names of keys under which people write what nobody else should read."""


def explain(error: ValidationError, model: type[BaseModel]) -> list[Problem]:
    """Every problem, once: a misspelt key is not reported as missing under its right name too."""
    problems: list[Problem] = []
    meant: set[Path] = set()
    entries = _without_echoes(error.errors())
    for entry in entries:
        if entry["type"] == "extra_forbidden":
            problem, near = _unknown(entry["loc"], entry["input"], model)
            problems.append(problem)
            meant |= {near} if near else set()
    for entry in entries:
        path = _clean(entry["loc"], entry["type"])
        if entry["type"] == "extra_forbidden" or (entry["type"] == "missing" and path in meant):
            continue
        found = carried(dict(entry))
        if found:
            problems += [problem.below(path) for problem in found]
        elif entry["type"] == "missing":
            problems.append(Problem(path, f" is missing: write {_wanted(model, path)}"))
        else:
            problems.append(_one(path, dict(entry)))
    return problems


def _without_echoes(entries: list[ErrorDetails]) -> list[ErrorDetails]:
    """A list of which an item is refused is called too short besides, as if the item were not
    there."""
    items = {entry["loc"][:-1] for entry in entries}
    return [
        entry
        for entry in entries
        if not (entry["type"] == "too_short" and entry["loc"] in items and entry["input"])
    ]


def _one(path: Path, entry: dict[str, Any]) -> Problem:
    kind, given = entry["type"], entry["input"]
    if kind == "value_error":
        text = f": {entry['ctx']['error']}"
        if isinstance(entry["ctx"]["error"], HiddenError):
            return Problem(path, f" is not repeated here, as it may be the secret itself{text}")
    elif kind in _SENTENCES:
        text = _SENTENCES[kind].format(**entry.get("ctx", {}))
    else:
        text = f": {entry['msg'][:1].lower()}{entry['msg'][1:]}"
    if kind == "literal_error" and isinstance(given, str) and given.isdigit():
        text += ", without quotes"
    if kind == "string_type" and isinstance(given, bool):
        text += ": YAML reads a bare no, off, on or yes as false or true"
    if isinstance(given, date):
        text = ", which YAML reads as a date: write it in quotes, a time as '2027-01-31T00:00:00Z'"
    return Problem(path, f" is {spelt(given)}{text}")


def _wanted(model: type[BaseModel], path: Path) -> str:
    """What kind of value a missing key takes."""
    parent: Any = model
    for part in path[:-1]:
        parent = step(parent, part)
    field = parent.model_fields[str(path[-1])] if is_model(parent) else None
    if field is None:
        return "it"
    expected = [each.expected for each in field.metadata if isinstance(each, Matching)]
    if expected:
        return expected[0]
    optional = NoneType in get_args(field.annotation)
    return _kind(bare(field.annotation)) + (" or null" if optional else "")


def _kind(bare: Any) -> str:
    """What to write for an annotation."""
    if is_model(bare):
        return f"a mapping with {', '.join(bare.model_fields)}"
    if get_origin(bare) is Literal:
        return f"one of {', '.join(map(str, get_args(bare)))}"
    return _KINDS.get(get_origin(bare) or bare, "it")


def _unknown(loc: Path, given: object, model: type[BaseModel]) -> tuple[Problem, Path | None]:
    *parents, wrong = _clean(loc)
    valid = keys_at(model, parents)
    near = nearest(str(wrong), valid)
    shown = "not repeated here" if _SECRET.search(str(wrong)) else spelt(given)
    sentence = f" is no key (value {shown}): {choose(str(wrong), valid)}"
    return Problem((*parents, wrong), sentence), (*parents, near) if near else None


def keys_at(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """Keys that the mapping at `path` may have; none if it is not a model's."""
    here: Any = model
    for part in path:
        here = step(here, part)
    return list(here.model_fields) if is_model(here) else []


def step(here: Any, part: str | int) -> Any:
    """The annotation of what is at `part` of `here`; None if nothing can be."""
    kind = bare(here)
    if is_model(kind):
        field = kind.model_fields.get(str(part))
        return bare(field.annotation) if field else None
    inside = get_args(kind)
    # An item of a list, or the value under a name of a mapping.
    return bare(inside[-1]) if get_origin(kind) in {list, dict} else None


def bare(annotation: Any) -> Any:
    """The first member of a union that is not None, without what only annotates it."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return bare(next(each for each in get_args(annotation) if each is not NoneType))
    return annotation


def is_model(here: Any) -> TypeGuard[type[BaseModel]]:
    return isinstance(here, type) and issubclass(here, BaseModel)


def _clean(loc: Path, kind: str = "") -> Path:
    # A refused key of a mapping is reported as (…, key, "[key]"), and an infinite number where
    # anything may be as (…, key, "float").
    inner = loc[:-1] if kind == "finite_number" and loc[-1:] == ("float",) else loc
    return tuple(part for part in inner if part != "[key]")
