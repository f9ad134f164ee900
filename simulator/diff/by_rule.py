"""By rule: how often each was asked and true, what it changed, who overwrote it, and what its matches rest on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.diff.values import Edit, RuleChange, RuleDiff, RuleSide, Scope, Side
from simulator.diff.writers import WRITE_ONCE, Slot, slots
from simulator.instants import parse_instant
from simulator.outcome import TicketOutcome

OUTSIDE = "(outside)"
"""Stands for the outside world where a rule's value was overwritten: no rule can have this id."""

_NOTHING = RuleSide()


@dataclass
class _Tally:
    """Counts of one rule while the tickets go by."""

    matched: int = 0
    tickets: int = 0
    changes: int = 0
    overwritten: Counter[str] = field(default_factory=Counter)
    only_here: int = 0
    last_match: int | None = None
    on_today: int = 0
    on_missing: int = 0
    refusals: Counter[str] = field(default_factory=Counter)


_Tallies = defaultdict[str, _Tally]


def rules_of(
    before: Side, after: Side, scope: Scope, changes: Mapping[str, RuleChange], edits: Sequence[Edit]
) -> tuple[RuleDiff, ...]:
    """Every rule of either set, by id."""
    sides = [_side(side, scope) for side in (before, after)]
    names = {rule.id: rule.name for side in (before, after) for rule in side.rules.rules}
    named: Counter[tuple[str, bool]] = Counter(
        (rule, edit.direct) for edit in edits for rule in {*edit.rules_before, *edit.rules_after}
    )
    return tuple(
        RuleDiff(
            id=name,
            name=names[name],
            change=change,
            before=sides[0].get(name, _NOTHING),
            after=sides[1].get(name, _NOTHING),
            direct=named[name, True],
            indirect=named[name, False],
        )
        for name, change in changes.items()
    )


def _side(side: Side, scope: Scope) -> dict[str, RuleSide]:
    tallies: _Tallies = defaultdict(_Tally)
    phases: Counter[str] = Counter()
    for ticket in sorted(scope.reported):
        outcome = side.outcome.tickets[ticket]
        phases.update(outcome.phases)
        _count_matches(outcome, tallies, scope)
        _count_changes(outcome, tallies)
        for refusal in outcome.refusals:
            tallies[refusal.rule].refusals[refusal.reason] += 1
    return {
        rule.id: _frozen(tallies[rule.id], sum(phases[on] for on in set(rule.on)) if rule.enabled else 0)
        for rule in side.rules.rules
    }


def _frozen(tally: _Tally, events: int) -> RuleSide:
    return RuleSide(
        events=events,
        matched=tally.matched,
        tickets=tally.tickets,
        changes=tally.changes,
        overwritten=dict(sorted(tally.overwritten.items())),
        only_here=tally.only_here,
        last_match=tally.last_match,
        on_today=tally.on_today,
        on_missing=tally.on_missing,
        refusals=dict(sorted(tally.refusals.items())),
    )


def _count_matches(outcome: TicketOutcome, tallies: _Tallies, scope: Scope) -> None:
    last: dict[str, str] = {}
    for match in outcome.matches:
        tally = tallies[match.rule]
        tally.matched += 1
        tally.on_today += match.rests_on_today
        tally.on_missing += match.rests_on_missing
        last[match.rule] = match.event
    for rule, event in last.items():
        tally = tallies[rule]
        tally.tickets += 1
        at = event_instant(event, scope.instants)
        if at is not None and (tally.last_match is None or at > tally.last_match):
            tally.last_match = at


def _count_changes(outcome: TicketOutcome, tallies: _Tallies) -> None:
    standing: dict[Slot, str] = {}
    wrote = set()
    for change in outcome.changes:
        if change.rule is not None:
            tallies[change.rule].changes += 1
            wrote.add(change.rule)
        if change.field in WRITE_ONCE:
            continue
        for slot in slots(change):
            author = OUTSIDE if change.rule is None else change.rule
            earlier = standing.get(slot, OUTSIDE)
            if earlier not in (OUTSIDE, author):
                tallies[earlier].overwritten[author] += 1
            standing[slot] = author
    if len(wrote) == 1:
        tallies[wrote.pop()].only_here += 1


def event_instant(event: str, instants: Mapping[str, int]) -> int | None:
    """The instant of an event by its name: a reply stands at its parent's, the end of a snooze carries its own."""
    outside = event.partition("/")[0]
    if outside.startswith("unsnooze:"):
        return parse_instant(outside.partition("@")[2])
    return instants.get(outside)
