"""The list of stages: read, know, decide, compare, judge, tell. The only module that knows them all."""

from __future__ import annotations

import gc
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal, NamedTuple

from simulator.assumed.check import Standing, check, choices_json
from simulator.assumed.switch import switch_tests
from simulator.causes.analyse import analyse, room_for
from simulator.causes.trials import Compared
from simulator.diagnostics import Diagnostic, Severity
from simulator.diff.changes import rule_changes
from simulator.diff.compare import compare
from simulator.diff.scope import scope_of, spent_by
from simulator.diff.values import Edit, Pair, RuleChange, Side
from simulator.engine.columns import Bits, FactTest
from simulator.engine.jobs import Task, replay_sides
from simulator.engine.program import Program, compile_program, fact_tests_of
from simulator.engine.replay import DEFAULT_CASCADE, replay_edits, run_program
from simulator.engine.selection import Selection, select, selection_tests
from simulator.errors import NothingToReplay
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.history import History, Start
from simulator.facts.read_history import read_history
from simulator.fidelity.measure import measure, yardstick
from simulator.fidelity.values import Fidelity
from simulator.hours import NEVER
from simulator.outcome import Outcome
from simulator.projection.project import MoneyOptions, Projection, project, projection_json
from simulator.report.build import build
from simulator.report.causes import causes_missing
from simulator.report.counts import in_words
from simulator.report.findings import history_findings, replay_findings
from simulator.report.money import money_view
from simulator.report.values import Report, RuleSetInfo, SnapshotInfo
from simulator.rules.assume import USUAL, Assumed
from simulator.rules.canonical import digest
from simulator.rules.git_sets import load_named
from simulator.rules.live import read_live
from simulator.rules.model import RuleSet
from simulator.rules.rule_files import relative
from simulator.snapshot.cache import NO_CACHE, Cache
from simulator.snapshot.holdings import read_holdings
from simulator.snapshot.store import meta_value
from simulator.views.chosen import choose_views
from simulator.views.measure import measure_views, view_findings

FactsMode = Literal["as-of", "current"]


class Sourced(NamedTuple):
    """A side's rule set, and what its loader had to say."""

    ruleset: RuleSet
    findings: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What the user chose for a run. `who`: the tag of --who; `verify_delta`: replay the candidate whole as well.

    `deep`: causes, by edit and by rule look at every ticket, however long it takes; `seed`: of samples. `jobs`: into
    how many processes the replay goes. `min_fidelity`: the share below which the report says on top that the live
    rules' replay falls short of the record. `assumed`: the choices that the helpdesk leaves open, but for the depth of
    cascades, which is `max_cascade`; `assume_check`: try all of them the other way, however long it takes.
    """

    selection: Selection = field(default_factory=Selection)
    facts: FactsMode = "as-of"
    max_cascade: int = DEFAULT_CASCADE
    who: str | None = None
    verify_delta: bool = False
    deep: bool = False
    seed: int = 0
    jobs: int = 1
    min_fidelity: Fraction | None = None
    money: MoneyOptions = field(default_factory=MoneyOptions)
    assumed: Assumed = USUAL
    assume_check: bool = False


@dataclass(frozen=True)
class Run:
    """A finished run: the report, and what the line-by-line formats are made from."""

    report: Report
    before: Side
    after: Side
    reported: frozenset[int]
    projection: Projection | None
    tickets: Sequence[Start]
    fidelity: Fidelity | None = None


def resolve_side(spec: str, connection: sqlite3.Connection) -> Sourced:
    """The rule set that `--baseline` or `--candidate` names: `live`, `none`, a file, a folder or `git:REV[:PATH]`."""
    if spec == "none":
        return Sourced(RuleSet("none", (), NEVER), ())
    if spec == "live":
        return Sourced(*read_live(connection))
    ruleset, findings = load_named(spec)
    placed = (replace(one, location=one.location and relative(one.location, Path(spec))) for one in findings)
    return Sourced(ruleset, tuple(placed))


def _quietly(stage: str) -> None:
    """Nobody is watching."""


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of small values are made that live to the end: looking for rings among them costs a third of a run.

    Those that stand afterwards are left out of later looks, which would cost as much.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()
            gc.enable()


@_without_collector()
def run(
    connection: sqlite3.Connection,
    baseline: Sourced,
    candidate: Sourced,
    options: RunOptions,
    command: str,
    settings: Mapping[str, object],
    begin: Callable[[str], None] = _quietly,
    cache: Cache = NO_CACHE,
) -> Run:
    """Replay both sides on a snapshot and compare. Raises NothingToReplay where no ticket is left to report.

    `begin` is told the name of each stage as it begins; `cache` is that of the snapshot.
    """
    assumed = replace(options.assumed, max_cascade=str(options.max_cascade))
    loaded = baseline.ruleset, candidate.ruleset
    baseline, candidate = (side._replace(ruleset=assumed.rules(side.ruleset)) for side in (baseline, candidate))
    begin("reading history")
    history = read_history(connection, cache)
    begin("reading facts")
    facts = read_facts(connection, history, options.facts, cache)
    directory = read_directory(connection)
    stick = yardstick(connection).read_as(assumed)
    tests = tuple(_tests(options.selection, baseline.ruleset, candidate.ruleset, *stick.rulesets))
    tests = (*tests, *(switch_tests(loaded, assumed) if options.assume_check else ()))
    facts.prepare(one.test.path for one in tests)
    bits = Bits(facts, tests)
    reported = select(options.selection, bits, directory)
    if not reported:
        raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no ticket to replay"))
    begin("replaying")
    old, new = (compile_program(side.ruleset, bits, directory) for side in (baseline, candidate))
    outcome, edited = replay_sides(Task(old, new, _changed(old, new), options.max_cascade), options.jobs)
    if options.verify_delta and edited != run_program(new, options.max_cascade):
        raise AssertionError("the replay of the edits differs from a whole replay")
    before, after = Side(baseline.ruleset, outcome), Side(candidate.ruleset, edited)
    begin("checking the past")

    def of_live(live: RuleSet) -> Outcome:
        """The live rules' outcome: the baseline's, where they are the baseline."""
        program = compile_program(live, bits, directory)
        changed = _changed(old, program)
        return replay_edits(old, program, outcome, changed, options.max_cascade) if changed else outcome

    fidelity = measure(stick, connection, bits, reported, of_live)
    begin("comparing")
    spent = spent_by(facts, reported) if options.who else None
    scope = scope_of(facts, reported)
    diff = compare(before, after, scope, options.who, spent)
    begin("finding causes")
    room = None if options.deep else room_for(len(reported), sum(len(flow.changes.rule) for flow in diff.flows or ()))
    causes = analyse(Compared((old, new), (outcome, edited), scope, diff, options.max_cascade, room, options.seed))
    begin("checking what is assumed")
    standing = Standing(loaded, (old, new), (outcome, edited), scope, diff.changes, assumed)
    switched = check(standing, options.assume_check)
    begin("counting views")
    chosen = choose_views(connection, baseline.ruleset, candidate.ruleset, assumed.condition)
    views = measure_views(chosen, facts, directory, Pair(outcome, edited), reported)
    begin("attributing money")
    projection = project(connection, before.outcome, after.outcome, reported, touched_by(diff.edits), options.money)
    begin("reporting")
    report = build(
        command=command,
        snapshot=_snapshot(connection, history),
        holdings=read_holdings(connection),
        baseline=_info(loaded[0]),
        candidate=_info(loaded[1]),
        settings=settings,
        before=before,
        after=after,
        diff=diff,
        findings=[
            *baseline.findings,
            *candidate.findings,
            *history_findings(history.counts),
            *replay_findings(diff.flows or ()),
            *causes_missing(causes),
            *chosen.findings,
            *(() if views is None else view_findings(views)),
        ],
        projection=None if projection is None else projection_json(projection),
        money=None if projection is None else money_view(projection, {edit.ticket for edit in diff.edits}),
        fidelity=fidelity,
        min_fidelity=options.min_fidelity,
        views=views,
        causes=causes,
        choices=choices_json(assumed, switched),
    )
    return Run(report, before, after, reported, projection, history.tickets, fidelity)


def _changed(old: Program, new: Program) -> list[str]:
    """The ids of the rules that differ."""
    changes = rule_changes(old.ruleset, new.ruleset)
    return [id for id, change in changes.items() if change is not RuleChange.SAME]


def _tests(selection: Selection, *rulesets: RuleSet) -> Iterator[FactTest]:
    for ruleset in rulesets:
        yield from fact_tests_of(ruleset)
    yield from selection_tests(selection)


def _snapshot(connection: sqlite3.Connection, history: History) -> SnapshotInfo:
    """Fingerprint, size, period and histories; `events` are all recorded ones, whoever caused them."""
    full = sum(ticket.full for ticket in history.tickets)
    skipped = connection.execute("SELECT kind, reason, count FROM skipped ORDER BY kind, reason")
    return SnapshotInfo(
        fingerprint=meta_value(connection, "fingerprint") or "",
        tickets=len(history.tickets),
        events=connection.execute("SELECT count(*) FROM event").fetchone()[0],
        since=min((ticket.created_at for ticket in history.tickets), default=None),
        until=history.last,
        full=full,
        lists=len(history.tickets) - full,
        skipped={**{f"{kind} {reason}": count for kind, reason, count in skipped}, **in_words(history.counts)},
    )


def _info(ruleset: RuleSet) -> RuleSetInfo:
    return RuleSetInfo(ruleset.name, digest(ruleset), len(ruleset.rules))


def touched_by(edits: tuple[Edit, ...]) -> dict[str, set[int]]:
    """Rule -> the tickets with an edit that names it on either side."""
    touched: defaultdict[str, set[int]] = defaultdict(set)
    for edit in edits:
        for rule in (*edit.rules_before, *edit.rules_after):
            touched[rule].add(edit.ticket)
    return touched
