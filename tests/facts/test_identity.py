"""Who is who: chains and rings of merges, and the customers that an order may belong to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.facts.identity import follow_merges, identities

IDS = st.integers(1, 7)


def survivor(customer: int, merged_into: dict[int, int]) -> int:
    """The end of a chain, step by step; of a ring the lowest id."""
    path = []
    while customer in merged_into and customer not in path:
        path.append(customer)
        customer = merged_into[customer]
    return min(path[path.index(customer) :]) if customer in path else customer


@given(st.dictionaries(IDS, IDS))
def test_merges_are_followed_to_the_end(merged_into: dict[int, int]) -> None:
    """As one would with a finger on the list."""
    ends = {customer: survivor(customer, merged_into) for customer in merged_into}
    assert follow_merges(merged_into).survivors == {one: end for one, end in ends.items() if one != end}


def test_rings_are_named_once() -> None:
    """From their lowest id; chains into them are not part of them."""
    assert follow_merges({9: 4, 4: 3, 3: 4, 7: 7, 8: 1}).rings == ((3, 4), (7,))


@pytest.mark.parametrize(
    ("shop_id", "email", "found"),
    [
        (901, "two@x.com", (1,)),
        (902, "jo@x.com", (2, 3)),
        (999, " JO@x.com ", (1,)),
        (None, "jo+shop@x.com", ()),
        (None, " ", ()),
        (None, None, ()),
    ],
)
def test_candidates_of_an_order(shop_id: int | None, email: str | None, found: tuple[int, ...]) -> None:
    """The shop's id decides where anybody has it, else the address; merged customers are those they became."""
    people = identities(
        {4: 1}, [(4, "Jo@x.com"), (1, "jo@x.com"), (2, "two@x.com"), (5, " ")], [(1, 901), (2, 902), (3, 902)]
    )
    assert people.candidates(shop_id, email) == found
    assert people.owner(shop_id, email) == (found[0] if len(found) == 1 else None)
