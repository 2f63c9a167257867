"""Values of BigQuery rows: from what a client streams to what a client reads.

Owns the check of a row against a schema and the form in which it is stored, which is the one that
`tabledata.list` returns. Knows no tables.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from localcloud.services.errors import not_implemented

Field = Mapping[str, Any]  # one column: name, type, mode


class InvalidValue(ValueError):  # noqa: N818  # the API's own word
    """A value that the column cannot hold; `location` names the column."""

    def __init__(self, location: str, message: str) -> None:
        super().__init__(message)
        self.location = location


def to_cells(schema: list[Field], row: object) -> dict[str, Any]:
    """A row as {"f": [{"v": ...}]}. Raises `InvalidValue`."""
    if not isinstance(row, dict):
        raise InvalidValue("", f"This is not a JSON object: {row!r}.")
    # BigQuery's column names do not distinguish case.
    given = {name.lower(): (name, value) for name, value in row.items()}
    cells = []
    for field in schema:
        _, value = given.pop(field["name"].lower(), ("", None))
        cells.append({"v": _cell(field, value)})
    if given:
        unknown, _ = next(iter(given.values()))
        raise InvalidValue(unknown, f"no such field: {unknown}.")
    return {"f": cells}


def _cell(field: Field, value: object) -> str | None:
    name, kind = field["name"], field["type"].upper()
    mode = field.get("mode") or "NULLABLE"
    if kind not in _CONVERSIONS or mode not in ("NULLABLE", "REQUIRED"):
        raise not_implemented(f"columns of type {kind} and mode {mode} in BigQuery ({name!r})")
    if value is None:
        if mode == "REQUIRED":
            raise InvalidValue(name, f"Missing required field: {name}.")
        return None
    try:
        return _CONVERSIONS[kind](value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidValue(name, f"Cannot convert value to {kind}: {value!r}.") from None


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


_CONVERSIONS: dict[str, Callable[[Any], str]] = {
    "STRING": _string,
    "INTEGER": _integer,
    "FLOAT": _float,
    "BOOLEAN": _boolean,
    "TIMESTAMP": _timestamp,
}
