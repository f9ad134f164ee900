"""The report on a terminal: the verdict, cautions, then the numbers, and what to do next. ASCII of our own, 80 columns.

`full` tells everything; `concise` fits on one screen. Text from the data is escaped, and coloured only after that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from simulator.diff.values import RuleChange
from simulator.escape import for_terminal
from simulator.report.ranking import moved_tags
from simulator.report.sections import GLUE, SECTIONS, Paint, labelled, short_numbers, who, wrapped
from simulator.report.values import Report

Form = Literal["full", "concise"]
_COLOURS = {"bold": "1", "good": "32", "warn": "33", "bad": "31", "dim": "2"}


def terminal(report: Report, form: Form = "full", colour: bool = False, width: int = 80) -> str:
    """The report as text, ending in a line's end."""
    paint = paint_of(colour)
    lines = [*_head(report, paint, width), *(_concise if form == "concise" else _full)(report, paint, width)]
    return "\n".join(lines).rstrip("\n") + "\n"


def paint_of(colour: bool) -> Paint:
    """How texts are painted."""
    return _coloured if colour else _plain


def _plain(text: str, style: str) -> str:
    return text


def _coloured(text: str, style: str) -> str:
    return f"\x1b[{_COLOURS[style]}m{text}\x1b[0m"


def _head(report: Report, paint: Paint, width: int) -> Iterator[str]:
    changed = report.diff.summary.tickets_changed
    for line in wrapped(report.verdict, width, ""):
        yield paint(line, "bold" if changed else "good")
    for caution in report.cautions:
        for line in wrapped(f"caution: {for_terminal(caution.message)}", width, "! "):
            yield paint(line, "warn")
    if report.believed is not None:
        yield from wrapped(for_terminal(report.believed.headline), width, "")
    yield ""


def _concise(report: Report, paint: Paint, width: int) -> Iterator[str]:
    summary = report.diff.summary
    tags = [f"{for_terminal(tag)}{GLUE}+{c.added:,}{GLUE}-{c.removed:,}" for tag, c in moved_tags(summary.tags)]
    yield from labelled("tags", f"{', '.join(tags[:12]) or 'none'}{_more(len(tags) - 12)}", width)
    yield from short_numbers(summary)
    rules = [
        f"{for_terminal(rule.id)}{GLUE}{rule.change.value}"
        for rule in report.diff.rules
        if rule.change is not RuleChange.SAME
    ]
    yield from labelled("rules", f"{', '.join(rules[:12]) or 'none changed'}{_more(len(rules) - 12)}", width)
    for place, cause in enumerate(report.reasons.causes if report.reasons is not None else ()):
        yield from labelled("" if place else "causes", for_terminal(cause.sentence), width)
    if report.queues is not None:
        yield from labelled("views", for_terminal(report.queues.headline).removeprefix("Views: "), width)
    if report.money is not None:
        yield from labelled("money", for_terminal(report.money.headline), width)
    if report.diff.who is not None:
        yield ""
        yield from who(report.diff.who, paint, width)
    if report.others:
        yield from labelled("findings", f"{len(report.others):,}: see --format full", width)


def _more(number: int) -> str:
    return f" and {number:,} more" if number > 0 else ""


def _full(report: Report, paint: Paint, width: int) -> Iterator[str]:
    for title, section in SECTIONS:
        lines = list(section(report, paint, width))
        if lines:
            yield paint(title, "bold")
            yield from lines
            yield ""
