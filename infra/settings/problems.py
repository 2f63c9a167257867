"""How a refused setting is said: which key, which value, why, and what to write instead.

Does not decide what is wrong: the models and `checks` do.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ParamSpec

from pydantic_core import PydanticCustomError

NAMESPACE = "mlplatform"
_CARRIED = "problems"
_LINE = re.compile(r"line (\d+): ")
_SPELT = {None: "null", True: "true", False: "false"}
"""Values as a stack file spells them."""
P = ParamSpec("P")

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing wrong. `path` is relative to the model that found it."""

    path: Path
    sentence: str
    """What is wrong and what to write instead; begins in lower case, without the key."""

    def below(self, path: Path) -> "Problem":
        return Problem((*path, *self.path), self.sentence)

    def __str__(self) -> str:
        return f"{key(self.path)}{self.sentence}"


class SettingsError(Exception):
    """The stack file cannot be used. Its text is for the person who wrote the file."""

    def __init__(
        self,
        problems: Iterable[Problem | str],
        source: str = "the stack file",
        line: Callable[[Path], int | None] = lambda _: None,
    ) -> None:
        told = sorted(((_placed(each, line), str(each)) for each in problems), key=_line_of)
        self.problems = [problem for _, problem in told]
        count = len(told)
        head = f"{source} has {count} {'mistake' if count == 1 else 'mistakes'}:"
        super().__init__("\n".join([head, *(f"  - {placed}" for placed, _ in told)]))


def _placed(problem: Problem | str, line: Callable[[Path], int | None]) -> str:
    number = line(problem.path) if isinstance(problem, Problem) and problem.path else None
    return f"line {number}: {problem}" if number else str(problem)


def _line_of(told: tuple[str, str]) -> int:
    """Mistakes are told in the order of the file; first what is said of the whole."""
    found = _LINE.match(told[0])
    return int(found[1]) if found else 0


def key(path: Path) -> str:
    """The path as the stack file writes it: `mlplatform:models.flight-delay.gate.min_auc`."""
    return f"{NAMESPACE}:" + ".".join(str(part) for part in path)


def spelt(value: object, limit: int = 80) -> str:
    """A value as the stack file writes it, cut if it is long."""
    text = _SPELT.get(value) if isinstance(value, bool | None) else None
    text = text or (str(value) if isinstance(value, date) else repr(value))
    if len(text) <= limit:
        return text
    # Both ends: of an image what is wrong is its digest.
    end = limit // 3 if isinstance(value, str) else 0
    return f"{text[: limit - 1 - end]}…{text[len(text) - end :]}"


class UnknownYetError(Exception):
    """What a rule asks for is wrong itself."""


def rule(check: Callable[P, Iterator[Problem]]) -> Callable[P, Iterator[Problem]]:
    """A rule between sections. It ends where it asks for one that is wrong by itself, so that the
    others can be told beside that."""

    @wraps(check)
    def told(*args: P.args, **kwargs: P.kwargs) -> Iterator[Problem]:
        with suppress(UnknownYetError):
            yield from check(*args, **kwargs)

    return told


def refuse(*rules: Iterable[Problem]) -> None:
    """For validators of models: raise all problems at once, or return if there are none.

    A rule ends where it asks for a field that is wrong itself; the others go on. Raises
    UnknownYetError if there are no problems, but not all could be asked.
    """
    problems: list[Problem] = []
    unknown: UnknownYetError | None = None
    for each in rules:
        try:
            for problem in each:
                problems.append(problem)  # noqa: PERF402 - what came before an end is kept
        except UnknownYetError as error:
            unknown = error
    if problems:
        raise PydanticCustomError(_CARRIED, "{problems}", {_CARRIED: problems})
    if unknown:
        raise unknown


def of_refusal(error: PydanticCustomError) -> list[Problem]:
    """The problems that `refuse` raised."""
    return (error.context or {}).get(_CARRIED, [])


def carried(error: dict[str, Any]) -> list[Problem] | None:
    """The problems that `refuse` put into one entry of `ValidationError.errors()`."""
    return error["ctx"][_CARRIED] if error["type"] == _CARRIED else None
