"""The tags: which move, with bars of how many tickets carry each before and after; and those as they were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diff.values import TagCount
from simulator.report.ranking import moved_tags

WIDTH = 1000
"""Units of a bar as wide as the widest."""

ROWS = 300
"""Rows of a table at most; what is cut is said."""


class TagRow(NamedTuple):
    """A tag with its counts. `bar_before` and `bar_after` are in units of WIDTH, on one scale for the table."""

    tag: str
    counts: TagCount
    bar_before: int
    bar_after: int


@dataclass(frozen=True, slots=True)
class TagTable:
    """`moved`: tags that some ticket gains or loses, most moves first; `steady`: the others, by name.

    `added` and `removed` count every tag of every ticket; `cut`: rows left out of each table.
    """

    moved: tuple[TagRow, ...]
    steady: tuple[TagRow, ...]
    moved_cut: int
    steady_cut: int
    moving: int
    added: int
    removed: int


def tag_table(tags: Mapping[str, TagCount]) -> TagTable:
    """All tags that stand on either side."""
    moved = [tag for tag, _ in moved_tags(tags)]
    steady = sorted(tags.keys() - set(moved))
    scale = max((max(tags[tag].before, tags[tag].after) for tag in moved), default=0)
    return TagTable(
        moved=tuple(_row(tag, tags[tag], scale) for tag in moved[:ROWS]),
        steady=tuple(_row(tag, tags[tag], 0) for tag in steady[:ROWS]),
        moved_cut=max(len(moved) - ROWS, 0),
        steady_cut=max(len(steady) - ROWS, 0),
        moving=len(moved),
        added=sum(count.added for count in tags.values()),
        removed=sum(count.removed for count in tags.values()),
    )


def _row(tag: str, count: TagCount, scale: int) -> TagRow:
    return TagRow(tag, count, bar(count.before, scale), bar(count.after, scale))


def bar(number: int, scale: int) -> int:
    """The length of a bar; what is not zero is never without length."""
    return max(number * WIDTH // scale, 4) if number and scale else 0
