"""Whose order it is: merged profiles first, then the shop's customer id, then the e-mail address.

The matching itself is that of the facts; money is stricter about merges: it follows them out of the data as well, as
two profiles that became one are one buyer, and a circle is an error.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.diagnostics import Diagnostic, Severity
from simulator.errors import InputError
from simulator.facts.identity import Identities, follow_merges, identities
from simulator.projection.values import Customer, Order, Reason


def people_of(customers: Iterable[Customer]) -> Identities:
    """Index the profiles; raises InputError naming every circle of merges."""
    known = tuple(customers)
    merges = follow_merges({c.id: c.merged_into for c in known if c.merged_into is not None})
    if merges.rings:
        raise InputError(_circle(ring) for ring in merges.rings)
    addresses = ((customer.id, address) for customer in known for address in customer.emails)
    shop_ids = ((customer.id, shop_id) for customer in known for shop_id in customer.shopify_ids)
    return identities(merges.survivors, addresses, shop_ids)


def owner_of(order: Order, people: Identities) -> int | Reason:
    """The customer of an order, or why there is none."""
    found = people.candidates(order.shopify_customer_id, order.email)
    if len(found) == 1:
        return found[0]
    return Reason.AMBIGUOUS_CUSTOMER if found else Reason.NO_CUSTOMER


def _circle(ring: tuple[int, ...]) -> Diagnostic:
    path = " -> ".join(map(str, (*ring, ring[0])))
    return Diagnostic("P001", Severity.ERROR, f"customer profiles are merged in a circle: {path}")
