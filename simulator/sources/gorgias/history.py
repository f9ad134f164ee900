"""Events: API objects to rows, and the ticket to which each belongs."""

from __future__ import annotations

from simulator.sources.fields import Row, child, needed_id, needed_instant, needed_text, stored, text, whole
from simulator.sources.json_text import Record


def event_row(event: Record) -> Row:
    """GET /api/events -> table event. `ticket_id` is null where only the messages or surveys can tell it."""
    data = child(event, "data")
    return {
        "id": needed_id(event),
        "ticket_id": _ticket(event, data),
        "type": needed_text(event, "type"),
        "object_type": text(event, "object_type"),
        "object_id": whole(event, "object_id"),
        "user_id": whole(event, "user_id"),
        "context": text(event, "context"),
        "data": stored(data, "data"),
        "created_at": needed_instant(event, "created_datetime"),
    }


def _ticket(event: Record, data: Record) -> int | None:
    if event.get("object_type") == "Ticket":
        return whole(event, "object_id")
    return whole(data, "ticket_id")


FROM_MESSAGES = (
    "UPDATE event SET ticket_id = (SELECT ticket_id FROM message WHERE message.id = event.object_id)"
    " WHERE ticket_id IS NULL AND object_type = 'TicketMessage'"
)
FROM_SURVEYS = (
    "UPDATE event SET ticket_id = (SELECT ticket_id FROM survey WHERE survey.id = event.object_id)"
    " WHERE ticket_id IS NULL AND object_type = 'SatisfactionSurvey'"
)
"""Run once everything is in: an event may come before the message or survey it is about."""
