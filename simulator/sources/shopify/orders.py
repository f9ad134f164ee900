"""Orders and draft orders of the Shopify Admin API: API objects to rows."""

from __future__ import annotations

from simulator.money import Minor
from simulator.sources.fields import (
    FieldError,
    Row,
    address,
    child,
    children,
    currency,
    flag,
    instant,
    money,
    needed_id,
    needed_instant,
    stored,
    text,
    whole,
)
from simulator.sources.gorgias.customers import tag_list
from simulator.sources.json_text import Json, Record

_LEFT_OUT = frozenset({"line_items", "customer", "refunds"})
_NOT_SHIPPED = frozenset({"cancelled", "error", "failure"})


def order_row(order: Record) -> Row:
    """GET /admin/api/orders.json -> table shop_order."""
    code = _shop_currency(order)
    shipped = _fulfilled(order)
    return {
        "id": needed_id(order),
        "name": text(order, "name"),
        "shop_customer_id": whole(child(order, "customer"), "id"),
        "email": address(text(order, "email")) or address(text(order, "contact_email")),
        "created_at": needed_instant(order, "created_at"),
        "cancelled_at": instant(order, "cancelled_at"),
        "updated_at": instant(order, "updated_at"),
        "currency": code,
        "total_minor": _total(order, code),
        "outstanding_minor": money(order, "total_outstanding", code),
        "financial_status": text(order, "financial_status") or "pending",
        "fulfillment_status": text(order, "fulfillment_status"),
        "first_fulfilled_at": min(shipped, default=None),
        "last_fulfilled_at": max(shipped, default=None),
        "tags": tag_list(order),
        "test": flag(order, "test") or 0,
        "draft": 0,
        "source_name": text(order, "source_name"),
        "origin": "api",
        "data": stored(_data(order), "data"),
    }


def draft_row(draft: Record) -> Row:
    """GET /admin/api/draft_orders.json -> table shop_order: nothing is paid on a draft."""
    row = order_row({"financial_status": "pending", **{key: value for key, value in draft.items() if key != "status"}})
    return {**row, "draft": 1}


def is_completed(draft: Record) -> bool:
    """A completed draft is an order of its own, and comes with the orders."""
    return text(draft, "status") == "completed" or draft.get("order_id") is not None


def _shop_currency(order: Record) -> str:
    shop = child(child(order, "total_price_set"), "shop_money")
    return currency(shop, "currency_code") if shop else currency(order)


def _total(order: Record, code: str) -> Minor:
    """The price at creation in the shop's own money."""
    shop = child(child(order, "total_price_set"), "shop_money")
    amount = money(shop, "amount", code) if shop else money(order, "total_price", code)
    if amount is None:
        raise FieldError("I010", "total_price", "is missing")
    return amount


def _fulfilled(order: Record) -> list[int]:
    """The dated fulfilments that were not taken back."""
    sent = [item for item in children(order, "fulfillments") if text(item, "status") not in _NOT_SHIPPED]
    return [at for item in sent if (at := instant(item, "created_at")) is not None]


def _data(order: Record) -> dict[str, Json]:
    """The object as it is kept: without lines (those of fulfilments neither), customer and refunds."""
    kept = {key: value for key, value in order.items() if key not in _LEFT_OUT}
    if "fulfillments" in kept:
        shipments = children(order, "fulfillments")
        kept["fulfillments"] = [{k: v for k, v in item.items() if k != "line_items"} for item in shipments]
    return kept
