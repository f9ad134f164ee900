"""A SQLite connection that can only read: replay holds nothing else, so it cannot write whatever it is told.

`mode=ro` alone is not read-only: ATTACH, VACUUM INTO and temporary tables still write. The authorizer refuses
everything but SELECT, reading a column and plain functions.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_REFUSED_FUNCTIONS = frozenset({"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer", "zeroblob"})
_LENGTH_LIMIT = 64 * 1024 * 1024  # bytes of one value or row


class GuardedConnection(sqlite3.Connection):
    """A connection on a snapshot; `guard()` shuts it against everything but SELECT."""

    def guard(self) -> None:
        """From here on only SELECT, functions that touch nothing outside, and values up to 64 MB."""
        self.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        self.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LENGTH_LIMIT)
        self.set_authorizer(_authorize)


def connect_immutable(path: Path) -> GuardedConnection:
    """Open an existing file for reading, without locks or sidecars; a missing one is never made. Not guarded yet."""
    connection = sqlite3.connect(read_only_uri(path), uri=True, factory=GuardedConnection, isolation_level=None)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0", "query_only = ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def read_only_uri(path: Path) -> str:
    """An existing file as SQLite opens it. The path is percent-encoded: `q?mode=rwc` stays a file name."""
    return path.absolute().as_uri() + "?mode=ro&immutable=1"


def _authorize(action: int, first: str | None, second: str | None, database: str | None, trigger: str | None) -> int:
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _REFUSED_FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
