"""Deltas: the candidate is replayed only where an edit can matter; elsewhere the baseline's outcome stands.

A ticket can end differently only if a changed rule, in either version, could act or match in one of its events, with
state conditions taken as possible. Events that only the replay makes (replies, ends of snoozes) are no rows of the
columns: a ticket on which the baseline made one is replayed. Where rules share something among a customer's tickets,
so are that customer's other tickets. By induction over the events of any other ticket, both sides do the same there.
"""

from __future__ import annotations

from collections.abc import Collection

from simulator.engine.memory import Apart
from simulator.engine.program import Program
from simulator.engine.trace import Trace


def touched_by_edits(before: Program, after: Program, changed: Collection[str], trace: Trace) -> frozenset[int]:
    """The ids of the tickets to replay under the candidate. `changed`: ids of rules; `trace`: the baseline's."""
    history = trace.history
    rows = {history.ticket[event] for program in (before, after) for event in _possible_rows(program, changed)}
    rows.update(history.ticket[event] for event, step in enumerate(trace.steps) if _replies(step))
    rows.update(history.ticket[event] for event in trace.later)
    if before.shares or after.shares:
        people = {history.tickets[row].customer_id for row in rows} - {None}
        rows.update(row for row, start in enumerate(history.tickets) if start.customer_id in people)
    return frozenset(history.tickets[row].id for row in rows & trace.ends.keys())


def _possible_rows(program: Program, changed: Collection[str]) -> list[int]:
    """The event rows in which a changed rule could act or match."""
    places = sum(
        1 << asked.place for rules in program.by_trigger.values() for asked in rules if asked.rule.id in changed
    )
    return [event for event, look in enumerate(program.looks) if look & places] if places else []


def _replies(step: object) -> bool:
    """Whether the replay made events there: those of replies."""
    return isinstance(step, Apart) and any(sent.action == "replyToTicket" for sent in step.sent)
