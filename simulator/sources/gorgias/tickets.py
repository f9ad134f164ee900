"""Tickets, their messages and their surveys: API objects to rows. A list item and a detail give the same row, but
for `spam` (null in a list item)."""

from __future__ import annotations

from simulator.sources.fields import (
    Row,
    child,
    children,
    flag,
    instant,
    items,
    needed_id,
    needed_instant,
    needed_text,
    stored,
    text,
    whole,
)
from simulator.sources.json_text import Json, Record


def ticket_row(ticket: Record) -> Row:
    """GET /api/tickets or /api/tickets/{id} -> table ticket."""
    return {
        "id": needed_id(ticket),
        "customer_id": _id_of(ticket, "customer"),
        "channel": text(ticket, "channel"),
        "via": text(ticket, "via"),
        "from_agent": flag(ticket, "from_agent"),
        "language": text(ticket, "language"),
        "subject": text(ticket, "subject"),
        "status": needed_text(ticket, "status"),
        "priority": text(ticket, "priority") or "normal",
        "spam": flag(ticket, "spam"),
        "assignee_user_id": _id_of(ticket, "assignee_user"),
        "assignee_team_id": _id_of(ticket, "assignee_team"),
        "tags": stored(list[Json](sorted(set(_tag_names(ticket)))), "tags"),
        "custom_fields": custom_fields(ticket),
        "created_at": needed_instant(ticket, "created_datetime"),
        "opened_at": instant(ticket, "opened_datetime"),
        "closed_at": instant(ticket, "closed_datetime"),
        "snooze_at": instant(ticket, "snooze_datetime"),
        "trashed_at": instant(ticket, "trashed_datetime"),
        "updated_at": instant(ticket, "updated_datetime"),
        "merged_into": whole(ticket, "merged_into"),
    }


def message_row(message: Record, ticket_id: int | None = None) -> Row:
    """GET /api/messages, or a message inside a ticket's detail -> table message."""
    source = child(child(message, "source"), "from")
    return {
        "id": needed_id(message),
        "ticket_id": ticket_id if message.get("ticket_id") is None and ticket_id else needed_id(message, "ticket_id"),
        "created_at": needed_instant(message, "created_datetime"),
        "sent_at": instant(message, "sent_datetime"),
        "from_agent": flag(message, "from_agent"),
        "public": flag(message, "public"),
        "channel": text(message, "channel"),
        "via": text(message, "via"),
        "integration_id": whole(message, "integration_id"),
        "rule_id": whole(message, "rule_id"),
        "subject": text(message, "subject"),
        "text": text(message, "stripped_text") or text(message, "body_text"),
        "sender_email": text(child(message, "sender"), "email"),
        "receiver_email": text(child(message, "receiver"), "email"),
        "source_address": text(source, "address"),
        "source_name": text(source, "name"),
        "intents": _names(message, "intents"),
        "sentiments": _names(message, "sentiments"),
    }


def survey_row(survey: Record, ticket_id: int | None = None) -> Row:
    """GET /api/satisfaction-surveys, or `satisfaction_survey` of a ticket's detail -> table survey."""
    return {
        "id": needed_id(survey),
        "ticket_id": ticket_id if survey.get("ticket_id") is None and ticket_id else needed_id(survey, "ticket_id"),
        "customer_id": whole(survey, "customer_id"),
        "score": whole(survey, "score"),
        "scored_at": instant(survey, "scored_datetime"),
    }


def custom_fields(record: Record) -> str:
    """`custom_fields` as JSON {field id: value}: the API gives {id: {"value": ..}}, {id: value} or a list of them."""
    given = record.get("custom_fields")
    if isinstance(given, list):
        pairs = {str(needed_id(item)): item.get("value") for item in children(record, "custom_fields")}
    else:
        pairs = dict(child(record, "custom_fields"))
    values = {key: value.get("value") if isinstance(value, dict) else value for key, value in pairs.items()}
    return stored({key: value for key, value in values.items() if value is not None}, "custom_fields")


def _id_of(record: Record, key: str) -> int | None:
    """The id of a nested object, or of `<key>_id`."""
    nested = record.get(key)
    if isinstance(nested, dict):
        return whole(nested, "id")
    if isinstance(nested, int) and not isinstance(nested, bool):
        return whole(record, key)
    return whole(record, f"{key}_id")


def _tag_names(ticket: Record) -> list[str]:
    return [
        item if isinstance(item, str) else _tag_name(ticket, index) for index, item in enumerate(items(ticket, "tags"))
    ]


def _tag_name(ticket: Record, index: int) -> str:
    return needed_text(children(ticket, "tags")[index], "name")


def _names(message: Record, key: str) -> str:
    """Intents and sentiments: a list of names, or of objects with a name."""
    found: list[Json] = []
    for item in items(message, key):
        name = item if isinstance(item, str) else text(item, "name") if isinstance(item, dict) else None
        if name is not None:
            found.append(name)
    return stored(found, key)
