"""When something happens again and again, in the words of cron."""

import re
from typing import Annotated

from pydantic import AfterValidator

_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day", 1, 31), ("month", 1, 12), ("weekday", 0, 6))


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
    return text


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
