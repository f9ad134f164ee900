"""Customers with their addresses and shop profiles: API objects to rows."""

from __future__ import annotations

from simulator.sources.fields import (
    FieldError,
    Row,
    address,
    child,
    children,
    instant,
    items,
    json_text,
    needed_id,
    stored,
    text,
    whole,
)
from simulator.sources.gorgias.tickets import custom_fields
from simulator.sources.json_text import Json, Record


def is_full(customer: Record) -> bool:
    """Whether this is a customer of its own, not the short form inside a list item of tickets."""
    return "channels" in customer or "integrations" in customer


def customer_row(customer: Record) -> Row:
    """GET /api/customers, or the customer inside a ticket -> table customer."""
    return {
        "id": needed_id(customer),
        "email": text(customer, "email"),
        "name": text(customer, "name"),
        "firstname": text(customer, "firstname"),
        "lastname": text(customer, "lastname"),
        "language": text(customer, "language"),
        "data": json_text(customer, "data"),
        "custom_fields": custom_fields(customer),
        "integrations": _other_profiles(customer),
        "merged_into": whole(customer, "merged_into"),
        "updated_at": instant(customer, "updated_datetime"),
    }


def address_rows(customer: Record) -> list[Row]:
    """The customer's own address and the channels of type email, as they are compared."""
    channels = [
        text(channel, "address") for channel in children(customer, "channels") if channel.get("type") == "email"
    ]
    known = {address(value) for value in (text(customer, "email"), *channels)}
    owner = needed_id(customer)
    return [{"customer_id": owner, "address": value} for value in sorted(filter(None, known))]


def profile_rows(customer: Record) -> list[Row]:
    """Every Shopify profile -> table shop_profile."""
    owner = needed_id(customer)
    return [_profile(owner, number, data) for number, data in _profiles(customer) if _type(data) == "shopify"]


def _profile(owner: int, number: int, data: Record) -> Row:
    shopper = child(data, "customer")
    return {
        "customer_id": owner,
        "integration_id": number,
        "shop_customer_id": whole(shopper, "id"),
        "created_at": instant(shopper, "created_at"),
        "orders_count": whole(shopper, "orders_count"),
        "total_spent": text(shopper, "total_spent"),
        "currency": text(shopper, "currency"),
        "tags": tag_list(shopper),
        "orders": stored(list[Json](_newest_first(data)), "orders"),
    }


def tag_list(record: Record) -> str:
    """Shopify's comma-separated tags (or a list of them), trimmed, sorted, as JSON."""
    given = record.get("tags")
    parts = (
        [str(item) for item in items(record, "tags")]
        if isinstance(given, list)
        else (text(record, "tags") or "").split(",")
    )
    return stored(list[Json](sorted({part.strip() for part in parts} - {""})), "tags")


def _newest_first(data: Record) -> list[Record]:
    """The embedded orders by time, then id, the newest first."""
    orders = children(data, "orders")
    return sorted(orders, key=lambda order: (instant(order, "created_at") or 0, whole(order, "id") or 0), reverse=True)


def _other_profiles(customer: Record) -> str:
    """Every profile but Shopify's by type, the lowest integration id of a type wins."""
    found: dict[str, Json] = {}
    for _number, data in reversed(_profiles(customer)):
        kind = _type(data)
        if kind is not None and kind != "shopify":
            found[kind] = data
    return stored(found, "integrations")


def _profiles(customer: Record) -> list[tuple[int, Record]]:
    """The integrations by id."""
    given = child(customer, "integrations")
    found = []
    for key in given:
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
        if number is None:
            raise FieldError("I008", f"integrations.{key[:40]}", "is not the id of an integration")
        found.append((number, child(given, key)))
    return sorted(found, key=lambda pair: pair[0])


def _type(data: Record) -> str | None:
    return text(data, "__integration_type__")
