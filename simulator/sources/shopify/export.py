"""`import shopify`: which files and records are the shop's, and where each goes in the snapshot."""

from __future__ import annotations

import re

from simulator.snapshot.merge import Merge
from simulator.sources.fields import Row, text
from simulator.sources.intake import Source
from simulator.sources.json_text import Record
from simulator.sources.shopify import csv_export
from simulator.sources.shopify.orders import draft_row, is_completed, order_row
from simulator.sources.shopify.refunds import refund_rows
from simulator.sources.stems import kind_of
from simulator.sources.tally import Tally

_STEMS = {
    "order": "orders", "orders": "orders", "shopify_orders": "orders",
    "draft_order": "draft orders", "draft_orders": "draft orders",
}  # fmt: skip
_OURS = re.compile(
    rb'"gid://shopify/(?:Draft)?Order/|\A\s*\{\s*"(?:draft_)?orders"\s*:\s*\[|(?:\A|,)"?Financial Status"?,'
)


def take(kind: str, record: Record, merge: Merge, tally: Tally) -> None:
    """Put one order with its refunds into the snapshot."""
    if kind == csv_export.KIND:
        _csv_order(record, merge)
    elif kind == "draft orders":
        _draft(record, merge, tally)
    else:
        _order(record, merge, tally)


def _order(order: Record, merge: Merge, tally: Tally) -> None:
    row = order_row(order)
    refunds = refund_rows(order, str(row["currency"]))
    identity = str(row["id"])
    if text(order, "financial_status") is None:
        tally.add("orders", "without a financial status: taken as pending", identity)
    if any(refund["currency"] != row["currency"] for refund in refunds):
        tally.add("orders", "with a refund in another currency", identity)
    _put(row, refunds, merge)


def _draft(draft: Record, merge: Merge, tally: Tally) -> None:
    if is_completed(draft):
        tally.add("draft orders", "completed: the order itself counts", text(draft, "id"))
        return
    _put(draft_row(draft), [], merge)


def _csv_order(order: Record, merge: Merge) -> None:
    row = csv_export.csv_order_row(order)
    _put(row, csv_export.csv_refund_rows(order, str(row["currency"])), merge)


def _put(row: Row, refunds: list[Row], merge: Merge) -> None:
    if merge.wins("shop_order", row):
        merge.replace_children("order_refund", "order_id", int(row["id"] or 0), refunds)


def kind_of_record(record: Record, _page_uri: str | None) -> str | None:
    """By the record's GraphQL id, else by what only an order has."""
    gid = record.get("admin_graphql_api_id")
    if isinstance(gid, str) and gid.startswith("gid://shopify/DraftOrder/"):
        return "draft orders"
    if "Financial Status" in record:
        return csv_export.KIND
    is_order = "financial_status" in record or (isinstance(gid, str) and gid.startswith("gid://shopify/Order/"))
    return "orders" if is_order else None


_DOUBTS = {
    "from the CSV export: it does not say which orders were tests": (
        "SELECT count(*), min(id) FROM shop_order WHERE origin = 'csv'"
    ),
    "from the CSV export, with money given back: it does not say when": (
        "SELECT count(*), min(order_id) FROM order_refund WHERE at IS NULL"
    ),
}


def finish(merge: Merge, tally: Tally) -> None:
    """Count the orders of which only the CSV export is known, now that the Admin API's have replaced theirs."""
    for reason, counting in _DOUBTS.items():
        merge.connection.execute("DELETE FROM skipped WHERE kind = 'orders' AND reason = ?", (reason,))
        count, example = merge.connection.execute(counting).fetchone()
        if count:
            tally.add("orders", reason, str(example), count)


SHOPIFY = Source(
    name="shopify",
    kinds=frozenset({"orders", "draft orders", csv_export.KIND}),
    envelopes=("orders", "draft_orders", "data"),
    kind_of_stem=lambda stem: kind_of(stem, _STEMS),
    kind_of_record=kind_of_record,
    is_ours=lambda head: _OURS.search(head) is not None,
    take=take,
    finish=finish,
    csv=csv_export.csv_orders,
)
