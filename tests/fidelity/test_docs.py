"""docs/fidelity.md: its figures of the demo shop are those that come out, and its reasons those that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.fidelity.values import CLASSES, Reason
from simulator.report.fidelity import portion

from .conftest import Without
from .exported import FRENCH

PAGE = (Path(__file__).parents[2] / "docs" / "fidelity.md").read_text(encoding="utf-8")
ORDERS = "DELETE FROM shop_order; DELETE FROM order_refund;"
WITHHELD = {
    "nothing": "",
    "orders (shop profiles of today remain)": ORDERS,
    "orders and shop profiles": ORDERS + "DELETE FROM shop_profile",
    "tags that agents put on": "DELETE FROM event WHERE type = 'ticket-tags-added' AND user_id IS NOT NULL",
    "that the French rule ran": "DELETE FROM event WHERE type = 'rule-executed' "
    f"AND json_extract(data, '$.id') = {FRENCH}",
}
"""A row of the table, and what takes it away."""


def rows(start: str) -> Iterator[list[str]]:
    """The cells of the table whose head starts so."""
    table = PAGE[PAGE.index(start) :].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize("row", [*rows("| withheld")], ids=lambda row: row[0])
def test_the_figures_are_those_that_come_out(without: Without, row: list[str]) -> None:
    """Tickets, executions and the reason at the root, recomputed."""
    found = without(WITHHELD[row[0]])
    tickets, same = found.touched
    numbers = (f"{number:,}" for number in found.executions)
    roots = [f"`{reason.value}`" for reason in found.reasons if reason is not Reason.FOLLOWS]
    assert row[1:] == [f"{same:,} of {tickets:,} ({portion(same, tickets)})", *numbers, ", ".join(roots)]


def test_each_reason_stands_in_the_table() -> None:
    """With its class."""
    told = {reason: row[1] for row in rows("| reason") for reason in re.findall(r"`([a-z-]+)`", row[0])}
    assert told == {reason.value: said for reason, said in CLASSES.items()}
