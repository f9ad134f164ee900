"""VIEWS: how many tickets saved views hold over time, before and after, as frozen values.

A ticket stands in a view at an instant if the view's condition is true of it then, once all that happens at that
instant has happened; not before its creation, and not while it is in the trash. A *stay* lasts from there to the first
instant at which the condition is no longer true. Time ends with the last outside event of the snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from simulator.diff.values import Pair
from simulator.hours import BusinessHours
from simulator.rules.model import Condition

HELPDESK = "helpdesk"
RULES = "rules"
"""Where a view comes from: a view saved in the helpdesk, or `views:` of a rule set."""


@dataclass(frozen=True, slots=True)
class Definition:
    """What a view asks, and the business hours it asks by (those that no test reads are `NEVER`)."""

    condition: Condition
    hours: BusinessHours


@dataclass(frozen=True, slots=True)
class Watched:
    """A view that is counted. `change`: added, removed, edited or same, by what it asks.

    A view of both rule sets is asked on each side as that side has it. A view that only one of them has, and a view of
    the helpdesk, is asked on both sides alike.
    """

    id: str
    source: str
    name: str
    change: str
    ask: Pair[Definition]

    @property
    def key(self) -> str:
        """The name of the view in moves: its id, for views of the helpdesk behind `helpdesk:`."""
        return self.id if self.source == RULES else f"{HELPDESK}:{self.id}"


class Uncounted(NamedTuple):
    """A view of the helpdesk that cannot be evaluated, and every reason."""

    id: str
    name: str
    reason: str


class Wait(NamedTuple):
    """How long tickets stand in a view, in microseconds: of all, and of a ticket that ever does (all its stays).

    A stay that lasts at the end is counted up to there. `median` and `p90` are those of the tickets in order of their
    time: the one in the middle (of two the lower), and the first that at least nine of ten do not outlast.
    """

    total: int
    median: int
    p90: int


class Count(NamedTuple):
    """A view on one side. `tickets`: those that ever stand in it; `held`: those that do at the end.

    `entries` and `exits` count stays that begin and that end; `peak`: the most at one time, first at `peak_at`.
    """

    held: int
    tickets: int
    entries: int
    exits: int
    peak: int
    peak_at: int | None
    wait: Wait | None


class Traffic(NamedTuple):
    """What happens in one step of time; `held`: how many stand in the view at its end."""

    entries: int
    exits: int
    held: int


class Stayed(NamedTuple):
    """A ticket in a view on one side: how often and first when it came, how long it stood, whether it still does."""

    entries: int
    first: int
    time: int
    at_end: bool


class Differs(NamedTuple):
    """A ticket whose stays in a view differ; None: it never stands in it on that side."""

    ticket: int
    stayed: Pair[Stayed | None]


class Reads(NamedTuple):
    """A fact that a view reads, at the end: on how many of the reported tickets it is missing, or only today's."""

    path: str
    missing: int
    today: int


@dataclass(frozen=True, slots=True)
class ViewDiff:
    """A view, counted. `traffic`: both sides in each step of time (`Views.steps`); `differs`: by ticket, ascending."""

    view: Watched
    count: Pair[Count]
    traffic: Pair[tuple[Traffic, ...]]
    differs: tuple[Differs, ...]
    reads: tuple[Reads, ...]

    def entered(self, after: bool) -> tuple[int, ...]:
        """The tickets that ever stand in the view on this side only."""
        return tuple(one.ticket for one in self.differs if one.stayed[after] and not one.stayed[not after])

    def left_over(self, after: bool) -> tuple[int, ...]:
        """The tickets that stand in it at the end on this side only."""
        differ = ((one.ticket, one.stayed[after], one.stayed[not after]) for one in self.differs)
        return tuple(ticket for ticket, here, there in differ if _ends(here) and not _ends(there))


def _ends(stayed: Stayed | None) -> bool:
    return stayed is not None and stayed.at_end


class Move(NamedTuple):
    """Tickets that stand in view `source` before only, in view `target` after only (keys; None: in no such view)."""

    source: str | None
    target: str | None
    tickets: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Views:
    """All views. `tickets`: how many are reported; `until`: the end of time; `step`: hour, day, week or month.

    `steps`: the first instant of each step (UTC), from the creation of the first reported ticket on.
    `moves`: by which views tickets ever stand in, most tickets first; `moves_at_end`: by those at the end of time.
    """

    tickets: int
    until: int | None
    step: str
    steps: tuple[int, ...]
    views: tuple[ViewDiff, ...]
    moves: tuple[Move, ...]
    moves_at_end: tuple[Move, ...]
    uncounted: tuple[Uncounted, ...]
