"""The rules that were live in the helpdesk, read from a snapshot: what `live` stands for on either side of a run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from simulator.diagnostics import Diagnostic, Severity
from simulator.rules.gorgias_code import LiveRuleRecord, rules_from_gorgias
from simulator.rules.model import RuleSet


def read_live(connection: sqlite3.Connection) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set, and a warning for each rule that cannot be simulated, or where there are no rules at all."""
    records = list(_records(connection))
    found = rules_from_gorgias(records)
    return found.ruleset, found.diagnostics if records else (_NO_RULES,)


_NO_RULES = Diagnostic(
    "G007", Severity.WARNING, "this snapshot has no rules: live is the same as none; import rules.json"
)


def _records(connection: sqlite3.Connection) -> Iterator[LiveRuleRecord]:
    columns = "id, name, code, code_ast, event_types, priority, type, settings, deactivated_at"
    for row in connection.execute(f"SELECT {columns} FROM rule ORDER BY id"):  # noqa: S608 - a constant
        id, name, code, ast, events, priority, type, settings, deactivated = row
        yield LiveRuleRecord(
            id, name, code or "", _parsed(ast), events, priority, type or "user",
            deactivated is None, _slug(settings),
        )  # fmt: skip


def _parsed(text: str | None) -> object:
    """The JSON of a cell; what cannot be read is as if it were not there."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None


def _slug(settings: str | None) -> str:
    """Which managed rule it is, if it is one; settings of any other shape say nothing."""
    found = _parsed(settings)
    slug = found.get("slug") if isinstance(found, dict) else None
    return slug if isinstance(slug, str) else ""
