"""The report as a comment on a change of rules: Markdown that is the same for the same run, short enough to be posted.

Whatever comes from the data is inert: it mentions nobody, links nowhere and closes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from simulator.escape import MarkdownCell, for_markdown_cell
from simulator.report.fidelity import FidelityView
from simulator.report.numbers import counted
from simulator.report.ranking import moved_tags, touched_rules
from simulator.report.values import Report
from simulator.report.values_text import edit_phrase, why

LIMIT = 60_000
"""The comment has fewer characters than this."""

MARK = "<!-- simulator report -->"
"""The first line, by which a later run finds the comment to replace."""

_RESERVE = 2_000
_ROWS = 50
_CUT = "_The rest was left out here: the JSON report has all of it._"


def markdown(report: Report) -> str:
    """The comment, ending in a line's end."""
    lines: list[str] = []
    room = LIMIT - _RESERVE
    for line in _lines(report):
        room -= len(line) + 1
        if room < 0:
            lines += [_CUT, "", "</details>"] if _is_open(lines) else [_CUT]
            break
        lines.append(line)
    return "\n".join(lines).rstrip("\n") + "\n"


def _is_open(lines: Sequence[str]) -> bool:
    return lines.count("</details>") < sum(line.startswith("<details>") for line in lines)


def _lines(report: Report) -> Iterator[str]:
    yield from (MARK, f"**{for_markdown_cell(report.verdict)}**", "")
    for caution in report.cautions:
        yield f"- :warning: {for_markdown_cell(caution.message, 400)}"
    if report.believed is not None:
        yield from ("", str(for_markdown_cell(report.believed.headline, 600)))
    yield from ("", *_numbers(report), "")
    if report.money is not None:
        yield from (str(for_markdown_cell(report.money.headline, 600)), "")
    yield from _cause_lines(report)
    for title, rows in _FOLDED:
        lines = list(rows(report))
        if lines:
            yield from (f"<details><summary>{title}</summary>", "", *lines, "", "</details>", "")
    digests = (report.baseline.digest, report.candidate.digest, report.snapshot.fingerprint)
    yield "{} against {}, snapshot {}".format(*(f"`{for_markdown_cell(digest)[:12]}`" for digest in digests))


def _numbers(report: Report) -> Iterator[str]:
    summary = report.diff.summary
    yield from _table(
        ("", "change"),
        [
            _cells("priority", f"{summary.priority.raised:,} raised, {summary.priority.lowered:,} lowered"),
            _cells("status", f"{summary.status.closed:,} closed, {summary.status.reopened:,} reopened"),
            _cells("assignee", f"{summary.assignee.changed:,} changed"),
            _cells("replies", f"{summary.replies.before:,} to {summary.replies.after:,}"),
        ],
    )


def _cells(*texts: str) -> list[MarkdownCell]:
    return [for_markdown_cell(text) for text in texts]


def _table(headers: Sequence[str], rows: Sequence[Sequence[MarkdownCell]]) -> Iterator[str]:
    yield f"| {' | '.join(headers)} |"
    yield f"|{'---|' * len(headers)}"
    for row in rows[:_ROWS]:
        yield f"| {' | '.join(row)} |"
    if len(rows) > _ROWS:
        yield from ("", f"and {counted(len(rows) - _ROWS, 'more row')}")


def _fidelity(report: Report) -> Iterator[str]:
    if report.believed is not None:
        yield from fidelity_lines(report.believed)


def fidelity_lines(view: FidelityView, whole: bool = False) -> Iterator[str]:
    """The tables and notes of the fidelity block, without its one sentence; `whole` as on a terminal."""
    for part in view.parts(whole):
        yield from (*_table(part.headers, [_cells(*row) for row in part.rows]), "")
    for note in view.notes:
        yield f"- {for_markdown_cell(note, 400)}"


def _tags(report: Report) -> Iterator[str]:
    moved = moved_tags(report.diff.summary.tags)
    rows = [_cells(tag, f"{c.before:,}", f"{c.after:,}", f"{c.added:,}", f"{c.removed:,}") for tag, c in moved]
    if rows:
        yield from _table(("tag", "before", "after", "added", "removed"), rows)


def _rules(report: Report) -> Iterator[str]:
    rows = [
        _cells(
            rule.id,
            rule.change.value,
            f"{rule.before.matched:,}",
            f"{rule.after.matched:,}",
            f"{rule.direct:,}",
            f"{rule.indirect:,}",
        )
        for rule in touched_rules(report.diff.rules)
    ]
    if rows:
        yield from _table(("rule", "change", "hits before", "hits after", "direct edits", "indirect"), rows)


def _queues(report: Report) -> Iterator[str]:
    if report.queues is not None:
        yield from (str(for_markdown_cell(report.queues.headline, 600)), "")
        for part in report.queues.tables:
            yield from (*_table(part.headers, [_cells(*row) for row in part.rows]), "")
        for note in report.queues.notes:
            yield f"- {for_markdown_cell(note, 400)}"


def _tickets(report: Report) -> Iterator[str]:
    rows = [
        _cells(str(example.ticket), edit_phrase(edit), why(edit))
        for example in report.examples
        for edit in example.edits
    ]
    if rows:
        yield from _table(("ticket", "edit", "why"), rows)


def _findings(report: Report) -> Iterator[str]:
    for finding in report.others[:_ROWS]:
        place = f" {finding.location}" if finding.location is not None else ""
        yield f"- {finding.severity.value} {for_markdown_cell(f'{finding.code}{place}: {finding.message}', 400)}"


def _causes(report: Report) -> Iterator[str]:
    """The sentence of each cause is above; here what comes of it, and the tables behind."""
    if report.reasons is None:
        return
    for cause in report.reasons.causes:
        yield f"- {for_markdown_cell(cause.sentence, 400)}"
        yield from (f"  - {for_markdown_cell(line, 400)}" for line in cause.lines)
    for part in report.reasons.tables:
        yield from ("", str(for_markdown_cell(part.title)), "")
        yield from _table(part.headers, [_cells(*row) for row in part.rows])
    yield ""
    for note in report.reasons.notes:
        yield f"- {for_markdown_cell(note, 400)}"


def _cause_lines(report: Report) -> Iterator[str]:
    if report.reasons is not None and report.reasons.causes:
        told = [for_markdown_cell(one.sentence, 400) for one in report.reasons.causes]
        yield from (f"{place}. {one}" for place, one in enumerate(told, 1))
        yield from (str(for_markdown_cell(report.reasons.more)), "") if report.reasons.more else ("",)


_FOLDED: tuple[tuple[str, Callable[[Report], Iterator[str]]], ...] = (
    ("Fidelity", _fidelity),
    ("Causes", _causes),
    ("Tags", _tags),
    ("Rules", _rules),
    ("Views", _queues),
    ("Tickets", _tickets),
    ("Findings", _findings),
)
