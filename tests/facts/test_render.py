"""Texts with `{{paths}}` filled in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from simulator.facts.render import render, shown
from simulator.facts.values import Value
from simulator.rules.templates import parse_template
from tests.facts.worlds import LAST, SPENT

SHOWN: list[tuple[str, Value | None, str]] = [
    (SPENT, Decimal("812.50"), "812.50"),
    (SPENT, Decimal("0.00"), "0.00"),
    (SPENT, Decimal("1E+3"), "1000"),
    ("ticket.tags.name", ("b", "a"), "a, b"),
    ("ticket.tags.name", (), ""),
    ("ticket.spam", True, "true"),
    ("ticket.spam", False, "false"),
    ("ticket.created_datetime", 5_000_000, "1970-01-01T00:00:05Z"),
    (LAST + "created_at", 1, "1970-01-01T00:00:00.000001Z"),
    ("ticket.assignee_user_id", 5, "5"),
    ("ticket.subject", None, ""),
    ("ticket.custom_fields.7", Decimal("5.50"), "5.50"),
    ("ticket.custom_fields.7", "a text", "a text"),
]


@pytest.mark.parametrize(("path", "value", "expected"), SHOWN)
def test_values_as_a_customer_reads_them(path: str, value: Value | None, expected: str) -> None:
    """Each type in its own form; nothing for what is missing."""
    assert shown(path, value) == expected


def test_a_template_is_filled_in_once() -> None:
    """What a value says is not read as a template again; unknown names stay as written."""
    values: dict[str, Value] = {"ticket.customer.firstname": "{{ticket.subject}}", "ticket.subject": "no"}
    text = "Dear {{ customer.firstname }}, {{nobody.knows}} {{ticket.channel}}!"
    assert render(parse_template(text), values.get) == "Dear {{ticket.subject}}, {{nobody.knows}} !"
