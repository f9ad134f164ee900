"""Occasions: where the record and the replay meet, so that what one did can be looked for in the other.

An occasion is a row of the history, 0 for the outside event itself and n for the n-th end of a rule's snooze after it.
Events that share a context with rules in it are one occasion, named by the first of them: a log writes what rules did
for all of them together. What the log gives no cause for (rules called by an unsigned assignment have a context of
their own) belongs to the last outside event before it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from simulator.facts.history import History
from simulator.facts.rule_made import RuleMade
from simulator.instants import parse_instant

_WAKE = "unsnooze:"


class Occasion(NamedTuple):
    """An outside event, or the n-th end of a rule's snooze after it."""

    row: int
    wake: int


class Occasions:
    """The occasions of one ticket, `row` its row in the history."""

    def __init__(self, history: History, row: int, record: RuleMade) -> None:
        self.ticket = history.tickets[row].id
        self._first, self._end = history.first[row], history.first[row + 1]
        self._at: Sequence[int] = history.at[self._first : self._end]
        self._rows = {history.key[place]: place for place in range(self._first, self._end)}
        self._causes = record.causes.get(self.ticket, {})
        self._wakes = [(self._wake_row(at), at, context) for at, context in record.wakes.get(self.ticket, ())]
        self._joined = self._join()
        self._replayed: dict[str, Occasion] = {}

    def _join(self) -> dict[int, int]:
        """Row -> the first row that shares a context with it."""
        joined: dict[int, int] = {}
        for keys in self._causes.values():
            rows = [self._row(key) for key in keys]
            first = min(joined.get(row, row) for row in rows)
            joined.update(dict.fromkeys(rows, first))
        return joined

    def _row(self, key: str) -> int:
        """The row of a key; the first message and what is no event of the history belong to the creation."""
        return self._rows.get(key, self._first)

    def _wake_row(self, at: int) -> int:
        """Ends of snoozes come before outside events of the same instant."""
        return max(self._first + bisect_left(self._at, at) - 1, self._first)

    def recorded(self, context: str | None, at: int) -> Occasion:
        """Where something recorded belongs: by its context, else by its instant."""
        keys = self._causes.get(context) if context else None
        if keys:
            row = self._row(keys[0])
            return Occasion(self._joined.get(row, row), 0)
        for place, (row, _, own) in enumerate(self._wakes):
            if own == context and context:
                return Occasion(row, sum(other == row for other, _, _ in self._wakes[: place + 1]))
        row = max(self._first + bisect_right(self._at, at) - 1, self._first)
        return Occasion(self._joined.get(row, row), 0)

    def replayed(self, event: str) -> Occasion:
        """Where something replayed belongs, by the name of its event. Ask in the order in which it happened."""
        root = event.partition("/")[0]
        found = self._replayed.get(root)
        if found is None:
            found = self._replayed[root] = self._find(root)
        return found

    def _find(self, root: str) -> Occasion:
        if not root.startswith(_WAKE):
            row = self._row(root)
            return Occasion(self._joined.get(row, row), 0)
        row = self._wake_row(int(parse_instant(root.partition("@")[2])))
        return Occasion(row, 1 + sum(other.row == row and other.wake > 0 for other in self._replayed.values()))
