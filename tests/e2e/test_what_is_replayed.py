"""Which recorded events are replayed, what they change, and where a ticket starts."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.desk import D, Desk, Run, at, probe, replay, rule, rule_set


def seen(desk: Desk, folder: Path, text: str = "seen", *options: object) -> Run:
    """The phases that history alone runs, each with `text` as it stood then."""
    return replay(folder, desk.snapshot(folder), probe(text), "none", *options)


def phases(run: Run, ticket: int = 1) -> list[tuple[str, str]]:
    return run.steps("event", "trigger", ticket=ticket)


CREATION = [("ticket:1", t) for t in ("ticket-created", "ticket-message-created", "ticket-updated")]


def test_a_message_with_a_rule_id_is_rule_made(tmp_path: Path) -> None:
    """Creation and messages: a message with a `rule_id` is rule-made, all else is outside."""
    desk = Desk()
    desk.story()
    desk.writes(1, at("11:00"), "from the old rule", user=None, from_agent=True, via="rule", rule_id=7)
    desk.writes(1, at("12:00"), "from an agent", id=77, user=9)
    run = seen(desk, tmp_path, "{{message.text}}")
    assert phases(run) == [*CREATION, ("message:77", "ticket-message-created"), ("message:77", "ticket-updated")]
    assert run.report["summary"]["events"] == 2


def test_a_change_with_a_user_is_outside_whatever_its_context(tmp_path: Path) -> None:
    """A change with a `user_id`: outside, even in a context in which rules ran afterwards."""
    desk = Desk()
    desk.tag(5, "vip")
    desk.story()
    desk.event("ticket-tags-added", 1, at("11:00"), 7, id=500, context="c", data={"tags_added": [5]})
    desk.event("rule-executed", 1, at("11:00"), context="c", data={"id": 1, "name": "old"})
    run = seen(desk, tmp_path, "{{ticket.tags}}")
    assert run.steps("event", "after", trigger="ticket-updated")[-1] == ("event:500", "vip")


def test_a_change_without_user_beside_an_executed_rule_is_rule_made(tmp_path: Path) -> None:
    """Any other change without a user: rule-made if its `context` holds a `rule-executed` event, else outside."""
    desk = Desk()
    desk.tag(5, "by-rule")
    desk.tag(6, "by-intake")
    desk.story()
    desk.event("ticket-tags-added", 1, at("11:00"), id=500, context="c", data={"tags_added": [5]})
    desk.event("rule-executed", 1, at("11:00"), context="c", data={"id": 1, "name": "old"})
    desk.event("ticket-tags-added", 1, at("12:00"), id=501, context="d", data={"tags_added": [6]})
    run = seen(desk, tmp_path, "{{ticket.tags}}")
    assert run.steps("event", "after")[3:] == [("event:501", "by-intake")]
    assert run.report["summary"]["tags"].keys() == {"by-intake"}


def test_a_rule_executed_before_or_after_makes_the_same(tmp_path: Path) -> None:
    """The context decides, wherever in it the `rule-executed` event stands, even on another object."""
    desk = Desk()
    desk.story()
    desk.event("rule-executed", 1, at("10:59"), context="c", data={"id": 1})
    desk.event("ticket-closed", 1, at("11:00"), context="c")
    assert seen(desk, tmp_path).report["summary"]["status"]["matrix"]["open"]["open"] == 1


def test_spam_customer_change_merge_survey_stay_outside_beside_a_rule(tmp_path: Path) -> None:
    """Self-unsnoozed, survey, spam (un)marked, customer change, merge, split: outside."""
    desk = Desk()
    desk.customer(1)
    desk.customer(2)
    desk.story()
    desk.event("rule-executed", 1, at("11:00"), context="c", data={"id": 1})
    for number, type in enumerate(
        ["ticket-marked-spam", "ticket-unmarked-spam", "ticket-customer-updated", "ticket-merged"]
    ):
        desk.event(type, 1, at("11:00"), id=501 + number, context="c")
    run = seen(desk, tmp_path, "{{ticket.spam}}")
    assert run.steps("event", "trigger", "after")[3:] == [
        ("event:501", "ticket-updated", "true"),
        ("event:502", "ticket-updated", "false"),
        ("event:503", "ticket-updated", "false"),
        ("event:504", "ticket-updated", "false"),
    ]


def test_the_recorded_end_of_a_rules_snooze_is_rule_made(tmp_path: Path) -> None:
    """A recorded end of a snooze is rule-made if the last recorded `ticket-snoozed` before it is."""
    desk = Desk()
    desk.story()
    desk.event("rule-executed", 1, at("11:00"), context="c", data={"id": 1})
    desk.event("ticket-snoozed", 1, at("11:00"), context="c", data={"snooze_datetime": at("12:00")})
    desk.event("ticket-self-unsnoozed", 1, at("12:00"), id=502)
    desk.event("ticket-snoozed", 1, at("13:00"), 7, id=503, data={"snooze_datetime": at("14:00")})
    desk.event("ticket-self-unsnoozed", 1, at("14:00"), id=504)
    run = seen(desk, tmp_path, "{{ticket.snooze_datetime}}")
    assert run.steps("event", "trigger", "after")[3:] == [
        ("event:503", "ticket-updated", at("14:00")),
        ("event:504", "ticket-self-unsnoozed", ""),
        ("event:504", "ticket-updated", ""),
    ]


def test_auto_assignment_only_while_nobody_has_the_ticket(tmp_path: Path) -> None:
    """An outside *assignment* without a user is replayed only while the simulated ticket has no assignee (team), else
    skipped wholly.
    """
    desk = Desk()
    for id in (7, 8, 9):
        desk.user(id)
    desk.team(30, "A")
    desk.team(31, "B")
    desk.story()
    desk.event("ticket-assigned", 1, at("11:00"), id=501, data={"assignee_user_id": 7})
    desk.event("ticket-assigned", 1, at("11:10"), id=502, data={"assignee_user_id": 8})
    desk.event("ticket-team-assigned", 1, at("11:20"), id=503, data={"assignee_team_id": 30})
    desk.event("ticket-team-assigned", 1, at("11:30"), id=504, data={"assignee_team_id": 31})
    desk.event("ticket-assigned", 1, at("11:40"), 9, id=505, data={"assignee_user_id": 9})
    run = seen(desk, tmp_path, "{{ticket.assignee_user_id}}/{{ticket.assignee_team_id}}")
    assert run.steps("event", "trigger", "after")[3:] == [
        ("event:501", "ticket-updated", "7/"),
        ("event:501", "ticket-assigned", "7/"),
        ("event:503", "ticket-updated", "7/30"),
        ("event:505", "ticket-updated", "9/30"),
        ("event:505", "ticket-assigned", "9/30"),
    ]
    assert run.report["summary"]["events"] == 6, "it still counts as an event"


def test_reopened_without_user_is_never_replayed(tmp_path: Path) -> None:
    """`ticket-reopened` without a user is never replayed: the customer's message reopens."""
    desk = Desk()
    desk.story()
    desk.event("ticket-closed", 1, at("11:00"), 7, id=501)
    desk.event("ticket-reopened", 1, at("12:00"), id=502)
    desk.event("ticket-reopened", 1, at("13:00"), 7, id=503)
    desk.event("ticket-closed", 1, at("13:30"), 7, id=504)
    desk.writes(1, at("14:00"), id=9000)
    desk.event("ticket-reopened", 1, at("14:00"), id=505)
    run = seen(desk, tmp_path, "{{ticket.status}}")
    assert run.steps("event", "after", trigger="ticket-updated")[1:] == [
        ("event:501", "closed"),
        ("event:503", "open"),
        ("event:504", "closed"),
        ("message:9000", "open"),
    ]
    assert run.report["summary"]["events"] == 5


def test_an_agents_message_does_not_reopen(tmp_path: Path) -> None:
    """A customer's message reopens a closed ticket (an agent's does not, nor does a rule's reply)."""
    desk = Desk()
    desk.story()
    desk.event("ticket-closed", 1, at("11:00"), 7)
    desk.writes(1, at("12:00"), user=7, id=9000)
    assert seen(desk, tmp_path, "{{ticket.status}}").steps("after")[-1] == "closed"


def test_a_ticket_starts_empty(tmp_path: Path) -> None:
    """A ticket starts empty: no tags, priority `normal`, status `open`, no assignee or team, custom fields empty."""
    desk = Desk()
    desk.user(7)
    desk.team(30, "A")
    desk.story(
        status="closed",
        priority="critical",
        tags=[{"id": 1, "name": "old"}],
        assignee_user={"id": 7},
        assignee_team={"id": 30},
        custom_fields={"4": {"id": 4, "value": "x"}},
        snooze_datetime=at("23:00"),
    )
    desk.event("ticket-closed", 1, at("12:00"), 7)
    text = "{{ticket.tags}}|{{ticket.priority}}|{{ticket.status}}|{{ticket.assignee_user_id}}|"
    run = seen(
        desk, tmp_path, text + "{{ticket.assignee_team_id}}|{{ticket.custom_fields.4}}|{{ticket.snooze_datetime}}"
    )
    assert run.steps("after")[0] == "|normal|open||||"


def test_the_subject_of_the_first_outside_message(tmp_path: Path) -> None:
    """Subject of its first outside message (where that is null, the ticket's own)."""
    desk = Desk()
    desk.ticket(1, subject="now")
    desk.event("ticket-created", 1, D)
    desk.message(1, D, subject="then")
    desk.ticket(2, subject="own")
    desk.event("ticket-created", 2, D)
    desk.message(2, D)
    desk.ticket(3, subject="mine")
    desk.event("ticket-created", 3, D)
    desk.message(3, D, subject="the rule's", rule_id=4, from_agent=True)
    desk.message(3, at("10:05"), subject="a person's")
    run = seen(desk, tmp_path, "{{ticket.subject}}")
    assert [run.steps("after", ticket=id)[0] for id in (1, 2, 3)] == ["then", "own", "a person's"]


def test_spam_starts_false_only_with_spam_events(tmp_path: Path) -> None:
    """Spam false if it has spam events, else the record's value (flagged)."""
    desk = Desk()
    desk.story(1, spam=True)
    desk.event("ticket-marked-spam", 1, at("11:00"))
    desk.story(2, spam=True)
    run = seen(desk, tmp_path, "{{ticket.spam}}")
    assert run.steps("after", ticket=1) == ["false"] * 3 + ["true"]
    assert set(run.steps("after", ticket=2)) == {"true"}


def test_lists_only_history(tmp_path: Path) -> None:
    """A ticket none of whose events are in the export: creation, messages, survey at `scored_datetime`, closing at
    `closed_datetime`.
    """
    desk = Desk()
    desk.tag(5, "vip")
    desk.ticket(1, closed_datetime=at("13:00"), status="closed", tags=[{"id": 5, "name": "vip"}])
    desk.message(1, D, id=9000)
    desk.message(1, at("11:00"), id=9001)
    desk.survey(70, 1, 5, at("13:00"), recorded=False)
    run = seen(desk, tmp_path, "{{ticket.status}}{{ticket.tags}}{{satisfaction_survey.score}}")
    assert run.steps("event", "trigger", "after") == [
        *[(event, trigger, "open{{satisfaction_survey.score}}") for event, trigger in CREATION],
        ("message:9001", "ticket-message-created", "open{{satisfaction_survey.score}}"),
        ("message:9001", "ticket-updated", "open{{satisfaction_survey.score}}"),
        ("survey:70", "satisfaction-survey-responded", "open{{satisfaction_survey.score}}"),
        ("closed:1", "ticket-updated", "closed{{satisfaction_survey.score}}"),
    ]
    assert run.report["snapshot"]["history"] == {"full": 0, "lists": 1}
    assert "1 ticket" in run.outcome.out and "lists" in run.outcome.out


def test_with_a_full_history_closed_datetime_is_not_used(tmp_path: Path) -> None:
    """With a full history `closed_datetime` is not used."""
    desk = Desk()
    desk.story(1, closed_datetime=at("13:00"), status="closed")
    run = seen(desk, tmp_path)
    assert phases(run) == CREATION
    assert run.report["snapshot"]["history"] == {"full": 1, "lists": 0}
    assert run.report["summary"]["status"]["matrix"]["open"]["open"] == 1


def test_creation_takes_the_earliest_outside_message_whatever_its_time(tmp_path: Path) -> None:
    """Creation is at `ticket.created_datetime`, with the earliest outside message (by time, then id) whatever that
    message's own time.
    """
    desk = Desk()
    desk.ticket(1)
    desk.event("ticket-created", 1, D)
    desk.message(1, at("11:00"), "second", id=8)
    desk.message(1, at("11:00"), "first", id=7)
    run = seen(desk, tmp_path, "{{message.text}} {{message.created_datetime}}")
    assert run.steps("event", "at", "after")[:3] == [("ticket:1", D, "first " + at("11:00"))] * 3
    assert run.steps("event", "at", "after")[3:] == [("message:8", at("11:00"), "second " + at("11:00"))] * 2


def test_without_any_outside_message_the_message_phase_is_left_out(tmp_path: Path) -> None:
    """Without any outside message the message phase is left out and message fields are missing."""
    desk = Desk()
    desk.ticket(1)
    desk.event("ticket-created", 1, D)
    desk.message(1, D, "old rule", rule_id=3, from_agent=True)
    run = seen(desk, tmp_path, "[{{message.text}}{{message.from_agent}}]")
    assert run.steps("event", "trigger", "after") == [
        ("ticket:1", "ticket-created", "[]"),
        ("ticket:1", "ticket-updated", "[]"),
    ]


def test_earlier_records_are_replayed_at_the_creations_instant(tmp_path: Path) -> None:
    """Anything recorded earlier (merged-in messages too) is replayed at the creation's instant."""
    desk = Desk()
    desk.tag(5, "vip")
    desk.ticket(1)
    desk.event("ticket-created", 1, D, id=400)
    desk.event("ticket-tags-added", 1, at("09:00"), 7, id=300, data={"tags_added": [5]})
    desk.message(1, at("08:00"), "oldest", id=6)
    desk.message(1, at("08:30"), "merged in", id=7)
    run = seen(desk, tmp_path, "{{message.text}}")
    assert run.steps("event", "at", "after") == [
        *[(event, D, "oldest") for event, _ in CREATION],
        ("event:300", D, "oldest"),
        ("message:7", D, "merged in"),
        ("message:7", D, "merged in"),
    ]


def test_a_customers_message_ends_the_snooze_without_a_phase(tmp_path: Path) -> None:
    """A customer's message reopens a closed ticket and ends its snooze (no self-unsnoozed phase). Closing leaves the
    snooze as it is.
    """
    desk = Desk()
    desk.story()
    desk.event("ticket-snoozed", 1, at("11:00"), 7, id=501, data={"snooze_datetime": at("20:00")})
    desk.event("ticket-closed", 1, at("11:30"), 7, id=502)
    desk.writes(1, at("12:00"), user=7, id=9000)
    desk.writes(1, at("13:00"), id=9001)
    run = seen(desk, tmp_path, "{{ticket.status}} {{ticket.snooze_datetime}}")
    snoozed = at("20:00")
    assert run.steps("event", "trigger", "after")[3:] == [
        ("event:501", "ticket-updated", f"open {snoozed}"),
        ("event:502", "ticket-updated", f"closed {snoozed}"),
        ("message:9000", "ticket-message-created", f"closed {snoozed}"),
        ("message:9000", "ticket-updated", f"closed {snoozed}"),
        ("message:9001", "ticket-message-created", "open "),
        ("message:9001", "ticket-updated", "open "),
    ]


def test_an_outside_change_runs_its_phases_even_where_nothing_changes(tmp_path: Path) -> None:
    """An outside change runs its phases even where the simulated state already had that value."""
    desk = Desk()
    desk.tag(5, "vip")
    desk.story()
    desk.event("ticket-closed", 1, at("11:00"), 7, id=501)
    desk.event("ticket-closed", 1, at("11:01"), 7, id=502)
    desk.event("ticket-tags-removed", 1, at("11:02"), 7, id=503, data={"tags_removed": [5]})
    assert [event for event, _ in phases(seen(desk, tmp_path))[3:]] == ["event:501", "event:502", "event:503"]


def test_merge_split_macro_and_unknown_types(tmp_path: Path) -> None:
    """Merge runs ticket-updated; split and unknown types run no phase and are not in `summary.events`."""
    desk = Desk()
    desk.story()
    desk.event("ticket-merged", 1, at("11:00"), 7, id=501)
    desk.event("ticket-split", 1, at("11:01"), 7, id=502, data={"split_into_ticket": {"id": 2}})
    desk.event("macro-applied", 1, at("11:02"), 7, id=503)
    desk.event("ticket-levitated", 1, at("11:03"), 7, id=504)
    run = seen(desk, tmp_path)
    assert [event for event, _ in phases(run)[3:] if event != "event:503"] == ["event:501"]
    assert run.report["summary"]["events"] in (2, 3)


def test_trashed_tickets_go_on_running_rules(tmp_path: Path) -> None:
    """Trashed tickets go on running rules."""
    desk = Desk()
    desk.story()
    desk.event("ticket-trashed", 1, at("11:00"), 7, id=501)
    desk.writes(1, at("12:00"), id=9000)
    desk.event("ticket-untrashed", 1, at("13:00"), 7, id=502)
    assert [event for event, _ in phases(seen(desk, tmp_path))[3:]] == [
        "event:501",
        "message:9000",
        "message:9000",
        "event:502",
    ]


def test_event_data_shapes(tmp_path: Path) -> None:
    """Event data: snooze_datetime, `data.subject` else `data.new_subject`, tag ids, assignee ids; unassignments empty
    them.
    """
    desk = Desk()
    desk.tag(5, "a")
    desk.tag(6, "b")
    desk.user(7)
    desk.team(30, "A")
    desk.story()
    for type, data in (
        ("ticket-subject-updated", {"subject": "one", "new_subject": "no"}),
        ("ticket-subject-updated", {"new_subject": "two"}),
        ("ticket-tags-added", {"tags_added": [5, 6]}),
        ("ticket-tags-removed", {"tags_removed": [5]}),
        ("ticket-assigned", {"assignee_user_id": 7}),
        ("ticket-team-assigned", {"assignee_team_id": 30}),
        ("ticket-unassigned", {}),
        ("ticket-team-unassigned", {}),
        ("ticket-snoozed", {"snooze_datetime": at("20:00")}),
    ):
        desk.event(type, 1, at("11:00"), 7, data=data)
    text = "{{ticket.subject}}|{{ticket.tags}}|{{ticket.assignee_user_id}}|"
    text += "{{ticket.assignee_team_id}}|{{ticket.snooze_datetime}}"
    run = seen(desk, tmp_path, text)
    assert run.steps("after", trigger="ticket-updated")[1:] == [
        "one||||",
        "two||||",
        "two|a, b|||",
        "two|b|||",
        "two|b|7||",
        "two|b|7|30|",
        "two|b||30|",
        "two|b|||",
        f"two|b|||{at('20:00')}",
    ]
    assert run.steps("after", trigger="ticket-assigned") == ["two|b|7||"], (
        "unassignment and team run ticket-updated only"
    )


def test_unknown_tag_ids_and_events_of_unknown_tickets(tmp_path: Path) -> None:
    """A tag id without a name becomes `tag:ID` with a finding; events of tickets that are not in the snapshot are
    counted and skipped.
    """
    desk = Desk()
    desk.story()
    desk.event("ticket-tags-added", 1, at("11:00"), 7, data={"tags_added": [99]})
    desk.event("ticket-closed", 404, at("12:00"), 7)
    run = seen(desk, tmp_path)
    assert run.report["summary"]["tags"].keys() == {"tag:99"}
    assert [f["code"] for f in run.report["findings"] if "tag:" in f["message"]] == ["E005"]
    assert "tag:NUMBER" in run.outcome.out
    assert run.report["summary"]["tickets"] == 1 and run.report["summary"]["events"] == 2


def test_events_of_a_ticket_are_those_of_object_type_ticket(tmp_path: Path) -> None:
    """Events of a ticket are those with `object_type: Ticket`: a message's own event alone leaves the history
    lists-only.
    """
    desk = Desk()
    desk.ticket(1, closed_datetime=at("12:00"), status="closed")
    desk.writes(1, D)
    run = seen(desk, tmp_path)
    assert run.report["snapshot"]["history"] == {"full": 0, "lists": 1}
    assert run.steps("event")[-1] == "closed:1"


def test_with_no_rules_nothing_differs(tmp_path: Path) -> None:
    """`none` against `none` gives no edit, no trail and no direct change."""
    desk = Desk()
    desk.story()
    run = replay(tmp_path, desk.snapshot(tmp_path), "none", "none")
    assert run.report["edits"] == [] and run.trail == [] and run.report["rules"] == []


def test_both_sides_replay_the_same_outside_world(tmp_path: Path) -> None:
    """Baseline and candidate go through the very same functions: the same set on both sides gives the same trail and no
    edit.
    """
    desk = Desk()
    desk.customer()
    desk.story()
    desk.writes(1, at("11:00"))
    rules = rule_set(rule("a", "ticket-created", [{"addTags": ["x"]}, {"replyToTicket": "hi"}]))
    run = replay(tmp_path, desk.snapshot(tmp_path), rules, rules)
    sides = {
        side: [line | {"side": ""} for line in run.trail if line["side"] == side] for side in ("baseline", "candidate")
    }
    assert sides["baseline"] == sides["candidate"] != []
    assert run.report["edits"] == []
    assert [line["side"] for line in run.trail] == ["baseline"] * 2 + ["candidate"] * 2, "baseline first"
