"""The JSON Schema: its committed copy, what it lets through, and what it stops."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from simulator.rules.page import Page
from simulator.rules.schema import schema_text
from simulator.rules.yaml_tree import Entries, Items, Kind, Node, read_tree, truth

ROOT = Path(__file__).parents[2]
COPY = ROOT / "docs" / "schemas" / "ruleset.schema.json"
CASES = Path(__file__).parent / "cases"
GOOD = sorted([*CASES.glob("clean/*.yaml"), *(ROOT / "rulesets").glob("*/*.yaml")])
# shapes and names that a schema can know; the other faults need the set, the calendar or the nearest name
STOPPED = (
    "business-hours",
    "conditions",
    "durations",
    "empty-words",
    "enumerations",
    "ids",
    "messages",
    "missing-keys",
    "numbers",
    "operator-does-not-fit",
    "rules-not-a-list",
    "short-form-does-not-fit",
    "steps",
    "tags",
    "top-is-list",
    "unknown-action",
    "unknown-field",
    "unknown-keys",
    "unknown-operator",
    "unknown-trigger",
    "version-quoted",
    "version-unknown",
)


def plain(node: Node | None) -> object:
    """A tree as JSON has it; numbers that the language refuses stay text."""
    if isinstance(node, Entries):
        return {key.text: plain(value) for key, value in node.entries}
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    if node is None or node.kind is Kind.NULL:
        return None
    if node.kind is Kind.NUMBER:
        return int(node.text) if node.text.lstrip("+-").isdigit() else float(node.text)
    return truth(node) if node.kind is Kind.BOOL else node.text


def errors(path: Path) -> list[str]:
    """What the schema finds in a file."""
    schema = jsonschema.Draft202012Validator(json.loads(schema_text()))
    return [error.message for error in schema.iter_errors(plain(read_tree(Page(path.name, path.read_text("utf-8")))))]


def test_the_committed_copy_is_what_the_tables_give() -> None:
    """`simulator schema ruleset > docs/schemas/ruleset.schema.json` brings it up to date."""
    assert COPY.read_text("utf-8") == schema_text()
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_rule_sets_that_load_fit_the_schema(path: Path) -> None:
    """An editor does not complain about what the loader takes."""
    assert errors(path) == []


@pytest.mark.parametrize("name", STOPPED)
def test_the_schema_stops_what_it_can_know(name: str) -> None:
    """Unknown names, wrong shapes and wrong kinds of values are marked while the admin types."""
    assert errors(CASES / "refused" / f"{name}.yaml") != []
