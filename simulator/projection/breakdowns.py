"""The tables: what tickets carried by agent, team, channel, priority, day, segment, tag and rule.

The first six partition the report: their rows add up to its total. Rows of tags and rules overlap, since a ticket
counts in full in each of them: a table of them must say so, and they are never added up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from simulator.instants import datetime_of
from simulator.projection.attribution import Attribution, sales_of
from simulator.projection.values import Sales, Ticket

Key = int | str
NO_TAG = "(no tag)"
NO_SEGMENT = "(no segment)"


@dataclass(frozen=True, slots=True)
class Row:
    """Some tickets of a report: how many, how many took an order, how many orders, and their money by currency."""

    key: Key
    tickets: int
    converted: int
    orders: int
    by_currency: Mapping[str, Sales]


def row(attribution: Attribution, key: Key, tickets: Iterable[int]) -> Row:
    """What these tickets carried; ids that are not in the report are left out."""
    return _row(attribution, key, sorted(set(tickets) & attribution.reported.keys()))


def total(attribution: Attribution) -> Row:
    """The whole report."""
    return _row(attribution, "total", attribution.reported)


def _row(attribution: Attribution, key: Key, reported: Collection[int]) -> Row:
    taken = [attribution.taken[i] for i in reported if i in attribution.taken]
    entries = [entry for some in taken for entry in some]
    return Row(key, len(reported), len(taken), len(entries), sales_of(entries))


def breakdown(attribution: Attribution, keys: Callable[[Ticket], Iterable[Key]]) -> tuple[Row, ...]:
    """One row for each key that a reported ticket has: numbers first, then words, `(labels)` last."""
    groups: dict[Key, list[int]] = {}
    for i, ticket in attribution.reported.items():
        for key in keys(ticket):
            groups.setdefault(key, []).append(i)
    return tuple(_row(attribution, key, groups[key]) for key in sorted(groups, key=_rank))


def _rank(key: Key) -> tuple[int, int, str]:
    return (0, key, "") if isinstance(key, int) else (1 + key.startswith("("), 0, key)


def by_agent(attribution: Attribution) -> tuple[Row, ...]:
    """By the agent credited; `(unassigned)` and `(not closed)` are rows of their own."""
    return breakdown(attribution, lambda ticket: (attribution.credits[ticket.id].agent,))


def by_team(attribution: Attribution) -> tuple[Row, ...]:
    """By the team credited."""
    return breakdown(attribution, lambda ticket: (attribution.credits[ticket.id].team,))


def by_channel(attribution: Attribution) -> tuple[Row, ...]:
    """By the ticket's channel."""
    return breakdown(attribution, lambda ticket: (ticket.channel,))


def by_priority(attribution: Attribution) -> tuple[Row, ...]:
    """By the side's last priority."""
    return breakdown(attribution, lambda ticket: (ticket.priority,))


def by_day(attribution: Attribution) -> tuple[Row, ...]:
    """By the day of the ticket's creation in the account's time zone, as `2026-03-02`."""
    zone = attribution.params.zone
    return breakdown(attribution, lambda t: (datetime_of(t.created_datetime, zone).date().isoformat(),))


def by_segment(attribution: Attribution, segments: Mapping[int, str]) -> tuple[Row, ...]:
    """By a segment given for each ticket, as it was known at the ticket's creation."""
    return breakdown(attribution, lambda ticket: (segments.get(ticket.id, NO_SEGMENT),))


def by_tag(attribution: Attribution) -> tuple[Row, ...]:
    """By the side's last tags; rows overlap."""
    return breakdown(attribution, lambda ticket: set(ticket.tags) or (NO_TAG,))


@dataclass(frozen=True, slots=True)
class RuleRow:
    """What a rule's tickets carried: all that it changed, and those that no other rule changed."""

    rule: str
    all: Row
    only: Row


@dataclass(frozen=True, slots=True)
class RuleTable:
    """One row a rule, by id, and the union of all tickets that any of them changed. Rows overlap."""

    rows: tuple[RuleRow, ...]
    union: Row


def by_rule(attribution: Attribution, changed: Mapping[str, Collection[int]]) -> RuleTable:
    """`changed` gives the ids of the tickets that each rule changed."""
    makers: dict[int, int] = {}
    for tickets in changed.values():
        for i in set(tickets):
            makers[i] = makers.get(i, 0) + 1
    rows = tuple(_rule_row(attribution, rule, changed[rule], makers) for rule in sorted(changed))
    return RuleTable(rows, row(attribution, "any rule", makers))


def _rule_row(attribution: Attribution, rule: str, tickets: Collection[int], makers: Mapping[int, int]) -> RuleRow:
    alone = [i for i in tickets if makers[i] == 1]
    return RuleRow(rule, row(attribution, rule, tickets), row(attribution, rule, alone))
