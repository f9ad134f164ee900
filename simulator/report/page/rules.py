"""The rules: those that changed or that stand behind an edit first, and what each was worth on either side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diff.by_rule import OUTSIDE
from simulator.diff.values import Edit, RuleDiff
from simulator.report.ranking import touched_rules

ROWS = 300
"""Rules of a table at most; what is cut is said."""


class Overwriter(NamedTuple):
    """Who overwrote a rule's value (None: the outside world), and how often."""

    rule: str | None
    times: int


class RuleRow(NamedTuple):
    """A rule, the changed tickets that it stands behind, and by whom its values were overwritten."""

    rule: RuleDiff
    tickets_changed: int
    overwritten_before: tuple[Overwriter, ...]
    overwritten_after: tuple[Overwriter, ...]


@dataclass(frozen=True, slots=True)
class RuleTables:
    """`live`: rules that changed or stand behind an edit, most edits first; `quiet`: all others, by id."""

    live: tuple[RuleRow, ...]
    quiet: tuple[RuleRow, ...]
    live_cut: int
    quiet_cut: int


def rule_tables(rules: Sequence[RuleDiff], edits: Sequence[Edit]) -> RuleTables:
    """All rules of either set."""
    tickets: dict[str, set[int]] = {}
    for edit in edits:
        for name in (*edit.rules_before, *edit.rules_after):
            tickets.setdefault(name, set()).add(edit.ticket)
    live = touched_rules(rules)
    named = {rule.id for rule in live}
    quiet = [rule for rule in rules if rule.id not in named]
    counts = {name: len(found) for name, found in tickets.items()}
    return RuleTables(
        tuple(_row(rule, counts) for rule in live[:ROWS]),
        tuple(_row(rule, counts) for rule in quiet[:ROWS]),
        max(len(live) - ROWS, 0),
        max(len(quiet) - ROWS, 0),
    )


def _row(rule: RuleDiff, tickets: Mapping[str, int]) -> RuleRow:
    old, new = (_overwriters(side.overwritten) for side in (rule.before, rule.after))
    return RuleRow(rule, tickets.get(rule.id, 0), old, new)


def _overwriters(overwritten: Mapping[str, int]) -> tuple[Overwriter, ...]:
    ranked = sorted(overwritten.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Overwriter(None if name == OUTSIDE else name, times) for name, times in ranked)
