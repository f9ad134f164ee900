"""Runs to save: of random worlds, of made-up reports, and what every format makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from simulator.cli.outputs import FORMATS
from simulator.facts.history import Start
from simulator.outcome import Outcome
from simulator.pipeline import Run, RunOptions, Sourced, run
from simulator.report.terminal import terminal
from simulator.rules.model import RuleSet
from simulator.saved.exact import to_json
from simulator.saved.plain import plain
from simulator.saved.report_rows import Names
from simulator.saved.store import open_run, save_run
from tests.diff.worlds import T0
from tests.report import example
from tests.twin.snapshots import Rows, open_snapshot

NAMES = Names("shop.db", "rules/old.rules.yaml", "live", "0" * 64)


def run_of(rows: Rows, old: RuleSet, new: RuleSet, who: str | None = "VIP", cascade: int = 5) -> Run:
    """A run over the rows of a small snapshot."""
    with closing(open_snapshot(rows)) as connection:
        options = RunOptions(who=who, max_cascade=cascade)
        return run(connection, Sourced(old, ()), Sourced(new, ()), options, "simulator run", {"who": who})


def example_run() -> Run:
    """The report that has a bit of everything, hostile texts and long decimals too."""
    tickets = [Start(id, None, "email", T0, None, False, True) for id in (9, 10, 11, 12)]
    return Run(example.example(), example.before(), example.after(), frozenset((9, 10, 11, 12)), None, tickets)


def texts_of(run: Run) -> dict[str, str]:
    """All that can be written of a run, by format."""
    made = {name: "".join(lines(run)) for name, lines in FORMATS.items()}
    return {**made, "full": terminal(run.report, "full", True), "concise": terminal(run.report, "concise")}


def exactly(value: object) -> str:
    """A value told so that 1, 1.0, 1.00, true and "1" all differ."""
    return to_json(plain(value))


def outcomes_of(outcome: Outcome, tickets: Iterable[int], changed: Iterable[int]) -> list[str]:
    """What a saved run holds of the tickets of a side."""
    ends_differently = set(changed)
    told = []
    for id in sorted(tickets):
        one = outcome.tickets[id]
        changes = [change for change in one.changes if change.rule is not None or id in ends_differently]
        told.append(exactly([id, one.final, changes, one.refusals]))
    return told


def check_round_trip(path: Path, run: Run) -> None:
    """Saved and opened again, every format writes the same bytes, and the values are the same to the last digit."""
    save_run(path, run, NAMES)
    changed = {edit.ticket for edit in run.report.diff.edits}
    with open_run(path) as saved:
        assert saved.names == NAMES
        assert texts_of(saved.run) == texts_of(run)
        assert exactly(saved.run.report) == exactly(run.report)
        assert saved.run.reported == run.reported
        for side, other in ((saved.run.before, run.before), (saved.run.after, run.after)):
            assert list(side.outcome.tickets) == sorted(run.reported)
            assert outcomes_of(side.outcome, run.reported, changed) == outcomes_of(other.outcome, run.reported, changed)
