"""Shopify orders at a moment: what was paid and given back by then, and how they stood."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from simulator.facts.source import FOREVER, LONG_AGO, known
from simulator.facts.values import MISSING, Seen
from simulator.money import decimal_of

_PAID = frozenset({"paid", "partially_refunded", "refunded"})
_REFUNDED = frozenset({"partially_refunded", "refunded"})


class Refund(NamedTuple):
    """Money given back; `at` is None where the export does not say when."""

    at: int | None
    minor: int
    currency: str


class Order(NamedTuple):
    """An order as the export gives it: status and fulfilment are those of today."""

    id: int
    created_at: int
    currency: str
    total_minor: int
    outstanding_minor: int | None
    financial_status: str
    fulfillment_status: str | None
    first_fulfilled_at: int | None
    last_fulfilled_at: int | None
    refunds: tuple[Refund, ...] = ()

    @property
    def paid_minor(self) -> int:
        """The amount paid: the price at creation, or what of it is not outstanding; nothing of an unpaid order."""
        if self.financial_status in _PAID:
            return self.total_minor
        if self.financial_status == "partially_paid":
            return self.total_minor - (self.outstanding_minor or 0)
        return 0

    @property
    def doubtful(self) -> bool:
        """Whether the money cannot be dated: refunds without a date or in another currency, an unknown rest."""
        if any(refund.at is None or refund.currency != self.currency for refund in self.refunds):
            return True
        if self.financial_status in _REFUNDED:
            return not self.refunds
        return self.financial_status == "partially_paid" and self.outstanding_minor is None

    def payments(self) -> list[tuple[int, int]]:
        """(instant, minor units) of money in and out. Refunds without a date count from the order's creation on:
        the customer is never taken to have spent more than it kept. Of an unpaid order nothing is given back."""
        paid = self.paid_minor
        if not paid:
            return []
        back = [(self._since(refund), -refund.minor) for refund in self.refunds if refund.currency == self.currency]
        return [(self.created_at, paid), *back]

    def _since(self, refund: Refund) -> int:
        return self.created_at if refund.at is None else max(refund.at, self.created_at)

    def refunded_minor(self, now: int) -> int:
        """The amount given back by then."""
        return -sum(minor for at, minor in self.payments()[1:] if at <= now)

    def financial_status_at(self, now: int) -> Seen:
        """Of a paid order by the amount given back by then; today's where nothing tells, flagged."""
        dated = any(refund.at is not None for refund in self.refunds)
        if self.financial_status not in _PAID or (self.financial_status in _REFUNDED and not dated):
            return known(self.financial_status, today=True)
        back = self.refunded_minor(now)
        status = "paid" if back <= 0 else "partially_refunded" if back < self.paid_minor else "refunded"
        return known(status, self.doubtful)

    def fulfillment_status_at(self, now: int) -> Seen:
        """Missing before the first dated fulfilment, partial before the last, then today's; flagged if undated."""
        if self.first_fulfilled_at is None:
            return known(self.fulfillment_status, today=True)
        if now < self.first_fulfilled_at:
            return MISSING
        if now < (self.last_fulfilled_at or self.first_fulfilled_at):
            return known("partial")
        return known(self.fulfillment_status)

    def changes(self) -> Iterable[int]:
        """The instants at which what can be seen of the order changes."""
        yield self.created_at
        yield from (max(refund.at, self.created_at) for refund in self.refunds if refund.at is not None)
        for at in (self.first_fulfilled_at, self.last_fulfilled_at):
            if at is not None:
                yield at


class Ledger:
    """A customer's orders, test orders left out: how many, the newest, and the money, at any moment."""

    def __init__(self, orders: Iterable[Order]) -> None:
        self.orders: Sequence[Order] = sorted(orders, key=lambda order: (order.created_at, order.id))
        self._created = [order.created_at for order in self.orders]
        self._spent = {currency: _Running(self.orders, currency) for currency in {o.currency for o in self.orders}}
        first = self.orders[0].currency if self.orders else None
        self._several_since = next((o.created_at for o in self.orders if o.currency != first), FOREVER)

    def count(self, now: int) -> int:
        """Orders created by then; voided and cancelled ones count."""
        return bisect_right(self._created, now)

    def newest(self, now: int) -> Order | None:
        """The last order created by then."""
        count = self.count(now)
        return self.orders[count - 1] if count else None

    def spent(self, now: int) -> Seen:
        """Money paid less money given back by then, in the currency of the newest order; flagged where orders in
        other currencies are left out or the money cannot be dated. Before the first order it is zero."""
        newest = self.newest(now)
        if newest is None:
            return known(decimal_of(0, self.orders[0].currency))
        minor, doubtful = self._spent[newest.currency].at(now)
        return known(decimal_of(minor, newest.currency), doubtful or now >= self._several_since)

    def changes(self) -> Iterable[int]:
        """The instants at which anything of it changes."""
        return (at for order in self.orders for at in order.changes())


class _Running:
    """The running balance of the orders in one currency, and from when on it is in doubt."""

    def __init__(self, orders: Sequence[Order], currency: str) -> None:
        own = [order for order in orders if order.currency == currency]
        self._at, self._balance, balance = [LONG_AGO], [0], 0
        for at, minor in sorted(payment for order in own for payment in order.payments()):
            balance += minor
            self._at.append(at)
            self._balance.append(balance)
        self._doubtful_since = min((order.created_at for order in own if order.doubtful), default=FOREVER)

    def at(self, now: int) -> tuple[int, bool]:
        return self._balance[bisect_right(self._at, now) - 1], now >= self._doubtful_since
