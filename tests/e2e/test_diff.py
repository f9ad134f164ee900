"""Edits: which rules they name, whether they are direct, and how rules are compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import ALL_TRIGGERS, D, Desk, Json, Run, at, replay, rule, rule_set

CREATED, MESSAGE, UPDATED = ALL_TRIGGERS[:3]


def two_sides(folder: Path, before: Json | str, after: Json | str, desk: Desk | None = None) -> Run:
    desk = desk or one_ticket()
    return replay(folder, desk.snapshot(folder), after, before)


def one_ticket() -> Desk:
    desk = Desk()
    desk.customer()
    desk.user(7)
    desk.tag(5, "VIP")
    desk.story()
    return desk


def tag(id: str, *tags: str, on: str = CREATED, when: Any = None, **more: Any) -> Json:
    return rule(id, on, [{"addTags": list(tags)}], when, **more)


def changes(run: Run) -> dict[str, str]:
    return {rule["id"]: rule["change"] for rule in run.report["rules"]}


def test_a_single_value_names_its_last_writer_on_either_side(tmp_path: Path) -> None:
    """For a single value the last writer of the field, if that was a rule."""
    before = rule_set(rule("a", CREATED, [{"setPriority": "low"}]), rule("b", MESSAGE, [{"setPriority": "high"}]))
    after = rule_set(rule("a", CREATED, [{"setPriority": "low"}]), rule("c", MESSAGE, [{"setPriority": "critical"}]))
    run = two_sides(tmp_path, before, after)
    assert run.report["edits"] == [
        {
            "ticket": 1,
            "customer": 1,
            "field": "priority",
            "before": "high",
            "after": "critical",
            "direct": True,
            "rules": {"before": ["b"], "after": ["c"]},
        }
    ]
    assert run.of_rule("a")["edits"] == {"direct": 0, "indirect": 0}, "`edits` counts the edits that name the rule"
    assert run.of_rule("b")["edits"] == run.of_rule("c")["edits"] == {"direct": 1, "indirect": 0}
    assert changes(run) == {"a": "same", "b": "removed", "c": "added"}


def test_an_outside_change_that_changed_the_value_takes_over(tmp_path: Path) -> None:
    """An outside change *that changed the value* takes over: none; one that changed nothing does not."""
    desk = one_ticket()
    desk.event("ticket-closed", 1, at("11:00"), 7)
    desk.story(2, customer=2)
    close = rule("close", CREATED, [{"setStatus": "closed"}], {"ticket.subject": "Subject 2"})
    reopen = rule(
        "reopen", UPDATED, [{"setStatus": "open"}], {"ticket.status": "closed", "ticket.subject": "Subject 1"}
    )
    run = two_sides(tmp_path, "none", rule_set(close, reopen), desk)
    assert run.edits("ticket", "before", "after", "rules", field="status") == [
        (1, "closed", "open", {"before": [], "after": ["reopen"]}),
        (2, "open", "closed", {"before": [], "after": ["close"]}),
    ]
    again = one_ticket()
    again.event("ticket-closed", 1, at("11:00"), 7)
    again.event("ticket-assigned", 1, at("12:00"), 7, data={"assignee_user_id": 7})
    give = rule("give", CREATED, [{"setAssignee": 8}])
    keep = rule("keep", "ticket-assigned", [{"setAssignee": 9}], {"ticket.assignee_user_id": 7})
    ran = two_sides(tmp_path / "b", rule_set(give), rule_set(give, keep), again)
    assert ran.edits("before", "after", "rules") == [(7, 9, {"before": [], "after": ["keep"]})]


def test_an_outside_change_to_the_same_value_leaves_the_rule_named(tmp_path: Path) -> None:
    """A rule closed it, an agent closed it again (no change of the value): the rule is still the last writer."""
    desk = one_ticket()
    desk.event("ticket-closed", 1, at("11:00"), 7)
    close = rule("close", CREATED, [{"setStatus": "closed"}])
    reopen = rule(
        "reopen", UPDATED, [{"setStatus": "open"}], {"ticket.tags": {"containsAny": ["go"]}, "ticket.status": "closed"}
    )
    go = tag(
        "go", "go", on=UPDATED, when={"ticket.status": "closed", "ticket.tags": {"notContainsAny": ["go"]}}, priority=9
    )
    run = two_sides(tmp_path, rule_set(close, reopen), rule_set(close, reopen, go), desk)
    assert run.edits("before", "after", "rules", "direct", field="status") == [
        ("closed", "open", {"before": ["close"], "after": ["reopen"]}, False)
    ]


def test_tags_name_the_last_writer_of_each_tag_that_differs(tmp_path: Path) -> None:
    """For tags the last writer of each tag that differs; one edit per ticket and field, whole final lists sorted by
    code point.
    """
    before = rule_set(tag("a", "x", "b", "é"), tag("same", "both"))
    after = rule_set(
        tag("a", "x", "b", "Z"), tag("same", "both"), rule("z", MESSAGE, [{"removeTags": ["x"]}, {"addTags": ["a"]}])
    )
    run = two_sides(tmp_path, before, after)
    assert run.edits("field", "before", "after", "rules") == [
        ("tags", ["b", "both", "x", "é"], ["Z", "a", "b", "both"], {"before": ["a"], "after": ["a", "z"]})
    ]


def test_an_edit_of_an_untouched_rule_is_indirect(tmp_path: Path) -> None:
    """Direct if any rule named was itself added, removed, edited or moved, else indirect."""
    follow = rule("follow", MESSAGE, [{"setPriority": "high"}], {"ticket.tags": {"containsAny": ["VIP"]}})
    run = two_sides(tmp_path, rule_set(follow), rule_set(follow, tag("new", "VIP")))
    assert run.edits("field", "direct", "rules") == [
        ("priority", False, {"before": [], "after": ["follow"]}),
        ("tags", True, {"before": [], "after": ["new"]}),
    ]
    assert run.of_rule("follow")["edits"] == {"direct": 0, "indirect": 1}
    assert "1 direct" in run.outcome.out and "1" in run.outcome.out


def test_replies_name_the_senders_only_that_side_has(tmp_path: Path) -> None:
    """For replies the senders of the messages that only that side has."""
    note = rule("note", MESSAGE, [{"addInternalNote": "both"}])
    before = rule_set(note, rule("old", CREATED, [{"addInternalNote": "old"}]))
    after = rule_set(note, rule("new", CREATED, [{"addInternalNote": "new"}]))
    run = two_sides(tmp_path, before, after)
    assert run.edits("field", "rules") == [("replies", {"before": ["old"], "after": ["new"]})]
    assert [m["text"] for m in run.edits("before")[0]] == ["old", "both"], "all outgoing messages in order"


def test_a_reply_that_is_the_same_but_from_another_rule_is_no_edit(tmp_path: Path) -> None:
    """The edit exists if the lists differ: same action, instant and text is the same list."""
    run = two_sides(
        tmp_path,
        rule_set(rule("a", CREATED, [{"addInternalNote": "t"}])),
        rule_set(rule("b", CREATED, [{"addInternalNote": "t"}])),
    )
    assert run.report["edits"] == []


def test_the_end_of_a_snooze_takes_over(tmp_path: Path) -> None:
    """An outside change, or the end of a snooze, takes over: none."""
    desk = one_ticket()
    desk.story(2, at("20:00"), customer=2)
    when = {"ticket.subject": "Subject 1"}
    short = rule_set(rule("s", CREATED, [{"snoozeTicket": "1h"}], when))
    long = rule_set(rule("s", CREATED, [{"snoozeTicket": "9d"}], when))
    run = two_sides(tmp_path, short, long, desk)
    assert run.edits("field", "before", "after", "rules") == [
        ("snooze", None, "2026-03-11T10:00:00Z", {"before": [], "after": ["s"]})
    ]


def test_edits_are_sorted_by_ticket_as_a_number_then_field(tmp_path: Path) -> None:
    """Sorted by ticket (as a number) then field; one edit per ticket and field; fields as named."""
    desk = Desk()
    desk.customer()
    desk.story(10)
    desk.story(9)
    then = [
        {"setTeamAssignee": 30},
        {"setAssignee": 7},
        {"setSubject": "S"},
        {"setCustomFieldValue": {"id": 4, "value": True}},
        {"setCustomFieldValue": {"id": 12, "value": 2}},
        "trashTicket",
        {"snoozeTicket": "1w"},
        {"setStatus": "closed"},
        {"setPriority": "high"},
        {"addTags": ["t"]},
        {"addInternalNote": "n"},
    ]
    run = two_sides(tmp_path, "none", rule_set(rule("a", CREATED, then)), desk)
    fields = [
        "assignee",
        "custom_fields.12",
        "custom_fields.4",
        "priority",
        "replies",
        "snooze",
        "status",
        "subject",
        "tags",
        "team",
        "trashed",
    ]
    assert run.edits("ticket", "field") == [(id, field) for id in (9, 10) for field in fields]
    values = {edit["field"]: (edit["before"], edit["after"]) for edit in run.report["edits"] if edit["ticket"] == 9}
    assert values | {"replies": None} == {
        "assignee": (None, 7),
        "custom_fields.12": (None, 2),
        "custom_fields.4": (None, True),
        "priority": ("normal", "high"),
        "snooze": (None, "2026-03-09T10:00:00Z"),
        "status": ("open", "closed"),
        "subject": ("Subject 9", "S"),
        "tags": ([], ["t"]),
        "team": (None, 30),
        "trashed": (False, True),
        "replies": None,
    }
    assert list(run.report["edits"][0]) == ["ticket", "customer", "field", "before", "after", "direct", "rules"]
    assert run.report["summary"]["tickets_changed"] == 2 and run.report["summary"]["customers_changed"] == 1


A: Json = tag("a", "x", when={"message.text": {"containsAny": ["refund"]}})
HOURS = {"mon-fri": "09:00-18:00"}
IN_HOURS = tag("h", "x", when={"message.created_datetime": {"duringBusinessHours": True}})
DATED = tag("d", "x", when={"ticket.created_datetime": {"gte": "2026-03-01T00:00:00"}})
OFFSET = tag("o", "x", when={"ticket.created_datetime": {"gte": "2026-03-01T00:00:00Z"}})
LISTED = tag("l", "x", when={"message.text": {"containsAny": {"list": "words"}}})
NESTED = rule(
    "n", CREATED, [{"if": {"message.created_datetime": {"outsideBusinessHours": True}}, "then": [{"addTags": ["x"]}]}]
)

COMPARED: list[tuple[str, Json, Json, dict[str, str]]] = [
    ("the same", rule_set(A), rule_set(A), {"a": "same"}),
    ("another name of the set", rule_set(A), rule_set(A, name="other"), {"a": "same"}),
    (
        "an alias resolved",
        rule_set(A),
        rule_set(tag("a", "x", when={"message.body": {"containsAny": ["refund"]}})),
        {"a": "same"},
    ),
    (
        "the short form of eq",
        rule_set(tag("a", "x", when={"ticket.status": "open"})),
        rule_set(tag("a", "x", when={"ticket.status": {"eq": "open"}})),
        {"a": "same"},
    ),
    (
        "a list of the same words",
        rule_set(LISTED, lists={"words": ["refund"]}),
        rule_set(tag("l", "x", when={"message.text": {"containsAny": ["refund"]}})),
        {"l": "same"},
    ),
    ("only priority", rule_set(A), rule_set(A | {"priority": 5}), {"a": "moved"}),
    ("only name", rule_set(A), rule_set(A | {"name": "new"}), {"a": "moved"}),
    ("enabled switched", rule_set(A), rule_set(A | {"enabled": False}), {"a": "edited"}),
    ("another tag", rule_set(A), rule_set(tag("a", "y", when=A["if"])), {"a": "edited"}),
    ("another trigger", rule_set(A), rule_set(A | {"on": [CREATED, UPDATED]}), {"a": "edited"}),
    ("name and a tag", rule_set(A), rule_set(A | {"name": "n", "then": [{"addTags": ["y"]}]}), {"a": "edited"}),
    (
        "a changed named list",
        rule_set(A, LISTED, lists={"words": ["refund"]}),
        rule_set(A, LISTED, lists={"words": ["money"]}),
        {"a": "same", "l": "edited"},
    ),
    ("a changed unused list", rule_set(A, lists={"words": ["x"]}), rule_set(A, lists={"words": ["y"]}), {"a": "same"}),
    (
        "changed hours",
        rule_set(A, IN_HOURS, NESTED, business_hours=HOURS),
        rule_set(A, IN_HOURS, NESTED, business_hours=HOURS | {"sat": "10:00-13:00"}),
        {"a": "same", "h": "edited", "n": "edited"},
    ),
    (
        "changed holidays",
        rule_set(A, IN_HOURS, business_hours=HOURS),
        rule_set(A, IN_HOURS, business_hours=HOURS, holidays=["FR"]),
        {"a": "same", "h": "edited"},
    ),
    (
        "a changed zone",
        rule_set(A, IN_HOURS, DATED, OFFSET, business_hours=HOURS),
        rule_set(A, IN_HOURS, DATED, OFFSET, business_hours=HOURS, timezone="Europe/Paris"),
        {"a": "same", "h": "edited", "d": "edited", "o": "same"},
    ),
    ("added and removed", rule_set(A), rule_set(tag("b", "x")), {"a": "removed", "b": "added"}),
]


@pytest.mark.parametrize("before, after, expected", [case[1:] for case in COMPARED], ids=[case[0] for case in COMPARED])
def test_how_rules_are_compared(
    before: Json, after: Json, expected: dict[str, str], snapshot: Path, tmp_path: Path
) -> None:
    """Rules are compared as parsed, lists expanded, aliases resolved; only `priority` or `name` differing is a move."""
    run = replay(tmp_path, snapshot, after, before)
    assert changes(run) == expected
    assert [rule["id"] for rule in run.report["rules"]] == sorted(expected), "`rules[]` sorted by id"


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return one_ticket().snapshot(tmp_path_factory.mktemp("desk"))


def test_comments_and_layout_are_no_edit_and_keep_the_digest(snapshot: Path, tmp_path: Path) -> None:
    """Comments and layout are no edit; `digest` = SHA-256 of the canonical parsed set, so layout changes nothing."""
    one = "version: 1\nname: main\nrules:\n  - id: a\n    name: A\n    on: [ticket-created]\n"
    one += "    then:\n      - addTags: [x]\n"
    two = "# a comment\nname: 'main'\nversion: 1\nrules:"
    two += " [{then: [{addTags: [x]}], on: ticket-created, name: A, id: a}]  # end\n"
    run = replay(tmp_path, snapshot, two, one)
    assert changes(run) == {"a": "same"}
    assert run.report["baseline"] == run.report["candidate"]
    other = replay(tmp_path / "o", snapshot, two.replace("[x]", "[y]"), one)
    assert other.report["baseline"]["digest"] == run.report["baseline"]["digest"] != other.report["candidate"]["digest"]
    assert len(other.report["candidate"]["digest"]) == 64


def test_enabled_is_taken_out_but_listed(snapshot: Path, tmp_path: Path) -> None:
    """A rule that is not enabled is in `rules[]` and was never asked."""
    run = replay(tmp_path, snapshot, rule_set(tag("off", "x", enabled=False)))
    assert run.of_rule("off")["events"] == {"before": 0, "after": 0}
    assert run.report["candidate"]["rules"] == 1


def test_tags_of_an_outside_change_take_over_too(tmp_path: Path) -> None:
    """For tags: an outside tag that only one side's rule removed names that rule; one that history adds on both is no
    edit.
    """
    desk = one_ticket()
    desk.event("ticket-tags-added", 1, at("11:00"), 7, data={"tags_added": [5]})
    wipe = rule("wipe", UPDATED, [{"setTags": []}], {"ticket.tags": {"containsAny": ["VIP"]}})
    run = two_sides(tmp_path, rule_set(tag("add", "VIP")), rule_set(tag("add", "VIP"), wipe), desk)
    assert run.edits("before", "after", "rules", "direct") == [
        (["VIP"], [], {"before": ["add"], "after": ["wipe"]}, True)
    ]
    assert at("11:00") > D
