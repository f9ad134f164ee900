"""The list of stages: read, know, decide, compare, judge, tell. The only module that knows them all."""

from __future__ import annotations

import gc
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from simulator.diagnostics import Diagnostic, Severity
from simulator.diff.compare import compare
from simulator.diff.values import Edit, Scope, Side
from simulator.engine.columns import Bits, FactTest
from simulator.engine.program import fact_tests_of
from simulator.engine.replay import DEFAULT_CASCADE, replay
from simulator.engine.selection import Selection, select, selection_tests
from simulator.errors import NothingToReplay
from simulator.facts.directory import read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from simulator.hours import NEVER
from simulator.inventory import holdings, snapshot_info
from simulator.outcome import FieldScalar
from simulator.projection.project import MoneyOptions, Projection, project, projection_json
from simulator.report.build import build
from simulator.report.findings import replay_findings
from simulator.report.money import money_view
from simulator.report.values import Report, RuleSetInfo
from simulator.rules.canonical import digest
from simulator.rules.live import read_live
from simulator.rules.load import load_ruleset
from simulator.rules.model import RuleSet

FactsMode = Literal["as-of", "current"]


class Sourced(NamedTuple):
    """A side's rule set, and what its loader had to say."""

    ruleset: RuleSet
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user chose for a run. `who`: the tag of --who."""

    selection: Selection = field(default_factory=Selection)
    facts: FactsMode = "as-of"
    max_cascade: int = DEFAULT_CASCADE
    who: str | None = None
    money: MoneyOptions = field(default_factory=MoneyOptions)


@dataclass(frozen=True)
class Run:
    """A finished run: the report, and what the line-by-line formats are made from."""

    report: Report
    before: Side
    after: Side
    reported: frozenset[int]
    projection: Projection | None


def resolve_side(spec: str, connection: sqlite3.Connection) -> Sourced:
    """The rule set that `--baseline` or `--candidate` names: `live`, `none`, a file or a folder."""
    if spec == "none":
        return Sourced(RuleSet("none", (), NEVER), ())
    if spec == "live":
        return Sourced(*read_live(connection))
    return Sourced(*load_ruleset(Path(spec)))


def run(
    connection: sqlite3.Connection,
    baseline: Sourced,
    candidate: Sourced,
    options: RunOptions,
    command: str,
    settings: Mapping[str, object],
) -> Run:
    """Replay both sides on a snapshot and compare. Raises NothingToReplay where no ticket is left to report."""
    gc.disable()  # millions of small values that live to the end: collecting them would cost a third of the run
    history = read_history(connection)
    facts = read_facts(connection, history, options.facts)
    directory = read_directory(connection)
    bits = Bits(facts, _tests(options.selection, baseline.ruleset, candidate.ruleset))
    reported = select(options.selection, bits, directory)
    if not reported:
        raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no ticket to replay"))
    before, after = (
        Side(side.ruleset, replay(side.ruleset, bits, directory, options.max_cascade)) for side in (baseline, candidate)
    )
    diff = compare(before, after, _scope(facts, reported), options.who)
    touched = _touched(diff.edits)
    projection = project(connection, before.outcome, after.outcome, reported, touched, options.money)
    report = build(
        command=command,
        snapshot=snapshot_info(connection, history),
        holdings=holdings(connection, history),
        baseline=_info(baseline.ruleset),
        candidate=_info(candidate.ruleset),
        settings=settings,
        before=before,
        after=after,
        diff=diff,
        findings=[*baseline.findings, *candidate.findings, *replay_findings(before, after, reported)],
        projection=None if projection is None else projection_json(projection),
        money=None if projection is None else money_view(projection, {edit.ticket for edit in diff.edits}),
    )
    return Run(report, before, after, reported, projection)


def _tests(selection: Selection, *rulesets: RuleSet) -> Iterator[FactTest]:
    for ruleset in rulesets:
        yield from fact_tests_of(ruleset)
    yield from selection_tests(selection)


def _scope(facts: Facts, reported: frozenset[int]) -> Scope:
    history = facts.history
    exported = _Exported(facts)
    counted = [row for row, ticket in enumerate(history.tickets) if ticket.id in reported]
    return Scope(
        reported=sorted(reported),
        customers={ticket.id: ticket.customer_id for ticket in history.tickets},
        events=sum(history.first[row + 1] - history.first[row] for row in counted),
        exported=exported.value,
        instants=dict(zip(history.key, history.at, strict=True)),
        created={ticket.id: ticket.created_at for ticket in history.tickets},
        last=history.last,
    )


class _Exported:
    """The exported value of a customer's custom field, read where a rule wrote one."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        history = facts.history
        self._row = {t.customer_id: history.first[row] for row, t in enumerate(history.tickets)}

    def value(self, customer: int, field: str) -> FieldScalar:
        row = self._row[customer]
        seen = self._facts.seen(f"ticket.customer.custom_fields.{field}", row, self._facts.history.at[row])
        return None if isinstance(seen.value, tuple) else seen.value


def _info(ruleset: RuleSet) -> RuleSetInfo:
    return RuleSetInfo(ruleset.name, digest(ruleset), len(ruleset.rules))


def _touched(edits: tuple[Edit, ...]) -> dict[str, set[int]]:
    """Rule -> the tickets with an edit that names it on either side."""
    touched: defaultdict[str, set[int]] = defaultdict(set)
    for edit in edits:
        for rule in (*edit.rules_before, *edit.rules_after):
            touched[rule].add(edit.ticket)
    return touched
