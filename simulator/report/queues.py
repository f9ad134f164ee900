"""The views block for people: how full each view is, before and after, and which tickets move between views."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from simulator.instants import format_instant
from simulator.report.numbers import counted
from simulator.report.values_text import duration
from simulator.views.values import Count, Move, ViewDiff, Views

_NAMED = 3
"""Tickets that are named in a row of moves; the JSON report has all of them."""

_HEADERS = ("view", "held", "after", "ever", "after", "median", "after")
_MOVES = ("from", "to", "tickets", "such as")


@dataclass(frozen=True, slots=True)
class QueueTable:
    """A titled table; its first column is text, the others are numbers as text."""

    title: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Queues:
    """What a report for people shows of views: one sentence, tables, and what they leave out."""

    headline: str
    tables: tuple[QueueTable, ...]
    notes: tuple[str, ...]


def queues(views: Views) -> Queues:
    """The block; views in which more tickets stay otherwise come first."""
    ranked = sorted(views.views, key=lambda one: (-len(one.differs), one.view.key))
    tables = (
        QueueTable("tickets in each view, before and after", _HEADERS, tuple(_row(one) for one in ranked)),
        QueueTable("moves between views", _MOVES, tuple(_move(move, views.views) for move in views.moves)),
    )
    return Queues(headline(views), tuple(table for table in tables if table.rows), tuple(_notes(views)))


def headline(views: Views) -> str:
    """How many views hold other tickets, and between which two most tickets move."""
    differ = [one for one in views.views if one.differs]
    if not views.views:
        return f"Views: none of {counted(len(views.uncounted), 'saved view')} can be counted."
    if not differ:
        return f"Views: all {counted(len(views.views), 'view')} hold the same tickets for the same time on both sides."
    said = f"Views: {len(differ):,} of {counted(len(views.views), 'view')} would be fuller, emptier or slower"
    most = next((move for move in views.moves if move.source and move.target), None) or next(iter(views.moves), None)
    return f"{said}; {_said(most, views.views)}." if most else f"{said}."


def _said(move: Move, views: Sequence[ViewDiff]) -> str:
    number, (source, target) = len(move.tickets), (_name(key, views) for key in (move.source, move.target))
    verb = "s" if number == 1 else ""
    if move.source and move.target:
        return f"{counted(number, 'ticket')} move{verb} from {source} to {target}"
    return (
        f"{counted(number, 'ticket')} come{verb} into {target}"
        if move.target
        else (f"{counted(number, 'ticket')} no longer come{verb} into {source}")
    )


def _name(key: str | None, views: Sequence[ViewDiff]) -> str:
    return next((one.view.name for one in views if one.view.key == key), "none")


def _row(one: ViewDiff) -> tuple[str, ...]:
    before, after = one.count
    name = one.view.name if one.view.change == "same" else f"{one.view.name} ({one.view.change})"
    pairs = ((f"{side.held:,}", f"{side.tickets:,}", _median(side)) for side in (before, after))
    return (name, *(cell for pair in zip(*pairs, strict=True) for cell in pair))


def _median(count: Count) -> str:
    return "-" if count.wait is None else duration(count.wait.median)


def _move(move: Move, views: Sequence[ViewDiff]) -> tuple[str, ...]:
    named = " ".join(str(ticket) for ticket in move.tickets[:_NAMED])
    return _name(move.source, views), _name(move.target, views), f"{len(move.tickets):,}", named


def _notes(views: Views) -> Iterator[str]:
    if views.until is not None:
        yield (
            f"Held: at the end, {format_instant(views.until)}. Ever: tickets that stood in the view at some time. "
            "Median: how long such a ticket stood there in all, up to the end. Moves: tickets that ever stood in the "
            "one view before only, in the other after only."
        )
    for one in views.uncounted:
        yield f"View {one.name} is not counted: {one.reason}."
