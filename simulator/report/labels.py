"""The report of `simulator labels`: precision, recall and F1 by tag, and what was confused with what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from simulator import __version__
from simulator.escape import for_markdown_cell, for_terminal
from simulator.labels.as_json import labels_json
from simulator.labels.values import Labels, Score, TagLabels
from simulator.report.json_report import FORMAT_VERSION
from simulator.report.json_text import document
from simulator.report.numbers import counted
from simulator.report.sections import Paint, wrapped
from simulator.report.tables import MARGIN, table
from simulator.report.values import RuleSetInfo

LISTED = 5
"""Tags that a note names for people; the JSON report has all of them."""

_INSTEAD = 2
"""Tags that a row names."""

HEADERS = ("tag", "labelled", "tagged", "both", "precision", "recall", "F1")
CONFUSED = ("tag", "missed", "such as", "wrong", "such as", "tagged instead")


@dataclass(frozen=True, slots=True)
class LabelsReport:
    """The comparison, and what it was made of. `source`: the file of labels, or the snapshot, by its name."""

    command: str
    source: str
    rules: RuleSetInfo
    settings: Mapping[str, object]
    labels: Labels


def labels_json_text(report: LabelsReport) -> str:
    """The document."""
    rules = report.rules
    return document(
        {
            "format_version": FORMAT_VERSION,
            "tool": {"name": "simulator", "version": __version__},
            "command": report.command,
            "source": report.source,
            "rules": {"name": rules.name, "digest": rules.digest, "rules": rules.rules},
            "settings": report.settings,
            "labels": labels_json(report.labels),
        }
    )


def headline(labels: Labels) -> str:
    """The numbers over all tags, with their denominators."""
    whole = labels.together
    if not whole.labelled and not whole.tagged:
        return f"Labels: nobody and no rule set any of {counted(len(labels.tags), 'tag')} on {_tickets(labels)}."
    return (
        f"Labels: precision {percent(whole.precision)} ({whole.both:,} of {whole.tagged:,} tags that rules put), "
        f"recall {percent(whole.recall)} (of {whole.labelled:,} that people set), F1 {percent(whole.f1)}, "
        f"mean F1 of the tags {percent(labels.mean_f1)}; exactly right on {labels.exact:,} of {_tickets(labels)}."
    )


def _tickets(labels: Labels) -> str:
    return counted(labels.tickets, "ticket")


def percent(share: Fraction | None) -> str:
    """In per cent, cut off after one decimal: 100% only where it is all."""
    if share is None:
        return "-"
    if share == 1:
        return "100%"
    tenths = share.numerator * 1000 // share.denominator
    return f"{tenths // 10}.{tenths % 10}%"


def score_rows(labels: Labels) -> list[tuple[str, ...]]:
    """One row a tag, and all of them together."""
    return [*(_scored(one.tag, one.score) for one in labels.tags), _scored("(all)", labels.together)]


def _scored(tag: str, score: Score) -> tuple[str, ...]:
    numbers = (f"{number:,}" for number in score)
    return (tag, *numbers, percent(score.precision), percent(score.recall), percent(score.f1))


def confused_rows(labels: Labels) -> list[tuple[str, ...]]:
    """One row for each tag with something missed or wrong."""
    return [_confused(one) for one in labels.tags if one.missed or one.wrong]


def _confused(one: TagLabels) -> tuple[str, ...]:
    ranked = sorted(one.instead.items(), key=lambda pair: (-pair[1], pair[0]))
    instead = ", ".join(f"{tag or '(none)'} {number:,}" for tag, number in ranked[:_INSTEAD])
    return (one.tag, f"{len(one.missed):,}", _some(one.missed), f"{len(one.wrong):,}", _some(one.wrong), instead or "-")


def _some(tickets: tuple[int, ...]) -> str:
    return str(tickets[0]) if tickets else "-"


def notes(labels: Labels) -> Iterator[str]:
    """What the numbers leave out."""
    if labels.left_out:
        yield f"{counted(labels.left_out, 'ticket')} without event history: nobody knows who tagged, not compared."
    for tags, what in ((labels.only_people, "people set and no rule puts"), (labels.only_rules, "only rules put")):
        if tags:
            most = sorted(tags.items(), key=lambda pair: (-pair[1], pair[0]))
            named = ", ".join(f"{tag} {number:,}" for tag, number in most[:LISTED])
            more = " ..." if len(most) > LISTED else ""
            yield f"Not scored, {counted(len(tags), 'tag')} that {what}: {named}{more}"


def labels_text(report: LabelsReport, paint: Paint, width: int = 80, concise: bool = False) -> Iterator[str]:
    """Lines for a terminal."""
    for line in wrapped(for_terminal(headline(report.labels)), width, ""):
        yield paint(line, "bold")
    if not concise:
        for title, headers, rows in _parts(report.labels):
            yield from ("", MARGIN + title)
            yield from table(headers, [[for_terminal(cell) for cell in row] for row in rows], width)
        yield ""
    for note in notes(report.labels):
        yield from wrapped(for_terminal(note), width)


def _parts(labels: Labels) -> Iterator[tuple[str, tuple[str, ...], list[tuple[str, ...]]]]:
    yield "by tag", HEADERS, score_rows(labels)
    if rows := confused_rows(labels):
        yield "what was missed, and what was wrong", CONFUSED, rows


def labels_markdown(report: LabelsReport) -> Iterator[str]:
    """The same as lines of Markdown; what comes from the data is inert."""
    yield from (f"**{for_markdown_cell(headline(report.labels), 600)}**", "")
    for _, headers, rows in _parts(report.labels):
        yield f"| {' | '.join(headers)} |"
        yield f"|{'---|' * len(headers)}"
        yield from (f"| {' | '.join(for_markdown_cell(cell) for cell in row)} |" for row in rows)
        yield ""
    yield from (f"- {for_markdown_cell(note, 400)}" for note in notes(report.labels))
