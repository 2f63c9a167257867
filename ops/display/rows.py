"""The resources of one deployment as rows of a tree, built from the engine's events.

Pure data: displays ask for rows in tree order, counts and difference lines. Prints nothing.
"""

import json
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

State = Literal["running", "done", "failed"]

SIGILS = {
    "create": "+",
    "create-replacement": "+-",
    "replace": "+-",
    "update": "~",
    "delete": "-",
    "delete-replaced": "+-",
    "read": ">",
    "import": "=",
    "discard": "<",
    "refresh": "*",
}
_DONE = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "read": "read",
    "import": "imported",
    "discard": "forgotten",
    "refresh": "refreshed",
    "same": "unchanged",
}
_REPLACE = ("create-replacement", "replace", "delete-replaced")
_MODULE_MEMBER = re.compile(r"/[^:/]+:")
_DEFAULT_PROVIDER = re.compile(r"::pulumi:providers:[^:]+::default")
_TEXT_LIMIT = 70
_CONTEXT = 20
_WORTH_SAYING_SECONDS = 0.05


class ChangeLike(Protocol):
    """One changed property, as the engine tells it."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> Literal["add", "delete", "update"]: ...
    @property
    def old(self) -> Any: ...
    @property
    def new(self) -> Any: ...


@dataclass
class Row:
    """One resource and what happens to it."""

    urn: str
    type: str
    name: str
    parent: str
    op: str
    changes: list[Any] = field(default_factory=list)
    state: State = "running"
    seconds: float = 0.0
    message: str = ""

    @property
    def changed(self) -> bool:
        return self.op != "same"

    @property
    def short_type(self) -> str:
        """The type as Pulumi's own display writes it: `gcp:storage:Bucket`."""
        return _MODULE_MEMBER.sub(":", self.type)

    @property
    def sigil(self) -> str:
        return SIGILS.get(self.op, " ")

    def status(self, planning: bool) -> str:
        """What the status column says."""
        verb = "replace" if self.op in _REPLACE else self.op
        if self.state == "failed":
            return f"{verb} failed"
        if planning:
            return verb if self.changed else ""
        if self.state == "running":
            return f"{verb} ..." if self.changed else ""
        done = "replaced" if verb == "replace" else _DONE.get(verb, verb)
        return f"{done} ({self.seconds:.1f}s)" if self.seconds >= _WORTH_SAYING_SECONDS else done


@dataclass(frozen=True)
class Said:
    """A message of the program, a hook or the engine; `name` is the resource or ""."""

    severity: str
    name: str
    text: str


class Rows:
    """Collects events; several threads may add while another draws."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}
        self._lock = threading.RLock()
        self.messages: list[Said] = []

    def add(self, event: Any) -> Row | None:
        """Takes in one event and returns the row that it changed."""
        with self._lock:
            return self._add(event)

    def _add(self, event: Any) -> Row | None:
        if is_default_provider(event.urn):
            return None
        # By name: the types live in the engine, which this room does not import.
        match type(event).__name__:
            case "StepStarted":
                return self._started(event)
            case "StepFinished":
                row = self._rows.get(event.urn)
                if row is not None and row.state == "running":
                    row.state = "done"
                    row.seconds += event.seconds
                return row
            case "StepFailed":
                row = self._rows.get(event.urn)
                if row is not None:
                    row.state, row.message = "failed", event.message
                return row
            case "Message":
                self.messages.append(Said(event.severity, leaf(event.urn), event.text))
        return None

    def _started(self, event: Any) -> Row:
        earlier = self._rows.get(event.urn)
        if earlier is not None and event.op in _REPLACE:
            # A replacement is three steps on one resource: one row, whose clock goes on.
            earlier.op, earlier.state = "replace", "running"
            earlier.changes = earlier.changes or list(event.changes)
            return earlier
        row = Row(event.urn, event.type, event.name, event.parent, event.op, list(event.changes))
        self._rows[event.urn] = row
        return row

    def __iter__(self) -> Iterator[Row]:
        with self._lock:
            return iter(list(self._rows.values()))

    def changed(self) -> list[Row]:
        """The rows whose resource does not stay as it is."""
        return [row for row in self if row.changed]

    def counts(self) -> Counter[str]:
        """How many resources per operation; a replacement counts once."""
        return Counter("replace" if row.op in _REPLACE else row.op for row in self)

    def tree(self) -> list[tuple[str, Row]]:
        """(guide lines, row) of every changed resource and of its parents, parents first."""
        rows = {row.urn: row for row in self}
        wanted: set[str] = set()
        for row in rows.values():
            urn = row.urn if row.changed else ""
            while urn in rows and urn not in wanted:
                wanted.add(urn)
                urn = rows[urn].parent
        children: dict[str, list[Row]] = {}
        for row in rows.values():
            if row.urn in wanted:
                children.setdefault(row.parent if row.parent in wanted else "", []).append(row)
        return list(_walk(children, "", ""))


def _walk(
    children: dict[str, list[Row]], urn: str, guide: str, depth: int = 0
) -> Iterator[tuple[str, Row]]:
    rows = children.get(urn, [])
    for index, row in enumerate(rows):
        last = index == len(rows) - 1
        branch = "" if depth == 0 else ("└─ " if last else "├─ ")
        yield guide + branch, row
        below = "" if depth == 0 else ("   " if last else "│  ")
        yield from _walk(children, row.urn, guide + below, depth + 1)


def is_default_provider(urn: str) -> bool:
    """The engine's own entry in the state, which nobody wrote and nobody can change."""
    return _DEFAULT_PROVIDER.search(urn) is not None


def leaf(urn: str) -> str:
    """The logical name at the end of a URN."""
    return urn.rpartition("::")[2]


def summarize(counts: Counter[str]) -> str:
    """Such as `+ 12 to create`, in the order of Pulumi's own summary."""
    words = ("create", "update", "replace", "delete", "read", "import", "discard", "refresh")
    parts = [f"{SIGILS[word]} {counts[word]} {word}" for word in words if counts[word]]
    if counts["same"]:
        parts.append(f"{counts['same']} unchanged")
    return ", ".join(parts) or "no resources"


def describe(change: ChangeLike) -> str:
    """Such as `~ input.spec.arguments.epochs: 8 → 12`."""
    match change.kind:
        case "add":
            return f"+ {change.path}: {value_text(change.new)}"
        case "delete":
            return f"- {change.path}: {value_text(change.old)}"
        case _:
            old, new = _apart(change.old, change.new)
            return f"~ {change.path}: {value_text(old)} → {value_text(new)}"


def _apart(old: Any, new: Any) -> tuple[Any, Any]:
    """Long texts from where they begin to differ: cut from the left, not only from the right."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return old, new
    if max(len(old), len(new)) <= _TEXT_LIMIT:
        return old, new
    pairs = zip(old, new, strict=False)
    alike = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(old), len(new)))
    start = alike - _CONTEXT
    return (f"…{old[start:]}", f"…{new[start:]}") if start > 0 else (old, new)


def value_text(value: Any, limit: int = _TEXT_LIMIT) -> str:
    """A value on one line; what only the deployment can tell reads `[known after up]`."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        return "[known after up]"
    return text if len(text) <= limit else text[: limit - 1] + "…"
