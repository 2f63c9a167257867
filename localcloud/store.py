"""Documents of one stack's local cloud, in one SQLite file that several processes share.

Owns the file, its locking and its ordering. Does not know what a document means: the provider and
the services give each kind of document its shape.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters (kind TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""
_BUSY_SECONDS = 30.0
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class Store:
    """Named JSON documents, sorted by name within their kind.

    Every thread has its own connection; writers of other processes are waited for. A write is on
    disk when the call returns, unless it is part of a `transaction`.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "cloud.db"
        self._local = threading.local()
        self._connection()

    def put(self, kind: str, name: str, body: Document, *, if_absent: bool = False) -> bool:
        """Writes a document; with `if_absent` only if there is none. Returns whether it wrote."""
        verb = "INSERT OR IGNORE" if if_absent else "INSERT OR REPLACE"
        cursor = self._connection().execute(
            f"{verb} INTO documents (kind, name, body) VALUES (?, ?, ?)",
            (kind, name, json.dumps(body)),
        )
        return cursor.rowcount > 0

    def get(self, kind: str, name: str) -> Document | None:
        """The document, or None."""
        row = (
            self._connection()
            .execute("SELECT body FROM documents WHERE kind = ? AND name = ?", (kind, name))
            .fetchone()
        )
        return json.loads(row[0]) if row else None

    def delete(self, kind: str, name: str) -> bool:
        """Removes a document; returns whether there was one."""
        cursor = self._connection().execute(
            "DELETE FROM documents WHERE kind = ? AND name = ?", (kind, name)
        )
        return cursor.rowcount > 0

    def kinds(self) -> list[str]:
        """Every kind that has a document."""
        query = "SELECT DISTINCT kind FROM documents ORDER BY kind"
        return [kind for (kind,) in self._connection().execute(query)]

    def list(
        self, kind: str, prefix: str = "", start: str = "", end: str = "", limit: int | None = None
    ) -> list[tuple[str, Document]]:
        """Documents whose name begins with `prefix` and lies in [start, end), sorted by name."""
        conditions, values = ["kind = ?", "name >= ?"], [kind, max(prefix, start)]
        if after_prefix(prefix):
            conditions.append("name < ?")
            values.append(after_prefix(prefix))
        if end:
            conditions.append("name < ?")
            values.append(end)
        where = " AND ".join(conditions)  # constants; the values are bound
        query = f"SELECT name, body FROM documents WHERE {where} ORDER BY name"  # noqa: S608
        if limit is not None:
            query += f" LIMIT {int(limit)}"
        return [
            (name, json.loads(body)) for name, body in self._connection().execute(query, values)
        ]

    def next_number(self, kind: str) -> int:
        """1, 2, 3 ... per kind: never given twice, not even after a deletion."""
        query = (
            "INSERT INTO counters (kind, value) VALUES (?, 1) "
            "ON CONFLICT (kind) DO UPDATE SET value = value + 1 RETURNING value"
        )
        with self.transaction():
            return self._connection().execute(query, (kind,)).fetchone()[0]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and alone among writers. Nested uses join the outer one."""
        connection = self._connection()
        if connection.in_transaction:
            yield
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def close(self) -> None:
        """Closes this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None)
            # WAL: readers never wait for the writer. NORMAL: a killed process loses nothing; only
            # a power cut may lose the last writes.
            _switch_to_wal(connection)
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(_SCHEMA)
            self._local.connection = connection
        return connection


def after_prefix(prefix: str) -> str:
    """The first string after every string that begins with `prefix`; "" if there is none."""
    while prefix and ord(prefix[-1]) == _LAST_CHARACTER:
        prefix = prefix[:-1]
    if not prefix:
        return ""
    following = ord(prefix[-1]) + 1
    if following in _SURROGATES:
        following = _SURROGATES.stop
    return prefix[:-1] + chr(following)


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Retries: this one statement does not wait while another process makes the file."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
