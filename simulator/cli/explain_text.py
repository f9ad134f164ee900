"""A time line as text: each event with its phases and rules, both sides laid over each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from simulator.cli.explain_lines import BASELINE, BOTH, CANDIDATE, Line, Marked, matched, merged
from simulator.cli.explain_rule import Telling, rule_lines, tells
from simulator.explain.timeline import Asked, Happening, Pair, Phase
from simulator.instants import format_instant
from simulator.outcome import Final

Tellings = tuple[Telling, Telling]
"""How the baseline is told, and the candidate."""


def event_lines(pairs: Sequence[Pair], two: bool, how: Tellings) -> Iterator[Marked]:
    """The events in time order. `two`: both sides are told; else each pair has one of them only."""
    first = next((pair for pair in pairs if pair.parts), None) if two else None
    for pair in pairs:
        alone = BOTH if not two or (pair.baseline and pair.candidate) else BASELINE if pair.baseline else CANDIDATE
        yield alone, Line(0, _heading(pair, pair is first, alone))
        yield from ((mark if two else BOTH, line) for mark, line in _happening(pair, how))
        yield BOTH, Line(0, "")


def _heading(pair: Pair, first: bool, alone: str) -> str:
    only = {BOTH: "", BASELINE: "  only in the baseline", CANDIDATE: "  only in the candidate"}[alone]
    here = "  << the sides part here" if first else ""
    return f"{format_instant(pair.one.at)}  {pair.one.event}, {pair.one.what}{only}{here}"


def _happening(pair: Pair, how: Tellings) -> Iterator[Marked]:
    """The outside, the phases, what the limit of the cascade left out, the state before and after."""
    old, new = pair
    yield from merged(_outside(old, how[0]), _outside(new, how[1]))
    olds, news = (one.phases if one else [] for one in pair)
    for left, right in matched([_key(one) for one in olds], [_key(one) for one in news]):
        yield from _phase(None if left is None else olds[left], None if right is None else news[right], how)
    yield from merged(_end(old, how[0]), _end(new, how[1]))


def _outside(one: Happening | None, how: Telling) -> list[Line]:
    if one is None:
        return []
    if one.skipped:
        return [Line(2, "automatic assignment, left out: the ticket was assigned already")]
    return [Line(2, f"from outside: {how.words.deed(change)}") for change in one.outside]


def _key(phase: Phase) -> tuple[str, int]:
    return phase.trigger, phase.depth


def _phase(old: Phase | None, new: Phase | None, how: Tellings) -> Iterator[Marked]:
    """A phase and those of its rules that a side tells of; the others are counted."""
    olds, news = (_by_id(phase) for phase in (old, new))
    told = [id for id, asked in (*olds.items(), *news.items()) if tells(asked, how[0])]
    yield from merged(_phase_heading(old, olds, told), _phase_heading(new, news, told))
    left, right = ([id for id in asked if id in told] for asked in (olds, news))
    for a, b in matched(left, right):
        old_lines = [] if a is None else rule_lines(olds[left[a]], how[0])
        new_lines = [] if b is None else rule_lines(news[right[b]], how[1])
        yield from merged(old_lines, new_lines)


def _by_id(phase: Phase | None) -> dict[str, Asked]:
    return {} if phase is None else {asked.rule.id: asked for asked in phase.asked}


def _phase_heading(phase: Phase | None, asked: dict[str, Asked], told: list[str]) -> list[Line]:
    """The key leaves the count away: how many rules had nothing to do is no difference to look at."""
    if phase is None:
        return []
    rest = sum(id not in told for id in asked)
    rules = f"{rest} rule{'' if rest == 1 else 's'}"
    quiet = "no rule asked" if not asked else f"{rules} asked, none matched"
    count = (
        f": {quiet}"
        if not rest or rest == len(asked)
        else f": {rest} more {'rule' if rest == 1 else 'rules'}, none matched"
    )
    name = f"{phase.trigger} (depth {phase.depth})" if phase.depth else phase.trigger
    return [Line(2, name if asked and not rest else name + count, ("phase", *_key(phase)))]


def _end(one: Happening | None, how: Telling) -> list[Line]:
    """What was cut off, and the fields that the event changed, before and after; with `every`, whole states."""
    if one is None:
        return []
    lines = []
    for trigger, cut in groupby(one.cut, lambda cut: cut.trigger):
        names = ", ".join(each.rule.id for each in cut)
        lines.append(Line(2, f"{trigger}: left out by the cascade limit, would have matched: {names}"))
    if one.before != one.after:
        before, after = state_words(one.before, one.after, how)
        lines += [Line(2, f"before: {before}", None, 8), Line(2, f"after:  {after}", None, 8)]
    return lines


def state_words(before: Final, after: Final, how: Telling) -> tuple[str, str]:
    """Two states in words, each with the fields in which they differ; with `every`, with all."""
    states = dict(how.words.state(before)), dict(how.words.state(after))
    changed = {name for name in (*states[0], *states[1]) if how.every or _differs(name, before, after)}
    names = [name for name in dict.fromkeys((*states[0], *states[1])) if name in changed]
    old, new = (", ".join(f"{name} {state.get(name, 'none')}" for name in names) for state in states)
    return old, new


def _differs(name: str, before: Final, after: Final) -> bool:
    if name.startswith("custom_fields."):
        id = name.removeprefix("custom_fields.")
        return dict(before.custom_fields).get(id) != dict(after.custom_fields).get(id)
    return bool(getattr(before, name) != getattr(after, name))
