"""What the installed SDK says about a resource type: names, required inputs, kinds, outputs.

Reads the classes of `pulumi_gcp`, each type once and nested objects only when a value holds one.
Does not know what Google accepts as a value: see `rules`.
"""

import functools
import importlib
import inspect
import re
import sys
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pulumi import Output, _types

from localcloud.provider.protocol import ProviderError

Sort = Literal["object", "list", "map", "text", "integer", "number", "flag", "any"]

_TOKEN: Final = re.compile(r"gcp:(?P<module>\w+)/\w+:(?P<name>\w+)")
_SCALARS: Final[dict[Any, Sort]] = {str: "text", int: "integer", float: "number", bool: "flag"}


@dataclass(frozen=True)
class Kind:
    """The shape of one property: `element` of a list or map, `fields` the class of an object."""

    sort: Sort
    element: "Kind | None" = None
    fields: type | None = None


@dataclass(frozen=True)
class ObjectSchema:
    """Properties by wire name, and those without which the object is refused."""

    properties: dict[str, Kind]
    required: tuple[str, ...]


@dataclass(frozen=True)
class OutputProperty:
    """`always`: the SDK declares that the cloud never leaves this output empty."""

    kind: Kind
    always: bool


@dataclass(frozen=True)
class ResourceSchema:
    """One resource type; `label` is how programs write it, such as `storage.Bucket`."""

    label: str
    inputs: ObjectSchema
    outputs: dict[str, OutputProperty]


def label(type_: str) -> str:
    """`gcp:storage/bucket:Bucket` as `storage.Bucket`.

    Raises:
        ProviderError: The token is not one of the gcp package.
    """
    match = _TOKEN.fullmatch(type_)
    if not match:
        raise ProviderError(
            f"'{type_}' is not a resource type of the gcp provider; "
            "a type looks like 'gcp:storage/bucket:Bucket'"
        )
    return f"{match['module']}.{match['name']}"


@functools.cache
def resource_schema(type_: str) -> ResourceSchema:
    """The schema of a type token.

    Raises:
        ProviderError: The installed SDK has no such type; names the nearest one.
    """
    resource = _resource_class(type_)
    arguments = getattr(
        sys.modules[resource.__module__], sys.modules[resource.__module__].__all__[0]
    )
    return ResourceSchema(
        label=label(type_), inputs=object_schema(arguments), outputs=_outputs(resource)
    )


@functools.cache
def object_schema(arguments: type) -> ObjectSchema:
    """The properties of an `...Args` class of the SDK."""
    names = _types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments.__init__).parameters
    required = tuple(
        wire
        for python, wire in names.items()
        if python in parameters and parameters[python].default is inspect.Parameter.empty
    )
    types = _types.input_type_types(arguments)
    return ObjectSchema({wire: _kind(types[wire]) for wire in names.values()}, required)


def nearest(name: str, choices: typing.Iterable[str]) -> str:
    """`; did you mean 'x'?`, or the choices when nothing is near."""
    import difflib  # only refusals pay for it

    known = sorted(choices)
    lowered = {choice.lower(): choice for choice in known}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{lowered[close[0]]}'?"
    return f"; it has {', '.join(known)}" if known else ""


def _resource_class(type_: str) -> type:
    module_name, name = label(type_).split(".")
    try:
        module = importlib.import_module(f"pulumi_gcp.{module_name}")
    except ModuleNotFoundError:
        modules = _module_names()
        raise ProviderError(
            f"the gcp package has no module '{module_name}'{nearest(module_name, modules)}"
        ) from None
    # One type of the package begins with a lower-case letter where its class does not.
    found = getattr(module, name[0].upper() + name[1:], None)
    if found is not None and getattr(found, "pulumi_type", None) == type_:
        return found
    types = [cls.__name__ for cls in vars(module).values() if getattr(cls, "pulumi_type", None)]
    raise ProviderError(
        f"the gcp package has no resource type '{type_}' in '{module_name}'{nearest(name, types)}"
    )


def _module_names() -> list[str]:
    import pkgutil

    import pulumi_gcp

    return [module.name for module in pkgutil.iter_modules(pulumi_gcp.__path__) if module.ispkg]


def _outputs(resource: type) -> dict[str, OutputProperty]:
    names = _types.resource_py_to_pulumi_names(resource)
    types = _types.resource_types(resource)
    return {
        wire: OutputProperty(_kind(types[wire]), _always(vars(resource).get(python)))
        for python, wire in names.items()
        if wire in types
    }


def _always(getter: Any) -> bool:
    if not isinstance(getter, property) or getter.fget is None:
        return False
    declared = getter.fget.__annotations__.get("return")
    if typing.get_origin(declared) is not Output:
        return False
    return type(None) not in typing.get_args(typing.get_args(declared)[0])


def _kind(declared: Any) -> Kind:
    declared = _types.unwrap_type(declared)
    if declared in _SCALARS:
        return Kind(_SCALARS[declared])
    origin = typing.get_origin(declared)
    if origin in (list, Sequence):
        return Kind("list", _kind(typing.get_args(declared)[0]))
    if origin in (dict, Mapping):
        return Kind("map", _kind(typing.get_args(declared)[1]))
    if isinstance(declared, type) and (
        _types.is_input_type(declared) or _types.is_output_type(declared)
    ):
        return Kind("object", fields=declared)
    return Kind("any")
