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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import InputError, input_error
from simulator.snapshot.cache import forget_cache
from simulator.snapshot.fingerprint import fingerprint
from simulator.snapshot.lock import writer_lock
from simulator.snapshot.schema import schema_sql
from simulator.snapshot.sealing import begin, finish, is_disk_trouble, publish
from simulator.snapshot.store import SNAPSHOT, meta_value, open_unguarded


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
def writing(path: Path, wait: float = 5.0, fresh: bool = False) -> Iterator[Writing]:
    """Build the next state of the snapshot `path` in the block; it takes the name when the block ends well.

    With `fresh` it starts empty, whatever the snapshot that is there holds; a file that is no snapshot is refused.
    Raises InputError: S008 another writer, S009 disk or permission, S010 own checks, or what `open_snapshot` raises
    for the snapshot that is there. Any exception leaves the old snapshot as it was and no other file.
    """
    partial = path.with_name(path.name + ".partial")
    try:
        _check_folder(path)
        with writer_lock(path, wait):
            try:
                yield from _build(path, partial, fresh)
            finally:
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from error
    except sqlite3.DatabaseError as error:
        if not is_disk_trouble(error):
            raise
        raise _cannot_write(path, str(error)) from error


def _build(path: Path, partial: Path, fresh: bool) -> Iterator[Writing]:
    previous = _start(path, partial, fresh)
    connection = begin(partial, schema_sql() if previous is None else None)
    try:
        work = Writing(connection, previous)
        yield work
        work.fingerprint = fingerprint(connection)
        if work.is_news:
            note = ("fingerprint", work.fingerprint)
            connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", note)
            finish(connection, SNAPSHOT, path)
    finally:
        connection.close()
    if work.is_news:
        publish(partial, SNAPSHOT, path)
        forget_cache(path)


def _start(path: Path, partial: Path, fresh: bool) -> str | None:
    """Make the partial file, readable by its owner only: empty, or a copy of the snapshot that is there."""
    partial.unlink(missing_ok=True)
    exists = path.exists()
    previous = None
    if exists:
        old = open_unguarded(path)
        previous = None if fresh else meta_value(old, "fingerprint")
        old.close()
    descriptor = os.open(partial, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        if exists and not fresh:
            with path.open("rb") as source:
                shutil.copyfileobj(source, target, 1 << 20)
    return previous


def _check_folder(path: Path) -> None:
    if path.is_dir():
        raise input_error("S002", "the snapshot is a folder, not a file", Location(str(path)))
    if not path.parent.is_dir():
        raise input_error("S009", "the folder of the snapshot does not exist", Location(str(path)))


def _cannot_write(path: Path, reason: str) -> InputError:
    return input_error("S009", f"the snapshot cannot be written: {reason}", Location(str(path)))
