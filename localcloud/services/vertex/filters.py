"""The filter language of list calls (AIP-160), as far as Vertex AI documents it for each resource.

Owns the grammar and the comparisons. Which fields a resource offers is said by its own module.
An expression that is not understood is refused, so that a filter never silently matches.
"""

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from localcloud.services.errors import invalid

Predicate = Callable[[dict[str, Any]], bool]
Fields = Mapping[str, Callable[[dict[str, Any]], Any]]
"""Field name in a filter -> how to read it from a resource. `labels` is always understood."""

_TOKEN = re.compile(
    r'\s*(?:(?P<sign>!=|<=|>=|[=<>:()])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s"=<>:!()]+))'
)
_ORDER = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_EQUALITY = {"=": operator.eq, "!=": operator.ne}


def parse(text: str, fields: Fields) -> Predicate:
    """What `text` asks for; everything if it is empty. 400 names what is not supported."""
    if not text.strip():
        return lambda _item: True
    return _Parser(text, fields).everything()


class _Parser:
    def __init__(self, text: str, fields: Fields) -> None:
        self._text, self._fields, self._tokens = text, fields, list[tuple[str, str]]()
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None:
                raise self._refusal(f"character {text[position]!r}")
            kind = match.lastgroup or ""
            value = match[kind]
            self._tokens.append(
                (kind, re.sub(r"\\(.)", r"\1", value) if kind == "quoted" else value)
            )
            position = match.end()
        self._tokens.reverse()

    def everything(self) -> Predicate:
        found = self._conjunction()
        if self._tokens:
            raise self._refusal(f"{self._tokens[-1][1]!r} where AND or OR was expected")
        return found

    # AIP-160: OR binds closer than AND.
    def _conjunction(self) -> Predicate:
        parts = [self._disjunction()]
        while self._take("word", "AND"):
            parts.append(self._disjunction())
        return lambda item: all(part(item) for part in parts)

    def _disjunction(self) -> Predicate:
        parts = [self._term()]
        while self._take("word", "OR"):
            parts.append(self._term())
        return lambda item: any(part(item) for part in parts)

    def _term(self) -> Predicate:
        if self._take("word", "NOT"):
            inner = self._term()
            return lambda item: not inner(item)
        if self._take("sign", "("):
            inner = self._conjunction()
            if not self._take("sign", ")"):
                raise self._refusal("a parenthesis that is not closed")
            return inner
        return self._comparison()

    def _comparison(self) -> Predicate:
        (kind, field), (sign_kind, sign), (value_kind, value) = (self._next() for _ in range(3))
        if kind != "word" or sign_kind != "sign" or value_kind == "sign":
            raise self._refusal(f"{field!r}")
        if field.startswith("labels."):
            return self._label(field.removeprefix("labels."), sign, value)
        read = self._fields.get(field)
        if read is None:
            known = ", ".join([*self._fields, "labels.KEY"])
            raise self._refusal(f"field {field!r} (supported: {known})")
        if field.endswith("_time"):
            return self._time(field, read, sign, value)
        return self._string(field, read, sign, value)

    def _label(self, key: str, sign: str, value: str) -> Predicate:
        if sign == ":" and value == "*":
            return lambda item: key in item.get("labels", {})
        return self._string(f"labels.{key}", lambda i: i.get("labels", {}).get(key), sign, value)

    def _string(
        self, field: str, read: Callable[[dict[str, Any]], Any], sign: str, value: str
    ) -> Predicate:
        if compare := _EQUALITY.get(sign):
            return lambda item: compare(str(read(item) or ""), value)
        if sign != ":":
            raise self._refusal(f"{sign!r} on {field}")
        pattern = re.compile(".*".join(map(re.escape, value.split("*"))), re.DOTALL)
        return lambda item: pattern.fullmatch(str(read(item) or "")) is not None

    def _time(
        self, field: str, read: Callable[[dict[str, Any]], Any], sign: str, value: str
    ) -> Predicate:
        compare = (_ORDER | _EQUALITY).get(sign)
        if compare is None:
            raise self._refusal(f"{sign!r} on {field}")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise self._refusal(f"time {value!r} (write 2026-01-31T00:00:00Z)") from None
        if moment.tzinfo is None:
            raise self._refusal(f"time {value!r} without a zone")
        return lambda i: bool(read(i)) and compare(datetime.fromisoformat(read(i)), moment)

    def _next(self) -> tuple[str, str]:
        if not self._tokens:
            raise self._refusal("an end where a comparison was expected")
        return self._tokens.pop()

    def _take(self, kind: str, value: str) -> bool:
        found = bool(self._tokens) and self._tokens[-1] == (kind, value)
        if found:
            self._tokens.pop()
        return found

    def _refusal(self, what: str) -> Exception:
        return invalid(f"The filter {self._text!r} is not supported: it holds {what}.")
