"""What happened since the state file was last written, line by line, for a run that gets killed.

A state file of hundreds of resources is too dear to write at every step; a line is not. Owns the
lines and their replay. A journal belongs to exactly one text of the state file and is ignored
beside any other.
"""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

Entry = dict[str, Any]


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


class Journal:
    """Appends lines; each is with the operating system when the call returns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def restart(self, base: bytes, news: list[int], olds: list[int], pending: list[int]) -> None:
        """Begins anew for a state file with this text, whose entries have these numbers."""
        self.close()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, 0o600)
        self.append({"base": digest(base), "news": news, "olds": olds, "pending": pending})

    def append(self, line: Entry) -> None:
        if self._descriptor is not None:
            os.write(self._descriptor, json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def remove(self) -> None:
        self.close()
        self._path.unlink(missing_ok=True)


def replay(
    path: Path, base: bytes, resources: list[Entry], pending: list[Entry]
) -> tuple[list[Entry], list[Entry]]:
    """Resources and pending operations with the journal's lines applied, if it fits the text."""
    lines = _lines(path)
    if not lines or lines[0].get("base") != digest(base):
        return resources, pending
    # What the interrupted run had committed stands before what it had not come to.
    news = dict(zip(lines[0]["news"], resources, strict=False))
    olds = dict(zip(lines[0]["olds"], resources[len(news) :], strict=False))
    operations = dict(zip(lines[0]["pending"], pending, strict=False))
    for line in lines[1:]:
        if "begin" in line:
            operations[line["begin"]] = line["operation"]
        if "end" in line:
            operations.pop(line["end"], None)
        for number in line.get("gone", []):
            olds.pop(number, None)
            news.pop(number, None)
        if "put" in line:
            number = line["put"]
            (olds if number in olds else news)[number] = line["resource"]
    return [*news.values(), *olds.values()], list(operations.values())


def _lines(path: Path) -> list[Entry]:
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return []
    lines: list[Entry] = []
    for line in text.splitlines():
        try:
            lines.append(json.loads(line))
        except ValueError:
            # The run was killed while it wrote this line: what it tells had not begun.
            break
    return lines
