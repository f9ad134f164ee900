"""What Shopify knows of each customer: the orders that are theirs, and the profile of today.

Of several shops, the one with the lowest integration id is the customer's: orders that belong to its profile in
another shop are not counted. Where the snapshot has no order of a customer, the totals embedded in its profile
stand in, flagged as today's.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from simulator.facts.customers import Customers
from simulator.facts.embedded import embedded_orders
from simulator.facts.orders import Ledger, Order, Refund
from simulator.facts.source import FOREVER, known
from simulator.facts.values import MISSING, Seen
from simulator.money import decimal_of, parse_minor

_ORDERS = (
    "SELECT shop_customer_id, email, id, created_at, currency, total_minor, outstanding_minor, financial_status, "
    "fulfillment_status, first_fulfilled_at, last_fulfilled_at FROM shop_order WHERE test = 0 ORDER BY id"
)
_REFUNDS = "SELECT order_id, at, amount_minor, currency FROM order_refund ORDER BY order_id, id"
_PROFILES = (
    "SELECT customer_id, integration_id, shop_customer_id, created_at, orders_count, total_spent, currency, tags, "
    "orders FROM shop_profile ORDER BY integration_id, customer_id"
)


@dataclass(frozen=True)
class Profile:
    """A customer's Shopify profile of today."""

    created_at: int | None
    orders_count: int | None
    total_spent: str | None
    currency: str | None
    tags: str
    orders: str

    def total(self) -> Decimal | None:
        """The total of today, with the decimals of the shop's currency; None where it cannot be read."""
        if self.total_spent is None:
            return None
        try:
            if self.currency is None:
                return Decimal(self.total_spent)
            return decimal_of(parse_minor(self.total_spent, self.currency), self.currency)
        except (ValueError, ArithmeticError):
            return None


@dataclass
class Shopper:
    """A customer as Shopify knows it. `data` holds the objects of embedded orders by id."""

    profile: Profile | None = None
    ledger: Ledger | None = None  # the orders of the snapshot, if it has any
    embedded: Ledger | None = None  # else those embedded in the profile
    data: dict[int, object] = field(default_factory=dict)
    other_shops: set[int] = field(default_factory=set)  # Shopify ids of the customer that are not the profile's

    def orders_count(self, now: int) -> Seen:
        """Orders by then; today's figure where the snapshot has no orders of the customer."""
        if self.ledger is not None:
            return known(Decimal(self.ledger.count(now)))
        if self.profile is None or self.profile.orders_count is None:
            return MISSING
        return known(Decimal(self.profile.orders_count), today=True)

    def total_spent(self, now: int) -> Seen:
        """Money spent by then; today's figure where the snapshot has no orders of the customer."""
        if self.ledger is not None:
            return self.ledger.spent(now)
        return known(self.profile.total() if self.profile else None, today=True)

    def orders_count_today(self, _: int) -> Seen:
        """The figure of the profile, else the count of all orders."""
        stated = self.profile.orders_count if self.profile else None
        return known(Decimal(stated)) if stated is not None else self.orders_count(FOREVER)

    def total_spent_today(self, _: int) -> Seen:
        """The figure of the profile, else that of all orders."""
        stated = self.profile.total() if self.profile else None
        return known(stated) if stated is not None else self.total_spent(FOREVER)

    def last_order(self, now: int) -> Order | None:
        """The newest order by then."""
        ledger = self.ledger or self.embedded
        return ledger.newest(now) if ledger else None

    def orders(self) -> Iterable[Order]:
        """All orders that `last_order` is taken from."""
        ledger = self.ledger or self.embedded
        return ledger.orders if ledger else ()

    def changes(self) -> Iterable[int]:
        """The instants at which anything of it changes."""
        if self.profile is not None and self.profile.created_at is not None:
            yield self.profile.created_at
        for order in self.orders():
            yield from order.changes()


def read_shoppers(connection: sqlite3.Connection, customers: Customers) -> dict[int, Shopper]:
    """Shoppers by group of the customers."""
    shoppers = _with_profiles(connection, customers.place, customers.survivors)
    for group, orders in _orders(connection, customers, shoppers).items():
        shoppers.setdefault(group, Shopper()).ledger = Ledger(orders)
    for shopper in shoppers.values():
        if shopper.ledger is None and shopper.profile is not None and shopper.profile.orders != "[]":
            found = list(embedded_orders(shopper.profile.orders))
            shopper.embedded = Ledger(order for order, _ in found) if found else None
            shopper.data = {order.id: item for order, item in found}
    return shoppers


def _with_profiles(
    connection: sqlite3.Connection, place: Mapping[int, int], survivors: Mapping[int, int]
) -> dict[int, Shopper]:
    """The profile of the lowest integration id; of merged customers' profiles there, the survivor's own first."""
    rows: defaultdict[int, list[tuple[bool, int, int | None, Profile]]] = defaultdict(list)
    for customer, integration, shop_id, *profile in connection.execute(_PROFILES):
        group = place.get(survivors.get(customer, customer))
        if group is not None:
            rows[group].append((customer in survivors, integration, shop_id, Profile(*profile)))
    return {group: _shopper(found) for group, found in rows.items()}


def _shopper(profiles: list[tuple[bool, int, int | None, Profile]]) -> Shopper:
    _, lowest, _, profile = min(profiles, key=lambda row: (row[1], row[0]))
    own = {shop_id for _, integration, shop_id, _ in profiles if integration == lowest}
    others = {shop_id for _, _, shop_id, _ in profiles if shop_id is not None}
    return Shopper(profile, other_shops=others - own)


def _orders(
    connection: sqlite3.Connection, customers: Customers, shoppers: Mapping[int, Shopper]
) -> dict[int, list[Order]]:
    refunds: defaultdict[int, list[Refund]] = defaultdict(list)
    for order_id, at, minor, currency in connection.execute(_REFUNDS):
        refunds[order_id].append(Refund(at, minor, currency))
    orders: defaultdict[int, list[Order]] = defaultdict(list)
    for shop_id, email, *order in connection.execute(_ORDERS):
        owner = customers.identities.owner(shop_id, email)
        group = None if owner is None else customers.place.get(owner)
        if group is not None and not (group in shoppers and shop_id in shoppers[group].other_shops):
            orders[group].append(Order._make((*order, tuple(refunds.get(order[0], ())))))
    return orders
