"""TRACE: what a replay did at each event row, kept short; the outcome of a ticket is spelt out when it is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

import numpy as np

from simulator.engine.columns import Bits
from simulator.engine.common import Outside
from simulator.engine.memory import Apart, Entry
from simulator.engine.moment import Hit, Retag
from simulator.engine.provenance import row_flags
from simulator.engine.spread import spread
from simulator.flow import Flow
from simulator.outcome import Change, Final, Loop, Match, Outcome, Refusal, Sent, TicketOutcome


class End(NamedTuple):
    """How a ticket ends."""

    packed: int
    subject: str | None
    snooze: int | None


class Trace:
    """`steps[i]`: what was done at event row `i`; None where an automatic assignment found the ticket taken.

    `moved[i]`: the bits that the event itself turned, 0 where it turned none or `steps[i]` says it.
    `later[i]`: what was done after that, before the ticket's next event: ends of snoozes.
    `ends`: ticket row -> how it ends. Rows of tickets that were not replayed hold nothing.
    """

    def __init__(self, bits: Bits) -> None:
        self.bits, self.common, self.history = bits, bits.common, bits.facts.history
        self.steps: list[Entry | Apart | None] = [None] * len(self.history.at)
        self.moved: list[int] = [0] * len(self.history.at)
        self.later: dict[int, list[Apart]] = {}
        self.ends: dict[int, End] = {}
        self._flags: dict[int, tuple[bytes, bytes]] = {}

    def flags(self, columns: int) -> tuple[bytes, bytes]:
        """Of some columns, by number: for each row, whether one holds only today's value, or none."""
        found = self._flags.get(columns)
        if found is None:
            paths = self.common.things[columns]
            assert isinstance(paths, tuple)
            today, missing = row_flags(self.bits, paths)
            found = self._flags[columns] = today.astype(np.uint8).tobytes(), missing.astype(np.uint8).tobytes()
        return found

    def flags_of(self, hit: Hit, event: int) -> tuple[bool, bool]:
        """Whether a match at an event row rests on a value of today only, or on a missing one."""
        if hit.columns < 0:
            return hit.today, hit.missing
        today, missing = self.flags(hit.columns)
        return hit.today or today[event] != 0, hit.missing or missing[event] != 0

    @cached_property
    def row(self) -> dict[int, int]:
        """The row of each replayed ticket, by its id, ascending."""
        return {self.history.tickets[row].id: row for row in sorted(self.ends)}

    def unlike(self, other: Trace) -> set[int]:
        """The rows of the tickets on which something else was done."""
        pairs = zip(self.steps, other.steps, strict=True)
        differ = [event for event, (mine, others) in enumerate(pairs) if mine is not others and _differ(mine, others)]
        differ += [event for event in {*self.later, *other.later} if self._ended(event) != other._ended(event)]
        return {self.history.ticket[event] for event in differ}

    def _ended(self, event: int) -> list[tuple[object, object]]:
        return [(done.changes, done.sent) for done in self.later.get(event, ())]

    def packed_start(self, row: int) -> int:
        """The packed state of a ticket before its creation."""
        start = self.history.tickets[row]
        return self.common.packing.start(start.spam, start.spam_today)

    def final(self, row: int) -> Final:
        """How a ticket ends, as an outcome keeps it."""
        packed, subject, snooze = self.ends[row]
        return self.common.packing.final(packed)._replace(subject=subject, snooze=snooze)

    def with_others(self, other: Trace) -> Trace:
        """This trace, with the tickets that `other` replayed in their places."""
        merged, first = Trace(self.bits), self.history.first
        merged.steps, merged.moved, merged.ends = list(self.steps), list(self.moved), {**self.ends, **other.ends}
        kept = {event: done for event, done in self.later.items() if self.history.ticket[event] not in other.ends}
        merged.later = {**kept, **other.later}
        for row in other.ends:
            events = slice(first[row], first[row + 1])
            merged.steps[events], merged.moved[events] = other.steps[events], other.moved[events]
        return merged

    def ticket(self, row: int, brief: bool = False) -> TicketOutcome:
        """All that happened on a ticket, spelt out; `brief`: without matches and phase runs."""
        return _Spelt(self, row, brief).outcome()


def _differ(mine: Entry | Apart | None, others: Entry | Apart | None) -> bool:
    """Whether two steps on the same state changed, or sent, something else."""
    if isinstance(mine, Entry) and isinstance(others, Entry):
        return mine.number != others.number
    if isinstance(mine, Apart) and isinstance(others, Apart):
        return mine.changes != others.changes or mine.sent != others.sent
    return True


class _Spelt:
    """One ticket while its steps are read."""

    def __init__(self, trace: Trace, row: int, brief: bool) -> None:
        self.trace, self.row, self.id, self.brief = trace, row, trace.history.tickets[row].id, brief
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []
        self.matches: list[Match] = []
        self.sent: list[Sent] = []
        self.loops: list[Loop] = []
        self.phases: Counter[str] = Counter()
        self.not_simulated: list[tuple[str, str]] = []
        self.skipped = 0

    def outcome(self) -> TicketOutcome:
        trace, first = self.trace, self.trace.history.first
        packed = trace.packed_start(self.row)
        for event in range(first[self.row], first[self.row + 1]):
            step = trace.steps[event]
            if step is None:
                self.skipped += 1
            elif isinstance(step, Apart):
                self._apart(step)
                packed = step.packed
            else:
                if trace.moved[event]:
                    packed = self._outside(event, packed)
                if step.effects or step.hits or step.loop is not None or step.not_simulated:
                    self._entry(event, step, packed)
                if not self.brief:
                    self.phases.update(step.phases)
                packed = packed & step.keep | step.put
            for later in trace.later.get(event, ()):
                self._apart(later)
                packed = later.packed
        return TicketOutcome(
            ticket=self.id,
            final=trace.final(self.row),
            changes=tuple(self.changes),
            refusals=tuple(self.refusals),
            matches=tuple(self.matches),
            sent=tuple(self.sent),
            loops=tuple(self.loops),
            phases=dict(sorted(self.phases.items())),
            skipped_assignments=self.skipped,
            not_simulated=tuple(self.not_simulated),
        )

    def _apart(self, step: Apart) -> None:
        self.changes.extend(step.changes)
        self.refusals.extend(step.refusals)
        self.matches.extend(step.matches)
        self.sent.extend(step.sent)
        self.loops.extend(step.loops)
        self.phases.update(step.phases)
        self.not_simulated.extend(step.not_simulated)

    def _outside(self, event: int, before: int) -> int:
        trace = self.trace
        after = before ^ trace.moved[event]
        change = trace.common.outside[event]
        assert isinstance(change, Outside)
        old, new = (trace.common.packing.field(change.field, packed) for packed in (before, after))
        at, key = trace.history.at[event], trace.history.key[event]
        self.changes.append(Change(self.id, key, at, "", 0, None, "", change.type, change.field, old, new))
        return after

    def _entry(self, event: int, step: Entry, packed: int) -> None:
        at, key, names = self.trace.history.at[event], self.trace.history.key[event], self.trace.common.packing.names
        for effect in step.effects:
            if isinstance(effect, Retag):
                before = names(packed)
                packed = packed & ~effect.removed | effect.added
                self.changes.append(Change(self.id, key, at, *effect[:5], "tags", before, names(packed)))
            elif effect.reason:
                self.refusals.append(Refusal(self.id, key, at, *effect))
            else:
                self.changes.append(Change(self.id, key, at, *effect[:-1]))
        for hit in () if self.brief else step.hits:
            today, missing = self.trace.flags_of(hit, event)
            self.matches.append(Match(self.id, key, hit.trigger, hit.depth, hit.rule, today, missing))
        self.not_simulated.extend(step.not_simulated)
        if step.loop is not None:
            self.loops.append(Loop(self.id, key, "cascade", step.loop))


class _Tickets(Mapping[int, TicketOutcome]):
    """Outcomes by ticket id, ascending; each is made when it is asked for, and the last few are kept."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._row = trace.row
        self._kept: dict[int, TicketOutcome] = {}

    def __getitem__(self, ticket: int) -> TicketOutcome:
        found = self._kept.get(ticket)
        if found is None:
            found = self._trace.ticket(self._row[ticket])
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[ticket] = found
        return found

    def __iter__(self) -> Iterator[int]:
        return iter(self._row)

    def __len__(self) -> int:
        return len(self._row)

    def __contains__(self, ticket: object) -> bool:
        return ticket in self._row


_KEPT = 2_000


class Traced(Outcome):
    """An outcome that is spelt out ticket by ticket, when it is asked for."""

    trace: Trace

    def __init__(self, trace: Trace) -> None:
        object.__setattr__(self, "trace", trace)
        super().__init__(_Tickets(trace))

    def final(self, ticket: int) -> Final:
        """How a ticket ends."""
        return self.trace.final(self.trace.row[ticket])

    def standing(self, ticket: int) -> Final:
        """How a ticket ends, without subject and snooze."""
        return self.trace.common.packing.final(self.trace.ends[self.trace.row[ticket]].packed)

    def deeds(self, ticket: int) -> TicketOutcome:
        """What was done on a ticket, without matches and phase runs."""
        return self.trace.ticket(self.trace.row[ticket], brief=True)

    def unlike(self, other: Outcome, tickets: Collection[int]) -> list[int]:
        """Those of the tickets on which another outcome may differ, ascending."""
        if not isinstance(other, Traced) or other.trace.bits is not self.trace.bits:
            return super().unlike(other, tickets)
        unlike = self.trace.unlike(other.trace)
        return [ticket for ticket in sorted(tickets) if self.trace.row[ticket] in unlike]

    def flow(self, instants: Mapping[str, int]) -> Flow:
        """The outcome as columns."""
        trace = self.trace
        return spread(trace.steps, trace.moved, trace.later, trace.bits, trace.flags)
