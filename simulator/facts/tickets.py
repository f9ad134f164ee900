"""The fields of the ticket itself that rules do not change."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

import numpy as np

from simulator.facts.history import History, Kind
from simulator.facts.source import Dated, Fixed, Source, by_place, encoded, known, moments
from simulator.facts.values import Seen, Value

_FIELDS = {
    "ticket.channel": "channel",
    "ticket.via": "via",
    "ticket.language": "language",
    "ticket.from_agent": "from_agent",
    "ticket.created_datetime": "created_at",
}
_OPENED, _SCORE = "ticket.opened_datetime", "ticket.satisfaction_survey.score"
TICKET_PATHS = frozenset({*_FIELDS, _OPENED, _SCORE})


def ticket_source(connection: sqlite3.Connection, history: History, path: str, current: bool) -> Source:
    """One of TICKET_PATHS. With `current`, the opening and the score are today's at all times."""
    if path == _OPENED:
        return _opened(connection, history, current)
    if path == _SCORE:
        return _score(history, current)
    cells = _column(connection, _FIELDS[path])
    if path == "ticket.from_agent":
        cells = [None if cell is None else bool(cell) for cell in cells]
    return by_place(cells, np.asarray(history.ticket, np.int32))


def _column(connection: sqlite3.Connection, name: str) -> list[Value | None]:
    return [cell for (cell,) in connection.execute(f"SELECT {name} FROM ticket ORDER BY id")]  # noqa: S608


def _opened(connection: sqlite3.Connection, history: History, current: bool) -> Source:
    opened, tickets = _column(connection, "opened_at"), np.asarray(history.ticket, np.int32)
    if current:
        return encoded([known(at, today=True) for at in opened], tickets)
    instants = {row: [at] for row, at in enumerate(opened) if isinstance(at, int)}

    def value_at(ticket: int, now: int) -> Seen:
        return known(next((at for at in instants.get(ticket, ()) if at <= now), None))

    return Dated(moments(history, tickets, instants, len(opened)), value_at)


def _score(history: History, current: bool) -> Fixed:
    """The score of the last survey answered so far, in the order of replay."""
    answered = np.flatnonzero(np.asarray(history.kind, np.int8) == Kind.SURVEY)
    ticket = np.asarray(history.ticket, np.int32)
    until = np.asarray(history.first, np.int64)[ticket + 1] - 1 if current else np.arange(len(ticket))
    last = np.searchsorted(answered, until, "right") - 1
    of = np.concatenate([ticket[answered], [-1]])[last]
    rows = np.where(of == ticket, last, -1).astype(np.int32)
    return encoded([known(_number(history.value[row]), current) for row in answered.tolist()], rows)


def _number(value: Value | None) -> Decimal | None:
    return Decimal(value) if isinstance(value, int) else None
