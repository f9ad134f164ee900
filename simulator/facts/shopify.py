"""The Shopify facts of a ticket's customer: totals and last order as of each event, worked out from the orders."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC
from functools import cached_property

from simulator.facts.customers import Customers
from simulator.facts.history import History
from simulator.facts.open_values import follow, list_of, parse_open, value_of
from simulator.facts.orders import Order
from simulator.facts.shoppers import Shopper, read_shoppers
from simulator.facts.source import FOREVER, Dated, Moments, Source, known, moments
from simulator.facts.values import MISSING, Seen
from simulator.instants import parse_instant
from simulator.money import decimal_of

_LAST_ORDER, _LAST_FULFILLMENT = "last_order.", "last_order.last_fulfillment."

_STAYS = frozenset({"id", "name", "number", "order_number", "currency", "processed_at", "source_name"})
"""Fields of an order that do not change after its creation; all others are known as they are today."""


class Shopify:
    """Shopify's fields by customer group. With `current`, all are as they are today, and flagged."""

    def __init__(self, connection: sqlite3.Connection, history: History, customers: Customers, current: bool) -> None:
        self._connection, self._history, self._customers, self._current = connection, history, customers, current
        self._data: dict[int, object] = {}

    def source(self, path: str) -> Source:
        """The field of a path below SHOPIFY."""
        view = self._view(path)
        when = self._fulfilments if path.startswith(_LAST_FULFILLMENT) and not self._current else self._changes

        def value_at(group: int, now: int) -> Seen:
            shopper = self._shoppers.get(group)
            if shopper is None:
                return MISSING
            if not self._current:
                return view(shopper, now)
            return known(view(shopper, FOREVER).value, today=True)

        return Dated(when, value_at)

    def _view(self, path: str) -> Callable[[Shopper, int], Seen]:
        if path == "customer.total_spent":
            return Shopper.total_spent_today if self._current else Shopper.total_spent
        if path == "customer.orders_count":
            return Shopper.orders_count_today if self._current else Shopper.orders_count
        if path in _CUSTOMER:
            return _CUSTOMER[path]
        if not path.startswith(_LAST_ORDER):  # metafields and draft orders: a snapshot keeps none
            return lambda shopper, now: MISSING
        return self._of_last_order(path.removeprefix(_LAST_ORDER))

    def _of_last_order(self, name: str) -> Callable[[Shopper, int], Seen]:
        steps = name.split(".")
        read = _ORDER.get(name)

        def view(shopper: Shopper, now: int) -> Seen:
            order = shopper.last_order(now)
            if order is None:
                return MISSING
            if read is not None:
                return read(order, now)
            found = shopper.data.get(order.id) or self._stored(order.id)
            if steps[0] == "last_fulfillment":
                return known(value_of(follow(_fulfilment(found, now), steps[1:])), today=True)
            return known(value_of(follow(found, steps)), today=steps[0] not in _STAYS)

        return self._tags if name == "tags" else view

    def _tags(self, shopper: Shopper, now: int) -> Seen:
        order = shopper.last_order(now)
        if order is None:
            return MISSING
        if order.id in shopper.data:
            text = follow(shopper.data[order.id], ("tags",))
            words = [word.strip() for word in text.split(",")] if isinstance(text, str) else []
            return known(tuple(dict.fromkeys(word for word in words if word)), today=True)
        row = self._connection.execute("SELECT tags FROM shop_order WHERE id = ?", (order.id,)).fetchone()
        return known(list_of(row[0]), today=True)

    def _stored(self, order: int) -> object:
        if order not in self._data:
            row = self._connection.execute("SELECT data FROM shop_order WHERE id = ?", (order,)).fetchone()
            self._data[order] = parse_open(row[0])
        return self._data[order]

    @cached_property
    def _shoppers(self) -> dict[int, Shopper]:
        return read_shoppers(self._connection, self._customers)

    @cached_property
    def _changes(self) -> Moments:
        changes = {} if self._current else {group: list(s.changes()) for group, s in self._shoppers.items()}
        return moments(self._history, self._customers.group, changes, len(self._customers.ids))

    @cached_property
    def _fulfilments(self) -> Moments:
        """The moments of orders, and of every fulfilment between an order's first and last."""
        changes = {group: list(shopper.changes()) for group, shopper in self._shoppers.items()}
        for group, shopper in self._shoppers.items():
            for order in shopper.orders():
                if order.first_fulfilled_at != order.last_fulfilled_at:
                    found = shopper.data.get(order.id) or self._stored(order.id)
                    changes[group] += [at for at, _ in _fulfilments(found)]
        return moments(self._history, self._customers.group, changes, len(self._customers.ids))


def _created_at(shopper: Shopper, now: int) -> Seen:
    """A profile that was made later did not exist yet."""
    at = shopper.profile.created_at if shopper.profile else None
    return known(at if at is not None and at <= now else None)


def _customer_tags(shopper: Shopper, now: int) -> Seen:
    return known(list_of(shopper.profile.tags), today=True) if shopper.profile else MISSING


_CUSTOMER: dict[str, Callable[[Shopper, int], Seen]] = {
    "customer.created_at": _created_at,
    "customer.tags": _customer_tags,
}

_ORDER: dict[str, Callable[[Order, int], Seen]] = {
    "created_at": lambda order, now: known(order.created_at),
    "total_price": lambda order, now: known(decimal_of(order.total_minor, order.currency)),
    "financial_status": Order.financial_status_at,
    "fulfillment_status": Order.fulfillment_status_at,
}


def _fulfilments(order: object) -> list[tuple[int, object]]:
    """The dated fulfilments of an order's object, oldest first."""
    found = follow(order, ("fulfillments",))
    dated = [(_instant(follow(item, ("created_at",))), item) for item in found] if isinstance(found, list) else []
    return sorted(((at, item) for at, item in dated if at is not None), key=lambda pair: pair[0])


def _fulfilment(order: object, now: int) -> object:
    """The newest fulfilment made by then."""
    return next((item for at, item in reversed(_fulfilments(order)) if at <= now), None)


def _instant(text: object) -> int | None:
    try:
        return parse_instant(text, UTC) if isinstance(text, str) else None
    except ValueError:
        return None
