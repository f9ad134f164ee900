"""Where a field's values come from: fixed by the events, or changing at known moments. Both give columns and views."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

import numpy as np
import numpy.typing as npt

from simulator.facts.history import History
from simulator.facts.values import MISSING, Column, Provenance, Seen, Value

LONG_AGO = -(2**62)
"""An instant before all others."""

FOREVER = 2**62
"""An instant after all others."""

Rows = npt.NDArray[np.int32]


class Source(Protocol):
    """What a field is over all events, and at one moment on one ticket: the two always agree."""

    def column(self) -> Column:
        """The field over all event rows, each at its own instant."""

    def seen(self, row: int, now: int) -> Seen:
        """The field on the ticket of event row `row`, after that event, at `now`."""

    @property
    def moves(self) -> Moments | None:
        """The moments at which it changes between events; None where it goes by the events alone."""


def known(value: Value | None, today: bool = False) -> Seen:
    """A value with its provenance; nothing is missing."""
    if value is None:
        return MISSING
    return Seen(value, Provenance.TODAY if today else Provenance.AS_OF)


@dataclass(frozen=True)
class Fixed:
    """A field that goes by the events alone: between two events it does not change."""

    whole: Column

    def column(self) -> Column:
        """The column it was made of."""
        return self.whole

    def seen(self, row: int, now: int) -> Seen:
        """The value at the row, whatever `now`."""
        place = self.whole.rows[row]
        return MISSING if place < 0 else known(self.whole.values[place], self.whole.today[place])

    @property
    def moves(self) -> None:
        """Between events it does not change."""


def by_place(values: Sequence[Value | None], rows: Rows) -> Fixed:
    """As-of values of one type at these places by event row; equal values become one, missing ones -1."""
    distinct = [value for value in dict.fromkeys(values) if value is not None]
    place: dict[Value | None, int] = {None: -1, **{value: place for place, value in enumerate(distinct)}}
    codes = np.fromiter(map(place.__getitem__, values), np.int32, len(values))
    return Fixed(Column(distinct, (False,) * len(distinct), np.append(codes, np.int32(-1))[rows]))


def encoded(seen: Sequence[Seen], rows: Rows) -> Fixed:
    """Views at these places by event row; what is written alike becomes one (0 and 0.00 do not), missing is -1."""
    distinct: dict[tuple[type, Value, str, Provenance], int] = {}
    codes = np.full(len(seen) + 1, -1, np.int32)  # the last stands for place -1
    for place, (value, provenance) in enumerate(seen):
        if value is not None:
            written = str(value) if isinstance(value, Decimal) else ""
            codes[place] = distinct.setdefault((type(value), value, written, provenance), len(distinct))
    values = [value for _, value, *_ in distinct]
    today = [provenance is Provenance.TODAY for *_, provenance in distinct]
    return Fixed(Column(values, today, codes[rows]))


@dataclass(frozen=True)
class Moments:
    """The moments at which something of a group (a customer, a ticket) changes.

    `group` is the group of each event row, -1 for none. `starts[i]` and `owner[i]`: at that instant a new state
    of that group begins; sorted by group, then instant; each group has one at LONG_AGO. `state` is the one that
    stands at each event row.
    """

    group: Rows
    starts: npt.NDArray[np.int64]
    owner: npt.NDArray[np.int64]
    state: npt.NDArray[np.int64]


def moments(history: History, group: Rows, changes: Mapping[int, Iterable[int]], groups: int) -> Moments:
    """Moments of `groups` groups from the instants at which each changes; groups not in `changes` never do."""
    owner = np.concatenate([np.arange(groups), np.array([g for g, at in changes.items() for _ in at], np.int64)])
    later = np.array([instant for at in changes.values() for instant in at], np.int64)
    starts = np.concatenate([np.full(groups, LONG_AGO, np.int64), later])
    order = np.lexsort((starts, owner))
    owner, starts = owner[order], starts[order]
    clock = np.unique(starts)
    at = np.asarray(history.at, np.int64)
    ticks = len(clock) + 1
    begun = owner * ticks + np.searchsorted(clock, starts, "right")
    asked = group.astype(np.int64) * ticks + np.searchsorted(clock, at, "right")
    state = np.searchsorted(begun, asked, "right") - 1
    return Moments(group, starts, owner, np.where(group < 0, -1, state))


@dataclass(frozen=True)
class Dated:
    """A field that is a function of the group and the instant, and changes at the given moments only."""

    when: Moments
    value_at: Callable[[int, int], Seen]

    def column(self) -> Column:
        """Each state that some event sees is evaluated once."""
        states, places = np.unique(self.when.state, return_inverse=True)
        owner, starts = self.when.owner.tolist(), self.when.starts.tolist()
        seen = [MISSING if s < 0 else self.value_at(owner[s], starts[s]) for s in states.tolist()]
        return encoded(seen, places.astype(np.int32)).whole

    def seen(self, row: int, now: int) -> Seen:
        """The value at `now`."""
        group = int(self.when.group[row])
        return MISSING if group < 0 else self.value_at(group, now)

    @property
    def moves(self) -> Moments:
        """The given moments."""
        return self.when
