"""Snapshot and replayed outcome -> what attribution reads. The only module of the money stage that knows either."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from simulator.facts.history import Kind
from simulator.facts.markers import read_rule_contexts
from simulator.facts.recorded import read_change
from simulator.facts.who_did_it import is_rule_made
from simulator.outcome import Change, Outcome, TicketOutcome
from simulator.projection.credit import Credit, credit_with_rules
from simulator.projection.values import By, Customer, EventType, Order, Refund, Ticket, TicketEvent

_TYPES: Mapping[str, EventType] = {
    "ticket-assigned": "assigned",
    "ticket-unassigned": "unassigned",
    "ticket-team-assigned": "team_assigned",
    "ticket-team-unassigned": "team_unassigned",
    "ticket-closed": "closed",
    "ticket-reopened": "reopened",
}


def read_customers(connection: sqlite3.Connection) -> list[Customer]:
    """Every customer with its addresses and Shopify ids."""
    emails: dict[int, list[str]] = defaultdict(list)
    for customer, address in connection.execute("SELECT customer_id, address FROM customer_address ORDER BY 1, 2"):
        emails[customer].append(address)
    shops: dict[int, list[int]] = defaultdict(list)
    query = "SELECT customer_id, shop_customer_id FROM shop_profile WHERE shop_customer_id IS NOT NULL ORDER BY 1, 2"
    for customer, shop in connection.execute(query):
        shops[customer].append(shop)
    return [
        Customer(id, tuple(emails[id]), tuple(dict.fromkeys(shops[id])), merged)
        for id, merged in connection.execute("SELECT id, merged_into FROM customer ORDER BY id")
    ]


def read_orders(connection: sqlite3.Connection) -> list[Order]:
    """Every order; what was paid is known only of a partly paid one, by what is outstanding."""
    query = """SELECT id, created_at, currency, total_minor, outstanding_minor, financial_status, test, draft,
        cancelled_at, shop_customer_id, email, source_name FROM shop_order ORDER BY id"""
    return [
        Order(
            id, created, currency, total,
            total - outstanding if status == "partially_paid" and outstanding is not None else None,
            status, bool(test), bool(draft), cancelled, shop, email, source or "",
        )
        for id, created, currency, total, outstanding, status, test, draft, cancelled, shop, email, source
        in connection.execute(query)
    ]  # fmt: skip


def read_refunds(connection: sqlite3.Connection) -> list[Refund]:
    """Every refund. One without a date (orders CSV) counts from its order's creation: the money did go back."""
    query = """SELECT r.id, r.order_id, coalesce(r.at, o.created_at, 0), r.amount_minor, r.currency
        FROM order_refund r LEFT JOIN shop_order o ON o.id = r.order_id ORDER BY r.id"""
    return [Refund(*row) for row in connection.execute(query)]


def read_tickets(connection: sqlite3.Connection) -> list[Ticket]:
    """Every ticket with the recorded events that decide its credit; tags and priority are those of a side."""
    events = _events(connection)
    told = "SELECT DISTINCT object_id FROM event WHERE object_type = 'Ticket'"
    full = {id for (id,) in connection.execute(told)}
    trash = {id for (id,) in connection.execute(f"{told} AND type IN ('ticket-trashed', 'ticket-untrashed')")}
    query = """SELECT id, created_at, customer_id, channel, status, spam, trashed_at, merged_into,
        from_agent, assignee_user_id, assignee_team_id FROM ticket ORDER BY id"""
    return [
        Ticket(
            id, created, customer, channel or "", status, spam=bool(spam), trashed_datetime=trashed,
            merged_into=merged, from_agent=bool(outbound), assignee_user_id=user, assignee_team_id=team,
            events=tuple(events[id]), full_history=id in full, trash_recorded=id in trash,
        )
        for id, created, customer, channel, status, spam, trashed, merged, outbound, user, team
        in connection.execute(query)
    ]  # fmt: skip


def _events(connection: sqlite3.Connection) -> dict[int, list[TicketEvent]]:
    contexts = read_rule_contexts(connection)
    places = ", ".join("?" * len(_TYPES))
    query = f"""SELECT id, object_id, type, user_id, context, data, created_at FROM event
        WHERE object_type = 'Ticket' AND type IN ({places}) ORDER BY created_at, id"""  # noqa: S608 - only ? in it
    events: dict[int, list[TicketEvent]] = defaultdict(list)
    assignee = cache(_assignee)  # thousands of events name the same few
    for id, ticket, type, user, context, data, at in connection.execute(query, tuple(_TYPES)):
        by: By = "human" if user is not None else "auto"
        if is_rule_made(type, user, context, contexts, False):
            by = "rule"
        user_id = assignee(Kind.ASSIGNED, data) if type == "ticket-assigned" else None
        team_id = assignee(Kind.TEAM_ASSIGNED, data) if type == "ticket-team-assigned" else None
        events[ticket].append(TicketEvent(id, at, _TYPES[type], user_id, by, team_id))
    return events


def _assignee(kind: Kind, data: str) -> int | None:
    """The user or team that a recorded assignment names."""
    value = read_change(kind, data, {}).value
    return value if isinstance(value, int) else None


class Left(NamedTuple):
    """A ticket as one side's rules would have left it (tags, priority, spam, trash), and whose it would have been."""

    ticket: Ticket
    credit: Credit


def left_by(
    outcome: Outcome, tickets: Iterable[Ticket], as_of: int, known: Mapping[int, Left] = MappingProxyType({})
) -> dict[int, Left]:
    """Every ticket as a side leaves it, by id; `known`: those that are as another side left them."""
    return {ticket.id: known.get(ticket.id) or _left(ticket, outcome.deeds(ticket.id), as_of) for ticket in tickets}


def _left(ticket: Ticket, replayed: TicketOutcome, as_of: int) -> Left:
    left = ticket._replace(
        tags=replayed.final.tags,
        priority=replayed.final.priority,
        spam=replayed.final.spam,
        trashed_datetime=_trashed(ticket, replayed),
    )
    return Left(left, credit_with_rules(ticket, list(_simulated(replayed)), as_of))


def _trashed(ticket: Ticket, replayed: TicketOutcome) -> int | None:
    """When the side's last trashing was. A record that says trashed without any event about it stands."""
    if replayed.final.trashed:
        return max(change.at for change in replayed.changes if change.field == "trashed")
    return None if ticket.trash_recorded else ticket.trashed_datetime


def _simulated(replayed: TicketOutcome) -> Iterator[TicketEvent]:
    for place, change in enumerate(replayed.changes):
        if change.rule is not None and change.field in _SIMULATED:
            yield _SIMULATED[change.field](place, change)


def _user(place: int, change: Change) -> TicketEvent:
    user = change.after if isinstance(change.after, int) else None
    return TicketEvent(place, change.at, "unassigned" if user is None else "assigned", user, "rule")


def _team(place: int, change: Change) -> TicketEvent:
    team = change.after if isinstance(change.after, int) else None
    kind: EventType = "team_unassigned" if team is None else "team_assigned"
    return TicketEvent(place, change.at, kind, None, "rule", team)


def _status(place: int, change: Change) -> TicketEvent:
    return TicketEvent(place, change.at, "closed" if change.after == "closed" else "reopened", None, "rule")


_SIMULATED = {"assignee": _user, "team": _team, "status": _status}
