"""On real exports: without rules, the outside world alone gives exactly the exported final state."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from simulator.facts.facts import Facts, read_facts
from simulator.facts.history import History, Kind
from simulator.facts.read_history import read_history
from simulator.snapshot.store import open_snapshot

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def snapshot(real_snapshot: Path) -> Iterator[sqlite3.Connection]:
    """The whole helpdesk, open."""
    with closing(open_snapshot(real_snapshot)) as connection:
        yield connection


@pytest.fixture(scope="module")
def history(snapshot: sqlite3.Connection) -> History:
    """Its history."""
    return read_history(snapshot)


def test_all_histories_are_full(history: History) -> None:
    """Creations, messages, surveys and every change but the reopenings, and nothing in doubt."""
    assert len(history.tickets) == 5706
    assert all(start.full for start in history.tickets)
    assert len(history.at) == 5706 + (18395 - 5706) + 1515 + 7506 + 5386 + 5706 + 6315 + 361
    assert history.counts == {
        "automatic-assignments": 5706,
        "changes-without-user": 5706 + 5770 + 68,
        "reopenings-without-user": 3250,
        "spam-from-record": 5706 - 361,
        "tickets-full": 5706,
    }


def test_the_outside_world_alone_gives_the_exported_state(history: History, snapshot: sqlite3.Connection) -> None:
    """Status, tags, assignee, team and spam of every ticket, by a plain loop over the events."""
    query = "SELECT id, status, tags, assignee_user_id, assignee_team_id, COALESCE(spam, 0) FROM ticket ORDER BY id"
    expected = [(id, status, set(json.loads(tags)), *rest) for id, status, tags, *rest in snapshot.execute(query)]
    found = [(start.id, *_final(history, row)) for row, start in enumerate(history.tickets)]
    assert found == expected


def _final(history: History, ticket: int) -> tuple[str, set[str], object, object, int]:
    status, tags, assignee, team, spam = "open", set[str](), None, None, history.tickets[ticket].spam
    for row in range(history.first[ticket], history.first[ticket + 1]):
        kind, value, automatic = history.kind[row], history.value[row], history.automatic[row]
        if kind in (Kind.CREATED, Kind.MESSAGE) and history.from_customer[row]:
            status = "open"
        elif kind == Kind.CLOSED:
            status = "closed"
        elif kind == Kind.REOPENED:
            status = "open"
        elif kind == Kind.TAGS_ADDED and isinstance(value, tuple):
            tags |= set(value)
        elif kind == Kind.TAGS_REMOVED and isinstance(value, tuple):
            tags -= set(value)
        elif kind == Kind.ASSIGNED:
            assignee = assignee if automatic and assignee is not None else value
        elif kind == Kind.TEAM_ASSIGNED:
            team = team if automatic and team is not None else value
        elif kind in (Kind.MARKED_SPAM, Kind.UNMARKED_SPAM):
            spam = kind == Kind.MARKED_SPAM
    return status, tags, assignee, team, int(spam)


_WITH_TEST_ORDERS = "SELECT customer_id FROM shop_profile JOIN shop_order USING (shop_customer_id) WHERE test = 1"


def test_as_of_totals_end_at_those_of_the_export(history: History, snapshot: sqlite3.Connection) -> None:
    """Once all orders are in, count and money are what the shop itself says, unless it counted test orders."""
    facts, profile = read_facts(snapshot, history), "ticket.customer.integrations.shopify.customer."
    with_tests = {customer for (customer,) in snapshot.execute(_WITH_TEST_ORDERS)}
    today = read_facts(snapshot, history, "current")
    differing = [
        row
        for row in map(history.first.__getitem__, range(len(history.tickets)))
        for path in (profile + "orders_count", profile + "total_spent")
        if history.tickets[history.ticket[row]].customer_id not in with_tests
        if today.seen(path, row, history.at[row]).value != facts.seen(path, row, 2**61).value
    ]
    assert differing == []


def test_a_third_of_the_tickets_has_a_shopper(history: History, snapshot: sqlite3.Connection) -> None:
    """As-of columns are filled, and hardly a total of then is that of today."""
    path = "ticket.customer.integrations.shopify.customer.total_spent"
    then, today = read_facts(snapshot, history).column(path), read_facts(snapshot, history, "current").column(path)
    assert 0.3 < (then.rows >= 0).mean() < 0.5
    assert not any(then.today)
    assert all(today.today)


def test_no_row_of_a_column_points_outside(history: History, snapshot: sqlite3.Connection) -> None:
    """Every event has a place in every column."""
    facts: Facts = read_facts(snapshot, history)
    for path in ("message.text", "ticket.customer.email", "ticket.last_message_datetime"):
        column = facts.column(path)
        assert len(column.rows) == len(history.at)
        assert column.rows.min() >= -1 and column.rows.max() < len(column.values) == len(column.today)
