"""Lists and mappings of which some entries are wrong: of the rest nobody knows whether it is all.

A rule goes through what is known first; it ends where it would conclude from the end or from an
absence. So it may stay as it is written for a right file.
"""

from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from infra.settings.problems import UnknownYetError


class Unfinished:
    """What both have in common: there is something in them, and anything else is unknown."""

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> NoReturn:
        raise UnknownYetError(name)

    def _unknown(self, *_: Any) -> NoReturn:
        raise UnknownYetError

    __len__ = __eq__ = __add__ = __radd__ = __reversed__ = _unknown
    __hash__ = None  # type: ignore[assignment] - as of lists and mappings


class UnfinishedList(Unfinished):
    """A list: its known items by their places in the file, in the order in which they are told."""

    def __init__(self, known: Mapping[int, Any]) -> None:
        self._known = known

    def __iter__(self) -> Iterator[Any]:
        yield from self._known.values()
        raise UnknownYetError

    def __contains__(self, item: object) -> bool:
        return item in self._known.values() or self._unknown()

    def __getitem__(self, index: int | slice) -> Any:
        if isinstance(index, int) and index in self._known:
            return self._known[index]
        return self._unknown()


class UnfinishedMapping(Unfinished):
    """A mapping by name."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = known

    def __iter__(self) -> Iterator[str]:
        yield from self._known
        raise UnknownYetError

    keys = __iter__

    def values(self) -> Iterator[Any]:
        return (self._known[name] for name in self)

    def items(self) -> Iterator[tuple[str, Any]]:
        return ((name, self._known[name]) for name in self)

    def __contains__(self, name: object) -> bool:
        return name in self._known or self._unknown()

    def __getitem__(self, name: str) -> Any:
        return self._known[name] if name in self._known else self._unknown()

    get = __getitem__
