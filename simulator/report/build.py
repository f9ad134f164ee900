"""Build: what the stages found -> REPORT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from simulator import __version__
from simulator.diagnostics import Diagnostic, Location
from simulator.diff.values import Diff, Edit, Side, Summary
from simulator.report.assumptions import assumptions, rests_on
from simulator.report.cautions import cautions
from simulator.report.money import MoneyView
from simulator.report.numbers import counted, share
from simulator.report.ranking import changed_tickets
from simulator.report.values import Example, Report, RuleSetInfo, SnapshotInfo
from simulator.snapshot.holdings import Holdings

EXAMPLES = 10
"""How many changed tickets a report for people shows."""


def build(
    *,
    command: str,
    snapshot: SnapshotInfo,
    holdings: Holdings,
    baseline: RuleSetInfo,
    candidate: RuleSetInfo,
    settings: Mapping[str, object],
    before: Side,
    after: Side,
    diff: Diff,
    findings: Sequence[Diagnostic] = (),
    projection: Mapping[str, object] | None = None,
    money: MoneyView | None = None,
) -> Report:
    """Put a report together. `findings` are those of the loaders and of the replay; cautions are added here.

    `projection` is the block of the JSON report, `money` the same for people (`money_view`).
    """
    warned = cautions(before.rules, after.rules, holdings)
    return Report(
        verdict=verdict(diff.summary, diff.edits),
        tool={"name": "simulator", "version": __version__},
        command=command,
        snapshot=snapshot,
        baseline=baseline,
        candidate=candidate,
        settings=settings,
        diff=diff,
        cautions=warned,
        findings=in_order([*warned, *findings]),
        assumptions=assumptions(snapshot, settings),
        rests_on=rests_on(before.rules, after.rules, diff),
        examples=_examples(diff.edits),
        projection=projection,
        money=money,
    )


def verdict(summary: Summary, edits: Sequence[Edit]) -> str:
    """The first line: how many tickets would end differently, and how much of that was meant."""
    if not summary.tickets_changed:
        return f"No change: all {summary.tickets:,} tickets would end as they do under the baseline."
    direct = sum(edit.direct for edit in edits)
    return (
        f"{summary.tickets_changed:,} of {summary.tickets:,} tickets would end differently "
        f"({share(summary.tickets_changed, summary.tickets)}), of {counted(summary.customers_changed, 'customer')}: "
        f"{counted(direct, 'direct edit')}, {len(edits) - direct:,} indirect."
    )


_NOWHERE = Location("")


def in_order(findings: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """By place, then code, rule and message; those without a place first; the same finding once."""
    once = dict.fromkeys(findings)
    return tuple(sorted(once, key=lambda d: (d.location or _NOWHERE, d.code, d.rule or "", d.message)))


def _examples(edits: Sequence[Edit]) -> tuple[Example, ...]:
    return tuple(Example(ticket, own[0].customer, own) for ticket, own in changed_tickets(edits)[:EXAMPLES])
