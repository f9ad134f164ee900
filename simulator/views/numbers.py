"""NUMBERS: stays in a view -> how many tickets it holds, over time and at the end, and for how long."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from simulator.flow import Ints, ints
from simulator.views.stays import LASTS, Stays
from simulator.views.values import Count, Stayed, Traffic, Wait


def count_of(stays: Stays, until: int) -> Count:
    """The numbers of one side."""
    leaving = stays.until[stays.until != LASTS]
    spent = list(_spent(stays, until).values())
    peak, peak_at = _peak(stays.since, leaving)
    return Count(
        held=len(stays.since) - len(leaving),
        tickets=len(spent),
        entries=len(stays.since),
        exits=len(leaving),
        peak=peak,
        peak_at=peak_at,
        wait=_wait(sorted(spent)) if spent else None,
    )


def traffic_of(stays: Stays, starts: tuple[int, ...]) -> tuple[Traffic, ...]:
    """What happens in each step of time."""
    edges = np.array([*starts[1:], LASTS], np.int64)
    came = np.searchsorted(np.sort(stays.since), edges, "left")
    left = np.searchsorted(np.sort(stays.until), edges, "left")
    entries, exits = (np.diff(total, prepend=0).tolist() for total in (came, left))
    return tuple(map(Traffic, entries, exits, (came - left).tolist()))


def stayed_of(stays: Stays, until: int, rows: set[int]) -> dict[int, Stayed]:
    """Ticket row -> its stays, for some tickets."""
    kept = stays.only(np.isin(stays.ticket, np.array(sorted(rows), np.int64)))
    found: dict[int, Stayed] = {}
    for ticket, since, end in zip(*(column.tolist() for column in kept), strict=True):
        before = found.get(ticket)
        time = min(end, until) - since
        if before is None:
            found[ticket] = Stayed(1, since, time, end == LASTS)
        else:
            found[ticket] = Stayed(before.entries + 1, before.first, before.time + time, end == LASTS)
    return found


def unlike(old: Stays, new: Stays, among: Sequence[int]) -> set[int]:
    """The tickets (rows) among these whose stays differ."""
    rows = ints(among)
    ours, theirs = (
        {*zip(*(column.tolist() for column in side.only(np.isin(side.ticket, rows))), strict=True)}
        for side in (old, new)
    )
    return {ticket for ticket, *_ in ours ^ theirs}


def _spent(stays: Stays, until: int) -> dict[int, int]:
    """Ticket row -> microseconds in the view."""
    tickets, place = np.unique(stays.ticket, return_inverse=True)
    spent = np.zeros(len(tickets), np.int64)
    np.add.at(spent, place, np.minimum(stays.until, until) - stays.since)
    return dict(zip(tickets.tolist(), spent.tolist(), strict=True))


def _wait(spent: list[int]) -> Wait:
    """Of sorted times, none of which is left out."""
    number = len(spent)
    return Wait(sum(spent), spent[(number - 1) // 2], spent[(9 * number + 9) // 10 - 1])


def _peak(since: Ints, leaving: Ints) -> tuple[int, int | None]:
    """The most tickets at one time, and the first instant at which there are so many."""
    if not len(since):
        return 0, None
    instants = np.unique(since)
    held = np.searchsorted(np.sort(since), instants, "right") - np.searchsorted(np.sort(leaving), instants, "right")
    first = int(np.argmax(held))
    return int(held[first]), int(instants[first])
