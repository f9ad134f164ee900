"""The attribution: JSON Lines, one line an order and side, baseline first, then by order."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.projection.as_json import order_lines
from simulator.projection.project import Projection
from simulator.report.json_text import line


def attribution_lines(projection: Projection) -> Iterator[str]:
    """All orders of the data with their ticket or the reason why not, before the report's period and channels."""
    for side, attribution in projection.sides:
        for order in order_lines(side, attribution):
            yield line(order)
