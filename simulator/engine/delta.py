"""Deltas: the candidate is replayed only where an edit can matter; elsewhere the baseline's outcome stands.

A ticket can end differently only if a changed rule, in either version, could act or match in one of its events, with
state conditions taken as possible. Events that only the replay makes (replies, ends of snoozes) are no rows of the
columns: a ticket on which the baseline made one is replayed. Where rules share something among a customer's tickets,
so are that customer's other tickets. By induction over the events of any other ticket, both sides do the same there.
"""

from __future__ import annotations

from collections.abc import Collection

from simulator.engine.outside import OUTSIDE, SNOOZE_ENDED
from simulator.engine.program import Program
from simulator.engine.step import ASSIGNED, UPDATED
from simulator.outcome import Outcome, TicketOutcome


def touched_by_edits(before: Program, after: Program, changed: Collection[str], outcome: Outcome) -> frozenset[int]:
    """The ids of the tickets to replay under the candidate. `changed`: ids of rules; `outcome`: the baseline's."""
    history = before.bits.facts.history
    possible = _possible_rows(before, changed) | _possible_rows(after, changed)
    rows = {history.ticket[event] for event in possible}
    rows.update(row for row, start in enumerate(history.tickets) if _has_own_events(outcome.tickets[start.id]))
    if before.shares or after.shares:
        people = {history.tickets[row].customer_id for row in rows} - {None}
        rows.update(row for row, start in enumerate(history.tickets) if start.customer_id in people)
    return frozenset(history.tickets[row].id for row in rows)


def _possible_rows(program: Program, changed: Collection[str]) -> set[int]:
    """The event rows in which a changed rule could act or match, in a phase that the event may run."""
    places = {
        kind: sum(
            1 << asked.place
            for trigger in {*recorded.phases, *_CASCADE}
            for asked in program.by_trigger.get(trigger, ())
            if asked.rule.id in changed
        )
        for kind, recorded in OUTSIDE.items()
    }
    kinds = zip(program.bits.facts.history.kind, program.possible, strict=True)
    return {event for event, (kind, possible) in enumerate(kinds) if possible & places[kind]}


_CASCADE = (UPDATED, ASSIGNED)
"""The phases that any event may run beside its own, when a rule changes something."""


def _has_own_events(outcome: TicketOutcome) -> bool:
    """Whether the replay made events on this ticket: a reply's, or the end of a snooze."""
    return any(sent.action == "replyToTicket" for sent in outcome.sent) or any(
        change.action == SNOOZE_ENDED.type for change in outcome.changes
    )


def merged(outcome: Outcome, replayed: Outcome) -> Outcome:
    """The baseline's outcome with the replayed tickets in their places."""
    return Outcome({id: replayed.tickets.get(id, one) for id, one in outcome.tickets.items()})
