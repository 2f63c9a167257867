"""Reading inputs that may not be known yet, so that no rule takes an unknown for a pass."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

_ELEMENT = re.compile(r"\[\d+\]")


class UnknownUsedError(Exception):
    """A rule looked into a value that nobody knows yet."""


class Unknown:
    """Stands for a value that exists only after the deployment; looking into it raises."""

    def _used(self, *_: object) -> NoReturn:
        raise UnknownUsedError

    __bool__ = __contains__ = __eq__ = __float__ = __ge__ = __getitem__ = __gt__ = _used
    __hash__ = __int__ = __iter__ = __le__ = __len__ = __lt__ = __ne__ = __str__ = _used

    def __getattr__(self, name: str) -> NoReturn:
        if name.startswith("_"):  # what the interpreter and tools ask for by themselves
            raise AttributeError(name)
        raise UnknownUsedError

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = Unknown()


def find(value: Any, path: str, at: str = "") -> Iterator[tuple[str, Any]]:
    """Every value at a path such as `conditions[*].conditionThreshold.filter`, with its own path.

    A missing key is None, an element of a missing list does not exist. Below an unknown value lies
    one more unknown, at the place of the known part of the path.
    """
    if value is UNKNOWN:
        yield at, UNKNOWN
        return
    if not path:
        yield at, value
        return
    key, _, rest = path.partition(".")
    name = key.removesuffix("[*]")
    inner = value.get(name) if isinstance(value, Mapping) else None
    here = f"{at}.{name}" if at else name
    if name == key:
        yield from find(inner, rest, here)
    elif inner is UNKNOWN:
        yield here, UNKNOWN
    elif inner is not None:
        for index, each in enumerate(inner):
            yield from find(each, rest, f"{here}[{index}]")


def get(inputs: Mapping[str, Any], path: str) -> Any:
    """The one value at a path without `[*]`; None if there is none, possibly `UNKNOWN`."""
    return next(find(inputs, path))[1]


def without_elements(path: str) -> str:
    """The path with every `[0]` written as `[*]`."""
    return _ELEMENT.sub("[*]", path)


def first_unknown(value: Any, at: str = "") -> str:
    """Where the first unknown of a value lies, or the empty string."""
    if value is UNKNOWN:
        return at
    if isinstance(value, Mapping):
        inner = ((f"{at}.{key}" if at else str(key), each) for key, each in value.items())
    elif isinstance(value, list | tuple):
        inner = ((f"{at}[{index}]", each) for index, each in enumerate(value))
    else:
        return ""
    return next((found for path, each in inner if (found := first_unknown(each, path))), "")
