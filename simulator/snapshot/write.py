"""Writing a snapshot: all of it or none of it.

The new state is built in `NAME.partial` beside the snapshot (a copy of the old one, if there is one), checked,
sealed with its digest, written through to the disk, and only then takes the name. Whatever happens before that,
the old snapshot stays as it was; a `.partial` left by a killed process is thrown away by the next one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.snapshot import digest
from simulator.snapshot.fingerprint import fingerprint
from simulator.snapshot.lock import writer_lock
from simulator.snapshot.schema import schema_sql
from simulator.snapshot.store import meta_value, open_unguarded

_DISK_TROUBLE = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
    )
)


@dataclass(slots=True)
class Writing:
    """A snapshot under construction: `connection` is open in one transaction; the rest is known at the end."""

    connection: sqlite3.Connection
    previous: str | None
    """Fingerprint before, None for a new snapshot."""
    fingerprint: str = ""
    """Fingerprint after, once the block has ended."""

    @property
    def is_news(self) -> bool:
        """Whether the content changed; if not, the old file is left alone."""
        return self.fingerprint != self.previous


@contextmanager
def writing(path: Path, wait: float = 5.0) -> Iterator[Writing]:
    """Build the next state of the snapshot `path` in the block; it takes the name when the block ends well.

    Raises InputError: S008 another writer, S009 disk or permission, S010 own checks, or what `open_snapshot` raises
    for the snapshot that is there. Any exception leaves the old snapshot as it was and no other file.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        _check_folder(path)
        with writer_lock(path, wait):
            try:
                yield from _build(path, partial)
            finally:
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from error
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DISK_TROUBLE:
            raise
        raise _cannot_write(path, str(error)) from error


def _build(path: Path, partial: Path) -> Iterator[Writing]:
    previous = _start(path, partial)
    connection = _connect(partial, new=previous is None)
    try:
        work = Writing(connection, previous)
        yield work
        work.fingerprint = fingerprint(connection)
        if work.is_news:
            _finish(connection, path, work.fingerprint)
    finally:
        connection.close()
    if work.is_news:
        _publish(partial, path)


def _start(path: Path, partial: Path) -> str | None:
    """Make the partial file, readable by its owner only: empty, or a copy of the snapshot that is there."""
    partial.unlink(missing_ok=True)
    exists = path.exists()
    previous = None
    if exists:
        old = open_unguarded(path)
        previous = meta_value(old, "fingerprint")
        old.close()
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        if exists:
            with path.open("rb") as source:
                shutil.copyfileobj(source, target, 1 << 20)
    return previous


def _connect(partial: Path, new: bool) -> sqlite3.Connection:
    """Open the partial file for one long transaction. No journal: a failed build is thrown away as a whole."""
    connection = sqlite3.connect(partial.absolute().as_uri() + "?mode=rw", uri=True, isolation_level=None)
    for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    if new:
        connection.executescript(schema_sql())
    connection.execute("BEGIN")
    return connection


def _finish(connection: sqlite3.Connection, path: Path, content: str) -> None:
    """Note the fingerprint, keep room for the digest, commit, and let SQLite check its own structure."""
    blank = (("fingerprint", content), (digest.KEY, digest.BLANK))
    connection.executemany("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", blank)
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = DELETE")
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    found += [f"a row of {row[0]} refers to nothing" for row in connection.execute("PRAGMA foreign_key_check")]
    if found != ["ok"]:
        raise input_error("S010", f"the new snapshot failed its check: {found[0]}", Location(str(path)))


def _publish(partial: Path, path: Path) -> None:
    """Seal the file, read it back as replay will, and give it its name."""
    sealed = digest.seal(partial)
    check = open_unguarded(partial)
    stored = meta_value(check, digest.KEY)
    check.close()
    if stored != sealed:
        raise input_error("S010", "the digest did not find its place in the new snapshot", Location(str(path)))
    partial.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Make the new name last; Windows cannot open a folder, and does not need it."""
    with suppress(PermissionError, NotImplementedError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _check_folder(path: Path) -> None:
    if path.is_dir():
        raise input_error("S002", "the snapshot is a folder, not a file", Location(str(path)))
    if not path.parent.is_dir():
        raise input_error("S009", "the folder of the snapshot does not exist", Location(str(path)))


def _cannot_write(path: Path, reason: str) -> InputError:
    return input_error("S009", f"the snapshot cannot be written: {reason}", Location(str(path)))
