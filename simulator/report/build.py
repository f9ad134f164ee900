"""Build: what the stages found -> REPORT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from simulator import __version__
from simulator.causes.as_json import causes_json
from simulator.causes.values import Causes
from simulator.diagnostics import Diagnostic, Location
from simulator.diff.values import Diff, Edit, Side, Summary
from simulator.fidelity.as_json import fidelity_json
from simulator.fidelity.values import Fidelity
from simulator.report.assumptions import assumptions, rests_on
from simulator.report.causes import causes_cautions, causes_view
from simulator.report.cautions import cautions
from simulator.report.choices import choice_cautions, choice_lines
from simulator.report.fidelity import fidelity_cautions, fidelity_view
from simulator.report.money import MoneyView
from simulator.report.numbers import counted, share
from simulator.report.queues import queues
from simulator.report.ranking import changed_tickets
from simulator.report.values import Example, Report, RuleSetInfo, SnapshotInfo
from simulator.snapshot.holdings import Holdings
from simulator.views.as_json import views_json
from simulator.views.values import Views

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
    fidelity: Fidelity | None = None,
    min_fidelity: Fraction | None = None,
    views: Views | None = None,
    causes: Causes | None = None,
    choices: Mapping[str, object] | None = None,
) -> Report:
    """Put a report together. `findings` are those of the loaders and of the replay; cautions are added here.

    `projection` is the block of the JSON report, `money` the same for people (`money_view`); `min_fidelity` is the
    share below which the report says on top that the live rules' replay falls short of the record.
    """
    warned = cautions(before.rules, after.rules, holdings)
    if fidelity is not None:
        warned = (*fidelity_cautions(fidelity, min_fidelity), *warned)
    if causes is not None:
        warned = (*warned, *causes_cautions(causes))
    warned = (*choice_cautions(choices), *warned)
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
        assumptions=(*assumptions(snapshot, settings), *choice_lines(choices)),
        rests_on=rests_on(before.rules, after.rules, diff),
        examples=examples_of(diff.edits),
        projection=projection,
        money=money,
        fidelity=None if fidelity is None or not fidelity.listed else fidelity_json(fidelity, min_fidelity),
        believed=None if fidelity is None else fidelity_view(fidelity),
        views=None if views is None else views_json(views),
        queues=None if views is None else queues(views),
        causes=None if causes is None else causes_json(causes),
        choices=choices,
        reasons=None if causes is None else causes_view(causes),
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


def examples_of(edits: Sequence[Edit]) -> tuple[Example, ...]:
    """The changed tickets that are shown to people."""
    return tuple(Example(ticket, own[0].customer, own) for ticket, own in changed_tickets(edits)[:EXAMPLES])
