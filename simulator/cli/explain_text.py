"""A time line as text: 80 columns, ticket text escaped and cut, the sides apart only where they part."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from simulator.escape import for_terminal
from simulator.explain.timeline import Asked, Happening, Pair, Phase
from simulator.explain.truth import Examined
from simulator.explain.words import words_of_change, words_of_place, words_of_seen, words_of_state, words_of_test
from simulator.instants import format_instant
from simulator.rules.model import All, Any, Test

WIDTH = 80
LONGEST = 110
"""Characters that are shown of a value, a list of words or a text to be sent before it is cut."""


def explain_text(pairs: tuple[Pair, ...], sides: tuple[str, ...], every_rule: bool) -> Iterator[str]:
    """The lines of a time line. `sides`: `baseline`, `candidate` or both; with both, common events stand once."""
    parted = False
    for pair in pairs:
        one = pair.baseline or pair.candidate
        assert one is not None
        apart = len(sides) == 2 and pair.parts
        yield from _line(
            f"{format_instant(one.at)}  {one.event}" + ("  << the sides part here" if apart and not parted else ""), 0
        )
        parted = parted or apart
        if apart:
            for name, side in (("baseline", pair.baseline), ("candidate", pair.candidate)):
                yield f"  -- {name} --"
                yield from ("    this did not happen",) if side is None else _happening(side, every_rule, 4)
        else:
            shown = pair.candidate if sides == ("candidate",) else one
            yield from _happening(shown or one, every_rule, 2)
        yield ""


def _happening(one: Happening, every_rule: bool, indent: int) -> Iterator[str]:
    if one.skipped:
        yield from _line("automatic assignment, left out: the ticket was assigned already", indent)
        return
    for change in one.outside:
        yield from _line(f"from outside: {_cut(words_of_change(change))}", indent)
    for phase in one.phases:
        yield from _phase(phase, every_rule, indent)
    if one.before != one.after:
        yield from _line("before: " + ", ".join(words_of_state(one.before)), indent)
        yield from _line("after:  " + ", ".join(words_of_state(one.after)), indent)


def _phase(phase: Phase, every_rule: bool, indent: int) -> Iterator[str]:
    shown = [asked for asked in phase.asked if every_rule or asked.tells]
    depth = f" (depth {phase.depth})" if phase.depth else ""
    rest = len(phase.asked) - len(shown)
    more = f": {rest} rule{'s' if rest != 1 else ''} did not match" if rest else "" if shown else ": no rules"
    yield from _line(f"{phase.trigger}{depth}{more}", indent)
    for asked in shown:
        yield from _asked(asked, indent + 2)


def _asked(asked: Asked, indent: int) -> Iterator[str]:
    yield from _line(f"{asked.rule.id}: {'matched' if asked.examined.holds else 'did not match'}", indent)
    yield from _examined(asked.examined, indent + 2)
    for branch, examined in asked.branches:
        yield from _line(f"{branch}: if", indent + 2)
        yield from _examined(examined, indent + 4)
    for change in asked.done:
        yield from _line(f"{change.branch} > {_cut(words_of_change(change))}", indent + 2)


def _examined(examined: Examined, indent: int) -> Iterator[str]:
    """Each condition with the place where it is written, the value seen, and whether it was true."""
    condition, truth = examined.condition, "true " if examined.holds else "false"
    if isinstance(condition, Test):
        assert examined.seen is not None
        asked, seen = _cut(words_of_test(condition)), _cut(words_of_seen(condition, examined.seen))
        yield from _line(f"{truth} {asked}: {seen}  {words_of_place(condition)}", indent, 6)
        return
    name = "all of" if isinstance(condition, All) else "any of" if isinstance(condition, Any) else "not"
    if not examined.parts:
        name = "always" if isinstance(condition, All) else "never"
    yield from _line(f"{truth} {name}", indent)
    for part in examined.parts:
        yield from _examined(part, indent + 2)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[:LONGEST] + "..."


def _line(text: str, indent: int, hanging: int = 2) -> Iterator[str]:
    """Escaped, and wrapped to the width."""
    start = " " * min(indent, 24)
    yield from textwrap.wrap(
        for_terminal(text),
        WIDTH,
        initial_indent=start,
        subsequent_indent=start + " " * hanging,
        break_on_hyphens=False,
    )
