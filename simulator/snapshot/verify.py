"""Checking that a snapshot is whole: always its bytes and tables, on request its inner structure and its content."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from simulator.diagnostics import Location
from simulator.errors import input_error
from simulator.snapshot.fingerprint import fingerprint
from simulator.snapshot.store import meta_value, open_unguarded


def verify(path: Path, full: bool = False) -> str:
    """The fingerprint of a snapshot that is as it was written; raises InputError S001 to S010 where it is not.

    Quick: format, tables, and the digest of every byte. Full: also SQLite's own structure, and the fingerprint
    computed anew from every row.
    """
    with closing(open_unguarded(path)) as connection:
        stored = meta_value(connection, "fingerprint") or ""
        if full:
            _check_structure(path, connection)
            if fingerprint(connection) != stored:
                raise input_error("S007", "the content does not have the fingerprint it was given", Location(str(path)))
    return stored


def _check_structure(path: Path, connection: sqlite3.Connection) -> None:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(5)")]
    if found != ["ok"]:
        raise input_error("S010", f"the file is not sound: {found[0]}", Location(str(path)))
