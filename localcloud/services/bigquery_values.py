"""Values of BigQuery rows: from what a client streams to what a client reads.

Owns the check of a row against a schema and the form in which it is stored, which is the one that
`tabledata.list` returns. Knows no tables.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from localcloud.services.errors import not_implemented

Field = Mapping[str, Any]  # one column: name, type, mode, and fields of a RECORD


class InvalidValue(ValueError):  # noqa: N818  # the API's own word
    """A value that the column cannot hold; `location` names the column."""

    def __init__(self, location: str, message: str) -> None:
        super().__init__(message)
        self.location = location


def to_cells(
    schema: list[Field], row: object, *, ignore_unknown: bool, path: str = ""
) -> dict[str, Any]:
    """A row or RECORD as {"f": [{"v": ...}]}. Raises `InvalidValue`."""
    if not isinstance(row, dict):
        raise InvalidValue(path, f"This is not a JSON object: {row!r}.")
    # BigQuery's column names do not distinguish case.
    given = {name.lower(): (name, value) for name, value in row.items()}
    cells = []
    for field in schema:
        _, value = given.pop(field["name"].lower(), ("", None))
        location = f"{path}{field['name']}"
        cells.append({"v": _cell(field, value, location, ignore_unknown=ignore_unknown)})
    if given and not ignore_unknown:
        unknown = f"{path}{next(iter(given.values()))[0]}"
        raise InvalidValue(unknown, f"no such field: {unknown}.")
    return {"f": cells}


def _cell(field: Field, value: object, location: str, *, ignore_unknown: bool) -> Any:
    mode = field.get("mode") or "NULLABLE"
    if mode == "REPEATED":
        if not isinstance(value, list | None):
            raise InvalidValue(location, f"Array specified for non-repeated field: {location}.")
        item = {**field, "mode": "REQUIRED"}
        return [
            {"v": _cell(item, each, location, ignore_unknown=ignore_unknown)}
            for each in value or []
        ]
    if value is None:
        if mode == "REQUIRED":
            raise InvalidValue(location, f"Missing required field: {location}.")
        return None
    kind = field["type"].upper()
    if kind in ("RECORD", "STRUCT"):
        columns = field["fields"]
        return to_cells(columns, value, ignore_unknown=ignore_unknown, path=f"{location}.")
    if kind not in _CONVERSIONS:
        raise not_implemented(f"columns of type {kind} in BigQuery (column {location!r})")
    try:
        return _CONVERSIONS[kind](value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidValue(location, f"Cannot convert value to {kind}: {value!r}.") from None


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _integer(value: Any) -> str:
    number = int(value)
    fraction = isinstance(value, float) and value != number
    if isinstance(value, bool) or fraction or not -(2**63) <= number < 2**63:
        raise ValueError
    return str(number)


def _float(value: Any) -> str:
    if isinstance(value, bool):
        raise TypeError
    return repr(float(value))


def _boolean(value: Any) -> str:
    return {"true": "true", "false": "false"}.get(str(value).lower()) or _string(None)


def _timestamp(value: Any) -> str:
    """Microseconds since 1970, from seconds or ISO 8601 (UTC where no zone is given)."""
    if isinstance(value, str):
        moment = datetime.fromisoformat(value.removesuffix(" UTC"))
        moment = moment.replace(tzinfo=moment.tzinfo or UTC)
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        return str((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)
    return str(round(float(value) * 1_000_000))


def _date(value: Any) -> str:
    return date.fromisoformat(value).isoformat()


def _json(value: Any) -> str:
    json.loads(_string(value))
    return value


_CONVERSIONS: dict[str, Callable[[Any], str]] = {
    "STRING": _string,
    "INTEGER": _integer,
    "INT64": _integer,
    "FLOAT": _float,
    "FLOAT64": _float,
    "BOOLEAN": _boolean,
    "BOOL": _boolean,
    "TIMESTAMP": _timestamp,
    "DATE": _date,
    "JSON": _json,
}
