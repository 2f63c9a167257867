"""What else is wrong in a stack file where some of it is wrong by itself.

What a wrong field means is not known yet: a rule ends where it asks for one, and all that ask for
right ones are told. Lists are judged once for each wrong item, of which the right fields come
after all right items.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from infra.settings.checks import cross_checks
from infra.settings.explain import bare, is_model, step
from infra.settings.models import ModelSettings
from infra.settings.problems import Path, Problem, UnknownYetError, key, of_refusal
from infra.settings.stack import StackSettings
from infra.settings.unfinished import UnfinishedList, UnfinishedMapping

Wrong = Mapping[str | int, Collection[Path]]
"""What is wrong below each part of a value; the path () is the part itself."""


def contradictions(values: Mapping[str, Any], found: Collection[Problem]) -> list[Problem]:
    """What is told beside `found`: first within sections, then between them."""
    wrong = {problem.path for problem in found if problem.path}
    within = dict.fromkeys(_within(StackSettings, values, wrong))
    # What a rule refuses is not known either.
    wrong |= {problem.path for problem in within}
    told = [*(each for each in within if each not in found), *_between(values, wrong)]
    return [*dict.fromkeys(told)]


def _within(here: Any, value: Any, wrong: Collection[Path], at: Path = ()) -> Iterator[Problem]:
    """What the rules of models that hold something wrong say of the rest of them."""
    kind = bare(here)
    parts = _by_part(wrong)
    for part, below in parts.items():
        inner = _at(value, part)
        if inner is not None and any(below):
            yield from _within(
                step(kind, part), inner, [path for path in below if path], (*at, part)
            )
    if is_model(kind) and kind is not StackSettings and isinstance(value, dict):
        for guess in _guesses(wrong):
            partly = guess.partly(kind, value, parts, at)
            for name in kind.__pydantic_decorators__.model_validators:
                try:
                    getattr(partly, name)()
                except UnknownYetError:
                    continue
                except PydanticCustomError as error:
                    for problem in of_refusal(error):
                        yield guess.placed(problem.below(at))


def _between(values: Mapping[str, Any], wrong: Collection[Path]) -> Iterator[Problem]:
    """What the rules between sections say of the right ones, and of the right parts of others."""
    parts = _by_part(wrong)
    models = _models(values.get("models"), parts.get("models", ()))
    for guess in _guesses(wrong):
        settings = guess.partly(StackSettings, values, parts, ())
        yield from map(guess.placed, cross_checks(settings, models))
        # What a model contradicts was told with all right items.
        models = {}


def _models(given: Any, wrong: Collection[Path]) -> dict[str, Any]:
    """The models to judge one by one, with what is right of each."""
    parts, guess = _by_part(wrong), _Guess(0)
    if () in wrong or not isinstance(given, dict):
        return {}
    found = {
        name: guess.part(ModelSettings, value, parts.get(name, ()), ("models", name))
        for name, value in given.items()
    }
    return {name: model for name, model in found.items() if model is not _UNKNOWN}


@dataclass(frozen=True)
class _Guess:
    """One way to look at lists with wrong items: which of these comes after the right ones."""

    turn: int
    order: dict[Path, list[int]] = field(default_factory=dict)
    """Where the items of an unfinished list are in the file."""

    def partly(
        self, model: type[BaseModel], value: Mapping[str, Any], wrong: Wrong, at: Path
    ) -> Any:
        """The model with its right parts only; it raises UnknownYetError for all others."""
        right: dict[str, Any] = {}
        # An absent field may be the one that an unknown key was meant for.
        strange = value.keys() - model.model_fields.keys()
        for name, info in model.model_fields.items():
            if name in value or name in wrong:
                below = wrong.get(name, ())
                right[name] = self.part(_kind(model, name), value.get(name), below, (*at, name))
            elif not info.is_required() and not strange:
                right[name] = info.get_default(call_default_factory=True)
            else:
                right[name] = _UNKNOWN
        known = {name: part for name, part in right.items() if part is not _UNKNOWN}
        partly = _class(model).model_construct(**known)
        for name in model.model_fields.keys() - known.keys():
            vars(partly).pop(name, None)
        return partly

    def part(self, kind: Any, value: Any, wrong: Collection[Path], at: Path) -> Any:
        """What is known of a value that should be of `kind`."""
        if not wrong:
            try:
                return _adapter(kind).validate_python(value)
            except ValidationError:
                return _UNKNOWN
        return _UNKNOWN if () in wrong else self._inside(bare(kind), value, _by_part(wrong), at)

    def _inside(self, kind: Any, value: Any, parts: Wrong, at: Path) -> Any:
        if is_model(kind) and isinstance(value, dict):
            return self.partly(kind, value, parts, at)
        if get_origin(kind) is list and isinstance(value, list):
            return self._list(get_args(kind)[0], value, parts, at)
        if get_origin(kind) is dict and isinstance(value, dict) and is_model(step(kind, "")):
            return self._mapping(get_args(kind)[1], value, parts, at)
        return _UNKNOWN

    def _list(self, kind: Any, values: list[Any], wrong: Wrong, at: Path) -> UnfinishedList:
        known = {
            index: self.part(kind, each, (), (*at, index))
            for index, each in enumerate(values)
            if index not in wrong
        }
        index = sorted(map(int, wrong))[self.turn % len(wrong)]
        known[index] = self.part(kind, values[index], wrong[index], (*at, index))
        known = {index: part for index, part in known.items() if part is not _UNKNOWN}
        self.order[at] = [*known]
        return UnfinishedList([*known.values()])

    def _mapping(self, kind: Any, values: Any, wrong: Wrong, at: Path) -> UnfinishedMapping:
        known = {
            name: self.part(kind, each, (), (*at, name))
            for name, each in values.items()
            if name not in wrong
        }
        return UnfinishedMapping({n: part for n, part in known.items() if part is not _UNKNOWN})

    def placed(self, problem: Problem) -> Problem:
        """The problem with the numbers that items have in the file."""
        path, sentence = problem.path, problem.sentence
        for end, part in enumerate(path):
            if isinstance(part, int) and path[:end] in self.order:
                path = (*path[:end], self.order[path[:end]][part], *path[end + 1 :])
        for at, order in self.order.items():
            number = re.compile(rf"({re.escape(key(at))}\.)(\d+)")
            sentence = number.sub(lambda it, to=order: f"{it[1]}{to[int(it[2])]}", sentence)
        return Problem(path, sentence)


_UNKNOWN = object()


def _guesses(wrong: Collection[Path]) -> list[_Guess]:
    """As many as a list has wrong items, so that each is looked at."""
    items: defaultdict[Path, set[int]] = defaultdict(set)
    for path in wrong:
        for end, part in enumerate(path):
            if isinstance(part, int):
                items[path[:end]].add(part)
    return [_Guess(turn) for turn in range(max(map(len, items.values()), default=1))]


def _by_part(wrong: Collection[Path]) -> dict[str | int, list[Path]]:
    parts: defaultdict[str | int, list[Path]] = defaultdict(list)
    for path in wrong:
        if path:
            parts[path[0]].append(path[1:])
    return dict(parts)


@cache
def _class(model: type[BaseModel]) -> type[BaseModel]:
    def unknown(_: Any, name: str) -> Any:
        raise UnknownYetError(name)

    return type(model.__name__, (model,), {"__getattr__": unknown, "__module__": __name__})


@cache
def _kind(model: type[BaseModel], name: str) -> Any:
    info = model.model_fields[name]
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _at(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None
