"""The state of a stack during a run, and its way to disk.

New states stand in the order in which they were committed, untouched old ones behind them. Owns
what is written when; `backend` owns the files.
"""

import functools
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from localcloud.engine import journal
from localcloud.engine.backend import StackFiles
from localcloud.engine.secrets import Cipher
from localcloud.engine.state import ResourceState, decode, encode

_WRITE_SECONDS = 0.5
# Maps of the wire have no order of their own: sorted keys keep unchanged state unchanged.
_text = functools.partial(json.dumps, sort_keys=True)


def now() -> str:
    """The time as state writes it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


@dataclass
class _Entry:
    state: ResourceState
    text: str


@dataclass(frozen=True)
class Pending:
    """An operation that a killed run had begun and not finished."""

    kind: str
    state: ResourceState


class Snapshot:
    """Old and new states of one stack. All methods may be called from any thread."""

    def __init__(self, files: StackFiles, cipher_for: Callable[[str | None], Cipher]) -> None:
        """Reads the state; `cipher_for` makes the cipher for the salt line found in it, if any."""
        self._files = files
        self._lock = threading.RLock()
        checkpoint = files.read()
        self.cipher = cipher_for(checkpoint.salt_line)
        resources, pending = journal.replay(
            files.journal, checkpoint.text, checkpoint.resources, checkpoint.pending
        )
        decrypt = self.cipher.decrypt
        self.interrupted = [
            Pending(entry["type"], decode(entry["resource"], decrypt)) for entry in pending
        ]
        self.exists = bool(checkpoint.text)
        self._base = checkpoint.text
        self._stored = [_text(entry) for entry in checkpoint.resources]
        self._clean = not checkpoint.pending
        self._olds = {
            number: _Entry(decode(entry, decrypt), _text(entry))
            for number, entry in enumerate(resources)
        }
        self._news: dict[int, _Entry] = {}
        self._numbers = {entry.state: number for number, entry in self._olds.items()}
        self._next = len(resources)
        self._pending: dict[int, str] = {}
        self._renames: dict[str, str] = {}
        self._journal: journal.Journal | None = None
        self._written = 0.0

    def olds(self) -> list[ResourceState]:
        """What is not yet replaced, in the order of the state file."""
        with self._lock:
            return [entry.state for entry in self._olds.values()]

    def states(self) -> list[ResourceState]:
        """Everything, in the order in which it would be written."""
        with self._lock:
            return [entry.state for entry in (*self._news.values(), *self._olds.values())]

    def persist(self) -> None:
        """From now on changes go to disk; without it the snapshot lives in memory only."""
        self._journal = journal.Journal(self._files.journal)

    def rename(self, old_urn: str, new_urn: str) -> None:
        """A resource goes on under a new URN: untouched states that name the old one follow."""
        with self._lock:
            self._renames[old_urn] = new_urn

    def begin(self, kind: str, state: ResourceState) -> int:
        """Notes on disk that an operation begins; the number is for `commit` or `end`."""
        with self._lock:
            number = self._number()
            if self._journal is not None:
                operation = {"resource": self._encoded(state), "type": kind}
                self._pending[number] = _text(operation)
                if not self._write_if_due():
                    self._journal.append({"begin": number, "operation": operation})
            return number

    def end(self, number: int) -> None:
        """The operation is over and has changed nothing."""
        with self._lock:
            if self._pending.pop(number, None) is not None and self._journal is not None:
                self._journal.append({"end": number})

    def commit(
        self, new: ResourceState | None, old: ResourceState | None, operation: int | None = None
    ) -> None:
        """`new` takes its place among the new states, `old` is gone."""
        with self._lock:
            gone = self._drop(old) if old is not None else []
            text = ""
            line: dict[str, Any] = {"gone": [number for number, _ in gone]}
            if operation is not None and self._pending.pop(operation, None) is not None:
                line["end"] = operation
            if new is not None:
                number = self._number()
                self._numbers[new] = number
                encoded = self._encoded(new) if self._journal is not None else {}
                text = _text(encoded)
                self._news[number] = _Entry(new, text)
                line |= {"put": number, "resource": encoded}
            # What was the same before needs no line: the old entry says the same.
            unchanged = [entry.text for _, entry in gone] == [text] and "end" not in line
            if self._journal is not None and not unchanged and not self._write_if_due():
                self._journal.append(line)

    def substitute(self, state: ResourceState, changed: ResourceState) -> None:
        """`changed` takes the place of `state`."""
        with self._lock:
            # The state keeps its number too: steps planned before this one refer to it.
            number = self._numbers[state]
            self._numbers[changed] = number
            entries = self._news if number in self._news else self._olds
            encoded = self._encoded(changed) if self._journal is not None else {}
            before = entries[number].text
            entries[number] = _Entry(changed, _text(encoded))
            if self._journal is None or entries[number].text == before or self._write_if_due():
                return
            self._journal.append({"put": number, "resource": encoded})

    def finish(self) -> None:
        """Writes the state file, unless it says the same already, and ends the journal."""
        with self._lock:
            if self._journal is None:
                return
            texts = self._texts()
            if texts != self._stored or self._pending or not self._clean or not self.exists:
                self._write()
            self._journal.remove()
            self._journal = None

    def _drop(self, state: ResourceState) -> list[tuple[int, _Entry]]:
        number = self._numbers.pop(state, None)
        if number is None:
            return []
        entry = self._olds.pop(number, None) or self._news.pop(number, None)
        return [(number, entry)] if entry is not None else []

    def _number(self) -> int:
        self._next += 1
        return self._next - 1

    def _encoded(self, state: ResourceState) -> dict[str, Any]:
        return encode(state, self.cipher.encrypt)

    def _texts(self) -> list[str]:
        if self._renames:
            self._follow_renames()
        return [entry.text for entry in (*self._news.values(), *self._olds.values())]

    def _follow_renames(self) -> None:
        # Only their texts: steps that are planned already refer to the states as they are.
        for entry in self._olds.values():
            state = renamed(entry.state, self._renames)
            if state is not entry.state:
                entry.text = _text(self._encoded(state))

    def _write_if_due(self) -> bool:
        if time.monotonic() - self._written < _WRITE_SECONDS:
            return False
        self._write()
        return True

    def _write(self) -> None:
        texts = self._texts()
        pending = dict(self._pending)
        self._base = self._files.compose(
            texts, list(pending.values()), self.cipher.salt_line, now()
        )
        self._files.write(self._base)
        self._stored, self._clean, self.exists = texts, not pending, True
        if self._journal is not None:
            self._journal.restart(self._base, list(self._news), list(self._olds), list(pending))
        self._written = time.monotonic()


def renamed(state: ResourceState, renames: dict[str, str]) -> ResourceState:
    """The state with references to old URNs replaced; the same object if it has none."""
    references = state.depends_on()
    if not references & renames.keys():
        return state

    def name(urn: str) -> str:
        return renames.get(urn, urn)

    options = state.options
    provider, _, provider_id = options.provider.rpartition("::")
    changed = replace(
        options,
        dependencies=[name(urn) for urn in options.dependencies],
        deleted_with=name(options.deleted_with),
        provider=f"{name(provider)}::{provider_id}" if provider else "",
        property_dependencies={
            key: [name(urn) for urn in urns] for key, urns in options.property_dependencies.items()
        },
    )
    return replace(state, parent=name(state.parent), options=changed)
