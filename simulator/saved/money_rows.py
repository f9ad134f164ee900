"""PROJECTION <-> rows: the tables `purchase`, `attribution` and `credit`. All sums are computed again from them.

No e-mail address, no shop customer and no recorded event is kept: the join is done. So a ledger that was read back
knows no identities, its orders no buyer but the customer of the helpdesk, its tickets no events.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from simulator.facts.identity import Identities
from simulator.projection.attribution import Attribution, Verdict, taken_by
from simulator.projection.credit import Basis, Credit, Holder
from simulator.projection.ledger import Entry, Ledger
from simulator.projection.project import Projection, projection_of
from simulator.projection.values import Order, Params, Reason, Sales, Ticket
from simulator.saved.exact import from_json, from_text, strings, to_json, to_text
from simulator.saved.plain import plain, restored
from simulator.saved.rows import SIDES, Row, insert, select


class _Join(NamedTuple):
    """What the join was done with, beside its rows."""

    params: Params
    stray_refunds: int


def write_projection(connection: sqlite3.Connection, projection: Projection) -> None:
    """The join of both sides."""
    sides = [side for _, side in projection.sides]
    ledger = sides[0].ledger
    join = to_json(plain(_Join(projection.params, ledger.stray_refunds)))
    connection.execute("UPDATE run SET attribution = ?", (join,))
    insert(connection, "purchase", map(_purchase, ledger.entries))
    needed = sorted({id for side in sides for id in (*side.reported, *side.credits)})
    for name, side in zip(SIDES, sides, strict=True):
        insert(connection, "attribution", ((v.entry.order.id, name, v.reason.value, v.ticket) for v in side.verdicts))
        insert(connection, "credit", (_credit(name, side, ticket) for ticket in needed if ticket in side.tickets))


def read_projection(connection: sqlite3.Connection, touched: Mapping[str, Collection[int]]) -> Projection | None:
    """The projection again, None where there was none. `touched`: rule -> the tickets that it would change.

    Raises KeyError, TypeError or ValueError where the rows are not those of one.
    """
    (text,) = connection.execute("SELECT attribution FROM run").fetchone()
    if text is None:
        return None
    join = restored(_Join, from_json(text))
    entries = tuple(_read_purchases(connection))
    ledger = Ledger(entries, Identities({}, {}, {}), join.stray_refunds)
    before, after = (_side(connection, name, join.params, ledger) for name in SIDES)
    return projection_of(before, after, touched)


def _side(connection: sqlite3.Connection, name: str, params: Params, ledger: Ledger) -> Attribution:
    by_id = {entry.order.id: entry for entry in ledger.entries}
    found = connection.execute("SELECT order_id, reason, ticket FROM attribution WHERE side = ?", (name,))
    verdicts = tuple(Verdict(by_id[order], Reason(reason), ticket) for order, reason, ticket in found)
    tickets: dict[int, Ticket] = {}
    reported: dict[int, Ticket] = {}
    credits: dict[int, Credit] = {}
    for row in connection.execute(_CREDITS, (name,)):
        is_reported, agent, team, basis, ticket = _read_credit(*row)
        tickets[ticket.id] = ticket
        if is_reported:
            reported[ticket.id] = ticket
        if agent is not None and team is not None and basis is not None:
            credits[ticket.id] = Credit(_read_holder(agent), _read_holder(team), Basis(basis))
    return Attribution(params, ledger, verdicts, tickets, reported, taken_by(verdicts, reported), credits)


def _purchase(entry: Entry) -> Row:
    order, sales = entry.order, entry.sales
    return (
        order.id, entry.customer, order.created_at, to_text(order.currency), order.total_minor, order.paid_minor,
        to_text(order.financial_status), order.test, order.draft, order.cancelled_at, to_text(order.source),
        None if entry.reason is None else entry.reason.value, *sales, entry.foreign_refunds,
    )  # fmt: skip


def _read_purchases(connection: sqlite3.Connection) -> Iterator[Entry]:
    rows: Iterator[Any] = select(connection, "purchase", "*", "id")
    for (
        id, customer, created_at, currency, total, paid, status, test, draft, cancelled_at, source, reason, gross,
        refunded, net, foreign,
    ) in rows:  # fmt: skip
        order = Order(
            id, created_at, from_text(currency), total, paid, from_text(status), bool(test), bool(draft), cancelled_at,
            source=from_text(source),
        )  # fmt: skip
        yield Entry(order, None if reason is None else Reason(reason), customer, Sales(gross, refunded, net), foreign)


_CREDITS = (
    "SELECT reported, agent, team, basis, ticket, created_at, customer, channel, status, priority, tags, spam, "
    "trashed_at, merged_into, from_agent, assignee, assignee_team, full_history, trash_recorded "
    "FROM credit WHERE side = ? ORDER BY ticket"
)


def _credit(name: str, side: Attribution, id: int) -> Row:
    ticket, credit = side.tickets[id], side.credits.get(id)
    holders = (None, None, None) if credit is None else (str(credit.agent), str(credit.team), credit.basis.value)
    return (
        id, name, id in side.reported, *holders, ticket.customer_id, ticket.created_datetime, to_text(ticket.channel),
        to_text(ticket.status), to_text(ticket.priority), to_json(ticket.tags), ticket.spam, ticket.trashed_datetime,
        ticket.merged_into, ticket.from_agent, ticket.assignee_user_id, ticket.assignee_team_id, ticket.full_history,
        ticket.trash_recorded,
    )  # fmt: skip


class _Credited(NamedTuple):
    """A row of `credit`."""

    reported: bool
    agent: str | None
    team: str | None
    basis: str | None
    ticket: Ticket


def _read_credit(
    reported: int, agent: str | None, team: str | None, basis: str | None, id: int, created_at: int,
    customer: int | None, channel: str, status: str, priority: str, tags: str, spam: int, trashed: int | None,
    merged_into: int | None, from_agent: int, assignee: int | None, assignee_team: int | None, full: int,
    trash_recorded: int,
) -> _Credited:  # fmt: skip
    ticket = Ticket(
        id, created_at, customer, from_text(channel), from_text(status), from_text(priority),
        strings(from_json(tags)), bool(spam), trashed, merged_into, bool(from_agent), assignee, assignee_team, (),
        bool(full), bool(trash_recorded),
    )  # fmt: skip
    return _Credited(bool(reported), agent, team, basis, ticket)


_WORDS: Mapping[str, Holder] = {"(unassigned)": "(unassigned)", "(not closed)": "(not closed)"}


def _read_holder(text: str) -> Holder:
    return _WORDS[text] if text in _WORDS else int(text)
