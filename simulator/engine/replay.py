"""Replay: history run through a program, one customer's tickets at a time, in the order of replay.

`replay` is closed under partition by customer: the outcome of a set of whole customers depends on nothing else.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from simulator.engine.columns import Bits
from simulator.engine.delta import merged, touched_by_edits
from simulator.engine.memory import CAPACITY
from simulator.engine.outside import (
    CUSTOMER_WROTE,
    OUTSIDE,
    REPLY_PHASES,
    SNOOZE_ENDED,
    WITHOUT_MESSAGE,
    Recorded,
    plain,
)
from simulator.engine.program import Program, compile_program, fact_tests_of
from simulator.engine.state import Shared, State, final, starting
from simulator.engine.step import Occasion, Result, Stepper
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.history import Kind
from simulator.facts.values import Value
from simulator.instants import format_instant
from simulator.outcome import Change, Loop, Match, Outcome, Refusal, Sent, TicketOutcome
from simulator.rules.model import RuleSet

DEFAULT_CASCADE = 5
"""How many levels deep rules may trigger rules: six runs of ticket-updated at most."""


def bits_for(facts: Facts, rulesets: Iterable[RuleSet]) -> Bits:
    """The columns that some rule sets need, together: each distinct fact condition once."""
    return Bits(facts, (test for ruleset in rulesets for test in fact_tests_of(ruleset)))


def replay(
    ruleset: RuleSet,
    bits: Bits,
    directory: Directory,
    max_cascade: int = DEFAULT_CASCADE,
    tickets: Collection[int] | None = None,
    memory: int = CAPACITY,
) -> Outcome:
    """The outcome of a rule set on a snapshot, or on some of its tickets (ids; whole customers, or it is not exact).

    `memory`: how many steps are remembered at most; whatever it is, the outcome is the same.
    """
    return run_program(compile_program(ruleset, bits, directory), directory, max_cascade, tickets, memory)


def replay_edits(
    before: Program,
    after: Program,
    outcome: Outcome,
    changed: Collection[str],
    directory: Directory,
    max_cascade: int = DEFAULT_CASCADE,
) -> Outcome:
    """The candidate's outcome, given the baseline's and the ids of the rules that differ: that of a whole replay."""
    tickets = touched_by_edits(before, after, changed, outcome)
    return merged(outcome, run_program(after, directory, max_cascade, tickets))


def run_program(
    program: Program,
    directory: Directory,
    max_cascade: int,
    tickets: Collection[int] | None = None,
    memory: int = CAPACITY,
) -> Outcome:
    """The outcome of a compiled rule set."""
    facts = program.bits.facts
    stepper = Stepper(program, facts, directory, max_cascade, memory)
    outcomes: dict[int, TicketOutcome] = {}
    for group in _groups(facts, program.shares, tickets):
        for outcome in _Group(program, stepper, max_cascade, group).run():
            outcomes[outcome.ticket] = outcome
    return Outcome({ticket: outcomes[ticket] for ticket in sorted(outcomes)})


def _groups(facts: Facts, shares: bool, tickets: Collection[int] | None) -> Iterator[list[int]]:
    """Ticket rows that must run together: a customer's, where rules reply or write customer fields; else one each."""
    wanted = None if tickets is None else set(tickets)
    by_customer: dict[int, list[int]] = defaultdict(list)
    for row, ticket in enumerate(facts.history.tickets):
        if wanted is not None and ticket.id not in wanted:
            continue
        if shares and ticket.customer_id is not None:
            by_customer[ticket.customer_id].append(row)
        else:
            yield [row]
    yield from by_customer.values()


class _Ticket:
    """A ticket being replayed: its state, and what has happened on it so far."""

    __slots__ = (
        "changes",
        "ends",
        "left_out",
        "loops",
        "matches",
        "phases",
        "refusals",
        "row",
        "sent",
        "skipped",
        "state",
    )

    def __init__(self, state: State) -> None:
        self.state = state
        self.row = -1  # the last outside event row that was replayed
        self.ends = 0  # ends of snoozes in a row, without an outside event between
        self.changes: list[Change] = []
        self.refusals: list[Refusal] = []
        self.matches: list[Match] = []
        self.sent: list[Sent] = []
        self.loops: list[Loop] = []
        self.phases: list[str] = []
        self.skipped = 0
        self.left_out: list[tuple[str, str]] = []


class _Group:
    """The tickets of one customer, or one ticket: replayed in time order."""

    def __init__(self, program: Program, stepper: Stepper, max_cascade: int, rows: Sequence[int]) -> None:
        self.program, self.stepper, self.max_cascade = program, stepper, max_cascade
        self.history = program.bits.facts.history
        self.rows = rows
        self.tickets = {row: _Ticket(starting(self.history.tickets[row])) for row in rows}
        self.shared = Shared()
        self.ends: list[tuple[int, int]] = []  # (instant, ticket row) of rules' snoozes, a heap

    def run(self) -> Iterator[TicketOutcome]:
        history = self.history
        for event in self._events():
            self._end_snoozes(history.at[event])
            self._outside(event)
        if history.last is not None:
            self._end_snoozes(history.last)
        for row in self.rows:
            yield self._outcome(row)

    def _events(self) -> Iterable[int]:
        first = self.history.first
        if len(self.rows) == 1:
            return range(first[self.rows[0]], first[self.rows[0] + 1])
        events = [event for row in self.rows for event in range(first[row], first[row + 1])]
        at = self.history.at
        return sorted(events, key=lambda event: (at[event], event))

    def _outside(self, event: int) -> None:
        """An outside event changes the state first, then its phases run."""
        history, program = self.history, self.program
        row, at, kind = history.ticket[event], history.at[event], history.kind[event]
        ticket = self.tickets[row]
        ticket.row, ticket.ends = event, 0
        if history.automatic[event] and _taken(kind, ticket.state):
            ticket.skipped += 1
            return
        recorded = OUTSIDE[kind]
        phases = recorded.phases
        if history.message[event] >= 0:
            self._message(ticket, event)
        elif kind == Kind.CREATED:
            phases = WITHOUT_MESSAGE
        else:
            self._change(ticket, "", at, recorded, history.value[event])
        bits, reply = program.bits.rows[event], ticket.state.reply
        possible: int | None = program.possible[event]
        if reply is not None:
            bits, possible = program.bits.with_reply(bits, reply, at), None
        occasion = Occasion(history.tickets[row], event, at, phases, 0, bits, possible, reply is None)
        self._event(ticket, "", occasion)

    def _message(self, ticket: _Ticket, event: int) -> None:
        """A message takes the place of a simulated reply; a customer's also opens the ticket and wakes it."""
        if ticket.state.reply is not None:
            ticket.state = ticket.state._replace(reply=None)
        if self.history.from_customer[event]:
            for recorded in CUSTOMER_WROTE:
                self._change(ticket, "", self.history.at[event], recorded, None)

    def _change(self, ticket: _Ticket, key: str, at: int, recorded: Recorded, value: Value | None) -> None:
        """Apply an outside change, and write it down if it changed the value."""
        before = ticket.state
        after = ticket.state = recorded.apply(before, value)
        if before is after or not recorded.field:
            return
        old, new = getattr(before, recorded.field), getattr(after, recorded.field)
        if old != new:
            id = self.history.tickets[self.history.ticket[ticket.row]].id
            what = recorded.type, recorded.field, plain(old), plain(new)
            ticket.changes.append(Change(id, self._key(key, ticket.row), at, "", 0, None, "", *what))

    def _key(self, key: str, event: int) -> str:
        """The name of an event: its own, or that of the outside event whose row it is."""
        return key or self.history.key[event]

    def _event(self, ticket: _Ticket, key: str, occasion: Occasion) -> None:
        """An event, wholly: its step, then one event for each reply it sent."""
        before = ticket.state
        result = self.stepper.step(occasion, before, self.shared)
        ticket.phases.extend(result.phases)
        if result.hits or result.effects or result.loop is not None or result.not_simulated:
            ticket.state, self.shared = result.state, result.shared
            self._keep(ticket, self._key(key, occasion.row), occasion, result)
            self._watch_snooze(ticket, before)
        for number, reply in enumerate(result.replies, 1):
            ticket.state = ticket.state._replace(reply=reply, replied_at=reply.at)
            follow_up = occasion._replace(
                phases=REPLY_PHASES,
                depth=occasion.depth + 1,
                bits=self.program.bits.with_reply(occasion.bits, reply, occasion.now),
                possible=None,
                plain=False,
            )
            self._event(ticket, f"{self._key(key, occasion.row)}/reply:{number}", follow_up)

    def _keep(self, ticket: _Ticket, key: str, occasion: Occasion, result: Result) -> None:
        id, at = occasion.ticket.id, occasion.now
        for effect in result.effects:
            if effect.reason:
                ticket.refusals.append(Refusal(id, key, at, *effect))
            else:
                ticket.changes.append(Change(id, key, at, *effect[:-1]))
        ticket.matches.extend([Match(id, key, *hit) for hit in result.hits])
        ticket.sent.extend(result.sent)
        ticket.left_out.extend(result.not_simulated)
        if result.loop is not None:
            ticket.loops.append(Loop(id, key, "cascade", result.loop))

    def _watch_snooze(self, ticket: _Ticket, before: State) -> None:
        """A snooze that a rule has just set will end by itself."""
        snooze, by = ticket.state.snooze, ticket.state.snoozed_by
        if snooze is not None and by is not None and (snooze, by) != (before.snooze, before.snoozed_by):
            heapq.heappush(self.ends, (snooze, self.history.ticket[ticket.row]))

    def _end_snoozes(self, until: int) -> None:
        """All ends of rules' snoozes up to an instant, by instant and ticket id, before any outside event of it."""
        history = self.history
        while self.ends and self.ends[0][0] <= until:
            at, row = heapq.heappop(self.ends)
            ticket = self.tickets[row]
            by, start = ticket.state.snoozed_by, history.tickets[row]
            if ticket.state.snooze != at or by is None:
                continue
            key = f"unsnooze:{start.id}@{format_instant(at)}"
            self._change(ticket, key, at, SNOOZE_ENDED, None)
            if ticket.ends >= self.max_cascade:
                ticket.loops.append(Loop(start.id, key, "snooze", (by,)))
                continue
            ticket.ends += 1
            bits, reply = self.program.bits.at(ticket.row, at), ticket.state.reply
            if reply is not None:
                bits = self.program.bits.with_reply(bits, reply, at)
            self._event(ticket, key, Occasion(start, ticket.row, at, SNOOZE_ENDED.phases, 0, bits, None, False))

    def _outcome(self, row: int) -> TicketOutcome:
        ticket = self.tickets[row]
        return TicketOutcome(
            ticket=self.history.tickets[row].id,
            final=final(ticket.state),
            changes=tuple(ticket.changes),
            refusals=tuple(ticket.refusals),
            matches=tuple(ticket.matches),
            sent=tuple(ticket.sent),
            loops=tuple(ticket.loops),
            phases=dict(sorted(Counter(ticket.phases).items())),
            skipped_assignments=ticket.skipped,
            not_simulated=tuple(ticket.left_out),
        )


def _taken(kind: int, state: State) -> bool:
    """Whether an automatic assignment finds the ticket assigned already."""
    return (kind == Kind.ASSIGNED and state.assignee is not None) or (
        kind == Kind.TEAM_ASSIGNED and state.team is not None
    )
