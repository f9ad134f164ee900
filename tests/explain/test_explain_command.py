"""`explain TICKET` from the outside: what it prints, how wide, and what of names that are not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.cli.explain_lines import columns
from tests.cli.program import Ran, run_inside
from tests.twin.snapshots import write_snapshot
from tests.twin.stories import told

GOLD = Path(__file__).parent / "gold"
HOSTILE = "refund \x1b]0;title\x07 \u202egnihton " + "very " * 100 + "w" * 300 + " \u6f22\u5b57" * 60
OLD = """version: 1
rules:
  - id: vip
    on: [ticket-created, ticket-message-created]
    if: {message.from_agent: false, customer.total_spent: {gte: 500}}
    then: [{addTags: [VIP]}, {setPriority: high}]
  - {id: damaged, on: [ticket-created], if: {message.text: {containsAny: [broken]}}, then: [{setPriority: critical}]}
  - {id: gone, on: [ticket-created], then: [{addTags: [old]}]}
  - {id: mail, on: [ticket-created], if: {customer.email: {endsWith: nowhere}}, then: [{setSubject: x}]}
  - {id: off, enabled: false, on: [ticket-created], then: [{addTags: [x]}]}
  - {id: survey, on: [satisfaction-survey-responded], then: [{addTags: [x]}]}
"""
NEW = OLD.replace("500", "300").replace("  - {id: gone, on: [ticket-created], then: [{addTags: [old]}]}\n", "") + (
    '  - {id: reply, on: [ticket-created], then: [{replyToTicket: "Hi {{customer.name}}, we look into it"}]}\n'
)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a snapshot of three tickets and two rule files."""
    events = [{"at": "09:00", "customer": "it is broken"}, {"at": "09:10", "customer": "a photo"}]
    events += [{"at": "09:20", "do": "ticket-closed"}]
    hostile = [
        {"at": "10:00", "customer": HOSTILE, "message": {"subject": HOSTILE}},
        {"at": "10:10", "tags": [HOSTILE]},
    ]
    order = {"id": 1, "email": "c1@shop.example", "created_at": "2026-02-01T00:00:00Z", "total_minor": 45240}
    tickets = [
        {"id": 10, "customer": 1, "events": events},
        {"id": 20, "customer": 2, "events": hostile},
        {"id": 30, "customer": 3, "events": hostile[:1]},
    ]
    write_snapshot(tmp_path / "shop.db", told({"tickets": tickets, "rows": {"shop_order": [order]}}))
    (tmp_path / "old.yaml").write_text(OLD)
    (tmp_path / "new.yaml").write_text(NEW)
    return tmp_path


def explain(shop: Path, *arguments: object) -> Ran:
    """The command on both rule files."""
    sides = ("--snapshot", "shop.db", "--baseline", "old.yaml", "--candidate", "new.yaml")
    return run_inside("explain", *arguments, *sides, folder=shop)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("both", ["10"]),
        ("candidate-all-text", ["10", "--side", "candidate", "--all", "--include-text"]),
        ("stories", ["10", "--tag", "VIP", "--tag", "old", "--priority", "--replies", "--field", "custom_fields.7"]),
        ("same", ["30", "--side", "baseline"]),
    ],
)
def test_the_text_is_as_it_was(shop: Path, name: str, arguments: list[str]) -> None:
    """Word for word; where a change is meant, the file is written anew from what the test shows."""
    assert explain(shop, *arguments).out == (GOLD / f"{name}.txt").read_text("utf-8")


def test_a_ticket_on_which_both_sides_did_the_same(shop: Path) -> None:
    """No marks and no legend."""
    ran = run_inside(
        "explain", "10", "--snapshot", "shop.db", "--baseline", "old.yaml", "--candidate", "old.yaml", folder=shop
    )
    assert ran.out.startswith("ticket 10: 3 events; both sides did the same\n\n")
    assert not [line for line in ran.out.splitlines() if line[:1] in ("-", "+")]


@pytest.mark.parametrize("more", [(), ("--all", "--include-text"), ("--replies",), ("--side", "baseline", "--all")])
def test_hostile_text_is_inert_and_no_line_is_wider_than_80(shop: Path, more: tuple[str, ...]) -> None:
    """No control or bidi character reaches the terminal; wide letters count twice; endless words are broken."""
    text = explain(shop, "20", "30", *more).out
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "very " * 40 not in text
    assert max(map(columns, text.splitlines())) <= 80


def test_what_people_wrote_is_left_out_unless_it_is_asked_for(shop: Path) -> None:
    """Messages, subjects, names and addresses; in JSON too; words of the rule set are shown."""
    for style in ("full", "json"):
        quiet = explain(shop, "10", "20", "--all", "--format", style).out
        quiet += explain(shop, "10", "20", "--replies", "--field", "subject", "--format", style).out
        whole = explain(shop, "10", "20", "--all", "--format", style, "--include-text").out
        for private in ("it is broken", "Customer 1", "c1@shop"):
            assert private not in quiet and private in whole.replace("\n              ", " "), (style, private)
        assert "broken" in quiet


def test_several_tickets_and_each_once(shop: Path) -> None:
    """One after the other, in the order given."""
    text = explain(shop, "30", "10", "30").out
    assert [line for line in text.splitlines() if line.startswith("ticket ")] == [
        "ticket 30: 2 events; the sides part in 2 of them",
        "ticket 10: 4 events; the sides part in 2 of them",
    ]


def test_json_holds_all_of_it(shop: Path) -> None:
    """Events of both sides, every rule, tests, actions, the state in the end, reasons and stories."""
    whole = json.loads(explain(shop, "10", "--format", "json", "--tag", "VIP").out)
    (ticket,) = whole["tickets"]
    assert list(ticket) == ["ticket", "events", "final", "rules", "about"]
    first = ticket["events"][0]
    assert (first["event"], first["what"], first["parts"]) == ("ticket:10", "ticket-created", True)
    vip, damaged = first["baseline"]["phases"][0]["rules"][-1], first["baseline"]["phases"][0]["rules"][0]
    assert (vip["rule"], vip["matched"], vip["failed"]["failed"], vip["failed"]["of"]) == ("vip", False, 1, 2)
    (part,) = vip["failed"]["gaps"][0]
    assert (part["saw"], part["distance"], part["place"]) == ("452.40", "47.60", "old.yaml:5:37")
    assert damaged["actions"] == [
        {
            "branch": "then", "action": "setPriority", "field": "priority", "before": "normal", "after": "critical",
            "overwritten": [], "place": "old.yaml:7:94",
        }
    ]  # fmt: skip
    assert ticket["final"]["baseline"]["priority"] == "critical"
    reasons = {one["rule"]: one["baseline"]["reason"] for one in ticket["rules"]}
    assert (reasons["damaged"], reasons["mail"], reasons["off"]) == ("acted", "condition-false", "disabled")
    assert (reasons["reply"], reasons["survey"], len(reasons)) == ("absent", "other-trigger", 7)
    (about,) = ticket["about"]
    assert (about["tag"], about["baseline"]["value"], about["candidate"]["by"]["rule"]) == ("VIP", False, "vip")
    assert [one["rule"] for one in about["baseline"]["could_have"]] == ["vip"]
    assert ticket["events"][1]["event"] == "ticket:10/reply:1" and ticket["events"][1]["baseline"] is None


@pytest.mark.parametrize(
    ("arguments", "code", "help"),
    [
        (["14"], "U007", "nearest: 10, 20, 30"),
        (["10", "--tag", "vip"], "U008", 'did you mean "VIP"?'),
        (["10", "--tag", "nothing like it"], "U008", "neither the snapshot nor a rule of the two sides has it"),
        (["10", "--field", "priorty"], "U008", 'did you mean "priority"?'),
        (["10", "--field", "ticket.custom_field.3"], "U008", "did you mean"),
        (["10", "--field", "zzz"], "U008", "fields: tags, priority"),
        (["x"], "U001", ""),
        (["10", "R012"], "U001", ""),
        (["--", "-1"], "U001", ""),
        (["9" * 40], "U001", ""),
    ],
)
def test_what_is_not_there_is_an_error_with_the_nearest(shop: Path, arguments: list[str], code: str, help: str) -> None:
    """Exit code 2 and an offer."""
    more = arguments if arguments[0] == "--" else [*arguments]
    sides = ("--snapshot", "shop.db", "--baseline", "old.yaml", "--candidate", "new.yaml")
    ran = run_inside("explain", *sides, *more, folder=shop)
    assert (ran.code, ran.out) == (2, "")
    assert f"error[{code}]" in ran.err and help in ran.err


def test_every_error_of_a_kind_is_told_at_once(shop: Path) -> None:
    """Two tickets that are not there."""
    assert explain(shop, "11", "12").err.count("error[U007]") == 2


def test_one_side_needs_no_rules_of_the_other(shop: Path) -> None:
    """`--side baseline` without a candidate; both sides without one is a usage error."""
    known = ("explain", "10", "--snapshot", "shop.db", "--baseline", "old.yaml")
    told = run_inside(*known, "--side", "baseline", folder=shop)
    assert told.code == 0 and told.out.startswith("ticket 10: 3 events, baseline alone\n")
    wrong = run_inside(*known, folder=shop)
    assert wrong.code == 2 and "--candidate" in wrong.err
    assert run_inside("explain", folder=shop).code == 2


@pytest.mark.parametrize(
    "name",
    ["ticket.priority", "assignee", "ticket.assignee_user.email", "ticket.tags", "customer.custom_fields.9",
     "ticket.customer.custom_fields.9", "ticket.custom_fields.9", "trashed", "spam", "excludeFromCSAT"],
)  # fmt: skip
def test_fields_go_by_the_names_of_reports_and_of_the_rule_language(shop: Path, name: str) -> None:
    """Each of them can be asked about."""
    assert explain(shop, "10", "--field", name).code == 0


def test_what_a_run_kept_is_used_and_nothing_is_added(shop: Path) -> None:
    """The same text with and without the cache; `explain` itself leaves the folder as it was."""
    before = sorted(path.name for path in shop.iterdir())
    bare = explain(shop, "10", "--all").out
    assert sorted(path.name for path in shop.iterdir()) == before
    sides = ("--snapshot", "shop.db", "--baseline", "old.yaml", "--candidate", "new.yaml")
    assert run_inside("run", *sides, folder=shop).code == 0
    kept = {path.name: path.stat().st_mtime_ns for path in shop.iterdir()}
    assert explain(shop, "10", "--all").out == bare == explain(shop, "10", "--all", "--no-cache").out
    assert {path.name: path.stat().st_mtime_ns for path in shop.iterdir()} == kept
