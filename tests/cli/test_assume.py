"""`--assume` and `--assume-check` from the outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.program import Ran, run_inside
from tests.twin.snapshots import write_snapshot
from tests.twin.stories import told

BASELINE = """version: 1
rules:
  - {id: a, on: [ticket-created], if: {ticket.custom_fields.7: {neq: x}}, then: [{addTags: [unknown]}]}
  - {id: b, on: [ticket-created], then: [{setPriority: low}]}
  - {id: c, on: [ticket-created], then: [{setPriority: high}]}
  - {id: d, on: [ticket-created], then: [{if: {message.text: {containsAny: [Refund]}}, then: [{addTags: [money]}]}]}
"""
CANDIDATE = BASELINE + '  - {id: e, on: [ticket-message-created], then: [{replyToTicket: "we look into it"}]}\n'


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A snapshot of two tickets of one customer, and two rule files."""
    events = [{"at": "09:00", "customer": "refund"}, {"at": "09:01", "customer": "Refund"}]
    tickets = [{"id": 1, "events": events}, {"id": 2, "events": [{"at": "09:02", "customer": "hello"}]}]
    write_snapshot(tmp_path / "simulator.db", told({"tickets": tickets}))
    (tmp_path / "old.rules.yaml").write_text(BASELINE, encoding="utf-8")
    (tmp_path / "new.rules.yaml").write_text(CANDIDATE, encoding="utf-8")
    return tmp_path


def run(shop: Path, *arguments: object) -> Ran:
    """A run of the two."""
    sides = ("--baseline", "old.rules.yaml", "--candidate", "new.rules.yaml")
    return run_inside("run", *sides, *arguments, folder=shop)


def _report(shop: Path, *arguments: object) -> dict[str, Any]:
    ran = run(shop, *arguments, "--format", "json")
    assert ran.code == 0, ran.text
    report: dict[str, Any] = json.loads(ran.out)
    return report


def test_what_each_choice_decides_is_counted(shop: Path) -> None:
    """By hand: the missing field, the case of Refund, the two priorities, the reply after a minute."""
    block = _report(shop, "--assume-check")["assumptions"]
    told = {
        (key, one["value"]): (one["tickets"]["before"], one["tickets"]["after"], one["edits"])
        for key, choice in block.items()
        for one in choice["switched"]
    }
    assert told == {
        ("missing", "satisfies-nothing"): (2, 2, 0),
        ("case", "counts"): (1, 1, 0),
        ("ties", "name-descending"): (2, 2, 0),
        ("max_cascade", "0"): (0, 0, 0),
        ("max_cascade", "20"): (0, 0, 0),
        ("throttle", "1s"): (0, 2, 2),
    }


def test_a_choice_is_made_on_both_sides_and_said(shop: Path) -> None:
    """In the numbers, settings, command, block, cautions and for people; a saved run says the same."""
    usual = _report(shop)
    assert usual["summary"]["priority"]["matrix"]["high"]["high"] == 2
    other = _report(shop, "--assume", "ties=name-descending", "--assume", "throttle=1m", "--save", "run.sqlite")
    assert other["summary"]["priority"]["matrix"]["low"]["low"] == 2
    assert other["summary"]["replies"] == {"before": 0, "after": 3}
    assert other["settings"]["assume"] == ["ties=name-descending", "throttle=1m"]
    assert "--assume ties=name-descending --assume throttle=1m" in str(other["command"])
    assert other["assumptions"]["ties"]["value"] == "name-descending"
    assert [one["code"] for one in other["findings"]] == ["C016"]
    again = run_inside("report", "run.sqlite", folder=shop)
    shown = again.out
    assert again.code == 0, again.text
    assert "assumed on both sides: ties=name-descending (usual: name), throttle=1m (usual: 5m)" in " ".join(
        shown.split()
    )
    assert "Not tried: missing=satisfies-nothing" in shown


def test_the_digest_of_a_rule_set_does_not_go_by_what_is_assumed(shop: Path) -> None:
    """It is that of the rules as written."""
    usual, other = (
        _report(shop),
        _report(shop, "--assume", "ties=name-descending", "--assume", "missing=satisfies-nothing"),
    )
    assert usual["candidate"] == other["candidate"]
    assert other["summary"]["tags"] == {} or "unknown" not in other["summary"]["tags"]


def test_a_switch_says_what_the_run_under_it_says(shop: Path) -> None:
    """Each count of the check is that of the two runs, compared by their reports."""
    block = _report(shop, "--assume-check")["assumptions"]
    usual = _edits(_report(shop))
    for key, choice in block.items():
        for one in choice["switched"]:
            other = _edits(_report(shop, "--assume", f"{key}={one['value']}"))
            assert sum(usual[ticket] != other[ticket] for ticket in (1, 2)) == one["edits"]


def _edits(report: dict[str, Any]) -> dict[int, list[tuple[Any, ...]]]:
    """What differs on each ticket, whichever rule did it."""
    return {
        ticket: [(one["field"], one["before"], one["after"]) for one in report["edits"] if one["ticket"] == ticket]
        for ticket in (1, 2)
    }


def test_what_there_is_not_exits_with_two(shop: Path) -> None:
    """An unknown choice, an unknown value, and two depths; settings may hold choices."""
    for text, says in (("mising=x", 'did you mean "missing"?'), ("case=exact", "one of ignored, counts")):
        ran = run(shop, "--assume", text)
        assert (ran.code, says in ran.text) == (2, True), ran.text
    assert run(shop, "--assume", "max_cascade=3", "--max-cascade", "4").code == 2
    assert run(shop, "--assume", "max_cascade=3", "--max-cascade", "3").code == 0
    (shop / "simulator.toml").write_text('assume = ["ties=name-descending"]\n', encoding="utf-8")
    assert _report(shop)["settings"]["assume"] == ["ties=name-descending"]


def test_explain_follows_the_same_choices(shop: Path) -> None:
    """The priority that the run gives is the one that is explained."""
    sides = ("--baseline", "old.rules.yaml", "--candidate", "new.rules.yaml", "--priority", "--format", "json")
    usual, other = (
        run_inside("explain", 1, *sides, *more, folder=shop) for more in ((), ("--assume", "ties=name-descending"))
    )
    assert usual.code == other.code == 0, other.text
    assert usual.out != other.out
