"""Order of events and rules, the cascade with its depth numbers, and ties in time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.e2e.desk import ALL_TRIGGERS, D, Desk, Run, at, probe, replay, rule, rule_set

CREATED, MESSAGE, UPDATED, ASSIGNED = ALL_TRIGGERS[:4]
NOTE: list[Any] = [{"addInternalNote": "seen"}]


def one_ticket(folder: Path, *rules: dict[str, Any], **options: Any) -> Run:
    """A lone ticket of agent 7's desk, created at D."""
    desk = Desk()
    desk.customer()
    desk.user(7, "a7@desk.com")
    desk.user(8, "a8@desk.com")
    desk.team(30, "Care")
    desk.story()
    words = [word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", value)]
    return replay(folder, desk.snapshot(folder), rule_set(*rules), "none", *words)


def runs(run: Run) -> list[tuple[str, int]]:
    """Trigger and depth of each phase in which the rule `probe` was asked."""
    return run.steps("trigger", "depth", rule="probe")


def test_phases_of_every_outside_event(tmp_path: Path) -> None:
    """The table of phases, for each outside event, in order."""
    desk = Desk()
    desk.user(7)
    desk.story()
    for number, type in enumerate(
        [
            "ticket-tags-added",
            "ticket-closed",
            "ticket-reopened",
            "ticket-subject-updated",
            "ticket-customer-updated",
            "ticket-marked-spam",
            "ticket-unmarked-spam",
            "ticket-snoozed",
            "ticket-team-assigned",
            "ticket-team-unassigned",
            "ticket-unassigned",
            "ticket-trashed",
            "ticket-untrashed",
            "ticket-merged",
        ]
    ):
        desk.event(type, 1, at("11:00"), 7, id=200 + number, data={"assignee_team_id": 3, "subject": "s"})
    desk.event("ticket-assigned", 1, at("12:00"), 7, id=300, data={"assignee_user_id": 7})
    desk.event("ticket-self-unsnoozed", 1, at("12:30"), id=301)
    desk.survey(70, 1, 4, at("13:00"))
    desk.writes(1, at("14:00"), user=7, id=9000, public=False)
    run = replay(tmp_path, desk.snapshot(tmp_path), probe("{{event.type}}"))
    assert run.steps("event", "trigger") == [
        ("ticket:1", CREATED),
        ("ticket:1", MESSAGE),
        ("ticket:1", UPDATED),
        *[(f"event:{200 + number}", UPDATED) for number in range(14)],
        ("event:300", UPDATED),
        ("event:300", ASSIGNED),
        ("event:301", "ticket-self-unsnoozed"),
        ("event:301", UPDATED),
        ("survey:70", "satisfaction-survey-responded"),
        ("message:9000", MESSAGE),
        ("message:9000", UPDATED),
    ]
    assert all(line["after"] == line["trigger"] for line in run.trail), (
        "`event.type` is the trigger of the phase that runs"
    )
    assert {line["depth"] for line in run.trail} == {0}
    assert run.report["summary"]["events"] == 1 + 14 + 1 + 1 + 1 + 1


def test_rules_run_by_priority_then_name_then_id(tmp_path: Path) -> None:
    """In a phase, the enabled rules that name the trigger run by `priority` descending, then `name` ascending, then
    `id`.
    """
    run = one_ticket(
        tmp_path,
        rule("z", CREATED, NOTE, priority=5, name="b"),
        rule("y", CREATED, NOTE, priority=5, name="a"),
        rule("x", CREATED, NOTE, name="c"),
        rule("w", CREATED, NOTE, name="c"),
        rule("v", CREATED, NOTE, priority=-1),
        rule("u", CREATED, NOTE, priority=9, enabled=False),
        rule("t", UPDATED, NOTE, priority=99),
        rule("s", CREATED, NOTE, name="B"),
    )
    assert run.steps("rule") == ["y", "z", "s", "w", "x", "v", "t"], "names compare by code point"


def test_each_rule_sees_the_state_as_the_rule_before_left_it(tmp_path: Path) -> None:
    """Each sees the state as the rule before it left it; every matching rule runs, there is no first-match-wins."""
    run = one_ticket(
        tmp_path,
        rule("a", CREATED, [{"addTags": ["x"]}], priority=2),
        rule("b", CREATED, [{"addTags": ["y"]}], {"ticket.tags": {"containsAny": ["x"]}}, priority=1),
        rule("c", CREATED, [{"removeTags": ["x"]}], {"ticket.tags.name": {"containsAll": ["x", "y"]}}),
    )
    assert run.steps("rule", "before", "after") == [
        ("a", [], ["x"]),
        ("b", ["x"], ["x", "y"]),
        ("c", ["x", "y"], ["y"]),
    ]


def test_an_action_that_changes_nothing_is_no_change(tmp_path: Path) -> None:
    """An action that changes nothing is no change: no line of the trail, no re-run of ticket-updated."""
    run = one_ticket(
        tmp_path,
        rule(
            "a",
            UPDATED,
            [
                {"setPriority": "normal"},
                {"setStatus": "open"},
                {"removeTags": ["x"]},
                {"setTags": []},
                {"setAssignee": None},
                {"setTeamAssignee": None},
                {"setSubject": "Subject 1"},
            ],
        ),
        rule("probe", UPDATED, NOTE),
    )
    assert run.steps("rule") == ["probe"]
    assert run.of_rule("a")["matched"]["after"] == 1 and run.of_rule("a")["changes"]["after"] == 0


def test_set_tags_removes_what_it_does_not_list(tmp_path: Path) -> None:
    """`setTags` removes what it does not list; tags lines carry whole sorted lists, `setTags` too."""
    run = one_ticket(tmp_path, rule("a", CREATED, [{"addTags": ["b", "a"]}, {"setTags": ["c", "a"]}, {"setTags": []}]))
    assert run.steps("action", "before", "after") == [
        ("addTags", [], ["a", "b"]),
        ("setTags", ["a", "b"], ["a", "c"]),
        ("setTags", ["a", "c"], []),
    ]


def test_a_change_before_ticket_updated_needs_no_rerun(tmp_path: Path) -> None:
    """If a phase changed ticket state and no `ticket-updated` has run since, run it again: at a creation it runs
    anyway.
    """
    run = one_ticket(tmp_path, rule("a", [CREATED, MESSAGE], [{"addTags": ["x"]}]), rule("probe", ALL_TRIGGERS, NOTE))
    assert runs(run) == [(CREATED, 0), (MESSAGE, 0), (UPDATED, 0)]


def test_a_changing_ticket_updated_runs_again_one_deeper(tmp_path: Path) -> None:
    """Or the last `ticket-updated` run itself changed ticket state: run it again one level deeper."""
    run = one_ticket(tmp_path, rule("a", UPDATED, [{"addTags": ["x"]}]), rule("probe", ALL_TRIGGERS, NOTE))
    assert runs(run) == [(CREATED, 0), (MESSAGE, 0), (UPDATED, 0), (UPDATED, 1)]


def test_two_rules_that_undo_each_other_are_the_loop(tmp_path: Path) -> None:
    """*Changed* means that at least one action changed a field, not the net result; six runs at most; a finding names
    the rules.
    """
    on = rule("on", UPDATED, [{"addTags": ["x"]}], priority=2)
    run = one_ticket(tmp_path, on, rule("off", UPDATED, [{"removeTags": ["x"]}], priority=1))
    assert run.steps("rule", "depth") == [(id, depth) for depth in range(6) for id in ("on", "off")]
    loops = [
        finding for finding in run.report["findings"] if "off" in finding["message"] and "on" in finding["message"]
    ]
    assert len(loops) == 1
    assert run.report["edits"] == []


def test_max_cascade_bounds_the_depth(tmp_path: Path) -> None:
    """As long as the depth is below `max_cascade`; the settings name it."""
    rules = rule("a", UPDATED, [{"addTags": ["x"]}, {"removeTags": ["x"]}]), rule("probe", UPDATED, NOTE)
    run = one_ticket(tmp_path, *rules, max_cascade=2)
    assert runs(run) == [(UPDATED, 0), (UPDATED, 1), (UPDATED, 2)]
    assert run.report["settings"]["max_cascade"] == 2
    none = one_ticket(tmp_path / "0", *rules, max_cascade=0)
    assert runs(none) == [(UPDATED, 0)]


def test_stopping_exactly_at_max_cascade_is_no_finding(tmp_path: Path) -> None:
    """If the run at depth `max_cascade` still changed something, that is a finding; if it changed nothing, none."""
    steps = [
        rule(f"s{n}", UPDATED, [{"setPriority": to}], {"ticket.priority": start}, priority=n)
        for n, (start, to) in enumerate([("normal", "high"), ("high", "critical")])
    ]
    run = one_ticket(tmp_path, *steps, max_cascade=2)
    assert run.steps("depth", "after") == [(0, "high"), (1, "critical")]
    assert not [f for f in run.report["findings"] if "cascade" in f["message"] or "loop" in f["message"]]
    short = one_ticket(tmp_path / "short", *steps, max_cascade=1)
    assert [f for f in short.report["findings"] if "s1" in f["message"]]


def test_assigning_by_rule_runs_ticket_assigned_once_at_the_current_depth(tmp_path: Path) -> None:
    """If rules gave the ticket to a *user* and `ticket-assigned` has not run in this event, run it at the current
    depth, first.
    """
    run = one_ticket(
        tmp_path,
        rule("give", CREATED, [{"setAssignee": 7}]),
        rule("pass", ASSIGNED, [{"setAssignee": 8}]),
        rule("probe", ALL_TRIGGERS, NOTE),
    )
    assert runs(run) == [(CREATED, 0), (MESSAGE, 0), (UPDATED, 0), (ASSIGNED, 0), (UPDATED, 1)]


def test_assigned_comes_before_the_rerun_of_updated(tmp_path: Path) -> None:
    """After the event's phases: ticket-assigned at the current depth; else ticket-updated one deeper."""
    run = one_ticket(
        tmp_path, rule("give", UPDATED, [{"setAssignee": "A7@desk.com"}]), rule("probe", ALL_TRIGGERS, NOTE)
    )
    assert runs(run) == [(CREATED, 0), (MESSAGE, 0), (UPDATED, 0), (ASSIGNED, 0), (UPDATED, 1)]
    assert run.steps("after", rule="give") == [7], "an e-mail in any case"


def test_a_team_or_nobody_is_not_assigned(tmp_path: Path) -> None:
    """A setAssignee that changed the assignee to somebody; not null, not a team."""
    run = one_ticket(
        tmp_path,
        rule("give", CREATED, [{"setTeamAssignee": "Care"}, {"setAssignee": None}]),
        rule("probe", ASSIGNED, NOTE),
    )
    assert run.steps("rule", "field", "after") == [("give", "team", 30)]


def test_assigned_by_rule_after_an_outside_assignment_ran_already(tmp_path: Path) -> None:
    """`ticket-assigned` runs at most once in an event: where its own phase ran, a rule's assignment runs it no more."""
    desk = Desk()
    desk.user(7)
    desk.user(8)
    desk.story()
    desk.event(ASSIGNED, 1, at("11:00"), 7, id=500, data={"assignee_user_id": 7})
    rules = rule_set(rule("give", ASSIGNED, [{"setAssignee": 8}]), rule("probe", ALL_TRIGGERS, NOTE))
    run = replay(tmp_path, desk.snapshot(tmp_path), rules)
    assert run.steps("trigger", "depth", rule="probe", event="event:500") == [(UPDATED, 0), (ASSIGNED, 0), (UPDATED, 1)]


def test_notes_mails_and_flags_are_no_ticket_state(tmp_path: Path) -> None:
    """Replies, notes, e-mails, customer fields and the exclude/facebook flags are no ticket state: no re-run."""
    flags = ["excludeFromAutoMerge", "excludeFromCSAT", "facebookHideComment", "facebookLikeComment"]
    mail = {"sendEmail": {"to": "a@b.c", "subject": "s", "body_text": "t"}}
    run = one_ticket(
        tmp_path, rule("a", UPDATED, [*flags, mail, {"setCustomerCustomFieldValue": {"id": 3, "value": "v"}}])
    )
    assert run.steps("action", "field", "before", "after", "depth") == [
        *[(flag, flag, False, True, 0) for flag in flags],
        ("sendEmail", "replies", None, "t", 0),
        ("setCustomerCustomFieldValue", "customer.custom_fields.3", None, "v", 0),
    ]
    assert [field for field in run.edits("field") if field in flags] == [], "exclude and facebook flags: trail only"


def test_custom_fields_and_trash_are_ticket_state(tmp_path: Path) -> None:
    """Custom fields and trashing are ticket state: they re-run ticket-updated once."""
    run = one_ticket(
        tmp_path,
        rule("a", UPDATED, [{"setCustomFieldValue": {"id": 3, "value": "v"}}, "trashTicket"]),
        rule("probe", UPDATED, NOTE),
    )
    assert runs(run) == [(UPDATED, 0), (UPDATED, 1)]
    assert run.steps("field", "before", "after", rule="a") == [("custom_fields.3", None, "v"), ("trashed", False, True)]


def test_then_and_else_and_nested_branches(tmp_path: Path) -> None:
    """`branch` = `then`, `else`, nested `then.2.else` (2 = 0-based place; an item with several actions is counted as
    that many).
    """
    nested = {"if": {"ticket.priority": "high"}, "then": [{"addTags": ["no"]}], "else": [{"addTags": ["n"]}]}
    deep = {
        "if": {"ticket.tags": {"containsAny": ["n"]}},
        "then": [{"if": {"ticket.status": "open"}, "then": [{"addTags": ["d"]}]}],
    }
    run = one_ticket(
        tmp_path,
        rule("a", CREATED, [{"addTags": ["x"], "setPriority": "low"}, nested, deep]),
        rule("b", MESSAGE, [], {"ticket.status": "closed"}, **{"else": [{"addTags": ["e"]}, nested]}),
    )
    assert run.steps("rule", "branch", "after") == [
        ("a", "then", ["x"]),
        ("a", "then", "low"),
        ("a", "then.2.else", ["n", "x"]),
        ("a", "then.3.then.0.then", ["d", "n", "x"]),
        ("b", "else", ["d", "e", "n", "x"]),
    ]


def test_a_nested_if_sees_the_state_as_it_is_by_then(tmp_path: Path) -> None:
    """An item may also be a nested `{if, then, else}`, which sees the state as it is by then."""
    nested = {"if": {"ticket.status": "closed"}, "then": [{"addTags": ["saw"]}]}
    run = one_ticket(tmp_path, rule("a", CREATED, [nested, {"setStatus": "closed"}, nested]))
    assert run.steps("field", "after") == [("status", "closed"), ("tags", ["saw"])]


def test_ties_on_one_ticket(tmp_path: Path) -> None:
    """On one ticket: creation; by event id (a message at its recorded event); messages without one by id; surveys
    without one; closing last.
    """
    desk = Desk()
    desk.tag(5, "t")
    desk.ticket(1)
    desk.message(1, D, id=100)
    desk.event("ticket-created", 1, D, id=999)
    desk.event("ticket-closed", 1, at("11:00"), 7, id=205)
    desk.message(1, at("11:00"), id=102)
    desk.message(1, at("11:00"), id=101)
    desk.message(1, at("11:00"), id=103)
    desk.event(
        "ticket-message-created",
        103,
        at("11:00"),
        id=203,
        object_type="TicketMessage",
        data={"ticket_id": 1, "message_id": 103},
    )
    desk.event("ticket-tags-added", 1, at("11:00"), 7, id=204, data={"tags_added": [5]})
    desk.survey(70, 1, 3, at("11:00"), recorded=False)
    desk.ticket(2, closed_datetime=at("11:00"))
    desk.message(2, D, id=110)
    desk.message(2, at("11:00"), id=111)
    desk.survey(71, 2, 3, at("11:00"), recorded=False)
    run = replay(tmp_path, desk.snapshot(tmp_path), probe())
    order = [event for n, event in enumerate(run.steps("event")) if n == 0 or run.steps("event")[n - 1] != event]
    assert order == [
        "ticket:1",
        "message:103",
        "event:204",
        "event:205",
        "message:101",
        "message:102",
        "survey:70",
        "ticket:2",
        "message:111",
        "survey:71",
        "closed:2",
    ]


def test_ties_across_tickets_go_by_ticket_id(tmp_path: Path) -> None:
    """Across tickets at one instant: by ticket id, one event wholly finished before the next: the throttle shows it."""
    desk = Desk()
    desk.customer(1)
    for id in (10, 9, 2):
        desk.story(id)
    run = replay(tmp_path, desk.snapshot(tmp_path), rule_set(rule("a", CREATED, [{"replyToTicket": "hi"}])))
    assert run.steps("ticket") == [2]
    assert [(line["ticket"], line["reason"]) for line in run.refusals] == [
        (9, "recent-auto-reply"),
        (10, "recent-auto-reply"),
    ]


def test_the_trail_goes_by_ticket_then_as_it_happened(tmp_path: Path) -> None:
    """Baseline first, then by ticket (as a number), then as it happened."""
    desk = Desk()
    desk.story(10, at("09:00"))
    desk.story(9, at("10:00"))
    desk.writes(9, at("08:30"))
    run = replay(tmp_path, desk.snapshot(tmp_path), probe(), probe())
    assert run.steps("side", "ticket") == [
        (side, id) for side in ("baseline", "candidate") for id in [9] * 5 + [10] * 3
    ]


def test_refused_actions_are_recorded(tmp_path: Path) -> None:
    """Snoozing a closed ticket does nothing and is recorded as refused; an unknown e-mail or team name is refused."""
    run = one_ticket(
        tmp_path,
        rule(
            "a",
            CREATED,
            [
                {"setAssignee": "nobody@desk.com"},
                {"setTeamAssignee": "care"},
                {"setStatus": "closed"},
                {"snoozeTicket": "2d"},
                {"setAssignee": 4040},
                {"setTeamAssignee": 4041},
            ],
        ),
    )
    assert run.steps("field", "after") == [("status", "closed"), ("assignee", 4040), ("team", 4041)]
    assert [(r["action"], r["reason"]) for r in run.refusals] == [
        ("setAssignee", "user-not-found"),
        ("setTeamAssignee", "team-not-found"),
        ("snoozeTicket", "no-snooze-closed-ticket"),
    ]
    keys = [
        "side",
        "ticket",
        "event",
        "at",
        "trigger",
        "depth",
        "rule",
        "branch",
        "action",
        "field",
        "before",
        "after",
        "reason",
    ]
    assert all(list(refusal) == keys for refusal in run.refusals), "the same keys and `reason`"
    assert all(list(line) == keys[:-1] for line in run.trail)
