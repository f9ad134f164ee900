"""What a recorded event says: the value in its `data`, as the export gives it, and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple

from simulator.facts.history import Kind
from simulator.facts.values import Value
from simulator.instants import parse_instant


class Recorded(NamedTuple):
    """A change as it is replayed. `doubt` is the reason to count it under, if its data could not be read in full."""

    kind: Kind
    value: Value | None
    doubt: str | None = None


def read_change(kind: Kind, data: str, tags: Mapping[int, str]) -> Recorded:
    """The change that an event of this kind with this `data` (JSON text) makes; `tags` are names by id.

    A tag id without a name becomes `tag:ID`. An assignment that names nobody is replayed as an unassignment;
    a subject or a snooze that the export lacks changes nothing.
    """
    if kind not in _NEED_DATA:
        return Recorded(kind, None)
    fields = _object(data)
    if kind in (Kind.TAGS_ADDED, Kind.TAGS_REMOVED):
        return _tags(kind, fields.get("tags_added" if kind == Kind.TAGS_ADDED else "tags_removed"), tags)
    if kind in (Kind.ASSIGNED, Kind.TEAM_ASSIGNED):
        return _assignment(kind, fields)
    return _subject(fields) if kind == Kind.SUBJECT_UPDATED else _snooze(fields)


_NEED_DATA = frozenset(
    {Kind.TAGS_ADDED, Kind.TAGS_REMOVED, Kind.ASSIGNED, Kind.TEAM_ASSIGNED, Kind.SUBJECT_UPDATED, Kind.SNOOZED}
)


def whole_number(value: object) -> int | None:
    """An id written as a number or in digits; anything else is None."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    return None


def _object(data: str) -> Mapping[str, object]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _tags(kind: Kind, listed: object, names: Mapping[int, str]) -> Recorded:
    ids = [whole_number(item) for item in listed] if isinstance(listed, list) else [None]
    found = dict.fromkeys(names.get(tag, f"tag:{tag}") for tag in ids if tag is not None)
    if None in ids:
        return Recorded(kind, tuple(found), "unreadable-tags")
    unknown = any(tag not in names for tag in ids)
    return Recorded(kind, tuple(found), "unknown-tags" if unknown else None)


def _assignment(kind: Kind, fields: Mapping[str, object]) -> Recorded:
    user = kind == Kind.ASSIGNED
    assignee = whole_number(fields.get("assignee_user_id" if user else "assignee_team_id"))
    if assignee is not None:
        return Recorded(kind, assignee)
    return Recorded(Kind.UNASSIGNED if user else Kind.TEAM_UNASSIGNED, None, "assignments-without-assignee")


def _subject(fields: Mapping[str, object]) -> Recorded:
    for name in ("subject", "new_subject"):
        text = fields.get(name)
        if isinstance(text, str):
            return Recorded(Kind.SUBJECT_UPDATED, text)
    return Recorded(Kind.SUBJECT_UPDATED, None, "subjects-without-text")


def _snooze(fields: Mapping[str, object]) -> Recorded:
    until = fields.get("snooze_datetime")
    try:
        return Recorded(Kind.SNOOZED, int(parse_instant(until if isinstance(until, str) else "")))
    except ValueError:
        return Recorded(Kind.SNOOZED, None, "snoozes-without-instant")
