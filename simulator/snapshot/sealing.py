"""Making a sealed file: one long transaction on a partial file, its own checks, its digest, and only then its name.

Whatever happens before that, the file that has the name stays as it was.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from simulator.snapshot import digest
from simulator.snapshot.sealed import Kind, meta_value, open_sealed

DISK_TROUBLE = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
    )
)


def is_disk_trouble(error: sqlite3.DatabaseError) -> bool:
    """Whether the disk or its permissions are at fault: anything else is a bug of ours."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DISK_TROUBLE


def begin(partial: Path, schema: str | None) -> sqlite3.Connection:
    """Open the partial file, which is there already, for one long transaction; `schema` makes the tables of a new one.

    No journal: a failed build is thrown away as a whole.
    """
    connection = sqlite3.connect(partial.absolute().as_uri() + "?mode=rw", uri=True, isolation_level=None)
    for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
    if schema is not None:
        connection.executescript(schema)
    connection.execute("BEGIN")
    return connection


def finish(connection: sqlite3.Connection, kind: Kind, path: Path) -> None:
    """Keep room for the digest, commit, and let SQLite check its own structure. `path` is the name to be."""
    connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (digest.KEY, digest.BLANK))
    connection.execute("COMMIT")
    connection.execute("PRAGMA journal_mode = DELETE")
    found = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
    found += [f"a row of {row[0]} refers to nothing" for row in connection.execute("PRAGMA foreign_key_check")]
    if found != ["ok"]:
        raise kind.fault(kind.codes.unsound, path, f"as it was built failed its check: {found[0]}")


def publish(partial: Path, kind: Kind, path: Path) -> None:
    """Seal the closed file, read it back as any reader will, and give it its name."""
    sealed = digest.seal(partial)
    check = open_sealed(partial, kind)
    stored = meta_value(check, digest.KEY)
    check.close()
    if stored != sealed:
        raise kind.fault(kind.codes.unsound, path, "as it was built has no place for its digest")
    partial.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the new name last; Windows cannot open a folder, and does not need it."""
    with suppress(PermissionError, NotImplementedError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
