"""`import shopify`: orders, money given back, fulfilments, drafts, from the Admin API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulator.errors import InputError

from .exports import order, rows, shopify, write

AT = 1_772_528_400_000_000  # 2026-03-03T09:00Z


def _order(folder: Path, **changes: Any) -> Path:
    shopify(folder / "s.db", write(folder / "orders.jsonl", [order(**changes)]))
    return folder / "s.db"


def _refund(**changes: Any) -> dict[str, Any]:
    return {"id": 900, "created_at": "2026-03-05T00:00:00Z", "processed_at": "2026-03-06T00:00:00Z",
            "transactions": [], "refund_line_items": [], "order_adjustments": [], **changes}  # fmt: skip


def _paid_back(amount: Any, **changes: Any) -> dict[str, Any]:
    return {"kind": "refund", "status": "success", "amount": amount, "currency": "EUR", **changes}


def _line(subtotal: Any, tax: Any = "0") -> dict[str, Any]:
    return {"subtotal": subtotal, "total_tax": tax}


def test_an_order(tmp_path: Path) -> None:
    """Times in UTC, money in minor units, the address as it is compared, tags as a list, the rest kept as JSON."""
    path = _order(tmp_path, discount_codes=[{"code": "X"}], fulfillments=[{"id": 3, "line_items": [1]}])
    columns = (
        "id, name, shop_customer_id, email, created_at, currency, total_minor, outstanding_minor, financial_status"
    )
    assert rows(path, f"SELECT {columns} FROM shop_order") == [
        (500, "#500", 650, "ann@example.com", AT, "EUR", 5000, 0, "paid")
    ]
    more = "fulfillment_status, first_fulfilled_at, tags, test, draft, source_name, origin, cancelled_at"
    assert rows(path, f"SELECT {more} FROM shop_order") == [(None, None, '["gift","vip"]', 0, 0, "web", "api", None)]
    data = json.loads(rows(path, "SELECT data FROM shop_order")[0][0])
    assert data["discount_codes"] == [{"code": "X"}]
    assert data["fulfillments"] == [{"id": 3}]
    assert not {"line_items", "customer", "refunds"} & set(data)


@pytest.mark.parametrize(
    ("refund", "expected"),
    [
        (_refund(transactions=[_paid_back("10.00"), _paid_back("2.50")]), 1250),
        (_refund(transactions=[_paid_back("10.00"), _paid_back("5.00", status="failure")]), 1000),
        (_refund(transactions=[_paid_back("10.00", kind="void"), _paid_back("5.00")]), 500),
        (_refund(transactions=[_paid_back("5.00", status="pending")], refund_line_items=[{"subtotal": "5.00"}]), None),
        (_refund(refund_line_items=[_line(33.75, 0.1), _line("1", "0.00")]), 3485),
        (_refund(refund_line_items=[_line(5.0)], order_adjustments=[{"amount": "-3.00", "tax_amount": "-0.5"}]), 850),
        (_refund(refund_line_items=[_line(5.0)], order_adjustments=[{"amount": "1.00", "tax_amount": "0"}]), 400),
        (_refund(), None),
    ],
)  # fmt: skip
def test_money_given_back(tmp_path: Path, refund: dict[str, Any], expected: int | None) -> None:
    """Successful refund transactions; without any, lines and tax less adjustments; nothing gives no row."""
    path = _order(tmp_path, refunds=[refund])
    found = rows(path, "SELECT id, order_id, amount_minor, currency FROM order_refund")
    assert found == ([(900, 500, expected, "EUR")] if expected is not None else [])


@pytest.mark.parametrize(
    ("processed", "day"), [("2026-03-06T00:00:00Z", 6), (None, 5)]
)  # fmt: skip
def test_when_it_was_given_back(tmp_path: Path, processed: str | None, day: int) -> None:
    """When processed, else when created."""
    path = _order(tmp_path, refunds=[_refund(processed_at=processed, transactions=[_paid_back("1.00")])])
    assert rows(path, "SELECT (at / 1000000 - 1772323200) / 86400 + 1 FROM order_refund") == [(day,)]


def _set(shop: str, other: str) -> dict[str, Any]:
    return {
        "shop_money": {"amount": shop, "currency_code": "EUR"},
        "presentment_money": {"amount": other, "currency_code": "USD"},
    }


def test_the_shops_own_money(tmp_path: Path) -> None:
    """Where the customer paid in another currency, the amounts of the shop count."""
    lines = [{"subtotal": "11.00", "subtotal_set": _set("10.00", "11.00"), "total_tax": "0.00"}]
    path = _order(
        tmp_path, currency="USD", presentment_currency="USD", total_price="55.00",
        total_price_set=_set("50.00", "55.00"), refunds=[_refund(refund_line_items=lines)],
    )  # fmt: skip
    assert rows(path, "SELECT currency, total_minor FROM shop_order") == [("EUR", 5000)]
    assert rows(path, "SELECT currency, amount_minor FROM order_refund") == [("EUR", 1000)]


def test_a_refund_in_another_currency_is_counted(tmp_path: Path) -> None:
    """What cannot be brought into the shop's money keeps its own, and is a doubt."""
    refunds = [_refund(transactions=[_paid_back("5.00", currency="USD")])]
    done = shopify(tmp_path / "s.db", write(tmp_path / "orders.json", {"orders": [order(refunds=refunds)]}))
    assert rows(tmp_path / "s.db", "SELECT currency, amount_minor FROM order_refund") == [("USD", 500)]
    assert [doubt.reason for doubt in done.doubts] == ["with a refund in another currency"]


def test_fulfilments(tmp_path: Path) -> None:
    """First and last dated fulfilment; those taken back and those without a date do not count."""
    shipped = [
        {"created_at": "2026-03-05T00:00:00Z", "status": "success"},
        {"created_at": "2026-03-04T00:00:00Z", "status": "success"},
        {"created_at": "2026-03-09T00:00:00Z", "status": "cancelled"},
        {"created_at": None, "status": "success"},
    ]
    path = _order(tmp_path, fulfillments=shipped)
    found = rows(path, "SELECT first_fulfilled_at / 86400000000, last_fulfilled_at / 86400000000 FROM shop_order")
    assert found == [(20516, 20517)]


def test_drafts(tmp_path: Path) -> None:
    """A draft is kept as one; a completed draft is an order of its own."""
    draft = {key: value for key, value in order(7).items() if key not in ("financial_status", "admin_graphql_api_id")}
    drafts = [{**draft, "status": "open"}, {**draft, "id": 8, "status": "completed", "order_id": 500}]
    done = shopify(tmp_path / "s.db", write(tmp_path / "draft_orders.json", {"draft_orders": drafts}))
    assert rows(tmp_path / "s.db", "SELECT id, draft, financial_status FROM shop_order") == [(7, 1, "pending")]
    assert [doubt.reason for doubt in done.doubts] == ["completed: the order itself counts"]


def test_a_newer_order_brings_its_refunds(tmp_path: Path) -> None:
    """The refunds of an order are those of its newest record; older records change nothing."""
    late = order(updated_at="2026-03-09T00:00:00Z", refunds=[_refund(transactions=[_paid_back("1.00")])])
    for number, record in enumerate((order(), late, order(note="x"))):
        shopify(tmp_path / "s.db", write(tmp_path / f"orders_{number}.json", [record]))
    assert rows(tmp_path / "s.db", "SELECT count(*), sum(amount_minor) FROM order_refund") == [(1, 100)]


def test_a_zero_decimal_currency(tmp_path: Path) -> None:
    """Yen have no cents."""
    path = _order(tmp_path, currency="JPY", total_price="5000", total_outstanding="0")
    assert rows(path, "SELECT total_minor FROM shop_order") == [(5000,)]


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"total_price": "1e2"}, "I010", "total_price"),
        ({"total_price": "1_000"}, "I010", "total_price"),
        ({"total_price": "1,000.00"}, "I010", "total_price"),
        ({"total_price": "50.001"}, "I010", "total_price"),
        ({"total_price": 50.001}, "I010", "total_price"),
        ({"total_price": None}, "I010", "total_price"),
        ({"total_price": True}, "I010", "total_price"),
        ({"total_price": "٥٠"}, "I010", "total_price"),
        ({"currency": "EURO"}, "I010", "currency"),
        ({"currency": None}, "I008", "currency"),
        ({"created_at": "2026-03-03 10:00"}, "I009", "created_at"),
        ({"refunds": [_refund(transactions=[_paid_back("x")])]}, "I010", "refunds[0].amount"),
        ({"refunds": [_refund(created_at=None, processed_at=None)]}, "I009", "refunds[0].processed_at"),
        ({"refunds": [_refund(transactions=[_paid_back("1"), _paid_back("1", currency="USD")])]}, "I010", "refunds[0]"),
    ],
)
def test_wrong_numbers(tmp_path: Path, change: dict[str, Any], code: str, field: str) -> None:
    """Money and instants that do not parse exactly refuse the whole import."""
    with pytest.raises(InputError) as caught:
        _order(tmp_path, **change)
    (found,) = caught.value.diagnostics
    assert (found.code, str(found.location).endswith("orders.jsonl:1"), field in found.message) == (code, True, True)
    assert not (tmp_path / "s.db").exists()


def test_amounts_keep_their_digits(tmp_path: Path) -> None:
    """A JSON number is read as it is written, not as a float: half a cent hidden behind 17 digits is noticed."""
    (tmp_path / "orders.jsonl").write_text(json.dumps(order()).replace('"50.00"', "50.0000000000000000001"))
    with pytest.raises(InputError):
        shopify(tmp_path / "s.db", tmp_path / "orders.jsonl")


@pytest.mark.parametrize("wrap", [lambda o: {"orders": [o]}, lambda o: [o], lambda o: o, lambda o: {"order": o}])
def test_envelopes(tmp_path: Path, wrap: Any) -> None:
    """A page, a bare list, a single order, an order under its name; under a name that tells nothing, too."""
    shopify(tmp_path / "s.db", write(tmp_path / "download.json", wrap(order())))
    assert rows(tmp_path / "s.db", "SELECT id FROM shop_order") == [(500,)]
