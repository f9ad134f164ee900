"""Final values: what the export says of each ticket, beside what the replay ends with."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import NamedTuple

from simulator.outcome import Final


class Exported(NamedTuple):
    """A ticket as the export has it, in the terms of the outcome."""

    tags: tuple[str, ...]
    priority: str
    status: str
    assignee: int | None
    team: int | None
    subject: str | None
    trashed: bool


FINAL_FIELDS = Exported._fields
"""The fields compared at the end. Custom fields are not: people fill them in without leaving an event."""

_QUERY = """SELECT id, tags, priority, status, assignee_user_id, assignee_team_id, subject, trashed_at IS NOT NULL
FROM ticket ORDER BY id"""


def read_exported(connection: sqlite3.Connection) -> Mapping[int, Exported]:
    """The final state of every ticket; tags are sorted and each stands once."""
    known: dict[str, tuple[str, ...]] = {}
    found = {}
    for id, tags, priority, status, assignee, team, subject, trashed in connection.execute(_QUERY):
        if tags not in known:
            known[tags] = tuple(sorted(set(json.loads(tags))))
        found[id] = Exported(known[tags], priority, status, assignee, team, subject, bool(trashed))
    return found


def at_the_end(final: Final) -> Exported:
    """The same of a replayed ticket."""
    return Exported(
        final.tags, final.priority, final.status, final.assignee, final.team, final.subject, final.trashed
    )  # fmt: skip
