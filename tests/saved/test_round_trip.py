"""A saved run is the run: every format writes the same bytes from it."""

from __future__ import annotations

import tempfile
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.diff.values import Side
from simulator.outcome import Change, Final, Outcome, TicketOutcome
from simulator.pipeline import RunOptions, resolve_side, run
from simulator.rules.model import RuleSet
from simulator.saved.store import open_run, save_run
from simulator.snapshot.store import open_snapshot
from tests.twin.snapshots import Rows
from tests.twin.worlds import cascades, loaded, rulesets, seeded_world, snapshots

from .runs import NAMES, check_round_trip, example_run, run_of

SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@SLOW
@given(snapshots(), rulesets(), rulesets(), cascades())
def test_random_worlds(rows: Rows, old: RuleSet, new: RuleSet, cascade: int) -> None:
    """Any history under any two rule sets."""
    if rows["ticket"]:
        with tempfile.TemporaryDirectory() as folder:
            check_round_trip(Path(folder) / "run.sqlite", run_of(rows, old, new, cascade=cascade))


def test_worlds_with_money_and_edits(tmp_path: Path) -> None:
    """Of many worlds some have an attribution, some edits of every kind, some refusals: all are met."""
    met: set[str] = set()
    for seed in range(30):
        rows, text, cascade = seeded_world(seed)
        if not rows["ticket"]:
            continue
        done = run_of(rows, loaded(text), loaded(seeded_world(seed + 1000)[1]), cascade=cascade)
        check_round_trip(tmp_path / "run.sqlite", done)
        met.update(edit.field.partition(".")[0] for edit in done.report.diff.edits)
        met.update(["money"] if done.projection else [], ["timing"] if done.report.diff.timings else [])
        met.update("refusal" for one in done.after.outcome.tickets.values() for _ in one.refusals)
    assert met >= {"money", "timing", "refusal", "tags", "priority", "status", "assignee", "replies", "custom_fields"}


def test_a_report_with_a_bit_of_everything(tmp_path: Path) -> None:
    """Hostile texts, e-mails, decimals of many digits, cautions, and the answer to --who."""
    check_round_trip(tmp_path / "run.sqlite", example_run())


VALUES = [
    None, True, False, 0, 1, -7, 10**30, Decimal("1"), Decimal("1.0"), Decimal("1.00"), Decimal("-0"), Decimal("1E+3"),
    Decimal("0E-8"), Decimal("12345678901234567890.10"), "", "1", "true", "null", "é \u202e \x00 \ufffe", "\ud800 half",
    (), ("1", "a b"), ("\udfff",),
]  # fmt: skip


def test_values_of_every_kind(tmp_path: Path) -> None:
    """Equal is not enough: 1, true, 1.0 and "1" are four values, and 1.0 and 1.00 are two."""
    done = example_run()
    changes = [
        Change(
            9, "ticket:9", 1, "ticket-created", 0, "vip-spent", "then", "setCustomFieldValue", "custom_fields.1", a, b
        )
        for a in VALUES
        for b in VALUES
    ]
    fields = tuple((str(place), one) for place, one in enumerate(VALUES) if not isinstance(one, tuple))
    final = Final(("b", "\ud800"), "normal", "open", 1, None, "\udc00 subject", True, 5, False, fields)
    tickets = {**done.after.outcome.tickets, 9: TicketOutcome(9, final, tuple(changes))}
    check_round_trip(tmp_path / "run.sqlite", replace(done, after=Side(done.after.rules, Outcome(tickets))))


def test_names_that_are_no_unicode(tmp_path: Path) -> None:
    """A file name of any bytes stands in the command and in the places of findings."""
    done = example_run()
    odd = Diagnostic(
        "L001", Severity.NOTE, "in \udcff", Location("\udcff.yaml", 3, 5), "help \udcfe", "\ud800", "\ufffe"
    )
    report = replace(done.report, command="simulator run --snapshot \udcff.db", findings=(odd, *done.report.findings))
    check_round_trip(tmp_path / "run.sqlite", replace(done, report=report))


def test_same_run_same_bytes(tmp_path: Path) -> None:
    """Nothing of the clock, the process or the path is in the file."""
    for name in ("a.sqlite", "b.sqlite"):
        save_run(tmp_path / name, example_run(), NAMES)
    assert (tmp_path / "a.sqlite").read_bytes() == (tmp_path / "b.sqlite").read_bytes()


def test_only_reported_tickets_are_in_it(tmp_path: Path) -> None:
    """Neither the others' outcomes nor their facts."""
    done = replace(example_run(), reported=frozenset((9, 11)))
    save_run(tmp_path / "run.sqlite", done, NAMES)
    with open_run(tmp_path / "run.sqlite") as saved:
        assert saved.run.reported == {9, 11}
        assert [start.id for start in saved.run.tickets] == [9, 11]
        assert 10 not in saved.run.before.outcome.tickets
        assert saved.run.before.outcome.tickets.get(10) is None


@pytest.mark.real
def test_real_exports(real_snapshot: Path, tmp_path: Path) -> None:
    """Thousands of tickets and orders: all formats, byte for byte."""
    rules = Path(__file__).parents[2] / "rulesets"
    with closing(open_snapshot(real_snapshot)) as connection:
        old, new = (resolve_side(str(rules / name), connection) for name in ("baseline", "candidate"))
        done = run(connection, old, new, RunOptions(who="VIP"), "simulator run", {})
        check_round_trip(tmp_path / "run.sqlite", done)
