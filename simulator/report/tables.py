"""Tables for a terminal: escaped cells, right-aligned numbers, one column that gives way where the line is too long."""

from __future__ import annotations

from collections.abc import Sequence

from tabulate import tabulate

from simulator.escape import Terminal

MARGIN = "  "
_LEAST = 8
_PADDING = "  "  # what tabulate adds to a header


def table(headers: Sequence[str], rows: Sequence[Sequence[Terminal]], width: int, gives_way: int = 0) -> list[str]:
    """Lines of a table of at most `width` columns: the column `gives_way` is cut, down to eight characters.

    All columns but that one are right-aligned.
    """
    spare = width - len(MARGIN) - sum(_widths(headers, rows, gives_way)) - 2 * (len(headers) - 1)
    fitted = [
        [cut(cell, max(spare, _LEAST)) if place == gives_way else cell for place, cell in enumerate(row)]
        for row in rows
    ]
    alignment = ["left" if place == gives_way else "right" for place in range(len(headers))]
    text = tabulate(fitted, headers, tablefmt="simple", disable_numparse=True, colalign=alignment if rows else None)
    return [(MARGIN + line).rstrip() for line in text.split("\n")]


def _widths(headers: Sequence[str], rows: Sequence[Sequence[Terminal]], but: int) -> list[int]:
    columns = [[header + _PADDING, *(row[place] for row in rows)] for place, header in enumerate(headers)]
    return [max(map(len, column)) for place, column in enumerate(columns) if place != but]


def cut(text: Terminal, width: int) -> Terminal:
    """The text, its end replaced by three dots where it is longer than `width`."""
    return text if len(text) <= width else Terminal(text[: max(width - 3, 0)] + "...")
