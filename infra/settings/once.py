"""What counts once: an entry of a list, or a name in it."""

from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import AfterValidator

from infra.settings.problems import Path, Problem, refuse, spelt


def repeated(
    path: Path, values: Iterable[object], instead: str = "write it once"
) -> Iterator[Problem]:
    """What a list says again, at each place after the first."""
    yield from _repeated(path, values, (), instead)


def names_repeated(
    path: Path, listed: Iterable[Any], taken: Iterable[Any] = ()
) -> Iterator[Problem]:
    """Names that an entry before has, or one of `taken`."""
    before = [each.name for each in taken]
    names = (each.name for each in listed)
    yield from _repeated(path, names, ("name",), "give each a name of its own", before)


def _repeated(
    path: Path, values: Iterable[object], rest: Path, instead: str, taken: Iterable[object] = ()
) -> Iterator[Problem]:
    seen = set(taken)
    for index, value in enumerate(values):
        if value in seen:
            yield Problem((*path, index, *rest), f" is {spelt(value)} a second time: {instead}")
        seen.add(value)


def once(instead: str) -> AfterValidator:
    """Of a list of values; `instead` is what to write for one that is there already."""

    def each_once(listed: list[Any]) -> list[Any]:
        refuse(repeated((), listed, instead))
        return listed

    return AfterValidator(each_once)


ONCE = once("write it once")
