"""Opening a snapshot for replay: checked before it is trusted, and never written to.

Imports neither SQLModel nor SQLAlchemy: `run` starts fast.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.snapshot.digest import is_sealed
from simulator.snapshot.guard import GuardedConnection, connect_immutable
from simulator.snapshot.schema import expected_objects, marks, objects_of

_MAGIC = b"SQLite format 3\x00"
_HEADER = 100  # bytes
_SIDECARS = ("-wal", "-journal", "-shm")
_IMPORT_AGAIN = "import the export again into a new snapshot"


def open_snapshot(path: Path) -> sqlite3.Connection:
    """A connection on which only SELECT works, after every byte of the file was checked.

    Raises InputError: S001 missing, S002 not SQLite, S003 a journal beside it, S004 foreign, S005 newer format,
    S006 other tables, S007 changed since it was written, S009 unreadable. Creates nothing, leaves nothing behind.
    """
    connection = open_unguarded(path)
    connection.guard()
    return connection


def open_unguarded(path: Path, check_digest: bool = True) -> GuardedConnection:
    """As `open_snapshot`, before the guard is shut: for the checks of `verify`, which need PRAGMA."""
    try:
        _check_file(path)
        if check_digest and not is_sealed(path):
            raise _error("S007", path, "is damaged: its content is not what was written", _IMPORT_AGAIN)
        return _connect(path)
    except OSError as error:
        raise _error("S009", path, f"cannot be read: {error.strerror or error}") from error


def _check_file(path: Path) -> None:
    """Name, sidecars and header, before SQLite sees the file."""
    if path.is_dir():
        raise _error("S002", path, "is a folder, not a snapshot")
    if not path.exists():
        raise _error("S001", path, "does not exist", f"simulator import gorgias PATH --snapshot {path.name}")
    if not path.is_file():
        raise _error("S002", path, "is not a regular file")
    for suffix in _SIDECARS:
        if path.with_name(path.name + suffix).exists():
            raise _error("S003", path, f"has a journal beside it ({path.name}{suffix}): another program had it open")
    with path.open("rb") as file:
        _check_header(path, file.read(_HEADER))


def _check_header(path: Path, header: bytes) -> None:
    if not header:
        raise _error("S002", path, "is empty")
    if not header.startswith(_MAGIC) or len(header) < _HEADER:
        raise _error("S002", path, "is not a SQLite file")
    if int.from_bytes(header[68:72], "big") != marks()["application_id"]:
        raise _error("S004", path, "is a SQLite file, but not a snapshot of this tool")
    version = int.from_bytes(header[60:64], "big")
    if version != marks()["user_version"]:
        known = marks()["user_version"]
        newer = version > known
        help = "use the newer version of simulator that made it" if newer else _IMPORT_AGAIN
        raise _error("S005", path, f"has format {version}; this version reads format {known}", help)


def _connect(path: Path) -> GuardedConnection:
    connection = None
    try:
        connection = connect_immutable(path)
        if objects_of(connection) == expected_objects():
            meta_value(connection, "fingerprint")  # a table that is spoiled and sealed again shows here
            return connection
        problem = _error("S006", path, "does not have the tables of a snapshot", _IMPORT_AGAIN)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        problem = _error("S007", path, f"is damaged: {error}", _IMPORT_AGAIN)
    if connection is not None:
        connection.close()
    raise problem


def meta_value(connection: sqlite3.Connection, key: str) -> str | None:
    """A value of table `meta`, such as `fingerprint`."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])


def _error(code: str, path: Path, what: str, help: str | None = None) -> InputError:
    return input_error(code, f"the snapshot {what}", Location(str(path)), help)
