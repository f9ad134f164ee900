"""What belongs to whom in a snapshot: the customers of some tickets, and all that is theirs.

Customers are followed through merges in both directions, out of the data as well. An order belongs to whoever has its
Shopify id or, where nobody has that, its e-mail address.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from simulator.addresses import normal_address


@dataclass(frozen=True, slots=True)
class Kept:
    """Ids, ascending. `bystanders`: customers that are not kept but have one of the keys by which kept orders are
    matched: `shop_ids` and `addresses`."""

    tickets: tuple[int, ...]
    customers: tuple[int, ...]
    orders: tuple[int, ...]
    bystanders: tuple[int, ...]
    shop_ids: tuple[int, ...]
    addresses: tuple[str, ...]


def kept_of(connection: sqlite3.Connection, tickets: Collection[int]) -> Kept:
    """The customers of `tickets` and what is theirs; a ticket without a customer is its own."""
    chosen = frozenset(tickets)
    owners = list(connection.execute("SELECT id, customer_id FROM ticket ORDER BY id"))
    one_with = _merged(connection)
    customers = _with_merged((owner for id, owner in owners if id in chosen and owner is not None), one_with)
    orders, shop_ids, addresses = _orders(connection, customers)
    also_known = (one for one, shop_id in _shop_ids(connection) if shop_id in shop_ids)
    also_written = (one for one, address in _addresses(connection) if address in addresses)
    bystanders = _with_merged(chain(also_known, also_written), one_with) - customers
    return Kept(
        tickets=tuple(id for id, owner in owners if id in chosen or owner in customers),
        customers=tuple(sorted(customers)),
        orders=tuple(orders),
        bystanders=tuple(sorted(bystanders)),
        shop_ids=tuple(sorted(shop_ids)),
        addresses=tuple(sorted(addresses)),
    )


def _merged(connection: sqlite3.Connection) -> dict[int, set[int]]:
    """Customer -> everybody merged with it, itself included; those who were never merged are not in it."""
    group: dict[int, set[int]] = {}
    for pair in connection.execute("SELECT id, merged_into FROM customer WHERE merged_into IS NOT NULL ORDER BY id"):
        one, other = (group.setdefault(id, {id}) for id in pair)
        if one is not other:
            small, large = sorted((one, other), key=len)
            large |= small
            group.update(dict.fromkeys(small, large))
    return group


def _with_merged(ids: Iterable[int], one_with: Mapping[int, set[int]]) -> frozenset[int]:
    return frozenset(one for id in ids for one in one_with.get(id, (id,)))


def _orders(
    connection: sqlite3.Connection, customers: frozenset[int]
) -> tuple[list[int], frozenset[int], frozenset[str]]:
    """The orders that these customers have a claim on, and the shop ids and addresses by which those are matched."""
    anybodys = {shop_id for _, shop_id in _shop_ids(connection)}
    own: set[int | str] = {shop_id for one, shop_id in _shop_ids(connection) if one in customers}
    own |= {address for one, address in _addresses(connection) if one in customers}
    kept = []
    for id, shop_id, email in connection.execute("SELECT id, shop_customer_id, email FROM shop_order ORDER BY id"):
        key = shop_id if shop_id in anybodys else normal_address(email or "")
        if key in own:
            kept.append((id, key))
    shop_ids = frozenset(key for _, key in kept if isinstance(key, int))
    return [id for id, _ in kept], shop_ids, frozenset(key for _, key in kept if isinstance(key, str))


def _shop_ids(connection: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Customers and the shop ids they are known by."""
    return connection.execute(
        "SELECT customer_id, shop_customer_id FROM shop_profile WHERE shop_customer_id IS NOT NULL"
    )


def _addresses(connection: sqlite3.Connection) -> Iterator[tuple[int, str]]:
    """Customers and the addresses they are known by, as those are compared."""
    written = connection.execute(
        "SELECT customer_id, address FROM customer_address"
        " UNION ALL SELECT id, email FROM customer WHERE email IS NOT NULL"
    )
    normal = ((customer, normal_address(address)) for customer, address in written)
    return ((customer, address) for customer, address in normal if address)
