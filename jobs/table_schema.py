"""Whether a file of data is what was agreed: columns, kinds, what may be absent, and ranges.

The agreement is a JSON file beside the workload. Pure but for reading the file; knows nothing of
what the columns mean.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter

_MOST = 20
"""Violations that are told: who has more has another file."""

Kind = Literal["text", "integer", "number", "timestamp"]


class Column(BaseModel):
    """One column of a table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None


class Tables(BaseModel):
    """What a workload reads: its tables, and the texts that stand for an absent value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    absent: list[str]
    tables: dict[str, list[Column]]


def load(file: Path) -> Tables:
    """The agreement of a workload."""
    return TypeAdapter(Tables).validate_json(file.read_bytes())


def check_csv(file: Path, columns: Sequence[Column], absent: Sequence[str]) -> list[str]:
    """What is wrong with a CSV file, one sentence each; none if it is what was agreed."""
    with file.open(newline="", encoding="utf-8") as text:
        reader = csv.DictReader(text)
        return violations(list(reader.fieldnames or []), reader, columns, absent)


def violations(
    header: Sequence[str],
    rows: Iterable[Mapping[str, str | None]],
    columns: Sequence[Column],
    absent: Sequence[str],
) -> list[str]:
    """The first violations, by line; columns in another order are one, because readers go by it."""
    expected = [column.name for column in columns]
    if list(header) != expected:
        return [_wrong_header(header, expected)]
    found: list[str] = []
    seen = False
    for line, row in enumerate(rows, start=2):
        seen = True
        for column in columns:
            wrong = _wrong(column, row.get(column.name), absent)
            if wrong:
                found.append(f"line {line}, {column.name}: {wrong}")
        if len(found) >= _MOST:
            return [*found[:_MOST], f"more than {_MOST - 1} violations: the rest is not read"]
    return found if seen else ["there is no row"]


def _wrong_header(header: Sequence[str], expected: Sequence[str]) -> str:
    missing = [name for name in expected if name not in header]
    extra = [name for name in header if name not in expected]
    parts = [
        f"{word} {', '.join(names)}"
        for word, names in (("missing", missing), ("unknown", extra))
        if names
    ]
    what = "; ".join(parts) or "in another order"
    return f"line 1: the columns are not those agreed ({what}): write {','.join(expected)}"


def _wrong(column: Column, value: str | None, absent: Sequence[str]) -> str:
    """Why this value may not stand in this column, or nothing."""
    if value is None:
        return "the line is too short"
    if value in absent:
        return "" if column.nullable else f"{value!r} says that it is absent, but it may not be"
    if column.kind == "timestamp":
        return _wrong_time(value)
    return "" if column.kind == "text" else _wrong_number(column, value)


def _wrong_number(column: Column, value: str) -> str:
    try:
        number = int(value) if column.kind == "integer" else float(value)
    except ValueError:
        return f"{value!r} is no {column.kind}"
    # NaN is neither: written so that it fails.
    if column.minimum is not None and not number >= column.minimum:
        return f"{value} is not at least {column.minimum:g}"
    if column.maximum is not None and not number <= column.maximum:
        return f"{value} is not at most {column.maximum:g}"
    return ""


def _wrong_time(value: str) -> str:
    try:
        return "" if datetime.fromisoformat(value).tzinfo else f"{value!r} has no time zone"
    except ValueError:
        return f"{value!r} is no timestamp"
