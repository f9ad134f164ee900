"""The fields that conditions and templates can name: one table, from which loading, schema and docs are made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What values a field holds, and so which operators fit it."""

    TEXT = "text"
    LIST = "list"
    NUMBER = "number"
    MONEY = "money"
    DATETIME = "datetime"
    BOOL = "bool"
    ID = "id"
    PRIORITY = "priority"
    STATUS = "status"
    ANY = "any"


class Kind(StrEnum):
    """State changes while rules run; facts do not; as-of facts have the value of the event's time."""

    STATE = "state"
    FACT = "fact"
    AS_OF = "as-of"


@dataclass(frozen=True, slots=True)
class Field:
    """A field, or a family of fields where `path` ends in `.*` (any further segments) or holds `<ID>`-like parts."""

    path: str
    type: Type
    kind: Kind


_SHOPIFY = "ticket.customer.integrations.shopify."
_CUSTOMER = _SHOPIFY + "customer."
_ORDER = _SHOPIFY + "last_order."

FIELDS: tuple[Field, ...] = (
    Field("ticket.tags.name", Type.LIST, Kind.STATE),
    Field("ticket.priority", Type.PRIORITY, Kind.STATE),
    Field("ticket.status", Type.STATUS, Kind.STATE),
    Field("ticket.assignee_user_id", Type.ID, Kind.STATE),
    Field("ticket.assignee_user.email", Type.TEXT, Kind.STATE),
    Field("ticket.assignee_team_id", Type.ID, Kind.STATE),
    Field("ticket.subject", Type.TEXT, Kind.STATE),
    Field("ticket.spam", Type.BOOL, Kind.STATE),
    Field("ticket.snooze_datetime", Type.DATETIME, Kind.STATE),
    Field("ticket.custom_fields.*", Type.ANY, Kind.STATE),
    Field("ticket.channel", Type.TEXT, Kind.FACT),
    Field("ticket.via", Type.TEXT, Kind.FACT),
    Field("ticket.language", Type.TEXT, Kind.FACT),
    Field("ticket.from_agent", Type.BOOL, Kind.FACT),
    Field("ticket.created_datetime", Type.DATETIME, Kind.FACT),
    Field("ticket.opened_datetime", Type.DATETIME, Kind.AS_OF),
    Field("ticket.last_message_datetime", Type.DATETIME, Kind.AS_OF),
    Field("ticket.last_received_message_datetime", Type.DATETIME, Kind.AS_OF),
    Field("ticket.satisfaction_survey.score", Type.NUMBER, Kind.AS_OF),
    Field("message.text", Type.TEXT, Kind.FACT),
    Field("message.subject", Type.TEXT, Kind.FACT),
    Field("message.channel", Type.TEXT, Kind.FACT),
    Field("message.via", Type.TEXT, Kind.FACT),
    Field("message.from_agent", Type.BOOL, Kind.FACT),
    Field("message.public", Type.BOOL, Kind.FACT),
    Field("message.integration_id", Type.ID, Kind.FACT),
    Field("message.created_datetime", Type.DATETIME, Kind.FACT),
    Field("message.sent_datetime", Type.DATETIME, Kind.FACT),
    Field("message.sender.email", Type.TEXT, Kind.FACT),
    Field("message.receiver.email", Type.TEXT, Kind.FACT),
    Field("message.source.from.address", Type.TEXT, Kind.FACT),
    Field("message.source.from.name", Type.TEXT, Kind.FACT),
    Field("message.intents.name", Type.LIST, Kind.FACT),
    Field("message.sentiments.name", Type.LIST, Kind.FACT),
    Field("ticket.customer.email", Type.TEXT, Kind.FACT),
    Field("ticket.customer.name", Type.TEXT, Kind.FACT),
    Field("ticket.customer.language", Type.TEXT, Kind.FACT),
    Field("ticket.customer.data.*", Type.ANY, Kind.FACT),
    Field("ticket.customer.custom_fields.*", Type.ANY, Kind.STATE),
    Field(_CUSTOMER + "total_spent", Type.MONEY, Kind.AS_OF),
    Field(_CUSTOMER + "orders_count", Type.NUMBER, Kind.AS_OF),
    Field(_CUSTOMER + "created_at", Type.DATETIME, Kind.AS_OF),
    Field(_CUSTOMER + "tags", Type.LIST, Kind.AS_OF),
    Field(_ORDER + "created_at", Type.DATETIME, Kind.AS_OF),
    Field(_ORDER + "financial_status", Type.TEXT, Kind.AS_OF),
    Field(_ORDER + "fulfillment_status", Type.TEXT, Kind.AS_OF),
    Field(_ORDER + "tags", Type.LIST, Kind.AS_OF),
    Field(_ORDER + "total_price", Type.MONEY, Kind.AS_OF),
    Field(_ORDER + "*", Type.ANY, Kind.AS_OF),
    Field("ticket.customer.integrations.smile.customer.vip_tier.name", Type.TEXT, Kind.FACT),
    Field("ticket.customer.integrations.smile.*", Type.ANY, Kind.FACT),
    Field("ticket.customer.integrations.recharge.*", Type.ANY, Kind.FACT),
    Field("ticket.customer.external.*", Type.ANY, Kind.AS_OF),
    Field("event.type", Type.TEXT, Kind.FACT),
)

ALIASES: tuple[tuple[str, str], ...] = (
    ("ticket.tags", "ticket.tags.name"),
    ("message.body", "message.text"),
    ("customer.email", "ticket.customer.email"),
    ("customer.name", "ticket.customer.name"),
    ("customer.language", "ticket.customer.language"),
    ("customer.data.", "ticket.customer.data."),
    ("customer.total_spent", _CUSTOMER + "total_spent"),
    ("customer.orders_count", _CUSTOMER + "orders_count"),
    ("customer.created_at", _CUSTOMER + "created_at"),
    ("customer.tags", _CUSTOMER + "tags"),
    ("last_order.", _ORDER),
)
"""Short names and what they stand for; an entry that ends in a dot holds for all paths below it."""

_PART = re.compile(r"[^.\s{}]+")
_EXACT = {field.path: field for field in FIELDS if not field.path.endswith(".*")}
_FAMILIES = tuple(field for field in FIELDS if field.path.endswith(".*"))


def canonical(path: str) -> str:
    """The full Gorgias path of an alias; any other text as it is."""
    for short, full in ALIASES:
        if short.endswith("."):
            if path.startswith(short):
                return full + path[len(short) :]
        elif path == short:
            return full
    return path


def field_of(path: str) -> Field | None:
    """The field that a canonical path names, or None. `external` needs a table and a column (NAME.COLUMN)."""
    if path in _EXACT:
        return _EXACT[path]
    for family in _FAMILIES:
        prefix = family.path[:-1]
        rest = path[len(prefix) :]
        if path.startswith(prefix) and all(_PART.fullmatch(part) for part in rest.split(".")):
            if ".external." in prefix and rest.count(".") != 1:
                return None
            return Field(path, family.type, family.kind)
    return None


def known_paths() -> tuple[str, ...]:
    """Every exact path and alias, for suggestions: sorted."""
    short = [name for name, _ in ALIASES if not name.endswith(".")]
    below = [s + full_path[len(f) :] for s, f in ALIASES if s.endswith(".") for full_path in _EXACT if full_path.startswith(f)]
    return tuple(sorted({*_EXACT, *short, *below}))
