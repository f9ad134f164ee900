"""Sealed files: SQLite files of ours that are checked, byte for byte, before they are trusted, and only ever read.

What holds for one kind holds for all: name and header first, then the digest of every byte, then the tables, text for
text. A kind says what it is called, what its tables are, and which code stands for which fault.

Imports neither SQLModel nor SQLAlchemy: `run` starts fast.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.snapshot.digest import KEY, is_sealed
from simulator.snapshot.guard import GuardedConnection, connect_immutable
from simulator.snapshot.schema import marks_of, objects_made_by, objects_of

MAGIC = b"SQLite format 3\x00"
HEADER = 100
"""Bytes at the start of a SQLite file that say what it is."""

SIDECARS = ("-wal", "-journal", "-shm")


class Codes(NamedTuple):
    """The diagnostic codes of a kind, by fault; what they mean stands in the kind's own table."""

    missing: str
    no_file: str  # empty, a folder, or not SQLite
    journal: str
    foreign: str
    version: str
    tables: str
    changed: str
    unusable: str  # disk, permission
    unsound: str  # what was built did not pass its own checks


class Kind(NamedTuple):
    """A kind of sealed file. `maker`: the command that makes one, by its name; `again`: what mends a spoiled one."""

    noun: str
    schema: Callable[[], str]
    codes: Codes
    maker: Callable[[str], str]
    again: str

    def fault(self, code: str, path: Path, what: str, help: str | None = None) -> InputError:
        """The error that `the NOUN at this path WHAT`."""
        return input_error(code, f"the {self.noun} {what}", Location(str(path)), help)

    def owns(self, header: bytes) -> bool:
        """Whether a file that begins so is of this kind, of whatever format version."""
        application_id = int.from_bytes(header[68:72], "big")
        return header.startswith(MAGIC) and application_id == marks_of(self.schema())["application_id"]


def open_sealed(path: Path, kind: Kind, check_digest: bool = True) -> GuardedConnection:
    """A connection on a file of this kind after every byte was checked; the guard is not shut yet.

    Raises InputError with the kind's codes. Creates nothing, leaves nothing behind.
    """
    try:
        _check_file(path, kind)
        if check_digest and not is_sealed(path):
            raise kind.fault(kind.codes.changed, path, "is damaged: its content is not what was written", kind.again)
        return _connect(path, kind)
    except OSError as error:
        raise kind.fault(kind.codes.unusable, path, f"cannot be read: {error.strerror or error}") from error


def sidecar_of(path: Path) -> str | None:
    """The name of a journal that another program left beside a file, if there is one."""
    names = (path.name + suffix for suffix in SIDECARS)
    return next((name for name in names if path.with_name(name).exists()), None)


def _check_file(path: Path, kind: Kind) -> None:
    """Name, sidecars and header, before SQLite sees the file."""
    codes = kind.codes
    if path.is_dir():
        raise kind.fault(codes.no_file, path, f"is a folder, not a {kind.noun}")
    if not path.exists():
        raise kind.fault(codes.missing, path, "does not exist", kind.maker(path.name))
    if not path.is_file():
        raise kind.fault(codes.no_file, path, "is not a regular file")
    journal = sidecar_of(path)
    if journal is not None:
        raise kind.fault(codes.journal, path, f"has a journal beside it ({journal}): another program had it open")
    with path.open("rb") as file:
        _check_header(path, kind, file.read(HEADER))


def _check_header(path: Path, kind: Kind, header: bytes) -> None:
    codes = kind.codes
    if not header:
        raise kind.fault(codes.no_file, path, "is empty")
    if not header.startswith(MAGIC) or len(header) < HEADER:
        raise kind.fault(codes.no_file, path, "is not a SQLite file")
    if not kind.owns(header):
        raise kind.fault(codes.foreign, path, f"is a SQLite file, but not a {kind.noun} of this tool")
    version, known = int.from_bytes(header[60:64], "big"), marks_of(kind.schema())["user_version"]
    if version != known:
        help = "use the newer version of simulator that made it" if version > known else kind.again
        raise kind.fault(codes.version, path, f"has format {version}; this version reads format {known}", help)


def _connect(path: Path, kind: Kind) -> GuardedConnection:
    connection = None
    try:
        connection = connect_immutable(path)
        if objects_of(connection) == objects_made_by(kind.schema()):
            meta_value(connection, KEY)  # a table that is spoiled and sealed again shows here
            return connection
        problem = kind.fault(kind.codes.tables, path, f"does not have the tables of a {kind.noun}", kind.again)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        problem = kind.fault(kind.codes.changed, path, f"is damaged: {error}", kind.again)
    if connection is not None:
        connection.close()
    raise problem


def meta_value(connection: sqlite3.Connection, key: str) -> str | None:
    """A value of table `meta`, such as `fingerprint`."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return None if row is None else str(row[0])
