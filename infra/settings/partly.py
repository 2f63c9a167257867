"""What else is wrong in a stack file where some of it is wrong by itself.

What a wrong field means is not known yet: a rule ends where it asks for one, and all that ask for
right ones are told. Of models only those are judged that are right, and not the list of all.
"""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from infra.settings.checks import cross_checks
from infra.settings.explain import bare, is_model, step
from infra.settings.models import ModelSettings
from infra.settings.problems import Path, Problem, UnknownYetError, of_refusal
from infra.settings.stack import StackSettings


def contradictions(values: Mapping[str, Any], found: Collection[Problem]) -> list[Problem]:
    """What is told beside `found`: first within sections, then between them."""
    wrong = {problem.path for problem in found if problem.path}
    within = [each for each in _within(StackSettings, values, wrong) if each not in found]
    # What a rule refuses is not known either.
    wrong |= {problem.path for problem in within}
    settings = _partly(StackSettings, values, {path[0] for path in wrong})
    for name in {path[0] for path in wrong} & StackSettings.model_fields.keys():
        kind = bare(StackSettings.model_fields[str(name)].annotation)
        if is_model(kind) and isinstance(values.get(str(name)), dict):
            below = {path[1] for path in wrong if path[0] == name and path[1:]}
            if all(path[1:] for path in wrong if path[0] == name):
                vars(settings)[name] = _partly(kind, values[str(name)], below)
    # It is not among its values either where another key was meant for it.
    whole = "models" in vars(settings) and not any(path[0] == "models" for path in wrong)
    return [*within, *cross_checks(settings, settings.models if whole else _right(values))]


def _within(here: Any, value: Any, wrong: Collection[Path]) -> Iterator[Problem]:
    """What the rules of models that hold something wrong say of the rest of them."""
    kind = bare(here)
    for part in dict.fromkeys(path[0] for path in wrong):
        below = {path[1:] for path in wrong if path[0] == part and path[1:]}
        inner = _at(value, part)
        if below and inner is not None:
            for problem in _within(step(kind, part), inner, below):
                yield problem.below((part,))
    if is_model(kind) and kind is not StackSettings and isinstance(value, dict):
        partly = _partly(kind, value, {path[0] for path in wrong})
        for name in kind.__pydantic_decorators__.model_validators:
            try:
                getattr(partly, name)()
            except UnknownYetError:
                continue
            except PydanticCustomError as error:
                yield from of_refusal(error)


def _partly(model: type[BaseModel], value: Mapping[str, Any], wrong: Collection[str | int]) -> Any:
    """The model with its right fields only; it raises UnknownYetError for all others."""
    right: dict[str, Any] = {}
    # An absent field may be the one that an unknown key was meant for.
    strange = value.keys() - model.model_fields.keys()
    for name, field in model.model_fields.items():
        if name in wrong:
            continue
        if name in value:
            try:
                right[name] = _adapter(model, name).validate_python(value[name])
            except ValidationError:
                continue
        elif not field.is_required() and not strange:
            right[name] = field.get_default(call_default_factory=True)
    partly = _class(model).model_construct(**right)
    for name in model.model_fields.keys() - right.keys():
        vars(partly).pop(name, None)
    return partly


@cache
def _class(model: type[BaseModel]) -> type[BaseModel]:
    def unknown(_: Any, name: str) -> Any:
        raise UnknownYetError(name)

    return type(model.__name__, (model,), {"__getattr__": unknown, "__module__": __name__})


@cache
def _adapter(model: type[BaseModel], name: str) -> TypeAdapter[Any]:
    field: FieldInfo = model.model_fields[name]
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(kind)


def _at(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return None


def _right(values: Mapping[str, Any]) -> dict[str, ModelSettings]:
    """The models that are right by themselves."""
    models, found = values.get("models"), {}
    for name, given in models.items() if isinstance(models, dict) else ():
        try:
            found[name] = ModelSettings.model_validate(given)
        except ValidationError:
            continue
    return found
