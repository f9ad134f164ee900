"""LOOSE: tickets on which views read what is not in the packed state: they are read stand by stand, at every instant.

Such are a subject or snooze that changed, messages and customer fields that rules wrote, custom fields by the clock.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from simulator.engine.memory import Apart
from simulator.engine.moment import CUSTOMER_FIELD, LAST_MESSAGE, TICKET_FIELD, last_message
from simulator.engine.state import SimulatedReply, field_value
from simulator.engine.trace import Trace
from simulator.facts.values import Value
from simulator.outcome import Change, FieldScalar
from simulator.views.asked import MESSAGE, SNOOZE, SUBJECT, Asked, Placed
from simulator.views.between import Turns, turning

_CUSTOMER = "customer.custom_fields."


class Rest(NamedTuple):
    """What is not packed of a ticket's state."""

    subject: str | None
    snooze: int | None = None
    reply: SimulatedReply | None = None  # the last message, where that is a simulated reply
    replied_at: int | None = None  # when the last simulated reply went out


class Stand(NamedTuple):
    """A ticket from an instant on: after an event row, or after what happened between it and the next."""

    at: int
    event: int
    packed: int
    rest: Rest


class Written(NamedTuple):
    """What rules wrote into one custom field of one customer: instants, ascending, and the value from each on."""

    at: list[int]
    values: list[FieldScalar]


CustomerFields = Mapping[int, Mapping[str, Written]]
"""Customer -> custom field -> what rules wrote there."""


class Loose:
    """The tickets of one trace that have to be read stand by stand."""

    def __init__(self, asked: Asked, trace: Trace, turns: Turns, until: int) -> None:
        self.asked, self.trace, self.turns, self.until = asked, trace, turns, until
        self.written = _written(trace) if asked.reads(CUSTOMER_FIELD) else {}
        self._fields = _fields(asked)
        self._always = any(placed.asked.test.path.startswith(TICKET_FIELD) for placed in asked.loose)
        self._moved = [p for p in asked.columns if _is_moved(p.asked.test.path)]
        self._starts: dict[str | None, int] = {}

    def start(self, subject: str | None) -> int:
        """The truth of the loose tests on a ticket of which only the subject says anything."""
        found = self._starts.get(subject)
        if found is None:
            found = self._starts[subject] = self._truth(Stand(0, 0, 0, Rest(subject)), 0, self.asked.loose)
        return found

    def holds(self, row: int) -> bool:
        """Whether a ticket is one of these."""
        if self._always or self.trace.history.tickets[row].customer_id in self.written:
            return True
        return bool(self._fields) and any(c.field in self._fields for step in self._apart(row) for c in step.changes)

    def _apart(self, row: int) -> Iterator[Apart]:
        trace, first = self.trace, self.trace.history.first
        for event in range(first[row], first[row + 1]):
            step = trace.steps[event]
            if isinstance(step, Apart):
                yield step
            yield from trace.later.get(event, ())

    def points(self, row: int) -> Iterator[tuple[int, int]]:
        """(Instant, truth of all tests) of a ticket, at every instant at which a view may turn, in order of time."""
        stands = list(self._stands(row))
        for place, stand in enumerate(stands):
            end = stands[place + 1].at if place + 1 < len(stands) else self.until + 1
            for at in sorted({one for one in self._instants(stand) if stand.at <= one < end}):
                yield at, self._all(stand, at)

    def _stands(self, row: int) -> Iterator[Stand]:
        trace, history = self.trace, self.trace.history
        packed, rest = trace.packed_start(row), Rest(history.tickets[row].subject)
        for event in range(history.first[row], history.first[row + 1]):
            step = trace.steps[event]
            if step is not None:
                if history.message[event] >= 0:
                    rest = rest._replace(reply=None)
                if isinstance(step, Apart):
                    packed, rest = step.packed, self._after(step.changes, event, rest)
                else:
                    packed = (packed ^ trace.moved[event]) & step.keep | step.put
            yield Stand(history.at[event], event, packed, rest)
            for later in trace.later.get(event, ()):
                packed, rest = later.packed, self._after(later.changes, event, rest)
                yield Stand(later.changes[0].at, event, packed, rest)

    def _after(self, changes: Sequence[Change], event: int, rest: Rest) -> Rest:
        for change in changes:
            if change.field == "subject" and (change.after is None or isinstance(change.after, str)):
                rest = rest._replace(subject=change.after)
            elif change.field == "snooze" and (change.after is None or isinstance(change.after, int)):
                rest = rest._replace(snooze=change.after)
            elif change.action == "replyToTicket":
                rest = rest._replace(reply=self._reply(change, event, rest), replied_at=change.at)
        return rest

    def _reply(self, change: Change, event: int, rest: Rest) -> SimulatedReply:
        history = self.trace.history
        receiver = self.asked.bits.facts.seen("ticket.customer.email", event, change.at).value
        channel = history.tickets[history.ticket[event]].channel
        to = receiver if isinstance(receiver, str) else None
        return SimulatedReply(change.at, str(change.after), rest.subject, to, channel, change.rule or "")

    def _instants(self, stand: Stand) -> Iterator[int]:
        yield stand.at
        yield from (at for at, _ in self.turns.get(stand.event, ()))
        for placed in (*self.asked.loose, *self._moved):
            turned = turning(placed, self._value(placed, stand, stand.at))
            if turned is not None:
                yield turned
        for written in self._of_customer(stand.event).values():
            yield from written.at

    def _all(self, stand: Stand, at: int) -> int:
        """The truth of all tests."""
        facts = self.asked.bits.rows[stand.event]
        for instant, truth in self.turns.get(stand.event, ()):
            if instant <= at:
                facts = truth
        for placed in self._moved:
            facts &= ~placed.bit
        again = self._truth(stand, at, (*self.asked.loose, *self._moved))
        return facts | again | self.asked.truths.of(stand.packed)

    def _truth(self, stand: Stand, at: int, tests: Sequence[Placed]) -> int:
        return sum(placed.bit for placed in tests if placed.holds(self._value(placed, stand, at), at))

    def _value(self, placed: Placed, stand: Stand, at: int) -> Value | None:
        """What a loose test, or a test of what rules may have moved, reads."""
        path, rest = placed.asked.test.path, stand.rest
        if path == SUBJECT:
            return rest.subject
        if path == SNOOZE:
            return rest.snooze
        if path.startswith(TICKET_FIELD):
            return field_value(self.asked.packing.fields(stand.packed), path.removeprefix(TICKET_FIELD))
        return self._moved_value(path, stand, at)

    def _moved_value(self, path: str, stand: Stand, at: int) -> Value | None:
        facts, rest = self.asked.bits.facts, stand.rest
        if path == LAST_MESSAGE:
            return last_message(facts, stand.event, at, rest.replied_at).value
        if path.startswith(MESSAGE) and rest.reply is not None:
            return rest.reply.field(path)
        if path.startswith(CUSTOMER_FIELD):
            written = self._of_customer(stand.event).get(path.removeprefix(CUSTOMER_FIELD))
            place = bisect_right(written.at, at) if written else 0
            if written and place:
                return written.values[place - 1]
        return facts.seen(path, stand.event, at).value if _is_moved(path) else None

    def _of_customer(self, event: int) -> Mapping[str, Written]:
        customer = self.trace.history.tickets[self.trace.history.ticket[event]].customer_id
        return {} if customer is None else self.written.get(customer, {})


def _is_moved(path: str) -> bool:
    """Whether rules can move a fact: what a simulated reply says, and customers' custom fields."""
    return path.startswith((MESSAGE, CUSTOMER_FIELD)) or path == LAST_MESSAGE


def _fields(asked: Asked) -> frozenset[str]:
    """The fields of the trail by which a ticket becomes one of these."""
    paths = {placed.asked.test.path for placed in (*asked.loose, *asked.columns)}
    of = {"subject": paths & {SUBJECT}, "snooze": paths & {SNOOZE}}
    of["replies"] = {path for path in paths if path.startswith(MESSAGE) or path == LAST_MESSAGE}
    return frozenset(field for field, read in of.items() if read)


def _written(trace: Trace) -> CustomerFields:
    """What rules wrote into customers' custom fields, in order of time."""
    history, found = trace.history, defaultdict[int, list[Change]](list)
    steps = [(event, step) for event, step in enumerate(trace.steps) if isinstance(step, Apart)]
    steps += [(event, step) for event, later in trace.later.items() for step in later]
    for event, step in steps:
        customer = history.tickets[history.ticket[event]].customer_id
        if customer is not None:
            found[customer] += [change for change in step.changes if change.field.startswith(_CUSTOMER)]
    return {customer: _by_field(changes) for customer, changes in found.items() if changes}


def _by_field(changes: Sequence[Change]) -> dict[str, Written]:
    fields: defaultdict[str, Written] = defaultdict(lambda: Written([], []))
    for change in sorted(changes, key=lambda one: one.at):
        written = fields[change.field.removeprefix(_CUSTOMER)]
        assert not isinstance(change.after, tuple)
        written.at.append(change.at)
        written.values.append(change.after)
    return dict(fields)
