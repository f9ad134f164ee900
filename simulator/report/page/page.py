"""A page: the report and the parts made of it for the templates. All are values, not text to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.diagnostics import Diagnostic
from simulator.diff.values import Edit, Side
from simulator.projection.attribution import sales_of
from simulator.projection.project import Projection
from simulator.projection.values import Sales
from simulator.report.page.grids import Grid, grid
from simulator.report.page.island import Island, island
from simulator.report.page.money import MoneyPage, money_page
from simulator.report.page.rules import RuleTables, rule_tables
from simulator.report.page.tags import WIDTH, TagTable, bar, tag_table
from simulator.report.page.tickets import ROWS, Card, TicketFacts, cards
from simulator.report.values import Report

FINDINGS = 100
"""Findings shown at most; what is cut is said."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Replayed tickets by what happens to them, and the lengths of their bars in units of WIDTH.

    `direct`: at least one edit of a rule that was itself changed; `indirect`: only edits of others.
    """

    direct: int
    indirect: int
    same: int
    direct_bar: int
    indirect_bar: int


@dataclass(frozen=True, slots=True)
class Page:
    """What the templates draw. `others`: the findings that are no cautions; `shown`: the tickets in the page itself."""

    report: Report
    reach: Reach
    tags: TagTable
    priority: Grid
    status: Grid
    rules: RuleTables
    money: MoneyPage | None
    others: tuple[Diagnostic, ...]
    others_cut: int
    shown: tuple[Card, ...]
    island: Island
    timings_earlier: int
    direct_edits: int
    other_messages: int
    width: int = WIDTH


def page_of(
    report: Report, before: Side, after: Side, projection: Projection | None, facts: Mapping[int, TicketFacts]
) -> Page:
    """Put the page together."""
    diff, summary = report.diff, report.diff.summary
    money = None if projection is None else money_page(projection, frozenset(edit.ticket for edit in diff.edits))
    taken = projection if money is not None and not money.refused else None
    tickets = cards(diff.edits, before.outcome, after.outcome, facts, lambda ticket: _carried(taken, ticket))
    return Page(
        report=report,
        reach=_reach(diff.edits, summary.tickets),
        tags=tag_table(summary.tags),
        priority=grid("priority", summary.priority.matrix, ranked=True),
        status=grid("status", summary.status.matrix, ranked=False),
        rules=rule_tables(diff.rules, diff.edits),
        money=money,
        others=report.others[:FINDINGS],
        others_cut=max(len(report.others) - FINDINGS, 0),
        shown=tickets[:ROWS],
        island=island(tickets),
        timings_earlier=sum(timing.after < timing.before for timing in diff.timings),
        direct_edits=sum(edit.direct for edit in diff.edits),
        other_messages=sum(edit.field == "replies" for edit in diff.edits),
    )


def _carried(projection: Projection | None, ticket: int) -> Mapping[str, Sales]:
    return {} if projection is None else sales_of(projection.comparison.before.taken.get(ticket, ()))


def _reach(edits: tuple[Edit, ...], tickets: int) -> Reach:
    changed = {edit.ticket for edit in edits}
    direct = {edit.ticket for edit in edits if edit.direct}
    only_indirect = len(changed) - len(direct)
    return Reach(
        len(direct),
        only_indirect,
        tickets - len(changed),
        bar(len(direct), tickets),
        bar(only_indirect, tickets),
    )
