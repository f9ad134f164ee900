"""What recorded events tell about other records: where messages and surveys stand, and in which contexts rules ran."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, field

from simulator.facts.recorded import whole_number
from simulator.facts.who_did_it import MESSAGE_CREATED, RULE_EXECUTED, SURVEY_RESPONDED

_MARKERS = "SELECT id, type, object_type, object_id, data FROM event WHERE type IN (?, ?) ORDER BY id"


@dataclass
class Markers:
    """Recorded events by the message or survey they tell of (the first of each); each can be taken once."""

    _messages: dict[int | None, int] = field(default_factory=dict)
    _surveys: dict[int | None, int] = field(default_factory=dict)

    def add_message(self, message: int | None, event: int) -> None:
        """A recorded `ticket-message-created`."""
        self._messages.setdefault(message, event)

    def add_survey(self, survey: int | None, event: int) -> None:
        """A recorded `satisfaction-survey-responded`."""
        self._surveys.setdefault(survey, event)

    def take_message(self, message: int) -> int | None:
        """The event at which this message was recorded."""
        return self._messages.pop(message, None)

    def take_survey(self, survey: int) -> int | None:
        """The event at which this survey's answer was recorded."""
        return self._surveys.pop(survey, None)

    def left(self) -> tuple[int, int]:
        """How many messages and surveys were told of that nobody took: the export lacks them."""
        return len(self._messages), len(self._surveys)


def read_rule_contexts(connection: sqlite3.Connection) -> frozenset[str]:
    """The contexts in which old rules ran."""
    rows = connection.execute("SELECT DISTINCT context FROM event WHERE type = ?", (RULE_EXECUTED,))
    return frozenset(context for (context,) in rows if context)


def read_markers(connection: sqlite3.Connection) -> Markers:
    """One pass over the recorded events of messages and surveys."""
    markers = Markers()
    for id, type, object_type, object_id, data in connection.execute(_MARKERS, (MESSAGE_CREATED, SURVEY_RESPONDED)):
        if type == MESSAGE_CREATED:
            own = object_id is not None and object_type == "TicketMessage"
            markers.add_message(object_id if own else _named(data, "message_id"), id)
        else:
            own = object_id is not None and object_type == "SatisfactionSurvey"
            markers.add_survey(object_id if own else _named(data, "satisfaction_survey_id"), id)
    return markers


def _named(data: str, name: str) -> int | None:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return whole_number(found.get(name)) if isinstance(found, dict) else None
