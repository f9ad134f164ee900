"""What recorded events tell about other records: where messages and surveys stand, and in which contexts rules ran."""

from __future__ import annotations

import json
import sqlite3
from array import array
from typing import NamedTuple

import numpy as np

from simulator.facts.entries import Ints, places_in
from simulator.facts.recorded import whole_number
from simulator.facts.who_did_it import MESSAGE_CREATED, RULE_EXECUTED, SURVEY_RESPONDED

_OWN = "object_id IS NOT NULL AND object_type = iif(type = ?1, 'TicketMessage', 'SatisfactionSurvey')"
_MARKERS = (
    f"SELECT id, type, object_id, iif({_OWN}, NULL, data), iif(type = ?3, context, NULL) FROM event"  # noqa: S608
    " WHERE type IN (?1, ?2, ?3) ORDER BY id"
)
"""What an event is about is its object; where the export lacks that, its data says it."""

_LARGEST = 2**63


class Markers:
    """The recorded events of one kind of record, by the record they tell of: the first of each counts."""

    def __init__(self, name: str) -> None:
        """`name`: the key under which an event's data names the record."""
        self._name = name
        self._records, self._events = array("q"), array("q")
        self._strange: set[int | None] = set()  # told of, and in no snapshot

    def add(self, event: int, record: int | None, data: str | None) -> None:
        """A recorded event of this object, or, with data, of the one that the data names."""
        if data is not None:
            record = _named(data, self._name)
        if record is None or not -_LARGEST <= record < _LARGEST:
            self._strange.add(record)
        else:
            self._records.append(record)
            self._events.append(event)

    def events_of(self, records: Ints) -> tuple[Ints, int]:
        """The event at which each of these records was recorded, -1 where there is none; and how many records are
        told of that are not among these: the export lacks them."""
        told, first = np.unique(np.array(self._records, np.int64), return_index=True)
        places = places_in(told, records)
        there = np.unique(places)
        absent = len(self._strange) + len(told) - int(np.count_nonzero(there >= 0))
        return np.append(np.array(self._events, np.int64)[first], -1)[places], absent


class Told(NamedTuple):
    """What events tell of others: messages, surveys that were answered, and the contexts in which old rules ran."""

    messages: Markers
    surveys: Markers
    rule_contexts: frozenset[str]


def read_markers(connection: sqlite3.Connection) -> Told:
    """One pass over the recorded events."""
    messages, surveys, contexts = Markers("message_id"), Markers("satisfaction_survey_id"), set[str]()
    for id, type, record, data, context in connection.execute(
        _MARKERS, (MESSAGE_CREATED, SURVEY_RESPONDED, RULE_EXECUTED)
    ):
        if type == RULE_EXECUTED:
            contexts.add(context or "")
        else:
            (messages if type == MESSAGE_CREATED else surveys).add(id, record, data)
    return Told(messages, surveys, frozenset(contexts - {""}))


def read_rule_contexts(connection: sqlite3.Connection) -> frozenset[str]:
    """The contexts in which old rules ran, alone."""
    rows = connection.execute("SELECT DISTINCT context FROM event WHERE type = ?", (RULE_EXECUTED,))
    return frozenset(context for (context,) in rows if context)


def _named(data: str, name: str) -> int | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return whole_number(found.get(name)) if isinstance(found, dict) else None
