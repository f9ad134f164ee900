"""Who wrote a field or a tag, as lines: `explain --tag VIP TICKET`; both sides laid over each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.cli.explain_lines import BOTH, Line, Marked, merged
from simulator.cli.explain_rule import Telling, placed
from simulator.explain.occasions import Occasion
from simulator.explain.story import Story, Write
from simulator.explain.timeline import TimeLine
from simulator.explain.why import words_of_why, words_of_writer
from simulator.instants import format_instant

Side = tuple[Story, TimeLine, Telling]


def story_lines(sides: Sequence[Side]) -> Iterator[Marked]:
    """What stands in the end and who put it, every write with the writer before it, and who could have and did not."""
    told = [list(_story(*side)) for side in sides]
    yield BOTH, Line(0, sides[0][0].aim.name)
    if len(told) == 2:
        yield from merged(*told)
    else:
        yield from ((BOTH, line) for line in told[0])


def _story(story: Story, line: TimeLine, how: Telling) -> Iterator[Line]:
    yield _standing(story, how)
    for write in story.writes:
        yield from _write(write, how)
    if story.could_have:
        yield Line(
            2,
            "rules that could have and did not, nearest first:"
            if story.open
            else "wrote it on the other side, and not here:",
        )
    for found in story.could_have:
        yield _could(found, line, how)


def _standing(story: Story, how: Telling) -> Line:
    """What stands in the end, and whose work it is."""
    by = f", by {words_of_writer(story.by.change)}" if story.by else ", nobody wrote it"
    if story.aim.tag is not None:
        there = "it is there in the end" if story.value else "it is not there in the end"
        by = f", taken off by {words_of_writer(story.by.change)}" if story.by and not story.value else by
        return Line(2, there + by, None, 4)
    if story.aim.field == "replies":
        return Line(2, f"{story.value} would go out")
    written = story.by is not None and story.by.change.rule is not None
    return Line(2, f"{how.words.field(story.aim.field, story.value, written)} in the end{by}", None, 4)


def _write(write: Write, how: Telling) -> Iterator[Line]:
    change = write.change
    who = f"rule {change.rule}" if change.rule is not None else "from outside"
    phase = f", {change.trigger}{f' (depth {change.depth})' if change.depth else ''}" if change.trigger else ""
    yield Line(4, f"{format_instant(change.at)}  {change.event}{phase}")
    over = f"over {words_of_writer(write.over)}" if write.over else "the first to write it"
    what = f"{who}: {how.words.deed(change, write.action)}"
    said = what if change.field == "replies" else f"{what}, {over}"
    yield placed(6, said, write.action.location if write.action else None)


def _could(found: Occasion, line: TimeLine, how: Telling) -> Line:
    where = f" at {found.event}" if found.event else ""
    written = found.route.written
    return placed(
        4,
        f"{found.rule.id}{where}: {words_of_why(found, line.deeds, how.words)}",
        written.location if written else found.rule.location,
    )
