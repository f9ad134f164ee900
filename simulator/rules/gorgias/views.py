"""Saved views of the helpdesk -> View: their filters are one condition in the language of the rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from simulator.diagnostics import Diagnostic, Severity
from simulator.rules.gorgias.conditions import condition
from simulator.rules.gorgias.findings import Finding, Findings
from simulator.rules.gorgias.records import LiveRuleRecord
from simulator.rules.gorgias.source import Source, read_source
from simulator.rules.gorgias.to_rules import rule_ids
from simulator.rules.gorgias.tree import Do, UnreadableError, quoted, shown_name
from simulator.rules.model import ALWAYS, View


@dataclass(frozen=True, slots=True)
class UnsupportedView:
    """A view that cannot be counted, and every reason found."""

    view: str
    name: str
    reasons: tuple[Finding, ...]

    @property
    def reason(self) -> str:
        """All reasons in one line."""
        return "; ".join(str(reason) for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class LiveViewRecord:
    """A view as exported. `filters_ast`: the parsed JSON of ESTree, or None."""

    id: int
    name: str
    filters: str = ""
    filters_ast: object = None


@dataclass(frozen=True, slots=True)
class GorgiasViews:
    """What came of a list of views, in the order of their Gorgias ids."""

    views: tuple[View, ...]
    unsupported: tuple[UnsupportedView, ...]
    diagnostics: tuple[Diagnostic, ...]


def views_from_gorgias(records: Iterable[LiveViewRecord]) -> GorgiasViews:
    """Every view that can be counted, with an id made of its name as rules have; the others with their reasons."""
    listed = sorted(records, key=lambda record: record.id)
    ids = rule_ids([LiveRuleRecord(record.id, record.name) for record in listed])
    views: list[View] = []
    unsupported: list[UnsupportedView] = []
    for record, id in zip(listed, ids, strict=True):
        view = view_from_gorgias(id, record.name, record.filters, record.filters_ast)
        if isinstance(view, View):
            views.append(view)
        else:
            unsupported.append(view)
    found = tuple(_warning(view) for view in unsupported)
    return GorgiasViews(tuple(views), tuple(unsupported), found)


def _warning(view: UnsupportedView) -> Diagnostic:
    return Diagnostic("G006", Severity.WARNING, f"view {quoted(view.name)} is not counted: {view.reason}")


def view_from_gorgias(id: str, name: str, filters: str, filters_ast: object = None) -> View | UnsupportedView:
    """The view of these filters (none: every ticket), or why it cannot be counted."""
    name = shown_name(name) or f"view {id}"
    findings = Findings()
    try:
        source = read_source(filters, filters_ast) if filters.strip() or filters_ast is not None else Source(())
    except UnreadableError as error:
        return UnsupportedView(id, name, (Finding(error.reason, error.place),))
    match source.statements:
        case ():
            return View(id, name, ALWAYS)
        case (Do(expression),):
            test = condition(expression, findings)
        case _:
            findings.problems.append(Finding("filters that are not one condition"))
    return UnsupportedView(id, name, tuple(findings.problems)) if findings.problems else View(id, name, test)
