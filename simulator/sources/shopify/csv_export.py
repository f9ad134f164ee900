"""The CSV export of orders of the Shopify admin (79 columns): one row a line item, the order's own cells on the first.

It says neither when money was given back nor which orders were tests: the refunded amount becomes one undated
refund, no order counts as a test, and both are counted as doubts.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from simulator.diagnostics import Location
from simulator.errors import input_error
from simulator.sources.csv_rows import CsvRow, csv_rows
from simulator.sources.fields import (
    FieldError,
    Row,
    address,
    currency,
    instant,
    money,
    needed_id,
    needed_instant,
    stored,
    text,
)
from simulator.sources.gorgias.customers import tag_list
from simulator.sources.json_text import Json, Record
from simulator.sources.pages import Found

KIND = "orders of the CSV export"
_NEEDED = ("Name", "Email", "Financial Status", "Currency", "Total", "Created at", "Id")
HEADER = b"Financial Status"


def csv_orders(stream: IO[bytes], name: str) -> Iterator[Found]:
    """Every order: the cells of its first row, under its `id`. Raises InputError I012 for a row without an order."""
    current: str | None = None
    for row in csv_rows(stream, name):
        _check_columns(row, name)
        first = bool(row.cells["Total"] or row.cells["Id"] or row.cells["Financial Status"])
        if first:
            yield Found({**row.cells, "id": row.cells["Id"]}, row.line, row.cells["Name"], None)
        elif row.cells["Name"] != current:
            what = f"a further line of order {row.cells['Name'][:40]!r} without its first line"
            raise input_error("I012", what, Location(name, row.line))
        current = row.cells["Name"]


def _check_columns(row: CsvRow, name: str) -> None:
    missing = [column for column in _NEEDED if column not in row.cells]
    if missing:
        raise input_error("I012", f"not a whole orders export: no column {missing[0]!r}", Location(name, 1))


def csv_order_row(order: Record) -> Row:
    """The first row of an order -> table shop_order."""
    code = currency(order, "Currency")
    total = money(order, "Total", code)
    if total is None:
        raise FieldError("I010", "Total", "is missing")
    shipped = instant(order, "Fulfilled at")
    return {
        "id": needed_id(order, "Id"),
        "name": text(order, "Name"),
        "shop_customer_id": None,
        "email": address(text(order, "Email")),
        "created_at": needed_instant(order, "Created at"),
        "cancelled_at": instant(order, "Cancelled at"),
        "updated_at": None,
        "currency": code,
        "total_minor": total,
        "outstanding_minor": money(order, "Outstanding Balance", code),
        "financial_status": text(order, "Financial Status") or "pending",
        "fulfillment_status": _fulfillment(order),
        "first_fulfilled_at": shipped,
        "last_fulfilled_at": shipped,
        "tags": tag_list({"tags": order.get("Tags")}),
        "test": 0,
        "draft": 0,
        "source_name": text(order, "Source") or None,
        "origin": "csv",
        "data": stored(_data(order), "data"),
    }


def csv_refund_rows(order: Record, code: str) -> list[Row]:
    """The refunded amount as one undated refund, under the order's own id with a minus sign."""
    amount = money(order, "Refunded Amount", code)
    identity = needed_id(order, "Id")
    if not amount:
        return []
    return [{"id": -identity, "order_id": identity, "at": None, "amount_minor": amount, "currency": code}]


def _fulfillment(order: Record) -> str | None:
    """`unfulfilled` in the CSV is null in the API."""
    status = text(order, "Fulfillment Status")
    return None if status in (None, "", "unfulfilled") else status


def _data(order: Record) -> dict[str, Json]:
    """What rules may read of an order, in the API's shape."""
    places: dict[str, Json] = {"country": order.get("Shipping Country"), "province": order.get("Shipping Province")}
    code = order.get("Discount Code")
    codes: list[Json] = [{"code": code, "amount": order.get("Discount Amount")}] if code else []
    return {
        "name": order.get("Name"), "email": order.get("Email"), "currency": order.get("Currency"),
        "financial_status": order.get("Financial Status"), "fulfillment_status": _fulfillment(order),
        "total_price": order.get("Total"), "subtotal_price": order.get("Subtotal"), "total_tax": order.get("Taxes"),
        "tags": order.get("Tags"), "note": order.get("Notes"), "source_name": order.get("Source"),
        "gateway": order.get("Payment Method"), "discount_codes": codes, "shipping_address": places,
    }  # fmt: skip
