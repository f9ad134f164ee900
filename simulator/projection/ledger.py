"""Every order with its amounts, its customer and, if it is no purchase, why: what both sides share.

Rules change neither orders nor customers, so a run opens one ledger and joins it with the tickets of each side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Severity, did_you_mean
from simulator.errors import InputError
from simulator.facts.identity import Identities
from simulator.projection.identity import owner_of, people_of
from simulator.projection.purchases import STATUSES, Refunded, gross_of, refund_book, why_not
from simulator.projection.values import Customer, Order, Params, Reason, Refund, Sales


class Entry(NamedTuple):
    """One order. `reason` is None for a purchase of a known customer: it depends on the tickets alone.

    `customer` is the surviving profile, known or not whatever the reason; `sales` are the order's amounts as they
    stand at as_of, also where the order counts nowhere; `foreign_refunds` counts refunds in another currency.
    """

    order: Order
    reason: Reason | None
    customer: int | None
    sales: Sales
    foreign_refunds: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """All orders by id, the identities behind them, and the number of refunds without an order."""

    entries: tuple[Entry, ...]
    people: Identities
    stray_refunds: int


def open_ledger(
    customers: Iterable[Customer], orders: Iterable[Order], refunds: Iterable[Refund], params: Params
) -> Ledger:
    """Read the orders once. Raises InputError with every circle of merges, unknown status and doubled order id."""
    people = people_of(customers)
    known = sorted(orders, key=lambda order: order.id)
    reasons = _reasons(known, params)
    book = refund_book(refunds, {order.id: order.currency for order in known}, params.as_of)
    entries = tuple(_entry(order, reason, people, book.by_order) for order, reason in zip(known, reasons, strict=True))
    return Ledger(entries, people, book.stray)


_NOTHING = Refunded()


def _entry(order: Order, reason: Reason | None, people: Identities, refunded: Mapping[int, Refunded]) -> Entry:
    gross = gross_of(order)
    back = refunded.get(order.id, _NOTHING)
    owner = owner_of(order, people)
    customer = None if isinstance(owner, Reason) else owner
    if reason is None and isinstance(owner, Reason):
        reason = owner
    return Entry(order, reason, customer, Sales(gross, back.amount, max(0, gross - back.amount)), back.foreign)


def _reasons(orders: Sequence[Order], params: Params) -> list[Reason | None]:
    reasons: list[Reason | None] = []
    wrong: list[Diagnostic] = []
    previous = None
    for order in orders:
        if order.id == previous:
            wrong.append(Diagnostic("P003", Severity.ERROR, f"order {order.id} is there more than once"))
        previous = order.id
        try:
            reasons.append(why_not(order, params.as_of, params.count_unpaid))
        except KeyError:
            wrong.append(_unknown_status(order))
    if wrong:
        raise InputError(wrong)
    return reasons


def _unknown_status(order: Order) -> Diagnostic:
    message = f"order {order.id} has the unknown financial status {order.financial_status[:40]!r}"
    return Diagnostic("P002", Severity.ERROR, message, help=did_you_mean(order.financial_status, STATUSES))
