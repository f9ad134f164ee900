"""FLOW: an outcome as columns, for what is counted over all tickets at once.

Rows are in the order of the tickets' ids, and on a ticket as it happened.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from simulator.rules.model import PRIORITIES

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

OUTSIDE = -1
"""The author of what the outside world wrote."""

LEVELS: tuple[str, ...] = (*PRIORITIES, "closed", "open")
"""What `Levels.value` counts in: the priorities, then the statuses."""

WRITE_ONCE = frozenset(
    {"replies", "excludeFromAutoMerge", "excludeFromCSAT", "facebookHideComment", "facebookLikeComment"}
)
"""Fields of the trail that hold no value which could be overwritten."""


class Matches(NamedTuple):
    """Phase runs in which a rule's condition was true. `at`: the instant of the event."""

    ticket: Ints
    at: Ints
    rule: Ints
    today: Flags
    missing: Flags


class Changes(NamedTuple):
    """What rules changed, one row an action that did."""

    ticket: Ints
    rule: Ints


class Writes(NamedTuple):
    """Who wrote what can be overwritten, one row a slot (a field, or one tag); `author`: a rule, or OUTSIDE."""

    ticket: Ints
    slot: Ints
    author: Ints


class Levels(NamedTuple):
    """Changes of priority and status, whoever made them."""

    ticket: Ints
    at: Ints
    value: Ints


class Runs(NamedTuple):
    """Phase runs: so many of a trigger."""

    ticket: Ints
    trigger: Ints
    times: Ints


class Told(NamedTuple):
    """Something that is counted by its text, such as a refusal: (ticket, rules, what)."""

    ticket: int
    rules: tuple[str, ...]
    what: str


_Table = TypeVar("_Table", Matches, Changes, Writes, Levels, Runs)


@dataclass(frozen=True)
class Flow:
    """All of an outcome that is counted. `rules` and `triggers` are the names of the numbers in the tables."""

    rules: tuple[str, ...]
    triggers: tuple[str, ...]
    matches: Matches
    changes: Changes
    writes: Writes
    levels: Levels
    runs: Runs
    replies: Ints  # the ticket of each simulated reply
    refusals: tuple[Told, ...]  # what: the reason
    loops: tuple[Told, ...]  # what: the kind
    not_simulated: tuple[Told, ...]

    def within(self, tickets: Collection[int]) -> Flow:
        """The part on these tickets."""
        chosen = np.array(sorted(tickets), np.int64)
        wanted = set(tickets)

        def only(table: _Table) -> _Table:
            kept = np.isin(table.ticket, chosen)
            if kept.all():
                return table
            return type(table)(*(column[kept] for column in table))  # type: ignore[arg-type]

        def those(told: tuple[Told, ...]) -> tuple[Told, ...]:
            return tuple(one for one in told if one.ticket in wanted)

        return replace(
            self,
            matches=only(self.matches),
            changes=only(self.changes),
            writes=only(self.writes),
            levels=only(self.levels),
            runs=only(self.runs),
            replies=self.replies[np.isin(self.replies, chosen)],
            refusals=those(self.refusals),
            loops=those(self.loops),
            not_simulated=those(self.not_simulated),
        )


class Numbers(dict[str, int]):
    """Names numbered as they come."""

    def __missing__(self, name: str) -> int:
        number = self[name] = len(self)
        return number


def ints(values: Collection[int]) -> Ints:
    """A column of whole numbers."""
    return np.fromiter(values, np.int64, len(values))


def columns(rows: Collection[tuple[int, ...]], width: int) -> tuple[Ints, ...]:
    """Rows as columns of whole numbers."""
    table = np.array(list(rows), np.int64).reshape(len(rows), width)
    return tuple(table.T)
