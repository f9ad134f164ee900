"""The documentation of the rule language cannot drift: its tables are made from the code, its example loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.rules.load import load_text
from simulator.rules.reference import BLOCKS, refreshed
from simulator.rules.rule_of import TRIGGERS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("rule-language.md", "codes.md")


@pytest.mark.parametrize("page", PAGES)
def test_tables_are_those_of_the_code(page: str) -> None:
    """`simulator.rules.reference.refreshed` brings a page up to date."""
    text = (DOCS / page).read_text("utf-8")
    assert text == refreshed(text)


def test_every_table_stands_somewhere() -> None:
    """No table is made for nothing."""
    text = "".join((DOCS / page).read_text("utf-8") for page in PAGES)
    assert all(f"<!-- {name} -->" in text for name in BLOCKS)
    assert all(f"`{trigger}`" in text for trigger in TRIGGERS)


def test_the_example_loads() -> None:
    """What the page shows first is a rule set without a finding."""
    (example,) = re.findall(r"```yaml\n(.*?)```", (DOCS / "rule-language.md").read_text("utf-8"), re.DOTALL)
    ruleset, found = load_text(example, "example")
    assert (len(ruleset.rules), found) == (1, ())
