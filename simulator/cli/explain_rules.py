"""What came of it: the state in the end, and for each rule that did not act, why; both sides laid over each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from simulator.cli.explain_lines import BOTH, Line, Marked, merged
from simulator.cli.explain_rule import Telling, placed
from simulator.diagnostics import Location
from simulator.explain.occasions import Occasion, by_nearness, verdict
from simulator.explain.reasons import SHORT, Reason
from simulator.explain.timeline import TimeLine
from simulator.explain.why import words_of_why

NEAREST = 5
"""How many near misses are told of unless every rule is."""

TOLD = (Reason.OVERWRITTEN, Reason.REFUSED, Reason.NO_ACTION, Reason.CASCADE_LIMIT)
"""The reasons that are always told rule by rule; the others are counted, but for near misses."""

Sides = Sequence[tuple[TimeLine, Telling]]


def state_lines(sides: Sides) -> Iterator[Marked]:
    """The state in the end, field by field."""
    told = [
        [Line(2, f"{name} {value}", None, 4) for name, value in how.words.state(line.outcome.final)]
        for line, how in sides
    ]
    yield BOTH, Line(0, "In the end")
    yield from _laid_over(told)


def reason_lines(sides: Sides) -> Iterator[Marked]:
    """For each rule of the sets why it did not act, nearest first; without `every` the far ones are counted."""
    verdicts = [verdicts_of(line) for line, _ in sides]
    told = _told(verdicts, sides[0][1].every)
    yield BOTH, Line(0, "Rules that did not act, nearest first")
    lines = [
        [_line(id, found, line, how) for id in told if (found := by_id.get(id)) and found.reason is not Reason.ACTED]
        for by_id, (line, how) in zip(verdicts, sides, strict=True)
    ]
    yield from _laid_over(lines)
    yield from _laid_over([_rest(by_id, told) for by_id in verdicts])


def verdicts_of(line: TimeLine) -> dict[str, Occasion]:
    """Rule id -> the occasion on which it came nearest to acting, in running order."""
    return {rule.id: verdict(rule, line) for rule in line.ruleset.rules}


def _told(verdicts: Sequence[dict[str, Occasion]], every: bool) -> list[str]:
    """The ids of rules that are told of one by one, those that came nearest on a side first."""
    nearest: dict[str, Occasion] = {}
    for by_id in verdicts:
        for id, found in by_id.items():
            if found.reason is not Reason.ACTED and (
                id not in nearest or by_nearness(found) < by_nearness(nearest[id])
            ):
                nearest[id] = found
    ranked = [id for id, _ in sorted(nearest.items(), key=lambda one: by_nearness(one[1]))]
    if every:
        return ranked
    near = [id for id in ranked if nearest[id].near][:NEAREST]
    parted = {id for id in ranked if len({by_id[id].reason for by_id in verdicts if id in by_id}) > 1}
    return [id for id in ranked if id in near or id in parted or nearest[id].reason in TOLD]


def _line(id: str, found: Occasion, line: TimeLine, how: Telling) -> Line:
    where = f" at {found.event}" if found.event else ""
    return placed(2, f"{id}{where}: {words_of_why(found, line.deeds, how.words)}", _place(found), 4)


def _place(found: Occasion) -> Location | None:
    """Where the condition stands that failed first, else the action, else the rule."""
    if found.shortfall is not None and found.shortfall.gaps:
        return found.shortfall.gaps[0].parts[0].examined.condition.location or found.rule.location
    return found.route.written.location if found.deed is not None and found.route.written else found.rule.location


def _rest(by_id: dict[str, Occasion], told: Sequence[str]) -> list[Line]:
    """How many rules are left, by reason, most first."""
    counts = Counter(found.reason for id, found in by_id.items() if id not in told and found.reason is not Reason.ACTED)
    return [Line(2, f"{count} more: {SHORT[reason]}") for reason, count in sorted(counts.items(), key=_most_first)]


def _most_first(one: tuple[Reason, int]) -> tuple[int, int]:
    return -one[1], list(Reason).index(one[0])


def _laid_over(sides: Sequence[list[Line]]) -> Iterator[Marked]:
    if len(sides) == 2:
        yield from merged(*sides)
    else:
        yield from ((BOTH, line) for line in sides[0])
