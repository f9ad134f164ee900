"""Compare: two sides -> DIFF. The whole stage as one function."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.diff.by_rule import rules_of
from simulator.diff.changes import rule_changes
from simulator.diff.edits import edits_of
from simulator.diff.summary import summary_of
from simulator.diff.timing import open_time_of, timings_of
from simulator.diff.values import Diff, Edit, Pair, Scope, Side, Timing
from simulator.diff.who import who
from simulator.diff.writers import last_changes
from simulator.money import Money


def compare(
    before: Side, after: Side, scope: Scope, tag: str | None = None, money: Mapping[int, Money] | None = None
) -> Diff:
    """What differs between the baseline and the candidate over the tickets of `scope`.

    Both outcomes must hold every reported ticket. `tag` asks who would gain or lose it; `money`: customer -> spent.
    """
    changes = rule_changes(before.rules, after.rules)
    edits: list[Edit] = []
    timings: list[Timing] = []
    for ticket in before.outcome.unlike(after.outcome, scope.reported):
        old, new = before.outcome.deeds(ticket), after.outcome.deeds(ticket)
        lasts = last_changes(old.changes), last_changes(new.changes)
        edits.extend(edits_of(old, new, scope, changes, lasts))
        timings.extend(timings_of(old, new, scope.customers.get(ticket), lasts))
    flows = Pair(*(side.outcome.flow(scope.instants).within(scope.reported) for side in (before, after)))
    return Diff(
        changes=changes,
        edits=tuple(edits),
        summary=summary_of(before.outcome, after.outcome, flows, scope, edits),
        rules=rules_of(before, after, flows, changes, edits),
        timings=tuple(timings),
        open_time=open_time_of(flows, scope),
        flows=flows,
        who=None if tag is None else who(before.outcome, after.outcome, scope, tag, money),
    )
