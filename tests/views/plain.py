"""Views counted again by plain code, from the lines of the trail: one ticket, one instant, one condition at a time."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from simulator.explain.moment import of_reply
from simulator.explain.state import Reply
from simulator.explain.truth import examine, readable
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.history import Start
from simulator.facts.values import MISSING, Provenance, Seen, Value
from simulator.instants import parse_instant
from simulator.outcome import Outcome
from simulator.report.trail import trail_lines
from simulator.rules.model import Test
from simulator.rules.walk import tests_in
from simulator.views.values import Definition

Json = dict[str, Any]


class Written(NamedTuple):
    """A line of the trail, or an outside change, which the trail leaves out."""

    event: str
    at: int
    action: str
    field: str
    after: Value | None
    rule: str | None


def written_on(outcome: Outcome, reported: list[int]) -> dict[int, list[Written]]:
    """All that changed on each ticket: rules' changes by the JSON Lines of the trail, the others by the outcome."""
    nothing = Outcome({ticket: outcome.tickets[ticket] for ticket in reported})
    lines: defaultdict[int, list[Json]] = defaultdict(list)
    for text in trail_lines(nothing, nothing, frozenset(reported)):
        line = json.loads(text, parse_float=Decimal)
        if line["side"] == "baseline":
            lines[line["ticket"]].append(line)
    found = {}
    for ticket in reported:
        told = iter(lines[ticket])
        found[ticket] = [_of_line(next(told)) if c.rule else _outside(c) for c in outcome.tickets[ticket].changes]
        assert next(told, None) is None, "the trail says more than the outcome"
    return found


def _of_line(line: Json) -> Written:
    after: Value | None = tuple(line["after"]) if isinstance(line["after"], list) else line["after"]
    if line["field"] == "snooze" and isinstance(after, str):
        after = parse_instant(after)
    return Written(line["event"], parse_instant(line["at"]), line["action"], line["field"], after, line["rule"])


def _outside(change: Any) -> Written:
    return Written(change.event, change.at, change.action, change.field, change.after, None)


class Plain:
    """The tickets of one side."""

    def __init__(self, outcome: Outcome, reported: list[int], facts: Facts, directory: Directory) -> None:
        self.facts, self.directory, self.history = facts, directory, facts.history
        self.written = written_on(outcome, reported)
        self.starts: dict[int, Start] = {start.id: start for start in self.history.tickets}
        self.rows = {start.id: row for row, start in enumerate(self.history.tickets)}
        self.of_customer: defaultdict[int | None, list[int]] = defaultdict(list)
        for id in reported:
            self.of_customer[self.starts[id].customer_id].append(id)

    def holds(self, ask: Definition, ticket: int, now: int) -> bool:
        """Whether the ticket stands in the view at this instant."""
        first = self.history.first[self.rows[ticket]]
        if now < self.history.at[first] or self._last(ticket, "trashed", now, False):
            return False
        return examine(ask.condition, lambda path: self.seen(path, ticket, now), now, ask.hours).holds

    def seen(self, path: str, ticket: int, now: int) -> Seen:
        """A field at an instant."""
        value = self.value(path, ticket, now)
        return MISSING if value is None else Seen(value, Provenance.AS_OF)

    def value(self, path: str, ticket: int, now: int) -> Value | None:
        """The same, without its provenance."""
        start = self.starts[ticket]
        row = max(row for row in self._events(ticket) if self.history.at[row] <= now)
        if path == "event.type":
            return None
        if path == "ticket.assignee_user.email":
            assignee = self._last(ticket, "assignee", now, None)
            return self.directory.agent_email(assignee if isinstance(assignee, int) else None)
        if path in _FIELDS:
            field, empty = _FIELDS[path]
            starts: dict[str, Value | None] = {"subject": start.subject, "spam": start.spam}
            return self._last(ticket, field, now, starts.get(field, empty))
        if path.startswith("ticket.custom_fields."):
            return self._last(ticket, path.removeprefix("ticket."), now, None)
        if path.startswith("ticket.customer.custom_fields."):
            written = self._of_customer(start, path.removeprefix("ticket."), now)
            if written is not None:
                return written.after
        reply = next((one for one in reversed(self._until(ticket, now)) if one.action == "replyToTicket"), None)
        if reply is not None:
            if path == "ticket.last_message_datetime":
                outside = self.facts.seen(path, row, now).value
                return max(outside, reply.at) if isinstance(outside, int) else reply.at
            if path.startswith("message.") and not self._spoken_since(ticket, reply, now):
                return self._of_reply(path, ticket, reply)
        return self.facts.seen(path, row, now).value

    def _of_reply(self, path: str, ticket: int, reply: Written) -> Value | None:
        email = self.facts.seen("ticket.customer.email", self.history.first[self.rows[ticket]], reply.at).value
        before = self.written[ticket][: self.written[ticket].index(reply)]
        subjects = [one.after for one in before if one.field == "subject"]
        subject = str(subjects[-1]) if subjects else self.starts[ticket].subject
        channel = self.starts[ticket].channel
        to = email if isinstance(email, str) else None
        return of_reply(Reply(reply.at, reply.rule or "", str(reply.after), subject, channel, to), path)

    def _spoken_since(self, ticket: int, reply: Written, now: int) -> bool:
        """Whether an outside message came after the event at which the reply was sent."""
        sent_at = max(
            (row for row in self._events(ticket) if self.history.key[row] == reply.event.partition("/")[0]),
            default=max(row for row in self._events(ticket) if self.history.at[row] <= reply.at),
        )
        return any(
            row > sent_at and self.history.message[row] >= 0 and self.history.at[row] <= now
            for row in self._events(ticket)
        )

    def _of_customer(self, start: Start, field: str, now: int) -> Written | None:
        ids = [start.id] if start.customer_id is None else self.of_customer[start.customer_id]
        found = [one for id in ids for one in self._until(id, now) if one.field == field]
        return max(found, key=lambda one: one.at, default=None)

    def _until(self, ticket: int, now: int) -> list[Written]:
        return [one for one in self.written[ticket] if one.at <= now]

    def _last(self, ticket: int, field: str, now: int, empty: Value | None) -> Value | None:
        return next((one.after for one in reversed(self._until(ticket, now)) if one.field == field), empty)

    def _events(self, ticket: int) -> range:
        row = self.rows[ticket]
        return range(self.history.first[row], self.history.first[row + 1])

    def instants(self, ask: Definition, ticket: int, more: list[int]) -> list[int]:
        """Every instant at which the view may turn, `more` among them (such as those of orders), up to the end."""
        assert self.history.last is not None
        known = {self.history.at[row] for row in self._events(ticket)} | {*more}
        ids = self.of_customer[self.starts[ticket].customer_id] or [ticket]
        known |= {one.at for id in ids for one in self.written[id]}
        begins = self.history.at[self._events(ticket)[0]]
        for _ in range(2):  # what an age turns on may itself have changed at such an instant
            for test in tests_in(ask.condition):
                if test.operator in ("gteTimedelta", "lteTimedelta"):
                    known |= set(self._turns(test, ask, ticket, [at for at in known if at >= begins]))
        return sorted(at for at in known if begins <= at <= self.history.last)

    def _turns(self, test: Test, ask: Definition, ticket: int, instants: list[int]) -> Iterator[int]:
        for at in instants:
            value = readable(test, self.value(test.path, ticket, at), ask.hours.zone)
            if isinstance(value, int) and isinstance(test.operand, int):
                yield value + test.operand
                yield value + test.operand + 1

    def stays(self, ask: Definition, ticket: int, more: list[int]) -> list[tuple[int, int | None]]:
        """When the ticket comes into the view and when it leaves it, None where it is there at the end."""
        found: list[tuple[int, int | None]] = []
        for at in self.instants(ask, ticket, more):
            there = bool(found) and found[-1][1] is None
            if self.holds(ask, ticket, at) != there:
                if there:
                    found[-1] = found[-1][0], at
                else:
                    found.append((at, None))
        return found


_FIELDS: dict[str, tuple[str, Value | None]] = {
    "ticket.tags.name": ("tags", ()),
    "ticket.priority": ("priority", "normal"),
    "ticket.status": ("status", "open"),
    "ticket.assignee_user_id": ("assignee", None),
    "ticket.assignee_team_id": ("team", None),
    "ticket.subject": ("subject", None),
    "ticket.spam": ("spam", False),
    "ticket.snooze_datetime": ("snooze", None),
}
