"""One rule in one phase as lines: its condition with what it saw, its actions and what became of their work."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from simulator.cli.explain_lines import Line
from simulator.diagnostics import Location
from simulator.explain.fate import Deeds, undone
from simulator.explain.reasons import SHORT, Reason
from simulator.explain.shortfall import shortfall
from simulator.explain.timeline import Asked, Try
from simulator.explain.truth import Examined
from simulator.explain.why import short_of, words_of_refusal, words_of_undone
from simulator.explain.words import Words, place, words_of_action, words_of_test
from simulator.outcome import Refusal
from simulator.rules.model import All, Any, Test


@dataclass(frozen=True)
class Telling:
    """How a side is told. `every`: each rule that was asked with all of its conditions, and whole states."""

    words: Words
    every: bool
    deeds: Deeds


def tells(asked: Asked, how: Telling) -> bool:
    """Whether a rule is told of: it matched, its `else` did something, or every rule is wanted."""
    return how.every or asked.examined.holds or bool(asked.done)


def rule_lines(asked: Asked, how: Telling) -> list[Line]:
    """The rule, then its conditions where it did something (or each is wanted), then its actions."""
    lines = list(_heading(asked, how))
    if how.every or (asked.done and asked.examined.holds):
        lines += _condition(asked.examined, how, 6)
    for branch, examined in asked.branches if how.every or asked.done else ():
        lines.append(Line(6, f"{branch}: if"))
        lines += _condition(examined, how, 8)
    for one in asked.tries:
        lines += _try(one, asked, how)
    return lines


def _heading(asked: Asked, how: Telling) -> Iterator[Line]:
    rule = asked.rule
    if asked.examined.holds:
        nothing = "" if asked.done else f", {_nothing(asked)}"
        yield placed(4, f"{rule.id}: matched{nothing}", rule.location)
        return
    short = shortfall(asked.examined)
    reason = SHORT[Reason.MISSING_FIELD if short.missing else Reason.CONDITION_FALSE]
    first = short.gaps[0].parts[0].examined.condition.location
    ran = ", its else ran" if asked.tries else ""
    yield placed(4, f"{rule.id}: {reason}{ran}, {short_of(short, asked.at, how.words)}", first or rule.location)


def _nothing(asked: Asked) -> str:
    """Why a rule that matched did nothing."""
    if asked.tries:
        return SHORT[Reason.NO_CHANGE]
    return "no action was reached" if asked.branches else "it has no action"


def _condition(examined: Examined, how: Telling, indent: int) -> Iterator[Line]:
    """Each condition with what it saw, whether it was true, and where it is written; a plain list without its head."""
    if isinstance(examined.condition, All) and examined.parts:
        for part in examined.parts:
            yield from _examined(part, how, indent)
    else:
        yield from _examined(examined, how, indent)


def _examined(examined: Examined, how: Telling, indent: int) -> Iterator[Line]:
    condition, truth = examined.condition, "true " if examined.holds else "false"
    if isinstance(condition, Test):
        assert examined.seen is not None
        text = f"{truth} {words_of_test(condition)}: {how.words.seen(condition, examined.seen)}"
        yield placed(indent, text, condition.location, 6)
        return
    name = "all of" if isinstance(condition, All) else "any of" if isinstance(condition, Any) else "not"
    if not examined.parts:
        name = "always" if isinstance(condition, All) else "never"
    yield Line(indent, f"{truth} {name}")
    for part in examined.parts:
        yield from _examined(part, how, indent + 2)


def _try(one: Try, asked: Asked, how: Telling) -> Iterator[Line]:
    """An action: what it did, why it was refused, that it changed nothing; and what undid it later."""
    deed, where = one.deed, one.written.location
    if deed is None:
        if asked.done or how.every:
            yield placed(6, f"{one.branch} > {words_of_action(one.action)}: {SHORT[Reason.NO_CHANGE]}", where)
        return
    if isinstance(deed, Refusal):
        what = f"refused, {words_of_refusal(deed, how.deeds)}: {how.words.effect(deed, one.action)}"
        yield placed(6, f"{one.branch} > {what}", where)
        return
    text = f"{one.branch} > {how.words.deed(deed, one.action)}"
    yield placed(6, text, where, key=(text, deed.after if deed.field == "replies" else None))
    for gone in undone(deed, how.deeds):
        yield Line(8, f"overwritten later: {words_of_undone(gone, how.words)}")


def placed(indent: int, text: str, where: Location | None, hanging: int = 2, key: Hashable = None) -> Line:
    """A line with the place in the YAML behind it; a place that moved is no difference."""
    spot = place(where)
    return Line(indent, f"{text}  {spot}" if spot else text, key or text, hanging)
