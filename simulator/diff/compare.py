"""Compare: two sides -> DIFF. The whole stage as one function."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.diff.by_rule import rules_of
from simulator.diff.changes import rule_changes
from simulator.diff.edits import edits_of
from simulator.diff.summary import summary_of
from simulator.diff.timing import open_time_of, timings_of
from simulator.diff.values import Diff, Scope, Side
from simulator.diff.who import who
from simulator.money import Money


def compare(
    before: Side, after: Side, scope: Scope, tag: str | None = None, money: Mapping[int, Money] | None = None
) -> Diff:
    """What differs between the baseline and the candidate over the tickets of `scope`.

    Both outcomes must hold every reported ticket. `tag` asks who would gain or lose it; `money`: customer -> spent.
    """
    changes = rule_changes(before.rules, after.rules)
    edits = edits_of(before.outcome, after.outcome, scope, changes)
    return Diff(
        changes=changes,
        edits=edits,
        summary=summary_of(before.outcome, after.outcome, scope, edits),
        rules=rules_of(before, after, scope, changes, edits),
        timings=timings_of(before.outcome, after.outcome, scope),
        open_time=open_time_of(before.outcome, after.outcome, scope),
        who=None if tag is None else who(before.outcome, after.outcome, scope, tag, money),
    )
