"""Which tickets a run reports."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import pytest

from simulator.engine.columns import Bits
from simulator.engine.selection import Sample, Selection, select, selection_tests
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.instants import HOUR, parse_instant
from simulator.rules.load import parse_condition
from tests.twin.stories import told
from tests.twin.worlds import world

START = int(parse_instant("2026-03-02T09:00:00Z"))


@pytest.fixture
def desk() -> Iterator[tuple[Facts, Directory]]:
    """Ten tickets an hour apart: of customers 1 to 4 by turns, every third by chat."""
    tickets = [
        {
            "id": number,
            "customer": 1 + number % 4,
            "record": {"channel": "email" if number % 3 else "chat"},
            "events": [{"at": f"{8 + number:02d}:00", "customer": "hello"}],
        }
        for number in range(1, 11)
    ]
    with world(told({"customers": [{"id": id} for id in range(1, 5)], "tickets": tickets})) as (facts, directory):
        yield facts, directory


def chosen(desk: tuple[Facts, Directory], selection: Selection) -> list[int]:
    """The selected ticket ids, sorted."""
    facts, directory = desk
    return sorted(select(selection, Bits(facts, selection_tests(selection)), directory))


def test_period_holds_its_start_and_not_its_end(desk: tuple[Facts, Directory]) -> None:
    """[since, until) on the ticket's creation."""
    assert chosen(desk, Selection(since=START, until=START + 2 * HOUR)) == [1, 2]


def test_condition_is_asked_before_the_first_phase(desk: tuple[Facts, Directory]) -> None:
    """Facts are those of the creation, state is that of a new ticket."""
    where = parse_condition("{ticket.channel: chat, ticket.status: open, ticket.priority: normal}")
    assert chosen(desk, Selection(where=where)) == [3, 6, 9]
    assert chosen(desk, Selection(where=parse_condition("ticket.tags: {containsAny: [VIP]}"))) == []


def test_sample_is_of_whole_customers_and_grows(desk: tuple[Facts, Directory]) -> None:
    """A larger sample of the same seed holds the smaller one, and a customer is in it with all tickets."""
    facts, _ = desk
    customers = {ticket.id: ticket.customer_id for ticket in facts.history.tickets}
    smaller: set[int] = set()
    for count in range(5):
        tickets = set(chosen(desk, Selection(sample=Sample(count=count))))
        people = {customers[ticket] for ticket in tickets}
        assert len(people) == count
        assert tickets == {ticket for ticket, customer in customers.items() if customer in people}
        assert smaller <= tickets
        smaller = tickets


def test_share_of_customers_rounds_up(desk: tuple[Facts, Directory]) -> None:
    """26 % of four customers are two of them."""
    facts, _ = desk
    customers = {ticket.id: ticket.customer_id for ticket in facts.history.tickets}
    picked = chosen(desk, Selection(sample=Sample(share=Fraction(26, 100))))
    assert len({customers[ticket] for ticket in picked}) == 2
