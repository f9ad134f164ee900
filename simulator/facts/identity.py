"""Who is who: merged customers, what each is known by, and which customer an order belongs to.

Telephone numbers are not used.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from simulator.addresses import normal_address

_Key = TypeVar("_Key", int, str)


class Merges(NamedTuple):
    """`survivors`: each merged customer -> the last one of its chain; `rings`: merges in a circle, lowest id first."""

    survivors: dict[int, int]
    rings: tuple[tuple[int, ...], ...]


def follow_merges(merged_into: Mapping[int, int]) -> Merges:
    """Follow each chain of merges to its end, in the data or not; a ring survives in its lowest id."""
    survivors: dict[int, int] = {}
    rings: set[tuple[int, ...]] = set()
    for start in sorted(merged_into):
        path: dict[int, None] = {}
        one = start
        while one in merged_into and one not in path and one not in survivors:
            path[one] = None
            one = merged_into[one]
        if one in path:
            ring = _from_lowest([*path][[*path].index(one) :])
            rings.add(ring)
            end = ring[0]
        else:
            end = survivors.get(one, one)
        survivors.update(dict.fromkeys(path, end))
    return Merges({one: end for one, end in survivors.items() if one != end}, tuple(sorted(rings)))


def _from_lowest(ring: list[int]) -> tuple[int, ...]:
    first = ring.index(min(ring))
    return (*ring[first:], *ring[:first])


@dataclass(frozen=True)
class Identities:
    """Addresses and Shopify ids -> the surviving customers known by them, ascending."""

    survivors: Mapping[int, int]
    by_address: Mapping[str, tuple[int, ...]]
    by_shop_id: Mapping[int, tuple[int, ...]]

    def candidates(self, shop_customer_id: int | None, email: str | None) -> tuple[int, ...]:
        """The customers that an order may belong to: by Shopify id, and only where nobody has it by e-mail."""
        found = self.by_shop_id.get(shop_customer_id, ()) if shop_customer_id is not None else ()
        return found or self.by_address.get(normal_address(email or ""), ())

    def owner(self, shop_customer_id: int | None, email: str | None) -> int | None:
        """The customer that an order belongs to; of two candidates neither."""
        found = self.candidates(shop_customer_id, email)
        return found[0] if len(found) == 1 else None


def identities(
    survivors: Mapping[int, int], addresses: Iterable[tuple[int, str]], shop_ids: Iterable[tuple[int, int]]
) -> Identities:
    """From pairs of a customer and what it is known by; merged customers count as those they became."""
    normal = ((customer, normal_address(address)) for customer, address in addresses)
    by_address = _known_by(survivors, ((customer, address) for customer, address in normal if address))
    return Identities(survivors, by_address, _known_by(survivors, shop_ids))


def _known_by(survivors: Mapping[int, int], pairs: Iterable[tuple[int, _Key]]) -> dict[_Key, tuple[int, ...]]:
    found: defaultdict[_Key, set[int]] = defaultdict(set)
    for customer, key in pairs:
        found[key].add(survivors.get(customer, customer))
    return {key: tuple(sorted(customers)) for key, customers in found.items()}


def read_survivors(connection: sqlite3.Connection) -> dict[int, int]:
    """Each merged customer -> the one it became. A merge into a customer that is not in the snapshot is not followed:
    nothing would be known of it."""
    merged = connection.execute(
        "SELECT id, merged_into FROM customer WHERE merged_into IN (SELECT id FROM customer) ORDER BY id"
    )
    return follow_merges(dict(merged)).survivors


def read_identities(connection: sqlite3.Connection) -> Identities:
    """Every address and Shopify id of the snapshot."""
    profiles = "SELECT customer_id, shop_customer_id FROM shop_profile WHERE shop_customer_id IS NOT NULL"
    return identities(
        read_survivors(connection),
        connection.execute(
            "SELECT customer_id, address FROM customer_address"
            " UNION ALL SELECT id, email FROM customer WHERE email IS NOT NULL"
        ),
        connection.execute(profiles),
    )
