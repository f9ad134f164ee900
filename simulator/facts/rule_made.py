"""What the old rules really did, as the helpdesk recorded it: what a replay of the live rules is compared with.

Nothing here is replayed. An execution is a `rule-executed` event; an effect is a change that `who_did_it` gives to a
rule; a message is one with a `rule_id`. Priorities, custom fields and flags leave no event: of them there is no record.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.facts.history import Kind
from simulator.facts.recorded import read_change, whole_number
from simulator.facts.values import Value
from simulator.facts.who_did_it import (
    KIND_OF,
    MESSAGE_CREATED,
    RULE_EXECUTED,
    SELF_UNSNOOZED,
    SURVEY_RESPONDED,
    is_rule_made,
)
from simulator.rules.gorgias.records import LiveRuleRecord
from simulator.rules.gorgias.to_rules import rule_ids

REPLY, NOTE = "replyToTicket", "addInternalNote"

_EFFECTS: dict[Kind, tuple[str, Value | None]] = {
    Kind.TAGS_ADDED: ("tags", None),
    Kind.TAGS_REMOVED: ("tags", None),
    Kind.CLOSED: ("status", "closed"),
    Kind.REOPENED: ("status", "open"),
    Kind.ASSIGNED: ("assignee", None),
    Kind.UNASSIGNED: ("assignee", None),
    Kind.TEAM_ASSIGNED: ("team", None),
    Kind.TEAM_UNASSIGNED: ("team", None),
    Kind.SUBJECT_UPDATED: ("subject", None),
    Kind.SNOOZED: ("snooze", None),
    Kind.TRASHED: ("trashed", True),
    Kind.UNTRASHED: ("trashed", False),
}
"""A recorded change -> the field of the outcome, and its new value where the event's data does not say it."""

_EVENTS = """SELECT ticket_id, created_at, id, type, object_type, object_id, user_id, context, data FROM event
WHERE ticket_id IS NOT NULL AND (type IN (?, 'ticket-snoozed', 'ticket-self-unsnoozed')
    OR context IN (SELECT context FROM event WHERE type = ? AND context <> ''))
ORDER BY ticket_id, created_at, id"""


class LiveRule(NamedTuple):
    """A rule as the snapshot lists it. `name` is its id in the rule set; instants are None where not exported."""

    id: int
    name: str
    title: str
    created_at: int | None
    updated_at: int | None
    deactivated_at: int | None
    code: str


class Executed(NamedTuple):
    """A rule ran. `rule` is its number (None where the record has none); `code` a copy of its code, if recorded."""

    ticket: int
    at: int
    context: str | None
    rule: int | None
    title: str
    code: str | None


class Made(NamedTuple):
    """A rule changed a field; tags are one entry a tag: `value` is `+VIP` or `-VIP`."""

    ticket: int
    at: int
    context: str | None
    field: str
    value: Value | None


class Wrote(NamedTuple):
    """A rule wrote a message: REPLY or NOTE."""

    ticket: int
    at: int
    context: str | None
    rule: int
    action: str


@dataclass(frozen=True)
class RuleMade:
    """The record. `causes`: ticket -> context in which rules ran -> the outside events in it, by key of the history.

    `wakes`: ticket -> (instant, context) of the ends of snoozes that rules had set. `lost`: contexts whose message the
    snapshot lacks. `types`: all types of ticket events that the snapshot holds, whoever caused them.
    """

    rules: Sequence[LiveRule] = ()
    executed: list[Executed] = field(default_factory=list)
    made: list[Made] = field(default_factory=list)
    wrote: list[Wrote] = field(default_factory=list)
    causes: defaultdict[int, dict[str, list[str]]] = field(default_factory=lambda: defaultdict(dict))
    wakes: defaultdict[int, list[tuple[int, str | None]]] = field(default_factory=lambda: defaultdict(list))
    lost: set[tuple[int, str | None]] = field(default_factory=set)
    types: frozenset[str] = frozenset()


class Amount(NamedTuple):
    """How much record there is; without rules nothing else is counted."""

    rules: int
    events: int
    executions: int


def amount_of_record(connection: sqlite3.Connection) -> Amount:
    """Counted without reading any of it, so that a run without a record costs next to nothing."""
    rules = connection.execute("SELECT count(*) FROM rule").fetchone()[0]
    if not rules:
        return Amount(0, 0, 0)
    query = "SELECT count(*), count(CASE WHEN type = ? AND ticket_id IS NOT NULL THEN 1 END) FROM event"
    return Amount(rules, *connection.execute(query, (RULE_EXECUTED,)).fetchone())


def read_live_rules(connection: sqlite3.Connection) -> tuple[LiveRule, ...]:
    """The listed rules, those that cannot be simulated and those switched off too, by number."""
    query = "SELECT id, name, created_at, updated_at, deactivated_at, code FROM rule ORDER BY id"
    rows = list(connection.execute(query))
    names = rule_ids([LiveRuleRecord(id, title) for id, title, *_ in rows])
    return tuple(
        LiveRule(id, name, title, created, updated, off, code or "")
        for name, (id, title, created, updated, off, code) in zip(names, rows, strict=True)
    )


def read_rule_made(connection: sqlite3.Connection) -> RuleMade:
    """The record of all tickets."""
    types = connection.execute("SELECT DISTINCT type FROM event WHERE object_type = 'Ticket'")
    record = RuleMade(rules=read_live_rules(connection), types=frozenset(type for (type,) in types))
    rows = connection.execute(_EVENTS, (RULE_EXECUTED, RULE_EXECUTED)).fetchall()
    contexts = {context for _, _, _, type, _, _, _, context, _ in rows if type == RULE_EXECUTED and context}
    reading = _Reading(record, contexts, connection, dict(connection.execute("SELECT id, name FROM tag")))
    for row in rows:
        reading.take(row)
    query = "SELECT id, ticket_id, created_at, rule_id, public FROM message WHERE rule_id IS NOT NULL ORDER BY id"
    for id, ticket, at, rule, public in connection.execute(query):
        action = NOTE if public == 0 else REPLY
        record.wrote.append(Wrote(ticket, at, reading.message_contexts.get(id), rule, action))
    return record


_Row = tuple[int, int, int, str, str | None, int | None, int | None, str | None, str]
"""ticket, instant, id, type, object type, object, user, context, data."""

_Told = tuple[str, tuple[Value | None, ...]]
"""The field that a recorded change is of, and the values that it gives it: one, or a tag each."""


@dataclass
class _Reading:
    """Events of contexts in which rules ran, by ticket and in time, put where they belong."""

    record: RuleMade
    contexts: set[str]
    connection: sqlite3.Connection
    tags: Mapping[int, str]
    message_contexts: dict[int, str | None] = field(default_factory=dict)
    snoozed: dict[int, bool] = field(default_factory=dict)  # ticket -> its last snooze was a rule's
    woken: set[tuple[int, str | None]] = field(default_factory=set)  # (ticket, context) in which a customer wrote
    parsed: dict[str, Mapping[str, object]] = field(default_factory=dict)
    told: dict[tuple[str, str], _Told | None] = field(default_factory=dict)

    def take(self, row: _Row) -> None:
        """One event."""
        ticket, at, id, type, object_type, object_id, user, context, data = row
        if type == RULE_EXECUTED:
            said = self._data(data)
            title, code = said.get("name"), said.get("code")
            rule = whole_number(said.get("id"))
            named, copy = title if isinstance(title, str) else "", code if isinstance(code, str) else None
            self.record.executed.append(Executed(ticket, at, context, rule, named, copy))
        elif type in KIND_OF:
            self._change(ticket, at, id, type, user, context, data)
        elif type == "ticket-created":
            self._cause(ticket, context, f"ticket:{ticket}")
        elif type == MESSAGE_CREATED:
            own = object_type == "TicketMessage"
            self._message(ticket, context, object_id if own else whole_number(self._data(data).get("message_id")))
        elif type == SURVEY_RESPONDED:
            own = object_type == "SatisfactionSurvey"
            survey = object_id if own else whole_number(self._data(data).get("satisfaction_survey_id"))
            self._cause(ticket, context, f"survey:{survey}")

    def _message(self, ticket: int, context: str | None, message: int | None) -> None:
        query = "SELECT rule_id, from_agent FROM message WHERE id = ?"
        writer = None if message is None else self.connection.execute(query, (message,)).fetchone()
        if message is None or writer is None:
            self.record.lost.add((ticket, context))
            self.woken.add((ticket, context))
        elif writer[0] is None:
            self._cause(ticket, context, f"message:{message}")
            if not writer[1]:
                self.woken.add((ticket, context))
        else:
            self.message_contexts[message] = context

    def _change(
        self, ticket: int, at: int, id: int, type: str, user: int | None, context: str | None, data: str
    ) -> None:
        by_rule = is_rule_made(type, user, context, self.contexts, self.snoozed.get(ticket, False))
        if type == "ticket-snoozed":
            self.snoozed[ticket] = by_rule
        if not by_rule:
            self._cause(ticket, context, f"event:{id}")
        elif type == SELF_UNSNOOZED:
            self.record.wakes[ticket].append((at, context))
        elif type == "ticket-reopened" and (ticket, context) in self.woken:
            self.woken.discard((ticket, context))  # the first one in such a context is the message's own
        else:
            told = self._told(type, data)
            if told is not None:
                name, values = told
                self.record.made.extend([Made(ticket, at, context, name, value) for value in values])

    def _told(self, type: str, data: str) -> _Told | None:
        """What a change says, remembered: most of a type say the same few things."""
        key = type, data
        if key not in self.told:
            self.told[key] = _told(*read_change(KIND_OF[type], data, self.tags)[:2])
        return self.told[key]

    def _cause(self, ticket: int, context: str | None, key: str) -> None:
        if context is not None and context in self.contexts:
            self.record.causes[ticket].setdefault(context, []).append(key)

    def _data(self, text: str) -> Mapping[str, object]:
        """The JSON object of `data`, remembered."""
        found = self.parsed.get(text)
        if found is None:
            try:
                read = json.loads(text)
            except (ValueError, RecursionError):
                read = {}
            found = self.parsed[text] = read if isinstance(read, dict) else {}
        return found


def _told(kind: Kind, value: Value | None) -> _Told | None:
    if kind not in _EFFECTS:
        return None
    name, fixed = _EFFECTS[kind]
    if name == "tags":
        sign = "+" if kind is Kind.TAGS_ADDED else "-"
        return name, tuple(sign + tag for tag in value) if isinstance(value, tuple) else ()
    return name, (value if fixed is None else fixed,)
