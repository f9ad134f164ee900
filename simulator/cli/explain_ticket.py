"""A ticket's explanation as text: a heading, then its time line and what came of it; or who wrote one thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.cli.explain_lines import BOTH, Line, Marked, printed
from simulator.cli.explain_rule import Telling
from simulator.cli.explain_rules import reason_lines, state_lines
from simulator.cli.explain_story import story_lines
from simulator.cli.explain_text import event_lines
from simulator.explain.aim import Aim
from simulator.explain.story import stories
from simulator.explain.timeline import Explained, Pair, side_by_side
from simulator.explain.words import Words

LEGEND = "- baseline alone, + candidate alone, unmarked: both"


def ticket_text(one: Explained, sides: tuple[str, ...], aims: Sequence[Aim], every: bool, text: bool) -> Iterator[str]:
    """The lines, ready to print. `sides`: baseline, candidate or both."""
    pairs = pairs_of(one, sides)
    lines = list((_stories if aims else _whole)(one, pairs, sides, aims, every, text))
    while lines and not lines[-1][1].text:
        lines.pop()
    two = any(mark != BOTH for mark, _ in lines)
    yield heading(one, pairs, sides)
    yield from (LEGEND, "") if two else ("",)
    yield from printed(lines, two)


def pairs_of(one: Explained, sides: tuple[str, ...]) -> tuple[Pair, ...]:
    """The events of the sides that are shown, laid over each other."""
    if len(sides) == 2:
        return side_by_side(*one.lines)
    alone = (one.baseline if sides == ("baseline",) else one.candidate).happenings
    return tuple(Pair(each, None) if sides == ("baseline",) else Pair(None, each) for each in alone)


def heading(one: Explained, pairs: Sequence[Pair], sides: tuple[str, ...]) -> str:
    """How many events, and in how many the sides part."""
    events = f"{len(pairs)} event{'' if len(pairs) == 1 else 's'}"
    if len(sides) == 1:
        return f"ticket {one.ticket}: {events}, {sides[0]} alone"
    parts = sum(pair.parts for pair in pairs)
    return f"ticket {one.ticket}: {events}; " + (
        f"the sides part in {parts} of them" if parts else "both sides did the same"
    )


def _tellings(one: Explained, every: bool, text: bool) -> tuple[Telling, Telling]:
    words = Words(text)
    return Telling(words, every, one.baseline.deeds), Telling(words, every, one.candidate.deeds)


def _whole(
    one: Explained, pairs: Sequence[Pair], sides: tuple[str, ...], aims: Sequence[Aim], every: bool, text: bool
) -> Iterator[Marked]:
    """Time line, state in the end, reasons."""
    how = _tellings(one, every, text)
    both = list(zip(one.lines, how, strict=True))
    shown = [side for name, side in zip(("baseline", "candidate"), both, strict=True) if name in sides]
    yield from event_lines(pairs, len(sides) == 2, how)
    yield from state_lines(shown)
    yield BOTH, Line(0, "")
    yield from reason_lines(shown)


def _stories(
    one: Explained, pairs: Sequence[Pair], sides: tuple[str, ...], aims: Sequence[Aim], every: bool, text: bool
) -> Iterator[Marked]:
    """Each thing that is asked about."""
    how = _tellings(one, every, text)
    for aim in aims:
        told = list(zip(stories(*one.lines, aim), one.lines, how, strict=True))
        yield from story_lines(
            [side for name, side in zip(("baseline", "candidate"), told, strict=True) if name in sides]
        )
        yield BOTH, Line(0, "")
