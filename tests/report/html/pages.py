"""Pages for the tests, and a reader that turns a page into its shape and its words."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.diff.compare import compare
from simulator.diff.values import Side
from simulator.outcome import Sent
from simulator.report.build import build
from simulator.report.html import html_report
from simulator.report.page.tickets import TicketFacts
from simulator.report.values import Report, RuleSetInfo, SnapshotInfo
from simulator.snapshot.holdings import Holdings
from tests.diff.worlds import HOUR, T0, change, match, rule, ruleset, scope, sent, side, ticket

VOID = {"meta", "link", "input", "br", "img", "hr", "col"}


class Shape(HTMLParser):
    """The elements of a page in order with the names of their attributes, its texts, and whether all are closed."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.faults: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An empty element of SVG."""
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """An element ends: it must be the one that was opened last."""
        if tag in VOID:
            return
        if not self._open or self._open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data: str) -> None:
        """Text, or the content of a script or a style."""
        inside = self._open[-1] if self._open else ""
        self.raw.get(inside, self.texts).append(data)

    def handle_comment(self, data: str) -> None:
        """Our pages have none."""
        self.faults.append("a comment")

    @property
    def words(self) -> str:
        """All that is read, blanks folded."""
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def island(self, id: str) -> object:
        """The JSON of the island with this id."""
        places = [place for place, (tag, _) in enumerate(self.elements) if tag == "script"]
        ids = [dict(self._attributes_of(place)).get("id") for place in places]
        found: object = json.loads(self.raw["script"][ids.index(id)])
        return found

    def _attributes_of(self, place: int) -> list[tuple[str, str]]:
        start = sum(len(names) for _, names in self.elements[:place])
        count = len(self.elements[place][1])
        return [(name, value) for _, name, value in self.attributes[start : start + count]]


def hostile_report(text: str) -> tuple[Report, Side, Side]:
    """A report in which `text` stands wherever the data may hold text."""
    hours = rule("hours", name="plain")
    named = rule(f"id-{text}", name=f"name {text}")
    old = side(
        ruleset(hours, named, name=text),
        ticket(1, change(1, named.id, "tags", (), ("old", f"no {text}")), change(1, None, "subject", "Order", text)),
        ticket(2, change(2, "hours", "custom_fields.a", None, text, action=text)),
        ticket(3),
    )
    new = side(
        ruleset(rule("hours", name="plain", priority=3), name=f"new {text}"),
        ticket(1, change(1, "hours", "tags", (), (f"tag {text}",), event=f"{text}:{text}/reply:{text}")),
        ticket(2, change(2, "hours", f"custom_fields.b{text}", None, f"value {text}", branch=text)),
        ticket(
            3,
            change(3, "hours", "replies", None, text),
            sent=[Sent("sendEmail", T0, text, "hours", (text,), text), sent("hours", text)],
            matches=[match(3, "hours", missing=True)],
        ),
    )
    found = scope((1, 2, 3), created=dict.fromkeys((1, 2, 3), T0), last=T0 + HOUR)
    report = build(
        command=f"run {text}",
        snapshot=SnapshotInfo(text, 3, 3, T0, T0 + HOUR, 3, 0, {f"left out {text}": 1}),
        holdings=Holdings(3, 1, 1, 1, 1, 1, 1, 3, 0),
        baseline=RuleSetInfo(text, text, 2),
        candidate=RuleSetInfo(f"new {text}", text, 1),
        settings={"where": text, f"key {text}": None},
        before=old,
        after=new,
        diff=compare(old, new, found, f"tag {text}"),
        findings=[Diagnostic("L001", Severity.NOTE, text, Location(f"{text}.yaml", 3, 5), rule=named.id)],
    )
    caution = Diagnostic("C001", Severity.WARNING, text)
    return replace(report, cautions=(caution,), verdict=text, rests_on=(text,)), old, new


def hostile_page(text: str) -> str:
    """Its page."""
    report, old, new = hostile_report(text)
    facts = {1: TicketFacts(5, T0, text), 2: TicketFacts(None, T0, None), 3: TicketFacts(6, T0, text)}
    return html_report(report, old, new, None, facts)
