"""What a report takes for granted, and which hits rest on values that are not those of the time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.diff.values import Diff, RuleDiff
from simulator.report.values import SnapshotInfo
from simulator.rules.model import RuleSet
from simulator.rules.walk import tests_of

_START = (
    "Every ticket starts open, with priority normal, without tags, assignee or team and with empty custom fields: "
    "priority and custom fields at the start are assumptions."
)
_SENT = "Nothing is sent: replies, notes and e-mails are recorded as they would have gone out; nobody answers them."
_TOTALS = frozenset({"total_spent", "orders_count"})


def assumptions(snapshot: SnapshotInfo, settings: Mapping[str, object]) -> tuple[str, ...]:
    """The assumptions of any replay, and those of this snapshot."""
    return (_START, *_histories(snapshot), *_facts(settings), _SENT)


def _histories(snapshot: SnapshotInfo) -> Iterator[str]:
    yield (
        f"{snapshot.full:,} tickets have their full event history; {snapshot.lists:,} have lists only: creation, "
        "messages, survey and closing."
    )
    if snapshot.lists:
        yield "The closing of a ticket with lists only may have been a rule's work; it is replayed as it was."


def _facts(settings: Mapping[str, object]) -> Iterator[str]:
    if settings.get("facts", "as-of") == "current":
        yield "Facts are today's (--facts current): rules see totals that tickets of the past did not have yet."
    else:
        yield "Facts are those of the time where the snapshot dates them; the others are today's and counted."


def rests_on(before: RuleSet, after: RuleSet, diff: Diff) -> tuple[str, ...]:
    """Sentences such as `412 of 1,030 hits of vip-spent rest on today's totals`, by side and rule."""
    return tuple(
        sentence
        for side, rules in (("baseline", before), ("candidate", after))
        for rule in diff.rules
        for sentence in _of_rule(side, rule, _what(rules, rule.id))
    )


def _of_rule(side: str, rule: RuleDiff, what: str) -> Iterator[str]:
    count = rule.before if side == "baseline" else rule.after
    for number, ground in ((count.on_today, f"today's {what}"), (count.on_missing, "a missing value")):
        if number:
            verb = "rests" if number == 1 else "rest"
            yield f"{side}: {number:,} of {count.matched:,} hits of {rule.id} {verb} on {ground}"


def _what(rules: RuleSet, name: str) -> str:
    """`totals` where all that the rule reads of the customer are totals, else `values`."""
    rule = next((rule for rule in rules.rules if rule.id == name), None)
    paths = [] if rule is None else [test.path for test in tests_of(rule) if test.path.startswith("ticket.customer.")]
    return "totals" if paths and all(path.rpartition(".")[2] in _TOTALS for path in paths) else "values"
