"""One ticket's history: which of its records are outside events, when each is replayed, and in what order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.facts.history import Kind, Start
from simulator.facts.keys import Record
from simulator.facts.recorded import Recorded
from simulator.facts.values import Value
from simulator.facts.who_did_it import KIND_OF, MARKERS, NO_STATE, NOBODY_MISSED, is_rule_made

_RECORDED, _MESSAGE, _SURVEY, _CLOSING = 1, 2, 3, 4  # ranks at one instant; the creation, 0, is put first


class TicketRecord(NamedTuple):
    """What is read of a ticket's own record; `customer_id` is the customer that merges left."""

    id: int
    customer_id: int | None
    channel: str | None
    created_at: int
    subject: str | None
    spam: int | None
    closed_at: int | None


class OutsideMessage(NamedTuple):
    """A message that no rule sent. `row` is its place among all of them; `event` its recorded event, if any."""

    ticket_id: int
    at: int
    id: int
    row: int
    from_customer: bool
    subject: str | None
    event: int | None


class RecordedEvent(NamedTuple):
    """An entry of the helpdesk's own history with `object_type: Ticket`."""

    ticket_id: int | None
    at: int
    id: int
    type: str
    user_id: int | None
    context: str | None
    data: str


class ScoredSurvey(NamedTuple):
    """A survey that was answered. `event` is its recorded event, if any."""

    ticket_id: int
    at: int
    id: int
    score: int | None
    event: int | None


class Entry(NamedTuple):
    """An outside event: sorts by instant, then rank, then `tie`; no two of a ticket agree in all three."""

    at: int
    rank: int
    tie: int
    kind: Kind
    record: Record
    id: int
    value: Value | None = None
    message: int = -1
    from_customer: bool = False
    automatic: bool = False


@dataclass(frozen=True)
class Reading:
    """What tickets are read with: contexts in which rules ran, how a change's data is read, and what is counted."""

    rule_contexts: Container[str]
    change: Callable[[str, str], Recorded]
    counts: Counter[str]


def read_ticket(
    ticket: TicketRecord,
    messages: Sequence[OutsideMessage],
    events: Sequence[RecordedEvent],
    surveys: Sequence[ScoredSurvey],
    reading: Reading,
) -> tuple[Start, list[Entry]]:
    """How the ticket starts, and its outside events in the order of replay.

    messages: by time, then id; events: by time, then id; nothing is replayed before the creation.
    """
    entries = [*_later_messages(messages), *_surveys(surveys), *_changes(events, reading)]
    if not events:
        entries += _closing(ticket, reading)
    entries.sort()
    if entries and entries[0].at < ticket.created_at:
        entries = _not_before(ticket.created_at, entries, reading)
    return _start(ticket, messages, events, reading), [_creation(ticket, messages, reading), *entries]


def _start(
    ticket: TicketRecord, messages: Sequence[OutsideMessage], events: Sequence[RecordedEvent], reading: Reading
) -> Start:
    subject = messages[0].subject if messages and messages[0].subject is not None else ticket.subject
    spam_told = any(event.type in ("ticket-marked-spam", "ticket-unmarked-spam") for event in events)
    reading.counts["tickets-full" if events else "tickets-lists-only"] += 1
    reading.counts["spam-from-record"] += not spam_told
    return Start(
        ticket.id, ticket.customer_id, ticket.channel, ticket.created_at, subject,
        spam=bool(ticket.spam) and not spam_told, full=bool(events), spam_today=not spam_told,
    )  # fmt: skip


def _creation(ticket: TicketRecord, messages: Sequence[OutsideMessage], reading: Reading) -> Entry:
    at, id = ticket.created_at, ticket.id
    if not messages:
        reading.counts["creations-without-message"] += 1
        return Entry(at, 0, 0, Kind.CREATED, Record.TICKET, id)
    first = messages[0]
    return Entry(at, 0, 0, Kind.CREATED, Record.TICKET, id, None, first.row, first.from_customer)


def _later_messages(messages: Sequence[OutsideMessage]) -> Iterator[Entry]:
    for _, at, id, row, from_customer, _, event in messages[1:]:
        rank, tie = (_MESSAGE, id) if event is None else (_RECORDED, event)
        yield Entry(at, rank, tie, Kind.MESSAGE, Record.MESSAGE, id, None, row, from_customer)


def _surveys(surveys: Sequence[ScoredSurvey]) -> Iterator[Entry]:
    for _, at, id, score, event in surveys:
        rank, tie = (_SURVEY, id) if event is None else (_RECORDED, event)
        yield Entry(at, rank, tie, Kind.SURVEY, Record.SURVEY, id, score)


def _closing(ticket: TicketRecord, reading: Reading) -> Iterator[Entry]:
    if ticket.closed_at is not None:
        reading.counts["lists-only-closings"] += 1
        yield Entry(ticket.closed_at, _CLOSING, ticket.id, Kind.CLOSED_LISTS_ONLY, Record.CLOSED, ticket.id)


def _not_before(creation: int, entries: Sequence[Entry], reading: Reading) -> list[Entry]:
    reading.counts["events-before-creation"] += sum(entry.at < creation for entry in entries)
    return sorted(entry._replace(at=max(entry.at, creation)) for entry in entries)


def _changes(events: Sequence[RecordedEvent], reading: Reading) -> Iterator[Entry]:
    counts, rule_snoozed = reading.counts, False
    for _, at, id, type, user_id, context, data in events:
        if type not in KIND_OF:
            if type not in MARKERS:
                counts[NO_STATE.get(type, "unknown-event-types")] += 1
            continue
        by_rule = is_rule_made(type, user_id, context, reading.rule_contexts, rule_snoozed)
        if type == "ticket-snoozed":
            rule_snoozed = by_rule
        if type == "ticket-reopened" and user_id is None:
            counts["reopenings-without-user"] += 1
        elif by_rule:
            counts["rule-made-changes"] += 1
        else:
            kind, value, _ = reading.change(type, data)
            automatic = user_id is None and _is_unnamed(type, kind, counts)
            yield Entry(at, _RECORDED, id, kind, Record.EVENT, id, value, -1, False, automatic)


def _is_unnamed(type: str, kind: Kind, counts: Counter[str]) -> bool:
    """Counts a change without a user; whether it is an automatic assignment."""
    automatic = kind in (Kind.ASSIGNED, Kind.TEAM_ASSIGNED)
    counts["changes-without-user"] += type not in NOBODY_MISSED
    counts["automatic-assignments"] += automatic
    return automatic
