"""The rules that were live in the helpdesk, read from a snapshot: what `live` stands for on either side of a run."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

from simulator.diagnostics import Diagnostic, Severity
from simulator.rules.gorgias_code import LiveRuleRecord, rules_from_gorgias
from simulator.rules.model import RuleSet


def read_live(connection: sqlite3.Connection) -> tuple[RuleSet, tuple[Diagnostic, ...]]:
    """The rule set, and a warning for each rule that cannot be simulated."""
    found = rules_from_gorgias(_records(connection))
    left_out = tuple(
        Diagnostic("L001", Severity.WARNING, f'rule "{rule.name}" is not simulated: {rule.reason}', rule=rule.rule)
        for rule in found.unsupported
        if rule.active
    )
    return found.ruleset, (*left_out, *found.diagnostics)


def _records(connection: sqlite3.Connection) -> Iterator[LiveRuleRecord]:
    columns = "id, name, code, code_ast, event_types, priority, type, settings, deactivated_at"
    for row in connection.execute(f"SELECT {columns} FROM rule ORDER BY id"):  # noqa: S608 - a constant
        id, name, code, ast, events, priority, type, settings, deactivated = row
        slug = (json.loads(settings) if settings else {}).get("slug")
        yield LiveRuleRecord(
            id, name, code or "", json.loads(ast) if ast else None, events, priority, type or "user",
            deactivated is None, slug or "",
        )  # fmt: skip
