"""The orders embedded in a customer's Shopify profile (the last few), read as orders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from decimal import Decimal

from simulator.facts.open_values import follow, parse_open, plain
from simulator.facts.orders import Order, Refund
from simulator.instants import parse_instant
from simulator.money import check_currency, parse_minor


def embedded_orders(text: str) -> Iterator[tuple[Order, object]]:
    """Each readable order of the JSON list with its own object, test orders left out.

    Fulfilments are as far dated as the export has them; refunds are successful refund transactions.
    """
    found = parse_open(text)
    for place, item in enumerate(found if isinstance(found, list) else ()):
        order = _order(item, place)
        if order is not None:
            yield order, item


def _order(item: object, place: int) -> Order | None:
    if follow(item, ("test",)) is True:
        return None
    try:
        currency = check_currency(_text(item, "currency"))
        created_at = parse_instant(_text(item, "created_at"), UTC)
        total = parse_minor(_text(item, "total_price"), currency)
    except ValueError:
        return None
    fulfilled = sorted(at for at in map(_instant, _list(item, "fulfillments")) if at is not None)
    id = _text(item, "id")
    return Order(
        id=int(id) if id.isdigit() else -place,
        created_at=created_at,
        currency=currency,
        total_minor=total,
        outstanding_minor=_minor(_text(item, "total_outstanding"), currency),
        financial_status=_text(item, "financial_status"),
        fulfillment_status=_text(item, "fulfillment_status") or None,
        first_fulfilled_at=fulfilled[0] if fulfilled else None,
        last_fulfilled_at=fulfilled[-1] if fulfilled else None,
        refunds=tuple(_refunds(item, currency)),
    )


def _refunds(item: object, currency: str) -> Iterator[Refund]:
    for refund in _list(item, "refunds"):
        at = _instant(refund, "processed_at") or _instant(refund, "created_at")
        for paid in _list(refund, "transactions"):
            minor = _minor(_text(paid, "amount"), currency)
            if _text(paid, "kind") == "refund" and _text(paid, "status") == "success" and minor is not None:
                yield Refund(at, minor, _text(paid, "currency") or currency)


def _list(item: object, name: str) -> list[object]:
    found = follow(item, (name,))
    return found if isinstance(found, list) else []


def _text(item: object, name: str) -> str:
    found = item.get(name) if isinstance(item, dict) else None
    return plain(found) if isinstance(found, (str, bool, Decimal)) else ""


def _instant(item: object, name: str = "created_at") -> int | None:
    try:
        return parse_instant(_text(item, name), UTC)
    except ValueError:
        return None


def _minor(text: str, currency: str) -> int | None:
    try:
        return parse_minor(text, currency)
    except ValueError:
        return None
