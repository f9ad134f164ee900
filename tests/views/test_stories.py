"""Views on small histories whose every number can be told by hand, through the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import D, Desk, Json, Run, at, replay, rule, rule_set, simulator

OPEN = {"id": "open", "if": {"ticket.status": "open"}}
VIP = {"id": "vip", "name": "VIP", "if": {"ticket.tags": {"containsAny": ["VIP"]}, "ticket.status": "open"}}
PLAIN = {"id": "plain", "name": "Unsorted", "if": {"ticket.tags": {"isEmpty": True}, "ticket.status": "open"}}
TAG_VIP = rule("vip", "ticket-created", [{"addTags": ["VIP"]}], {"message.text": {"containsAny": ["gold"]}})


def saved(desk: Desk, id: int, name: str, filters: str) -> None:
    """A view of the helpdesk."""
    desk.add("views", {"id": id, "uri": f"/api/views/{id}/", "name": name, "type": "ticket-list", "filters": filters})


def views(run: Run) -> dict[str, Json]:
    """The views of a report by key."""
    block = run.report["views"]
    return {one["key"]: one for one in block["views"]}


def moves(run: Run, which: str = "ever") -> set[tuple[Any, Any, tuple[int, ...]]]:
    """From, to, tickets."""
    return {(one["from"], one["to"], tuple(one["tickets"])) for one in run.report["views"]["moves"][which]}


@pytest.fixture
def desk() -> Desk:
    """Three tickets: the first closed after two hours, the second reopened by its customer, the third left alone."""
    desk = Desk()
    desk.customer(1)
    desk.customer(2)
    desk.user(7)
    desk.story(1, D, 1, "gold ring")
    desk.event("ticket-closed", 1, at("12:00"), user=7)
    desk.story(2, at("11:00"), 2, "hello")
    desk.event("ticket-closed", 2, at("12:00"), user=7)
    desk.writes(2, at("13:00"))
    desk.story(3, at("11:30"), 2, "gold chain")
    desk.event("ticket-closed", 2, at("14:00"), user=7)
    return desk


def test_entries_population_and_time(desk: Desk, tmp_path: Path) -> None:
    """Without rules: who stands where when, hour by hour, up to the last outside event."""
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set(views=[OPEN]))
    block, view = run.report["views"], views(run)["open"]
    assert (block["tickets"], block["until"], block["step"]) == (3, at("14:00"), "hour")
    assert view["change"] == "added" and view["before"] == view["after"] and not view["tickets"]
    assert view["after"] == {
        "held": 1, "tickets": 3, "entries": 4, "exits": 3, "peak": 3, "peak_at": at("11:30"),
        "wait": {"total_s": 3600 * 6 + 1800, "median_s": 2 * 3600, "p90_s": 9000},
    }  # fmt: skip
    assert [(one["from"], *one["after"].values()) for one in view["over_time"]] == [
        (at("10:00"), 1, 0, 1),
        (at("11:00"), 2, 0, 3),
        (at("12:00"), 0, 2, 1),
        (at("13:00"), 1, 0, 2),
        (at("14:00"), 0, 1, 1),
    ]


def test_moves(desk: Desk, tmp_path: Path) -> None:
    """Two tickets leave the unsorted for VIP: for one of them still so at the end."""
    asked = [VIP, PLAIN]
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set(TAG_VIP, views=asked), rule_set(views=asked))
    assert moves(run) == {("plain", "vip", (1, 3))}
    assert moves(run, "at_end") == {("plain", "vip", (3,))}
    vip = views(run)["vip"]
    assert vip["change"] == "same" and vip["entered"] == {"only_before": [], "only_after": [1, 3]}
    assert vip["tickets"][0] == {
        "ticket": 1, "before": None, "after": {"entries": 1, "first": D, "time_s": 7200, "at_end": False},
    }  # fmt: skip
    assert "2 tickets move from Unsorted to VIP" in " ".join(run.outcome.out.split())


def test_an_edited_view_is_asked_on_each_side_as_it_stands_there(desk: Desk, tmp_path: Path) -> None:
    """Before by the old condition, after by the new; one that is only renamed is the same."""
    closed = {**OPEN, "name": "Done", "if": {"ticket.status": "closed"}}
    renamed = {**VIP, "name": "Gold"}
    run = replay(
        tmp_path / "run", desk.snapshot(tmp_path), rule_set(views=[closed, renamed]), rule_set(views=[OPEN, VIP])
    )
    found = views(run)
    assert (found["open"]["change"], found["vip"]["change"], found["vip"]["name"]) == ("edited", "same", "Gold")
    assert (found["open"]["before"]["held"], found["open"]["after"]["held"]) == (1, 2)
    assert run.report["summary"]["tickets_changed"] == 0 and run.report["rules"] == []
    assert run.report["baseline"]["digest"] != run.report["candidate"]["digest"]


def test_views_of_the_helpdesk(desk: Desk, tmp_path: Path) -> None:
    """By the parser of its rules; what cannot be evaluated is listed with the reason, and no view has zero for it."""
    saved(desk, 5, "Late", "eq(ticket.status, 'open') && gteTimedelta(ticket.created_datetime, '2h')")
    saved(desk, 6, "Mine", "eq(ticket.assignee_user.id, '{{current_user.id}}')")
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set())
    assert [*views(run)] == ["helpdesk:late"]
    late = views(run)["helpdesk:late"]["after"]
    # the first is closed at the very instant at which it would be late: it never is
    assert (late["held"], late["entries"], late["exits"], late["peak_at"]) == (1, 2, 1, at("13:30"))
    (uncounted,) = run.report["views"]["uncounted"]
    assert uncounted["name"] == "Mine" and "{{current_user.id}}" in uncounted["reason"]
    assert "G006" in {one["code"] for one in run.report["findings"]}


def test_a_field_that_no_ticket_has_is_said(desk: Desk, tmp_path: Path) -> None:
    """Not a silent zero: how many tickets lack it, and a warning where all do."""
    rich = {"id": "rich", "if": {"customer.total_spent": {"gte": 5}}}
    hours = "duringBusinessHours(ticket.created_datetime)"
    saved(desk, 5, "Office hours", hours)
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set(views=[rich]))
    (read,) = views(run)["rich"]["reads"]
    assert (read["missing"], read["today"]) == (3, 0) and read["path"].endswith("customer.total_spent")
    assert {"W001", "W002"} <= {one["code"] for one in run.report["findings"]}


def test_the_trash_and_snoozes(desk: Desk, tmp_path: Path) -> None:
    """A trashed ticket stands in no view; a rule's snooze ends by itself between two events."""
    snoozed = {"id": "snoozed", "if": {"ticket.snooze_datetime": {"isNotEmpty": True}}}
    rules = rule_set(
        rule("trash", "ticket-created", ["trashTicket"], {"message.text": {"containsAny": ["chain"]}}),
        rule("later", "ticket-created", [{"snoozeTicket": "1h"}], {"message.text": {"containsAny": ["ring"]}}),
        views=[OPEN, snoozed],
    )
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rules)
    assert moves(run) == {("open", None, (3,)), (None, "snoozed", (1,))}
    assert views(run)["snoozed"]["tickets"][0]["after"]["time_s"] == 3600


def test_what_a_rule_writes_of_a_customer_is_seen_from_all_tickets(desk: Desk, tmp_path: Path) -> None:
    """Nothing at all happens on ticket 2, and yet it comes into the view when ticket 3 of its customer is created."""
    gold = {"id": "gold", "if": {"customer.data.x": {"isEmpty": True}, "ticket.customer.custom_fields.9": "gold"}}
    write = rule(
        "write", "ticket-created", [{"setCustomerCustomFieldValue": {"id": 9, "value": "gold"}}],
        {"message.text": {"containsAny": ["chain"]}},
    )  # fmt: skip
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set(write, views=[gold]), rule_set(views=[gold]))
    found = {one["ticket"]: one["after"]["first"] for one in views(run)["gold"]["tickets"]}
    assert found == {2: at("11:30"), 3: at("11:30")}


def test_only_the_reported_tickets_count(desk: Desk, tmp_path: Path) -> None:
    """As everywhere in a report."""
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set(views=[OPEN]), "none", "--until", at("10:30"))
    assert run.report["views"]["tickets"] == 1 and views(run)["open"]["after"]["tickets"] == 1


def test_without_views_there_is_no_block(desk: Desk, tmp_path: Path) -> None:
    """Null, and no section."""
    run = replay(tmp_path / "run", desk.snapshot(tmp_path), rule_set())
    assert run.report["views"] is None and "\nViews\n" not in run.outcome.out


def test_more_processes_give_the_same(desk: Desk, tmp_path: Path) -> None:
    """And so does a saved run, in each format."""
    snapshot, rules = desk.snapshot(tmp_path), rule_set(TAG_VIP, views=[VIP, PLAIN])
    one = replay(tmp_path / "one", snapshot, rules, "none", "--save", tmp_path / "run.sqlite")
    two = replay(tmp_path / "two", snapshot, rules, "none", "--jobs", "2")
    assert one.report["views"] == two.report["views"]
    again = simulator("report", tmp_path / "run.sqlite", "--report", f"json={tmp_path / 'again.json'}")
    assert again.code == 0 and json.loads((tmp_path / "again.json").read_text("utf-8")) == one.report
    assert again.out == one.outcome.out


def test_check_says_where_a_view_is_wrong(tmp_path: Path) -> None:
    """With the place and the nearest name, as for rules."""
    rules = tmp_path / "a.rules.yaml"
    rules.write_text("version: 1\nrules: []\nviews:\n  - id: a\n    if:\n      ticket.statu: open\n", encoding="utf-8")
    done = simulator("check", rules)
    assert done.code == 2 and 'did you mean "ticket.status"?' in done.out and "a.rules.yaml:6:7" in done.out
