"""Who is who: merged customers, the addresses of each, and which customer an order belongs to."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass


def read_survivors(connection: sqlite3.Connection) -> dict[int, int]:
    """Each merged customer -> the one it became, through chains of merges.

    A merge into a customer that is not in the snapshot is not followed; a ring of merges survives in its lowest id.
    """
    merged = dict(
        connection.execute(
            "SELECT id, merged_into FROM customer WHERE merged_into <> id AND merged_into IN (SELECT id FROM customer)"
        )
    )
    survivors = {customer: _survivor(customer, merged) for customer in merged}
    return {customer: survivor for customer, survivor in survivors.items() if survivor != customer}


def _survivor(customer: int, merged: Mapping[int, int]) -> int:
    path: dict[int, None] = {}
    while customer in merged and customer not in path:
        path[customer] = None
        customer = merged[customer]
    if customer not in path:
        return customer
    trail = list(path)
    return min(trail[trail.index(customer) :])


@dataclass(frozen=True)
class Identities:
    """Addresses and Shopify ids -> the surviving customers known by them, ascending."""

    survivors: Mapping[int, int]
    by_address: Mapping[str, tuple[int, ...]]
    by_shop_id: Mapping[int, tuple[int, ...]]

    def owner(self, shop_customer_id: int | None, email: str | None) -> int | None:
        """The customer an order belongs to: by Shopify id, else by e-mail; two candidates are nobody."""
        found = self.by_shop_id.get(shop_customer_id, ()) if shop_customer_id is not None else ()
        if not found and email:
            found = self.by_address.get(email, ())
        return found[0] if len(found) == 1 else None


def read_identities(connection: sqlite3.Connection) -> Identities:
    """Every address and Shopify id of the snapshot, merged customers counting as those they became."""
    survivors = read_survivors(connection)
    addresses: defaultdict[str, set[int]] = defaultdict(set)
    for customer, address in connection.execute("SELECT customer_id, address FROM customer_address"):
        addresses[address].add(survivors.get(customer, customer))
    for customer, email in connection.execute("SELECT id, email FROM customer WHERE email IS NOT NULL"):
        addresses[email.strip().lower()].add(survivors.get(customer, customer))
    shop_ids: defaultdict[int, set[int]] = defaultdict(set)
    profiles = "SELECT customer_id, shop_customer_id FROM shop_profile WHERE shop_customer_id IS NOT NULL"
    for customer, shop_id in connection.execute(profiles):
        shop_ids[shop_id].add(survivors.get(customer, customer))
    return Identities(
        survivors,
        {address: tuple(sorted(found)) for address, found in addresses.items() if address},
        {shop_id: tuple(sorted(found)) for shop_id, found in shop_ids.items()},
    )
