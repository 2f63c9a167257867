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

_MOST_TURNS = 10
"""Of more wrong items the right fields are judged when the first are right."""
Wrong = Mapping[str | int, Collection[Path]]
"""What is wrong below each part of a value; the path () is the part itself."""


def contradictions(values: Mapping[str, Any], found: Collection[Problem]) -> list[Problem]:
    """What is told beside `found`: first within sections, then between them."""
    wrong = {problem.path for problem in found if problem.path}
    within = _within(StackSettings, values, wrong, ())
    # What a rule refuses is not known either.
    wrong |= {problem.path for problem in within}
    told = [*(each for each in within if each not in found), *_between(values, wrong)]
    return [*dict.fromkeys(told)]


def _within(here: Any, value: Any, wrong: Collection[Path], at: Path) -> list[Problem]:
    """What the rules of models that hold something wrong say of the rest, innermost first."""
    kind, told = bare(here), list[Problem]()
    for part, below in _by_part(wrong).items():
        deeper, inner = [path for path in below if path], _at(value, part)
        if deeper and inner is not None:
            told += _within(step(kind, part), inner, deeper, (*at, part))
    if is_model(kind) and kind is not StackSettings and isinstance(value, dict):
        wrong = {*wrong, *(problem.path[len(at) :] for problem in told)}
        parts = _by_part(wrong)
        for guess in _guesses(wrong):
            partly = guess.partly(kind, value, parts, at)
            told += [guess.placed(each.below(at)) for each in _refused(kind, partly)[0]]
    return told


def _between(values: Mapping[str, Any], wrong: Collection[Path]) -> Iterator[Problem]:
    """What the rules between sections say of the right ones, and of the right parts of others."""
    parts = _by_part(wrong)
    for guess in _guesses(wrong):
        settings = guess.partly(StackSettings, values, parts, ())
        models = guess.models(values.get("models"), parts.get("models", ()))
        yield from map(guess.placed, cross_checks(settings, models))


def _refused(model: type[BaseModel], partly: Any) -> tuple[list[Problem], bool]:
    """What the model's own rules refuse, and whether all of them could be asked."""
    problems, asked = list[Problem](), True
    for name in model.__pydantic_decorators__.model_validators:
        try:
            getattr(partly, name)()
        except UnknownYetError:
            asked = False
        except PydanticCustomError as error:
            problems += of_refusal(error)
    return problems, asked


@dataclass(frozen=True)
class _Guess:
    """One way to look at lists with wrong items: which of these comes after the right ones."""

    turn: int
    right: dict[Path, Any]
    """What is right, by its place; the same in all turns."""
    order: dict[Path, list[int]] = field(default_factory=dict)
    """Where the items of an unfinished list are in the file."""

    def partly(self, model: type[BaseModel], value: Any, wrong: Wrong, at: Path) -> Any:
        """The model with its right parts only; it raises UnknownYetError for all others."""
        parts: dict[str, Any] = {}
        # An absent field may be the one that an unknown key was meant for.
        strange = value.keys() - model.model_fields.keys()
        for name, info in model.model_fields.items():
            if name in value or name in wrong:
                below = wrong.get(name, ())
                parts[name] = self.part(_kind(model, name), value.get(name), below, (*at, name))
            elif not info.is_required() and not strange:
                parts[name] = info.get_default(call_default_factory=True)
        known = _known(parts)
        partly = _class(model).model_construct(**known)
        for name in model.model_fields.keys() - known.keys():
            vars(partly).pop(name, None)
        return partly

    def part(self, kind: Any, value: Any, wrong: Collection[Path], at: Path) -> Any:
        """What is known of a value that should be of `kind`."""
        if wrong:
            return _UNKNOWN if () in wrong else self._inside(bare(kind), value, wrong, at)
        if at not in self.right:
            try:
                self.right[at] = _adapter(kind).validate_python(value)
            except ValidationError:
                self.right[at] = _UNKNOWN
        return self.right[at]

    def _inside(self, kind: Any, value: Any, wrong: Collection[Path], at: Path) -> Any:
        parts = _by_part(wrong)
        if is_model(kind) and isinstance(value, dict):
            partly = self.partly(kind, value, parts, at)
            # Others rely on what the rules of a model hold; a section is asked field by field.
            sound = len(at) == 1 or _refused(kind, partly) == ([], True)
            return partly if sound else _UNKNOWN
        numbered = all(isinstance(each, int) for each in parts)
        if get_origin(kind) is list and isinstance(value, list) and numbered:
            return self._list(get_args(kind)[0], value, parts, at)
        if get_origin(kind) is dict and isinstance(value, dict) and is_model(step(kind, "")):
            named = {name: each for name, each in value.items() if isinstance(name, str)}
            return UnfinishedMapping(self._entries(get_args(kind)[1], named, parts, at))
        return _UNKNOWN

    def _list(self, kind: Any, values: list[Any], wrong: Wrong, at: Path) -> UnfinishedList:
        items = dict(enumerate(values))
        index = sorted(map(int, wrong))[self.turn % len(wrong)]
        one = self.part(kind, items.get(index), wrong[index], (*at, index))
        known = self._entries(kind, items, wrong, at) | _known({index: one})
        self.order[at] = [*known]
        return UnfinishedList(known)

    def _entries(self, kind: Any, values: Mapping[Any, Any], wrong: Wrong, at: Path) -> Any:
        """The right ones of a mapping or a list."""
        return _known(
            {
                name: self.part(kind, each, (), (*at, name))
                for name, each in values.items()
                if name not in wrong
            }
        )

    def models(self, given: Any, wrong: Collection[Path]) -> dict[str, Any]:
        """The models to judge one by one, with what is right of each."""
        if () in wrong or not isinstance(given, dict):
            return {}
        parts, at = _by_part(wrong), ("models",)
        found = {
            name: self.part(ModelSettings, value, parts.get(name, ()), (*at, name))
            for name, value in given.items()
            if isinstance(name, str)
        }
        return _known(found)

    def placed(self, problem: Problem) -> Problem:
        """The problem with the numbers that items have in the file."""
        path, sentence = problem.path, problem.sentence
        for end, part in enumerate(path):
            if isinstance(part, int) and path[:end] in self.order:
                path = (*path[:end], self.order[path[:end]][part], *path[end + 1 :])
        for at, order in self.order.items():
            shown = re.compile(rf"(?<=\({re.escape(key(at))}\.)\d+")
            sentence = shown.sub(lambda it, to=[*order]: _numbered(it[0], to), sentence)
        return Problem(path, sentence)


_UNKNOWN = object()


def _numbered(shown: str, order: list[int]) -> str:
    # A value that the user wrote may look like a key.
    return str(order[int(shown)]) if int(shown) < len(order) else shown


def _known(parts: Mapping[Any, Any]) -> dict[Any, Any]:
    return {name: part for name, part in parts.items() if part is not _UNKNOWN}


def _guesses(wrong: Collection[Path]) -> list[_Guess]:
    """As many as a list has items of which only a part is wrong, so that each is looked at."""
    items: defaultdict[Path, set[int]] = defaultdict(set)
    for path in wrong:
        for end, part in enumerate(path[:-1]):
            if isinstance(part, int):
                items[path[:end]].add(part)
    most = max(map(len, items.values()), default=1)
    right: dict[Path, Any] = {}
    return [_Guess(turn, right) for turn in range(min(most, _MOST_TURNS))]


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
