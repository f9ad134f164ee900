"""Counting what was left out or doubted, by kind and reason, each with one example: an id or a file, never a text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class Doubt(NamedTuple):
    """One reason on one kind of record."""

    kind: str
    reason: str
    times: int
    example: str | None


class Tally:
    """Counts of doubts. Adding the tallies of files in any order gives the same counts; the first example stays."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], int] = {}
        self._examples: dict[tuple[str, str], str | None] = {}

    def add(self, kind: str, reason: str, example: str | None = None, count: int = 1) -> None:
        """Count `reason` on `kind`."""
        key = (kind, reason)
        self._counts[key] = self._counts.get(key, 0) + count
        self._examples.setdefault(key, example)

    def merge(self, other: Tally) -> None:
        """Add all of `other`."""
        for doubt in other:
            self.add(doubt.kind, doubt.reason, doubt.example, doubt.times)

    def __iter__(self) -> Iterator[Doubt]:
        """Sorted by kind, then reason."""
        for (kind, reason), count in sorted(self._counts.items()):
            yield Doubt(kind, reason, count, self._examples[kind, reason])
