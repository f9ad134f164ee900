"""Money given back on an order: how much, in what currency, when."""

from __future__ import annotations

from simulator.sources.fields import FieldError, Row, child, children, currency, instant, money, needed_id, text
from simulator.sources.json_text import Record


def refund_rows(order: Record, code: str) -> list[Row]:
    """Table order_refund of an API order whose money is in `code`; refunds of no money give no row."""
    rows = []
    for index, refund in enumerate(children(order, "refunds")):
        try:
            row = _refund_row(refund, needed_id(order), code)
        except FieldError as error:
            raise FieldError(error.code, f"refunds[{index}].{error.path}", error.message) from None
        if row["amount_minor"]:
            rows.append(row)
    return rows


def _refund_row(refund: Record, order_id: int, code: str) -> Row:
    at = instant(refund, "processed_at")
    at = at if at is not None else instant(refund, "created_at")
    if at is None:
        raise FieldError("I009", "processed_at", "is missing, and so is created_at")
    amount, paid_in = _given_back(refund, code)
    return {"id": needed_id(refund), "order_id": order_id, "at": at, "amount_minor": amount, "currency": paid_in}


def _given_back(refund: Record, code: str) -> tuple[int, str]:
    """The successful refund transactions; without any refund transaction, the lines and tax less the adjustments."""
    payments = [payment for payment in children(refund, "transactions") if text(payment, "kind") == "refund"]
    if not payments:
        return _of_lines(refund, code), code
    done = [_payment(payment, code) for payment in payments if text(payment, "status") == "success"]
    currencies = {paid_in for _amount, paid_in in done} or {code}
    if len(currencies) > 1:
        raise FieldError("I010", "transactions", "are in more than one currency")
    return sum(amount for amount, _ in done), currencies.pop()


def _payment(payment: Record, code: str) -> tuple[int, str]:
    """Amount and currency of a transaction: what the shop gave, where the customer's currency is another."""
    shop = child(child(payment, "amount_set"), "shop_money")
    if shop:
        paid_in = currency(shop, "currency_code")
        return _needed(shop, "amount", paid_in), paid_in
    paid_in = currency(payment) if payment.get("currency") is not None else code
    return _needed(payment, "amount", paid_in), paid_in


def _of_lines(refund: Record, code: str) -> int:
    lines = sum(
        shop_amount(line, "subtotal", code) + shop_amount(line, "total_tax", code)
        for line in children(refund, "refund_line_items")
    )
    adjusted = sum(
        shop_amount(entry, "amount", code) + shop_amount(entry, "tax_amount", code)
        for entry in children(refund, "order_adjustments")
    )
    return lines - adjusted


def shop_amount(record: Record, key: str, code: str) -> int:
    """`<key>_set.shop_money` if that is given, else `<key>`; 0 where there is neither."""
    shop = child(child(record, f"{key}_set"), "shop_money")
    return (money(shop, "amount", code) if shop else money(record, key, code)) or 0


def _needed(record: Record, key: str, code: str) -> int:
    amount = money(record, key, code)
    if amount is None:
        raise FieldError("I010", key, "is missing")
    return amount
