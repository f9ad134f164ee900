"""Which order is a purchase, and for how much: steps 2 and 6 of the accounting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from simulator.projection.values import Order, Reason, Refund

_BY_STATUS: Mapping[str, Reason | None] = {
    "paid": None,
    "partially_paid": None,
    "partially_refunded": None,
    "refunded": None,
    "voided": Reason.VOIDED,
    "expired": Reason.VOIDED,
    "pending": Reason.UNPAID,
    "authorized": Reason.UNPAID,
}
STATUSES = tuple(sorted(_BY_STATUS))
"""The financial statuses that are known."""


def why_not(order: Order, as_of: int, count_unpaid: bool = False) -> Reason | None:
    """The first reason why this order is no purchase at `as_of`, or None if it is one.

    A cancellation after `as_of` has not happened yet. Raises KeyError for a status that is not known, and only
    where the status is asked at all: an unknown status of a test order disturbs nobody.
    """
    if order.created_at > as_of:
        return Reason.AFTER_AS_OF
    if order.test:
        return Reason.TEST
    if order.draft:
        return Reason.DRAFT
    if order.cancelled_at is not None and order.cancelled_at <= as_of:
        return Reason.CANCELLED
    reason = _BY_STATUS[order.financial_status]
    if order.financial_status == "partially_paid" and order.paid_minor is None:
        reason = Reason.UNPAID
    return None if count_unpaid and reason is Reason.UNPAID else reason


class Refunded(NamedTuple):
    """What was given back on one order: minor units of the order's currency, and refunds in another currency
    (counted, not subtracted)."""

    amount: int = 0
    foreign: int = 0


class RefundBook(NamedTuple):
    """Refunds by order id, and how many belong to no order of the data."""

    by_order: Mapping[int, Refunded]
    stray: int


def gross_of(order: Order) -> int:
    """What was paid where that is given, else the original total."""
    return order.total_minor if order.paid_minor is None else order.paid_minor


def refund_book(refunds: Iterable[Refund], currencies: Mapping[int, str], as_of: int) -> RefundBook:
    """Sum the refunds that exist at `as_of`, each id of an order once.

    `currencies` gives each order's currency. Where one refund comes twice with different content, the later one
    counts, then the larger, so that the order of the input does not matter.
    """
    once: dict[tuple[int, int], Refund] = {}
    for refund in refunds:
        if refund.at <= as_of:
            key = (refund.order_id, refund.id)
            known = once.get(key)
            if known is None or _rank(refund) > _rank(known):
                once[key] = refund
    sums: dict[int, Refunded] = defaultdict(Refunded)
    for (order_id, _), refund in once.items():
        if order_id in currencies:
            sums[order_id] = _add(sums[order_id], refund, currencies[order_id])
    return RefundBook(dict(sums), sum(order_id not in currencies for order_id, _ in once))


def _rank(refund: Refund) -> tuple[int, int, str]:
    return refund.at, refund.amount_minor, refund.currency or ""


def _add(so_far: Refunded, refund: Refund, currency: str) -> Refunded:
    if refund.currency in (None, currency):
        return so_far._replace(amount=so_far.amount + refund.amount_minor)
    return so_far._replace(foreign=so_far.foreign + 1)
