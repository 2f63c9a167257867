"""What contradicts between the sections that are right, in a stack file where others are wrong.

A section that is wrong by itself is judged by no rule between sections: what it means is not known
yet. Nor is the list of all models, where one of them is wrong; the others are judged one by one.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError

from infra.settings.checks import cross_checks
from infra.settings.models import ModelSettings
from infra.settings.problems import Problem, UnknownYetError
from infra.settings.stack import StackSettings


class _Partly(StackSettings):
    """Settings that may lack sections."""

    def __getattr__(self, name: str) -> Any:
        raise UnknownYetError(name)


def contradictions(values: Mapping[str, Any], wrong: set[str]) -> list[Problem]:
    """Of the sections but those that are `wrong`, in the order of the stack file."""
    right = [name for name in StackSettings.model_fields if name not in wrong]
    settings = _Partly.model_construct(**{name: _section(name, values) for name in right})
    for name in wrong & StackSettings.model_fields.keys():
        vars(settings).pop(name, None)  # not even its default is known to be meant
    return cross_checks(settings, settings.models if "models" not in wrong else _right(values))


def _section(name: str, values: Mapping[str, Any]) -> Any:
    field = StackSettings.model_fields[name]
    if name not in values:
        return field.get_default(call_default_factory=True)
    kind: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(kind).validate_python(values[name])


def _right(values: Mapping[str, Any]) -> dict[str, ModelSettings]:
    """The models that are right by themselves."""
    models, found = values.get("models"), {}
    for name, given in models.items() if isinstance(models, dict) else ():
        try:
            found[name] = ModelSettings.model_validate(given)
        except ValidationError:
            continue
    return found
