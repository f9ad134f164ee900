"""The walk over a history: each ticket's events in order, by what is remembered, or step by step where that won't do.

What was done step by step is written out at once (texts, instants); what is remembered is spelt out when asked for.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from simulator.engine.common import PHASES, UNPACKED
from simulator.engine.memory import Apart, Entry, Memory
from simulator.engine.moment import Retag, Unpacked, may_reply
from simulator.engine.outside import OUTSIDE, SNOOZE_ENDED
from simulator.engine.packing import SUBJECT
from simulator.engine.phases import REPLY
from simulator.engine.program import Program
from simulator.engine.state import Shared, SimulatedReply
from simulator.engine.step import Occasion, Result, step
from simulator.engine.trace import End, Trace
from simulator.facts.history import Kind
from simulator.instants import format_instant
from simulator.outcome import Change, FieldState, Loop, Match, Refusal, Sent

_UNSHARED = Shared()


class _Ticket:
    """A ticket being replayed: its packed state, and what is not packed of it."""

    __slots__ = ("ends", "packed", "replied_at", "reply", "row", "snooze", "snoozed_by", "subject")

    def __init__(self, packed: int, subject: str | None) -> None:
        self.packed = packed
        self.take(Unpacked(subject))
        self.row = -1  # the last outside event row that was replayed
        self.ends = 0  # ends of snoozes in a row, without an outside event between

    def take(self, rest: Unpacked) -> None:
        """What is not packed becomes this."""
        self.subject, self.snooze, self.snoozed_by, self.reply, self.replied_at = rest

    def wake(self) -> int | None:
        """End the snooze; when it would have ended."""
        before, self.snooze, self.snoozed_by = self.snooze, None, None
        return before

    def rest(self) -> Unpacked:
        """What is not packed."""
        return Unpacked(self.subject, self.snooze, self.snoozed_by, self.reply, self.replied_at)


class _Moved(NamedTuple):
    """A change from outside: the recorded type, the field, its value before and after."""

    type: str
    field: str
    before: FieldState
    after: FieldState


class _Pages:
    """What is done step by step, while it is being done."""

    __slots__ = ("changes", "instants", "loops", "matches", "not_simulated", "phases", "refusals", "sent")

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []
        self.matches: list[Match] = []
        self.instants: list[int] = []  # of the matches
        self.sent: list[Sent] = []
        self.loops: list[Loop] = []
        self.phases: list[str] = []
        self.not_simulated: list[tuple[str, str]] = []

    def apart(self, packed: int) -> Apart:
        """As the trace keeps it; `packed`: the state after."""
        return Apart(
            packed, tuple(self.changes), tuple(self.refusals), tuple(self.matches), tuple(self.instants),
            tuple(self.sent), tuple(self.loops), tuple(self.phases), tuple(self.not_simulated),
        )  # fmt: skip


class Walk:
    """Replays a program, a group of tickets after the other, and leaves the trace."""

    def __init__(self, program: Program, trace: Trace, max_cascade: int, memory: Memory) -> None:
        self.program, self.trace, self.max_cascade, self.memory = program, trace, max_cascade, memory
        self.throttle = program.ruleset.throttle
        self.history, self.common, self.bits = program.bits.facts.history, program.bits.common, program.bits
        self.packing, self.subjects, self.places = self.common.packing, program.subjects, program.places
        self.phases = self.common.phases.tolist()
        self.outside, self.wrote, self.message = self.common.outside, self.common.wrote, self.history.message
        self.looks, self.steps, self.moved = program.looks, trace.steps, trace.moved
        self.tickets: dict[int, _Ticket] = {}
        self.shared = _UNSHARED
        self.ends: list[tuple[int, int]] = []  # (instant, ticket row) of rules' snoozes, a heap

    def run(self, rows: Sequence[int]) -> None:
        """Replay the tickets of one customer, or one ticket, in time order."""
        history, tickets, trace = self.history, self.tickets, self.trace
        ticket_of, at, outside = history.ticket, history.at, self.common.outside
        self._begin(rows)
        for event in self._events(rows):
            if self.ends:
                self._end_snoozes(at[event])
            ticket = tickets[ticket_of[event]]
            ticket.row, ticket.ends = event, 0
            change = outside[event]
            if change is not None and ticket.packed & change.only_free:
                continue
            if not self._by_memory(event, ticket):
                pages = _Pages()
                self._step_by_step(event, ticket, pages)
                trace.steps[event] = pages.apart(ticket.packed)
        if self.ends and history.last is not None:
            self._end_snoozes(history.last)
        for row, ticket in tickets.items():
            trace.ends[row] = End(ticket.packed, ticket.subject, ticket.snooze)

    def _begin(self, rows: Sequence[int]) -> None:
        self.shared = _UNSHARED
        self.ends.clear()
        self.tickets.clear()
        for row in rows:
            start = self.history.tickets[row]
            packed = self.packing.start(start.spam, start.spam_today) | self.subjects[start.subject]
            self.tickets[row] = _Ticket(packed, start.subject)

    def _events(self, rows: Sequence[int]) -> Iterable[int]:
        first = self.history.first
        if len(rows) == 1:
            return range(first[rows[0]], first[rows[0] + 1])
        at = self.history.at
        events = [event for row in rows for event in range(first[row], first[row + 1])]
        return sorted(events, key=lambda event: (at[event], event))

    # by what is remembered

    def _by_memory(self, event: int, ticket: _Ticket) -> bool:
        """Replay an event by a remembered step, or one to remember; False where that cannot be: nothing was done."""
        packed = before = ticket.packed
        change = self.outside[event]
        if change is not None:
            if change is UNPACKED or (change is self.wrote and ticket.snooze is not None):
                return False
            packed = packed & change.keep | change.put
        if ticket.reply is not None and self.message[event] < 0:
            look, row_seen = self._look_at_reply(event, ticket.reply), False
        else:
            look, row_seen = self.looks[event], True
        known = self.memory[look]
        if known.apart or not self._unmoved(look, event, ticket):
            return False
        key = packed & known.care
        entry = known.entries.get(key)
        if entry is None:
            if key in known.entries or not row_seen:
                return False
            entry = self._learn(event, ticket, packed, look)
            if entry is None:
                return False
        elif not row_seen and not entry.quiet:
            return False
        self.steps[event], self.moved[event] = entry, before ^ packed
        ticket.packed = packed & entry.keep | entry.put
        if row_seen:
            ticket.reply = None
        return True

    def _look_at_reply(self, event: int, reply: SimulatedReply) -> int:
        facts = self.bits.with_reply(self.bits.rows[event], reply, self.history.at[event])
        return self.program.look_of(facts, PHASES[self.phases[event]])

    def _unmoved(self, look: int, event: int, ticket: _Ticket) -> bool:
        """Whether the rules possible here see nothing that rules have moved, and that is not in the packed state."""
        places, shared = self.places, self.shared
        if ticket.snooze is not None and look & places.of_snoozes:
            return False
        if ticket.replied_at is not None and look & places.of_last_message:
            return False
        if shared is _UNSHARED:
            return True
        if look & places.replying and not may_reply(shared.replied_at, self.history.at[event], self.throttle):
            return False
        return not (shared.fields and look & places.of_customers)

    def _learn(self, event: int, ticket: _Ticket, packed: int, look: int) -> Entry | None:
        history = self.history
        start, phases = history.tickets[history.ticket[event]], PHASES[self.phases[event]]
        occasion = Occasion(start, event, history.at[event], phases, 0, self.bits.rows[event], look, True)
        rest = ticket.rest()._replace(reply=None)
        return self.memory.keep(look, packed, self._step(occasion, packed, rest))

    def _step(self, occasion: Occasion, packed: int, rest: Unpacked) -> Result:
        self.memory.evaluated += 1
        return step(self.program, occasion, packed, rest, self.shared, self.max_cascade)

    # step by step

    def _step_by_step(self, event: int, ticket: _Ticket, pages: _Pages) -> None:
        """An outside event changes the state first, then its phases run."""
        history = self.history
        if history.message[event] >= 0:
            ticket.reply = None
        start, at, key = history.tickets[history.ticket[event]], history.at[event], history.key[event]
        for moved in self._change_from_outside(event, ticket):
            _write_outside(pages, start.id, key, at, moved)
        facts, look, phases = self.bits.rows[event], self.program.looks[event], PHASES[self.phases[event]]
        plain = ticket.reply is None and not look & self.common.apart
        if ticket.reply is not None:
            facts = self.bits.with_reply(facts, ticket.reply, at)
            look = self.program.look_of(facts, phases)
        elif ticket.replied_at is not None or self.shared.fields:
            plain = plain and not look & (self.places.of_last_message | self.places.of_customers)
        self._event(pages, key, ticket, Occasion(start, event, at, phases, 0, facts, look, plain))

    def _change_from_outside(self, event: int, ticket: _Ticket) -> Iterator[_Moved]:
        """What the event changes, or leaves as it is."""
        change, value = self.common.outside[event], self.history.value[event]
        if change is None:
            return
        if change is not UNPACKED:
            read = self.packing.field
            before, ticket.packed = ticket.packed, ticket.packed & change.keep | change.put
            yield _Moved(change.type, change.field, read(change.field, before), read(change.field, ticket.packed))
            if change is self.common.wrote:
                yield _Moved(change.type, "snooze", ticket.wake(), None)
            return
        kind = self.history.kind[event]
        type, field = OUTSIDE[kind].type, OUTSIDE[kind].field
        if kind == Kind.SELF_UNSNOOZED:
            yield _Moved(type, field, ticket.wake(), None)
        elif kind == Kind.SNOOZED and isinstance(value, int):
            yield _Moved(type, field, ticket.snooze, value)
            ticket.snooze, ticket.snoozed_by = value, None
        elif kind == Kind.SUBJECT_UPDATED and isinstance(value, str):
            yield _Moved(type, field, ticket.subject, value)
            ticket.packed ^= self.subjects[ticket.subject] ^ self.subjects[value]
            ticket.subject = value

    def _event(self, pages: _Pages, key: str, ticket: _Ticket, occasion: Occasion) -> None:
        """An event, wholly: its step, then one event for each reply it sent."""
        quiet = self._quiet(occasion, ticket)
        known = self.memory.quiet.get(quiet) if quiet is not None else None
        if known is not None:
            pages.phases.extend(known)
            return
        packed, rest = ticket.packed, ticket.rest()
        result = self._step(occasion, packed, rest)
        if quiet is not None and self.memory.keep_quiet(quiet, result):
            pages.phases.extend(result.phases)
            return
        self.shared = result.shared
        ticket.take(result.rest)
        ticket.packed = result.packed & ~SUBJECT.mask | self.subjects[result.rest.subject]
        self._write(pages, key, occasion, packed, result)
        self._watch_snooze(occasion.row, rest, result.rest)
        for number, reply in enumerate(result.replies, 1):
            ticket.reply, ticket.replied_at = reply, reply.at
            facts = self.bits.with_reply(occasion.bits, reply, occasion.now)
            look, depth = self.program.look_of(facts, REPLY), occasion.depth + 1
            follow_up = occasion._replace(phases=REPLY, depth=depth, bits=facts, look=look, plain=False)
            self._event(pages, f"{key}/reply:{number}", ticket, follow_up)

    def _quiet(self, occasion: Occasion, ticket: _Ticket) -> tuple[int, int, int] | None:
        """What decides whether any rule matches in this step; None where more than the packed state does."""
        look, places = occasion.look, self.places
        if look & (self.common.apart | places.of_snoozes | places.of_last_message):
            return None
        if occasion.depth > self.max_cascade or (self.shared.fields and look & places.of_customers):
            return None
        return look, occasion.depth, ticket.packed & self.memory[look].care

    def _write(self, pages: _Pages, key: str, occasion: Occasion, packed: int, result: Result) -> None:
        id, at, names = occasion.ticket.id, occasion.now, self.packing.names
        for effect in result.effects:
            if isinstance(effect, Retag):
                before, packed = packed, packed & ~effect.removed | effect.added
                pages.changes.append(Change(id, key, at, *effect[:5], "tags", names(before), names(packed)))
            elif effect.reason:
                pages.refusals.append(Refusal(id, key, at, *effect))
            else:
                pages.changes.append(Change(id, key, at, *effect[:-1]))
        for hit in result.hits:
            today, missing = self.trace.flags_of(hit, occasion.row)
            pages.matches.append(Match(id, key, hit.trigger, hit.depth, hit.rule, today, missing))
            pages.instants.append(at)
        pages.sent.extend(result.sent)
        pages.phases.extend(result.phases)
        pages.not_simulated.extend(result.not_simulated)
        if result.loop is not None:
            pages.loops.append(Loop(id, key, "cascade", result.loop))

    # ends of snoozes

    def _watch_snooze(self, event: int, before: Unpacked, after: Unpacked) -> None:
        """A snooze that a rule has just set will end by itself."""
        snooze, by = after.snooze, after.snoozed_by
        if snooze is not None and by is not None and (snooze, by) != (before.snooze, before.snoozed_by):
            heapq.heappush(self.ends, (snooze, self.history.ticket[event]))

    def _end_snoozes(self, until: int) -> None:
        """All ends of rules' snoozes up to an instant, by instant and ticket id, before any outside event of it."""
        while self.ends and self.ends[0][0] <= until:
            at, row = heapq.heappop(self.ends)
            ticket = self.tickets[row]
            by = ticket.snoozed_by
            if ticket.snooze == at and by is not None:
                self._end_snooze(ticket, by, at, row)

    def _end_snooze(self, ticket: _Ticket, by: str, at: int, row: int) -> None:
        start, pages = self.history.tickets[row], _Pages()
        key = f"unsnooze:{start.id}@{format_instant(at)}"
        moved = _Moved(SNOOZE_ENDED.type, SNOOZE_ENDED.field, ticket.wake(), None)
        _write_outside(pages, start.id, key, at, moved)
        if ticket.ends >= self.max_cascade:
            pages.loops.append(Loop(start.id, key, "snooze", (by,)))
        else:
            ticket.ends += 1
            facts = self.bits.at(ticket.row, at)
            if ticket.reply is not None:
                facts = self.bits.with_reply(facts, ticket.reply, at)
            look = self.program.look_of(facts, SNOOZE_ENDED.phases)
            self._event(pages, key, ticket, Occasion(start, ticket.row, at, SNOOZE_ENDED.phases, 0, facts, look, False))
        self.trace.later.setdefault(ticket.row, []).append(pages.apart(ticket.packed))


def _write_outside(pages: _Pages, ticket: int, key: str, at: int, moved: _Moved) -> None:
    if moved.before != moved.after:
        pages.changes.append(Change(ticket, key, at, "", 0, None, "", *moved))
