"""The fields that conditions and templates can name: one table, from which loading, schema and docs are made.

Exact paths are those of Gorgias' documentation. Families (`.*`) hold what an account defines itself (custom fields,
metafields, joined tables) and the attributes of integrations, whose documented ones are listed one by one so that
their types are known and a near miss is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache


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


_INTEGRATIONS = "ticket.customer.integrations."
_SHOPIFY = _INTEGRATIONS + "shopify."
_SMILE = _INTEGRATIONS + "smile.customer."
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
    Field("message.self_service_flow.order_management_flow", Type.TEXT, Kind.FACT),
    Field("message.self_service_flow.store_integration_id", Type.ID, Kind.FACT),
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
    Field(_CUSTOMER + "metafields.*", Type.ANY, Kind.FACT),
    Field(_SHOPIFY + "draft_order.*", Type.ANY, Kind.FACT),
    Field(_SMILE + "vip_tier.name", Type.TEXT, Kind.FACT),
    Field(_INTEGRATIONS + "smile.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "recharge.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "bigcommerce.customer.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "bigcommerce.last_order.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "magento2.customer.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "magento2.last_order.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "facebook.instagram.profile.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "yotpo.*", Type.ANY, Kind.FACT),
    Field(_INTEGRATIONS + "other.*", Type.ANY, Kind.FACT),
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

DOCUMENTED: tuple[str, ...] = (
    *(_ORDER + name for name in (
        "admin_graphql_api_id", "app_id", "browser_ip", "buyer_accepts_marketing", "cancel_reason", "cancelled_at",
        "cart_token", "checkout_id", "checkout_token", "closed_at", "confirmation_number", "confirmed",
        "contact_email", "currency", "current_subtotal_price", "current_total_discounts", "current_total_duties_set",
        "current_total_price", "current_total_price_set", "current_total_tax", "customer_locale",
        "discount_applications", "discount_codes", "email", "estimated_taxes", "gateway", "id", "landing_site",
        "last_fulfillment.created_at", "last_fulfillment.shipment_status", "last_fulfillment.status",
        "last_fulfillment.tracking_company", "last_fulfillment.tracking_number", "location_id",
        "merchant_of_record_app_id", "name", "note", "note_attributes", "number", "order_number", "order_status_url",
        "original_total_duties_set", "payment_gateway_names", "payment_terms", "phone", "po_number",
        "presentment_currency", "processed_at", "processing_method", "reference", "referring_site", "shipping_lines",
        "source_identifier", "source_name", "source_url", "subtotal_price", "subtotal_price_set", "tax_lines",
        "taxes_included", "test", "token", "total_discounts", "total_line_items_price", "total_outstanding",
        "total_price_set", "total_tax", "total_tip_received", "total_weight", "updated_at", "user_id",
    )),
    *(_ORDER + f"{kind}_address.{name}" for kind in ("billing", "shipping") for name in (
        "address1", "address2", "city", "company", "country", "country_code", "first_name", "last_name", "latitude",
        "longitude", "name", "phone", "province", "province_code", "zip",
    )),
    _SMILE + "point_balance",
    _SMILE + "points_balance",
    _SMILE + "state",
    *(_INTEGRATIONS + "recharge." + name for name in (
        "customer.status", "last_subscription.created_at", "last_subscription.next_charge_scheduled_at",
        "last_subscription.product_title", "last_subscription.status",
    )),
    *(_INTEGRATIONS + "facebook.instagram.profile." + name for name in (
        "business_follow_user", "is_verified", "name", "total_followers", "user_follow_business", "username",
    )),
    *(_INTEGRATIONS + f"{shop}.{name}" for shop in ("bigcommerce", "magento2") for name in (
        "customer.created_at", "customer.email", "customer.group_id", "last_order.created_at", "last_order.grand_total",
        "last_order.shipping_status", "last_order.state", "last_order.status", "last_order.total",
    )),
)  # fmt: skip
"""Members of the families that integrations are known to have: of type any, listed for suggestions and completion."""

_OWN = ("custom_fields.", "external.", "customer.data.", "metafields.", "draft_order.", "yotpo.", "integrations.other.")
"""Families whose members an account names itself: nothing in them can be a near miss."""

_PART = re.compile(r"[^.\s{}]+")
_EXACT = {field.path: field for field in FIELDS if not field.path.endswith(".*")}
_FAMILIES = tuple(field for field in FIELDS if field.path.endswith(".*"))
_KNOWN = frozenset(_EXACT) | frozenset(DOCUMENTED)


@lru_cache(maxsize=4096)
def canonical(path: str) -> str:
    """The full Gorgias path of an alias; any other text as it is."""
    for short, full in ALIASES:
        if short.endswith("."):
            if path.startswith(short):
                return full + path[len(short) :]
        elif path == short:
            return full
    return path


@lru_cache(maxsize=4096)
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


def is_instant(path: str) -> bool:
    """Whether a canonical path names a field that holds instants."""
    field = field_of(path)
    return field is not None and field.type is Type.DATETIME


def is_documented(path: str) -> bool:
    """Whether a canonical path is one that this version knows by name, or one that an account names itself."""
    return path in _KNOWN or any(own in path for own in _OWN)


@lru_cache(maxsize=4096)
def near_miss(path: str) -> str | None:
    """The documented path that a canonical path below an open family is a misspelling of, or None.

    One part of it differs, by one letter, two in parts of six and more: added, left out, changed or swapped.
    """
    if is_documented(path) or len(path) > 200:
        return None
    written = path.split(".")
    return next((known for known in _members(path) if _is_near(known.split("."), written)), None)


def _members(path: str) -> tuple[str, ...]:
    """The documented members, sorted, of the family that a path is in."""
    family = next((field.path[:-1] for field in _FAMILIES if path.startswith(field.path[:-1])), None)
    return () if family is None else _documented_below(family)


@cache
def _documented_below(family: str) -> tuple[str, ...]:
    return tuple(sorted(path for path in _KNOWN if path.startswith(family)))


def _is_near(known: list[str], written: list[str]) -> bool:
    if len(known) != len(written):
        return False
    differing = [pair for pair in zip(known, written, strict=True) if pair[0] != pair[1]]
    return len(differing) == 1 and _within(*differing[0], 1 if min(map(len, differing[0])) < 6 else 2)


def _within(one: str, other: str, edits: int) -> bool:
    """Whether so many edits of letters (swaps of neighbours among them) make one text of the other."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    if not one or not other:
        return len(one) + len(other) <= edits
    if not edits or abs(len(one) - len(other)) > edits:
        return False
    swapped = one[:2] == other[1::-1] and _within(one[2:], other[2:], edits - 1)
    return swapped or any(_within(one[i:], other[j:], edits - 1) for i, j in ((1, 1), (1, 0), (0, 1)))


@cache
def known_paths() -> tuple[str, ...]:
    """Every path known by name, in full and by every short name, for suggestions and completion: sorted."""
    short = [name for name, _ in ALIASES if not name.endswith(".")]
    families = [(name, full) for name, full in ALIASES if name.endswith(".")]
    below = [name + path[len(full) :] for name, full in families for path in _KNOWN if path.startswith(full)]
    return tuple(sorted({*_KNOWN, *short, *below}))
