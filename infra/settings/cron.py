"""When something happens again and again, in the words of cron."""

import re
from typing import Annotated

from pydantic import AfterValidator

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 6))

_LONGEST = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of each month, by its number."""


def _schedule(text: str) -> str:
    words = text.split(" ")
    if len(words) != len(_FIELDS):
        raise ValueError(
            "write five fields, minute hour day month weekday, such as '0 19 * * 1-5': at 19:00 "
            "from Monday to Friday"
        )
    for word, (name, first, last) in zip(words, _FIELDS, strict=True):
        for part in word.split(","):
            if not _fits(part, first, last):
                raise ValueError(f"{part!r} is no {name}: write *, or {first} to {last}")
    _, _, day, month, weekday = words
    if weekday == "*" and _first(day) > max(_LONGEST[each] for each in _months(month)):
        raise ValueError(
            f"no month that it names has a day {_first(day)}: it would never be due; "
            "write an earlier day"
        )
    return text


def _first(days: str) -> int:
    """The lowest day of the month."""
    return min(int(found) for found in re.findall(r"(?:^|,)(\d+)", days.replace("*", "1")))


def _months(text: str) -> set[int]:
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        low, _, high = span.partition("-")
        first, last = (1, 12) if low == "*" else (int(low), int(high or (12 if step else low)))
        found |= set(range(first, last + 1, int(step or 1)))
    return found


def _fits(part: str, first: int, last: int) -> bool:
    match = re.fullmatch(r"(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:/([1-9]\d?))?", part)
    if match is None:
        return False
    low, high = match[1], match[2]
    if low is None:
        return True
    return first <= int(low) <= int(high or low) <= last


Schedule = Annotated[str, AfterValidator(_schedule)]
"""Five fields of cron: digits, *, ranges, steps, and lists of them."""
