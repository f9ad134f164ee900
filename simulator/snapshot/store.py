"""Opening a snapshot for replay: checked before it is trusted, and never written to.

Imports neither SQLModel nor SQLAlchemy: `run` starts fast.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from simulator.snapshot.guard import GuardedConnection
from simulator.snapshot.schema import schema_sql
from simulator.snapshot.sealed import Codes, Kind, meta_value, open_sealed

__all__ = ["SNAPSHOT", "meta_value", "open_snapshot", "open_unguarded"]

SNAPSHOT = Kind(
    noun="snapshot",
    schema=schema_sql,
    codes=Codes(
        missing="S001",
        no_file="S002",
        journal="S003",
        foreign="S004",
        version="S005",
        tables="S006",
        changed="S007",
        unusable="S009",
        unsound="S010",
    ),
    maker=lambda name: f"simulator import gorgias PATH --snapshot {name}",
    again="import the export again into a new snapshot",
)
"""What a snapshot is among the sealed files."""


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
    return open_sealed(path, SNAPSHOT, check_digest)
