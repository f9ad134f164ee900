"""How far the helpdesk that a slice was cut from reaches: its last instants, which the slice's own records lack.

A snooze ends by itself until the last outside event of the whole snapshot, and money is counted up to its newest
instant. A slice carries both in `meta`, so that its tickets end as they do in the whole. They are lower bounds: records
that are imported into a slice later count as well.
"""

from __future__ import annotations

import re
import sqlite3

from simulator.snapshot.store import meta_value

LAST_EVENT = "last_outside_event"
NEWEST = "newest_instant"
CARRIED = (LAST_EVENT, NEWEST)
"""Keys of table `meta`; what stands under them is content, and so part of the fingerprint."""

_MICROS = re.compile(r"-?\d{1,18}", re.ASCII)


def reaching(connection: sqlite3.Connection, key: str, own: int | None) -> int | None:
    """The later of `own`, an instant of the snapshot's own records, and the one that it carries; None without both."""
    carried = meta_value(connection, key)
    found = [at for at in (own, None if carried is None else _instant(carried)) if at is not None]
    return max(found, default=None)


def _instant(text: str) -> int | None:
    """Whole microseconds; anything else was not written by us and says nothing."""
    return int(text) if _MICROS.fullmatch(text) else None


def carry(connection: sqlite3.Connection, key: str, at: int | None) -> None:
    """Write an instant into a snapshot under construction."""
    if at is not None:
        connection.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, str(at)))
