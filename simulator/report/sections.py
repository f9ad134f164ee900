"""The sections of the full report on a terminal: each gives its lines, none where it has nothing to say."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator

from simulator.diff.by_rule import OUTSIDE
from simulator.diff.values import Matrix, RuleChange, RuleDiff, Summary, Who, WhoRow
from simulator.escape import for_terminal
from simulator.instants import format_instant
from simulator.report.fidelity import FidelityView
from simulator.report.numbers import counted
from simulator.report.ranking import moved_tags, touched_rules
from simulator.report.tables import MARGIN, cut, table
from simulator.report.values import Example, Report
from simulator.report.values_text import duration, edit_phrase, why

Paint = Callable[[str, str], str]
"""Text and style -> text with the colour of the style, or as it is."""

Section = Callable[[Report, Paint, int], Iterator[str]]
"""A section: the report, the paint, and the width in columns -> lines."""

GLUE = "\u00a0"
"""Stands for a blank at which `labelled` does not break the line."""

_TAGS_SHOWN = 25
_RULES_SHOWN = 40
_ROWS_SHOWN = 25


def wrapped(text: str, width: int, mark: str = MARGIN) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=mark, subsequent_indent=" " * len(mark), break_on_hyphens=False
    ) or [""]


def labelled(label: str, text: str, width: int) -> Iterator[str]:
    """A label and a text that may need several lines, all of which start below each other."""
    mark = f"{MARGIN}{label:<10}"
    yield from (line.replace(GLUE, " ") for line in wrapped(text, width, mark))


def short_numbers(summary: Summary) -> Iterator[str]:
    yield f"  priority  {summary.priority.raised:,} raised, {summary.priority.lowered:,} lowered"
    yield f"  status    {summary.status.closed:,} closed, {summary.status.reopened:,} reopened"
    yield (
        f"  assignee  {summary.assignee.changed:,} changed "
        f"({summary.assignee.assigned:,} assigned, {summary.assignee.unassigned:,} unassigned)"
    )
    yield f"  replies   {summary.replies.before:,} -> {summary.replies.after:,}"


def _sides(report: Report, paint: Paint, width: int) -> Iterator[str]:
    for side, info in (("baseline", report.baseline), ("candidate", report.candidate)):
        text = f"{side:<10}{info.name} ({counted(info.rules, 'rule')}, sha256 {info.digest[:12]})"
        yield MARGIN + cut(for_terminal(text), width - len(MARGIN))
    since, until = (
        format_instant(at) if at is not None else "?" for at in (report.snapshot.since, report.snapshot.until)
    )
    yield f"  snapshot  {report.snapshot.tickets:,} tickets, {since} to {until}"
    yield f"  replayed  {report.diff.summary.tickets:,} tickets, {report.diff.summary.events:,} outside events"
    yield from short_numbers(report.diff.summary)


def _tags(report: Report, paint: Paint, width: int) -> Iterator[str]:
    moved = moved_tags(report.diff.summary.tags)
    if not moved:
        return
    rows = [
        [
            for_terminal(text)
            for text in (
                tag,
                *_numbers(c.before, c.after),
                f"+{c.added:,}",
                f"-{c.removed:,}",
                f"+{c.customers_added:,} -{c.customers_removed:,}",
            )
        ]
        for tag, c in moved[:_TAGS_SHOWN]
    ]
    yield from table(("tag", "before", "after", "added", "removed", "customers"), rows, width)
    yield from _left_out(len(moved) - _TAGS_SHOWN, "tag")


def _numbers(*numbers: int) -> tuple[str, ...]:
    return tuple(f"{number:,}" for number in numbers)


def _left_out(number: int, noun: str) -> Iterator[str]:
    if number > 0:
        yield f"  ... and {counted(number, 'more ' + noun)}: see --report json="


def _priority(report: Report, paint: Paint, width: int) -> Iterator[str]:
    priority = report.diff.summary.priority
    if priority.raised or priority.lowered:
        yield from _matrix(priority.matrix, width)


def _status(report: Report, paint: Paint, width: int) -> Iterator[str]:
    status = report.diff.summary.status
    if status.closed or status.reopened:
        yield from _matrix(status.matrix, width)


def _matrix(matrix: Matrix, width: int) -> list[str]:
    levels = list(matrix)
    rows = [[for_terminal(text) for text in (old, *_numbers(*(matrix[old][new] for new in levels)))] for old in levels]
    return table(("before \\ after", *levels), rows, width)


def _rules(report: Report, paint: Paint, width: int) -> Iterator[str]:
    touched = touched_rules(report.diff.rules)
    if not touched:
        return
    rows = [[for_terminal(text) for text in _rule_cells(rule)] for rule in touched[:_RULES_SHOWN]]
    yield from table(("rule", "change", "hits before", "after", "direct", "indirect"), rows, width)
    yield from _left_out(len(touched) - _RULES_SHOWN, "rule")
    for rule in touched[:_RULES_SHOWN]:
        if rule.change is not RuleChange.SAME:
            yield from _overwritten(rule, width)


def _rule_cells(rule: RuleDiff) -> tuple[str, ...]:
    numbers = _numbers(rule.before.matched, rule.after.matched, rule.direct, rule.indirect)
    return (rule.id, rule.change.value, *numbers)


def _overwritten(rule: RuleDiff, width: int) -> Iterator[str]:
    by = ", ".join(f"{name} {count:,}" for name, count in rule.after.overwritten.items() if name != OUTSIDE)
    if by:
        yield from wrapped(for_terminal(f"{rule.id} is overwritten by {by} (candidate)"), width)


def _tickets(report: Report, paint: Paint, width: int) -> Iterator[str]:
    for example in report.examples:
        yield from _example(example, paint, width)
    yield from _left_out(report.diff.summary.tickets_changed - len(report.examples), "ticket")


def _example(example: Example, paint: Paint, width: int) -> Iterator[str]:
    customer = "" if example.customer is None else f" (customer {example.customer})"
    yield f"  ticket {example.ticket}{customer}"
    for edit in example.edits:
        yield "    " + cut(for_terminal(edit_phrase(edit)), width - 4)
        yield paint("      " + cut(for_terminal(why(edit)), width - 6), "dim")


def _money(report: Report, paint: Paint, width: int) -> Iterator[str]:
    money = report.money
    if money is None:
        return
    yield from wrapped(for_terminal(money.headline), width)
    for part in money.tables:
        yield from ("", MARGIN + part.title)
        yield from table(part.headers, [[for_terminal(cell) for cell in row] for row in part.rows], width)
    for note in money.notes:
        yield from wrapped(for_terminal(note), width)


def _time(report: Report, paint: Paint, width: int) -> Iterator[str]:
    before, after = report.diff.open_time
    moved = [level for level in before if before[level] != after.get(level)]
    for level in moved:
        moved_by = after[level] - before[level]
        step = f"{'+' if moved_by > 0 else ''}{duration(moved_by)}"
        yield f"  open at {level}: {duration(before[level])} -> {duration(after[level])} ({step})"
    earlier = sum(timing.after < timing.before for timing in report.diff.timings)
    later = len(report.diff.timings) - earlier
    if report.diff.timings:
        yield f"  tags and priorities set earlier: {earlier:,}, later: {later:,} (the same at the end)"


def _who_section(report: Report, paint: Paint, width: int) -> Iterator[str]:
    if report.diff.who is not None:
        yield from who(report.diff.who, paint, width)


def who(found: Who, paint: Paint, width: int) -> Iterator[str]:
    """The customers who would gain or lose a tag, all of them: that is what was asked."""
    gains, loses = sum(row.gains for row in found.rows), sum(row.loses for row in found.rows)
    said = f"{found.tag}: {counted(gains, 'customer')} would gain it, {loses:,} would lose it"
    yield from wrapped(for_terminal(said), width)
    spent = any(row.money is not None for row in found.rows)
    headers = ("customer", "tag", *(("spent",) if spent else ()), "rules", "tickets")
    rows = [[for_terminal(text) for text in _who_cells(row, spent)] for row in found.rows]
    if rows:
        yield from table(headers, rows, width, len(headers) - 1)
    if any(not row.gains and not row.loses for row in found.rows):
        yield from wrapped("Keeps: another ticket of the customer carries the tag on both sides.", width)
    if spent:
        yield from wrapped("Spent is as of the last event of the customer's tickets, net of refunds by then.", width)


def _who_cells(row: WhoRow, spent: bool) -> tuple[str, ...]:
    return (
        "(none)" if row.customer is None else str(row.customer),
        "gains" if row.gains else "loses" if row.loses else "keeps",
        *(("" if row.money is None else str(row.money),) if spent else ()),
        ", ".join(row.rules),
        ", ".join([*(f"+{i}" for i in row.tickets_added), *(f"-{i}" for i in row.tickets_removed)]),
    )


def _counted(report: Report, paint: Paint, width: int) -> Iterator[str]:
    for sentence in (*report.assumptions, *report.rests_on):
        yield from wrapped(for_terminal(sentence), width, "- ")
    for reason, number in report.snapshot.skipped.items():
        yield from wrapped(for_terminal(f"{number:,} {reason}"), width, "- ")


def _findings(report: Report, paint: Paint, width: int) -> Iterator[str]:
    for finding in report.others:
        place = f"{finding.location}: " if finding.location is not None else ""
        yield from wrapped(for_terminal(f"{finding.severity.value}[{finding.code}] {place}{finding.message}"), width)


def _next(report: Report, paint: Paint, width: int) -> Iterator[str]:
    if report.examples:
        yield f"  {f'simulator explain {report.examples[0].ticket} ...':<40}  why, on one ticket"
    yield f"  {'simulator run ... --report html=FILE':<40}  all of it, to read and to pass on"
    yield "  (... stands for the options of this run: --snapshot, --baseline, --candidate)"


def _fidelity(report: Report, paint: Paint, width: int) -> Iterator[str]:
    """The record beside the replay of the live rules; the one number stands at the head of the report."""
    if report.believed is not None:
        yield from fidelity_tables(report.believed, width)


def fidelity_tables(view: FidelityView, width: int, whole: bool = False) -> Iterator[str]:
    """The tables and notes; all rules and some tickets where `whole`, else only the rules that disagree."""
    for number, part in enumerate(view.parts(whole)):
        yield from ("", MARGIN + part.title) if number else (MARGIN + part.title,)
        yield from table(part.headers, [[for_terminal(cell) for cell in row] for row in part.rows], width)
    for note in view.notes:
        yield from wrapped(for_terminal(note), width)


def _queues(report: Report, paint: Paint, width: int) -> Iterator[str]:
    """The views; the headline of the block first."""
    if report.queues is None:
        return
    yield from wrapped(for_terminal(report.queues.headline), width)
    for part in report.queues.tables:
        yield from ("", MARGIN + part.title)
        rows = [[for_terminal(cell) for cell in row] for row in part.rows[:_ROWS_SHOWN]]
        yield from table(part.headers, rows, width)
        yield from _left_out(len(part.rows) - _ROWS_SHOWN, "row")
    for note in report.queues.notes:
        yield from wrapped(for_terminal(note), width)


def _causes(report: Report, paint: Paint, width: int) -> Iterator[str]:
    """The few causes of the diff, then the tables behind them."""
    if report.reasons is None:
        return
    for cause in report.reasons.causes:
        yield from wrapped(for_terminal(cause.sentence), width, "* ")
        for line in cause.lines:
            yield from wrapped(for_terminal(line), width, "    ")
    yield from wrapped(report.reasons.more, width) if report.reasons.more else ()
    for part in report.reasons.tables:
        yield from ("", MARGIN + part.title)
        yield from table(part.headers, [[for_terminal(cell) for cell in row] for row in part.rows], width)
    for note in report.reasons.notes:
        yield from wrapped(for_terminal(note), width)


SECTIONS: tuple[tuple[str, Section], ...] = (
    ("What was compared", _sides),
    ("Fidelity", _fidelity),
    ("Causes", _causes),
    ("Tags", _tags),
    ("Priority", _priority),
    ("Status", _status),
    ("Rules", _rules),
    ("Views", _queues),
    ("Tickets", _tickets),
    ("Who", _who_section),
    ("Time", _time),
    ("Money", _money),
    ("Findings", _findings),
    ("What was counted, what was assumed", _counted),
    ("Next", _next),
)
