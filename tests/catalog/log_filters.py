"""Evaluates filters of Cloud Logging on entries, as far as filters of this platform go.

Comparisons `= != =~ !~ >= > <= <`, `:` for "has", AND, OR, NOT, parentheses, lists of values
`field=("a" OR "b")` and `log_id("x")`. Raises ValueError for what it does not know.
"""

import re
from collections.abc import Callable
from typing import Any

SEVERITIES = ["DEFAULT", "DEBUG", "INFO", "NOTICE", "WARNING", "ERROR", "CRITICAL", "ALERT"]
_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<sign>=~|!~|!=|>=|<=|[=<>:()])|(?P<word>[^\s=!<>:()"]+))'
)
Test = Callable[[dict[str, Any]], bool]


def matches(text: str, entry: dict[str, Any]) -> bool:
    """Whether a filter finds an entry, given as the API shows it."""
    parser = _Parser(_tokens(text))
    test = parser.either()
    if parser.rest:
        raise ValueError(f"not understood: {parser.rest[:3]}")
    return test(entry)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if not match:
            raise ValueError(f"not understood: {text[at : at + 20]!r}")
        found.append(match[0].strip())
        at = match.end()
    return found


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

    def _take(self, *expected: str) -> str:
        token = self.rest.pop(0) if self.rest else ""
        if not token or (expected and token not in expected):
            raise ValueError(f"expected {expected}, found {token!r}")
        return token

    def _next_is(self, token: str) -> bool:
        return bool(self.rest) and self.rest[0] == token

    def either(self) -> Test:
        tests = [self._all()]
        while self._next_is("OR"):
            self._take()
            tests.append(self._all())
        return lambda entry: any(test(entry) for test in tests)

    def _all(self) -> Test:
        tests = [self._one()]
        while self._next_is("AND"):
            self._take()
            tests.append(self._one())
        return lambda entry: all(test(entry) for test in tests)

    def _one(self) -> Test:
        if self._next_is("NOT"):
            self._take()
            test = self._one()
            return lambda entry: not test(entry)
        if self._next_is("("):
            self._take()
            test = self.either()
            self._take(")")
            return test
        field = self._take()
        if field == "log_id":
            self._take("(")
            wanted = _value(self._take())
            self._take(")")
            return lambda entry: _log_id(entry) == wanted
        sign = self._take("=", "!=", "=~", "!~", ">=", ">", "<=", "<", ":")
        return _comparison(field, sign, self._values())

    def _values(self) -> list[str]:
        if not self._next_is("("):
            return [_value(self._take())]
        self._take()
        values = [_value(self._take())]
        while self._take("OR", ")") == "OR":
            values.append(_value(self._take()))
        return values


def _value(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:-1]) if token.startswith('"') else token


def _log_id(entry: dict[str, Any]) -> str:
    return entry.get("logName", "").rpartition("/logs/")[2].replace("%2F", "/")


def _field(entry: dict[str, Any], path: str) -> Any:
    here: Any = entry
    for part in path.split("."):
        here = here.get(part) if isinstance(here, dict) else None
    return here


def _comparison(path: str, sign: str, values: list[str]) -> Test:
    def holds(entry: dict[str, Any]) -> bool:
        found = _field(entry, path)
        # A field that is not there makes every comparison false, but those that say not.
        if found is None:
            return sign in ("!=", "!~")
        return any(_holds(path, found, sign, value) for value in values)

    return holds


def _holds(path: str, found: Any, sign: str, value: str) -> bool:
    text = str(found)
    if sign in ("=~", "!~"):
        return bool(re.search(value, text)) == (sign == "=~")
    if sign == ":":
        return value.lower() in text.lower()
    if sign in ("=", "!="):
        return (text.lower() == value.lower()) == (sign == "=")
    left, right = (
        (SEVERITIES.index(text), SEVERITIES.index(value))
        if path == "severity"
        else (float(text), float(value))
    )
    return {">=": left >= right, ">": left > right, "<=": left <= right, "<": left < right}[sign]
