"""OUTCOME <-> rows: the tables `ticket`, `outcome`, `change` and `refusal`, ticket by ticket in either direction.

Of the reported tickets only, and of what the outside world changed only on those that end differently: nothing else
is in a report.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple, cast

from simulator.facts.history import Start
from simulator.outcome import Change, FieldScalar, Final, Outcome, Refusal, TicketOutcome
from simulator.saved.exact import from_json, from_state, from_text, strings, to_json, to_state, to_text
from simulator.saved.rows import SIDES, Row, insert, maybe_from_text, maybe_text, reading, select

_BATCH = 500  # tickets


def write_tickets(connection: sqlite3.Connection, tickets: Iterable[Start], reported: Collection[int]) -> None:
    """The reported ones among these; a subject is in no report of theirs."""
    rows = (
        (one.id, one.customer_id, maybe_text(one.channel), one.created_at, one.spam, one.spam_today, one.full)
        for one in tickets
        if one.id in reported
    )
    insert(connection, "ticket", rows)


def read_tickets(connection: sqlite3.Connection) -> tuple[Start, ...]:
    """The reported tickets by id, without subjects."""
    columns = "id, customer, channel, created_at, spam, full_history, spam_today"
    rows: Iterator[Any] = select(connection, "ticket", columns, "id")
    return tuple(
        Start(id, customer, maybe_from_text(channel), created_at, None, bool(spam), bool(full), bool(today))
        for id, customer, channel, created_at, spam, full, today in rows
    )


class _Rows(NamedTuple):
    """Rows of some tickets by table."""

    outcome: list[Row]
    change: list[Row]
    refusal: list[Row]


def write_outcomes(
    connection: sqlite3.Connection,
    before: Outcome,
    after: Outcome,
    reported: Collection[int],
    changed: Collection[int],
) -> None:
    """Both sides of the reported tickets; `changed`: those that end differently. Each is looked up once a side."""
    tickets = iter(sorted(reported))
    while some := tuple(islice(tickets, _BATCH)):
        rows = _Rows([], [], [])
        for ticket in some:
            for side, outcome in zip(SIDES, (before, after), strict=True):
                _add(rows, side, outcome.deeds(ticket), ticket in changed)
        for table, found in rows._asdict().items():
            insert(connection, table, found)


def _add(rows: _Rows, side: str, one: TicketOutcome, whole: bool) -> None:
    final = one.final
    rows.outcome.append((
        one.ticket, side, to_state(final.tags), final.priority, final.status, final.assignee, final.team,
        maybe_text(final.subject), final.spam, final.snooze, final.trashed, _fields(final.custom_fields),
    ))  # fmt: skip
    for place, change in enumerate(one.changes):
        if whole or change.rule is not None:
            rows.change.append(_line(side, place, change))
    for place, refusal in enumerate(one.refusals):
        rows.refusal.append((*_line(side, place, refusal), refusal.reason))


def _line(side: str, place: int, one: Change | Refusal) -> Row:
    return (
        one.ticket, side, place, one.event, one.at, one.trigger, one.depth, _name(one.rule), one.branch, one.action,
        _name(one.field), to_state(one.before), to_state(one.after),
    )  # fmt: skip


@lru_cache(maxsize=1 << 14)
def _name(text: str | None) -> str | None:
    return None if text is None else to_text(text)


@lru_cache(maxsize=1 << 14)
def _named(text: str | None) -> str | None:
    return None if text is None else from_text(text)


def _fields(custom: tuple[tuple[str, FieldScalar], ...]) -> str:
    return to_json(dict(custom)) if custom else "{}"


_FINAL = (
    "SELECT tags, priority, status, assignee, team, subject, spam, snooze_at, trashed, custom_fields "
    "FROM outcome WHERE ticket = ? AND side = ?"
)
_LINE = "event, at, trigger, depth, rule, branch, action, field, before, after"
_CHANGES = f"SELECT {_LINE} FROM change WHERE ticket = ? AND side = ? ORDER BY place"  # noqa: S608 our own names
_REFUSALS = f"SELECT {_LINE}, reason FROM refusal WHERE ticket = ? AND side = ? ORDER BY place"  # noqa: S608


class SavedTickets(Mapping[int, TicketOutcome]):
    """One side's outcomes by ticket, each read when it is asked for, while the connection is open.

    Asking raises Spoiled where the rows are not those of an outcome.
    """

    def __init__(self, connection: sqlite3.Connection, side: str, tickets: tuple[int, ...]) -> None:
        self._connection = connection
        self._side = side
        self._ids = dict.fromkeys(tickets)
        refused = connection.execute("SELECT DISTINCT ticket FROM refusal WHERE side = ?", (side,))
        self._refused = {ticket for (ticket,) in refused}

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __contains__(self, ticket: object) -> bool:
        return ticket in self._ids

    def __getitem__(self, ticket: int) -> TicketOutcome:
        if ticket not in self._ids:
            raise KeyError(ticket)
        key = (ticket, self._side)
        with reading():
            final = self._connection.execute(_FINAL, key).fetchone()
            changes = self._connection.execute(_CHANGES, key)
            refusals = self._connection.execute(_REFUSALS, key) if ticket in self._refused else ()
            return TicketOutcome(
                ticket,
                _final(*final),
                _read_changes(ticket, changes),
                _read_refusals(ticket, refusals),
            )


def read_outcomes(connection: sqlite3.Connection, reported: tuple[int, ...]) -> tuple[Outcome, Outcome]:
    """Both sides; `reported` in ascending order."""
    before, after = (Outcome(SavedTickets(connection, side, reported)) for side in SIDES)
    return before, after


def _final(
    tags: str, priority: str, status: str, assignee: int | None, team: int | None, subject: str | None, spam: int,
    snooze: int | None, trashed: int, custom: str,
) -> Final:  # fmt: skip
    text = maybe_from_text(subject)
    return Final(
        _tags(tags), priority, status, assignee, team, text, bool(spam), snooze, bool(trashed), _read_fields(custom)
    )


@lru_cache(maxsize=1 << 14)
def _tags(text: str) -> tuple[str, ...]:
    return strings(from_json(text))


def _read_fields(text: str) -> tuple[tuple[str, FieldScalar], ...]:
    if text == "{}":
        return ()
    value = from_json(text)
    if not isinstance(value, dict) or any(isinstance(one, list | dict) for one in value.values()):
        raise ValueError("not the fields of a ticket")
    return tuple(cast("dict[str, FieldScalar]", value).items())


def _read_changes(ticket: int, rows: Iterable[Any]) -> tuple[Change, ...]:
    return tuple(
        Change._make((
            ticket, event, at, trigger, depth, _named(rule), branch, action, _named(field),
            from_state(before), from_state(after),
        ))
        for event, at, trigger, depth, rule, branch, action, field, before, after in rows
    )  # fmt: skip


def _read_refusals(ticket: int, rows: Iterable[Any]) -> tuple[Refusal, ...]:
    return tuple(
        Refusal._make((
            ticket, event, at, trigger, depth, _named(rule), branch, action, _named(field),
            from_state(before), from_state(after), reason,
        ))
        for event, at, trigger, depth, rule, branch, action, field, before, after, reason in rows
    )  # fmt: skip
