"""MOVES: tickets that a change of rules takes out of one view and into another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from simulator.views.values import Move, ViewDiff

Standing = Callable[[ViewDiff, bool], tuple[int, ...]]
"""The tickets that stand in a view before only (False), or after only (True)."""


def moves_of(views: Sequence[ViewDiff], standing: Standing) -> tuple[Move, ...]:
    """Every pair of views between which tickets move, most tickets first.

    A ticket that leaves two views and comes into one is in two moves; one that only leaves, or only comes, is in a move
    to, or from, nowhere.
    """
    out, into = (_keys(views, standing, after) for after in (False, True))
    found: defaultdict[tuple[str | None, str | None], list[int]] = defaultdict(list)
    for ticket in sorted({*out, *into}):
        for source in out.get(ticket, _NOWHERE):
            for target in into.get(ticket, _NOWHERE):
                found[source, target].append(ticket)
    moves = [Move(source, target, tuple(tickets)) for (source, target), tickets in found.items()]
    return tuple(sorted(moves, key=lambda move: (-len(move.tickets), move.source or "", move.target or "")))


_NOWHERE: Sequence[None] = (None,)


def _keys(views: Sequence[ViewDiff], standing: Standing, after: bool) -> dict[int, Sequence[str | None]]:
    """Ticket -> the views in which it stands on this side only."""
    found: defaultdict[int, list[str | None]] = defaultdict(list)
    for one in views:
        for ticket in standing(one, after):
            found[ticket].append(one.view.key)
    return dict(found)
