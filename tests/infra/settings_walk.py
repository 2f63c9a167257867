"""Every key that a stack file may have, with the place where prod's file has it."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from types import NoneType
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from infra.settings.stack import StackSettings
from jobs.workloads import arguments_model

Path = tuple[str | int, ...]
MISSING: Any = object()


@dataclass(frozen=True)
class Key:
    """One key of one model, where the stack file has it first."""

    path: Path
    field: FieldInfo

    def __str__(self) -> str:
        return ".".join(map(str, self.path))

    @property
    def kinds(self) -> set[Any]:
        """Plain types that the value may have."""
        return {each for each in _plain(self.field.annotation) if isinstance(each, type)}

    @property
    def is_number(self) -> bool:
        return bool(self.kinds & {int, float})

    @property
    def below(self) -> type[BaseModel] | None:
        """The model of what is below the key."""
        return next((each for each in self.kinds if issubclass(each, BaseModel)), None)


def _plain(annotation: Any) -> Iterator[Any]:
    """The types in an annotation, without Annotated, unions and None."""
    if get_origin(annotation) is Annotated:
        yield from _plain(get_args(annotation)[0])
    elif get_args(annotation):
        args = [each for each in get_args(annotation) if not isinstance(each, str)]
        for each in args[1:] if get_origin(annotation) is dict else args:
            yield from _plain(each)
    elif annotation is not NoneType:
        yield annotation


def value_at(config: dict[str, Any], path: Path) -> Any:
    """The value in a stack file's mapping, or MISSING."""
    here: Any = config
    for part in (f"mlplatform:{path[0]}", *path[1:]):
        try:
            here = here[part]
        except (KeyError, IndexError, TypeError):
            return MISSING
    return here


def with_value(config: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy with one value set (MISSING: its key removed), with what lies above it made."""
    result = copy.copy(config)
    here: Any = result
    parts = (f"mlplatform:{path[0]}", *path[1:])
    part: Any
    for part, following in pairwise(parts):
        empty = [] if isinstance(following, int) else {}
        if isinstance(here, list) and not here:
            here.append(empty)
        elif isinstance(here, dict) and not here.get(part):
            here[part] = empty
        here[part] = copy.copy(here[part])
        here = here[part]
    if value is MISSING:
        here.pop(parts[-1], None)
    else:
        here[parts[-1]] = value
    return result


def all_keys(config: dict[str, Any]) -> list[Key]:
    """Every key of every model, each model as often as it is reached by another way."""
    return list(_keys(StackSettings, (), config))


def _keys(model: type[BaseModel], path: Path, config: dict[str, Any]) -> Iterator[Key]:
    for name, field in model.model_fields.items():
        key = Key((*path, name), field)
        yield key
        if name == "arguments" and model.__name__ == "ModelSettings":
            yield from _keys(arguments_model("flight-delay"), key.path, config)
        elif key.below:
            yield from _keys(key.below, _inside(key, config), config)


def _inside(key: Key, config: dict[str, Any]) -> Path:
    """Where the model below a key begins: at the key, in its first item, or under a name."""
    value = value_at(config, key.path)
    containers = {get_origin(each) for each in _parts(key.field.annotation)}
    if list in containers:
        return (*key.path, 0)
    if dict in containers:
        return (*key.path, next(iter(value)) if isinstance(value, dict) and value else "one")
    return key.path


def _parts(annotation: Any) -> list[Any]:
    """An annotation and the members of its union."""
    if get_origin(annotation) is Annotated:
        return _parts(get_args(annotation)[0])
    return [annotation, *get_args(annotation)]
