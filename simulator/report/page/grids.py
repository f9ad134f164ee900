"""Grids: tickets by value before and value after, each cell ready to be drawn. Rows are before, columns after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from simulator.diff.values import Matrix

Direction = Literal["same", "raised", "lowered", "other"]
SHADES = 4


class Cell(NamedTuple):
    """Tickets that went from one value to the other. `shade`: 0 for none, SHADES for the most off the diagonal."""

    before: str
    after: str
    tickets: int
    direction: Direction
    shade: int


@dataclass(frozen=True, slots=True)
class Grid:
    """A dense matrix; `before` and `after` are its margins, by value in the order of `values`."""

    field: str
    values: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    before: tuple[int, ...]
    after: tuple[int, ...]


def grid(field: str, matrix: Matrix, ranked: bool) -> Grid:
    """`ranked`: the values go from low to high, as priorities do."""
    values = tuple(matrix)
    most = max((matrix[a][b] for a in values for b in values if a != b), default=0)
    rows = tuple(tuple(_cell(matrix, values, old, new, most, ranked) for new in values) for old in values)
    return Grid(
        field,
        values,
        rows,
        before=tuple(sum(matrix[old].values()) for old in values),
        after=tuple(sum(matrix[old][new] for old in values) for new in values),
    )


def _cell(matrix: Matrix, values: Sequence[str], old: str, new: str, most: int, ranked: bool) -> Cell:
    tickets = matrix[old][new]
    if old == new:
        return Cell(old, new, tickets, "same", 0)
    up = values.index(new) > values.index(old)
    direction: Direction = ("raised" if up else "lowered") if ranked else "other"
    return Cell(old, new, tickets, direction, 1 + (tickets - 1) * (SHADES - 1) // most if tickets else 0)
