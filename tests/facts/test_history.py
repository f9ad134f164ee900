"""Which records are replayed, when, and in what order."""

from __future__ import annotations

import pytest

from simulator.facts.history import Kind
from tests.facts.worlds import Row, event, history_of, lines, message, message_event, rows, survey_event, ticket

TAGS: list[Row] = [{"id": 7, "name": "refund"}, {"id": 8, "name": "VIP"}]


def changes(*events: Row) -> list[str]:
    """The replayed events of a ticket with these recorded ones, its creation left out."""
    return lines(history_of(rows(ticket=[ticket()], tag=TAGS, event=events)))[1:]


CHANGES = [
    ("ticket-tags-added", {"tags_added": [8, 7]}, "TAGS_ADDED ('VIP', 'refund')"),
    ("ticket-tags-added", {"tags_added": [7, 7]}, "TAGS_ADDED ('refund',)"),
    ("ticket-tags-removed", {"tags_removed": [7]}, "TAGS_REMOVED ('refund',)"),
    ("ticket-tags-added", {"tags_added": [7, 99]}, "TAGS_ADDED ('refund', 'tag:99')"),
    ("ticket-closed", {}, "CLOSED"),
    ("ticket-reopened", {}, "REOPENED"),
    ("ticket-assigned", {"assignee_user_id": 3}, "ASSIGNED 3"),
    ("ticket-assigned", {"assignee_user_id": None}, "UNASSIGNED"),
    ("ticket-unassigned", {}, "UNASSIGNED"),
    ("ticket-team-assigned", {"assignee_team_id": 4}, "TEAM_ASSIGNED 4"),
    ("ticket-team-unassigned", {}, "TEAM_UNASSIGNED"),
    ("ticket-subject-updated", {"subject": "a", "new_subject": "b"}, "SUBJECT_UPDATED a"),
    ("ticket-subject-updated", {"new_subject": "b"}, "SUBJECT_UPDATED b"),
    ("ticket-subject-updated", {"subject": None, "new_subject": "b"}, "SUBJECT_UPDATED b"),
    ("ticket-subject-updated", {}, "SUBJECT_UPDATED"),
    ("ticket-customer-updated", {}, "CUSTOMER_UPDATED"),
    ("ticket-marked-spam", {}, "MARKED_SPAM"),
    ("ticket-unmarked-spam", {}, "UNMARKED_SPAM"),
    ("ticket-snoozed", {"snooze_datetime": "1970-01-01T00:00:05Z"}, "SNOOZED 5000000"),
    ("ticket-snoozed", {"snooze_datetime": "soon"}, "SNOOZED"),
    ("ticket-self-unsnoozed", {}, "SELF_UNSNOOZED"),
    ("ticket-trashed", {}, "TRASHED"),
    ("ticket-untrashed", {}, "UNTRASHED"),
    ("ticket-merged", {}, "MERGED"),
]


@pytest.mark.parametrize(("type", "data", "expected"), CHANGES)
def test_a_recorded_change_is_read(type: str, data: object, expected: str) -> None:
    """Each type becomes its kind, with the value that its data carries."""
    assert changes(event(1, 200, type, data, user_id=5)) == [f"200 event:1 {expected}"]


@pytest.mark.parametrize("type", ["ticket-split", "macro-applied", "ticket-priority-guessed", "ticket-created"])
def test_what_changes_nothing_is_no_event(type: str) -> None:
    """Splits, macros, unknown types and mere markers are not replayed."""
    assert changes(event(1, 200, type, user_id=5)) == []


def test_what_is_no_event_is_counted() -> None:
    """Each by its reason."""
    types = ("ticket-split", "macro-applied", "ticket-priority-guessed", "ticket-created")
    counts = history_of(rows(ticket=[ticket()], event=[event(i, 200, type) for i, type in enumerate(types)])).counts
    assert (counts["splits"], counts["macros-applied"], counts["unknown-event-types"]) == (1, 1, 1)


def in_context(type: str, user_id: int | None = None, ruled: bool = True) -> list[str]:
    """A change in a context in which a rule ran afterwards (or not)."""
    ran = [event(2, 200, "rule-executed", context="x", ticket_id=9)] if ruled else []
    return changes(event(1, 200, type, user_id=user_id, context="x"), *ran)


@pytest.mark.parametrize("type", ["ticket-closed", "ticket-trashed", "ticket-unassigned", "ticket-subject-updated"])
def test_a_change_without_user_where_a_rule_ran_is_rule_made(type: str) -> None:
    """And not replayed; without a rule in its context it is."""
    assert in_context(type) == []
    assert len(in_context(type, ruled=False)) == 1


@pytest.mark.parametrize("type", ["ticket-closed", "ticket-reopened", "ticket-tags-added", "ticket-assigned"])
def test_a_change_with_a_user_is_outside_whatever_ran(type: str) -> None:
    """A person did it, even where rules ran in the same context."""
    assert len(in_context(type, user_id=5)) == 1


@pytest.mark.parametrize(
    "type",
    ["ticket-marked-spam", "ticket-unmarked-spam", "ticket-customer-updated", "ticket-merged", "ticket-self-unsnoozed"],
)
def test_some_changes_are_always_outside(type: str) -> None:
    """No rule can do these."""
    assert len(in_context(type)) == 1


def test_a_reopening_without_user_is_never_replayed() -> None:
    """The customer's message reopens; with a user it is a change like any other."""
    assert changes(event(1, 200, "ticket-reopened")) == []
    assert changes(event(1, 200, "ticket-reopened", user_id=5)) == ["200 event:1 REOPENED"]


def test_the_end_of_a_snooze_goes_with_the_snooze() -> None:
    """It is rule-made if the last recorded snooze before it was, and only then."""
    by_rule = event(1, 200, "ticket-snoozed", context="x")
    ran = event(2, 200, "rule-executed", context="x", ticket_id=9)
    by_agent = event(3, 300, "ticket-snoozed", user_id=5)
    ends = [event(4, 250, "ticket-self-unsnoozed"), event(5, 350, "ticket-self-unsnoozed")]
    assert changes(by_rule, ran, by_agent, *ends) == ["300 event:3 SNOOZED", "350 event:5 SELF_UNSNOOZED"]
    assert changes(by_agent, event(5, 250, "ticket-self-unsnoozed")) == [
        "250 event:5 SELF_UNSNOOZED",
        "300 event:3 SNOOZED",
    ]


def test_the_creation_brings_the_earliest_message_that_no_rule_sent() -> None:
    """By time, then id, whatever its own time; later messages are events of their own."""
    messages = [message(3, 900), message(2, 900), message(1, 800, rule_id=4), message(5, 950, from_agent=1)]
    history = history_of(rows(ticket=[ticket(subject="own")], message=messages))
    assert lines(history) == ["100 ticket:1 CREATED", "900 message:3 MESSAGE", "950 message:5 MESSAGE"]
    assert (list(history.message), list(history.current)) == ([0, 1, 2], [0, 1, 2])
    assert list(history.from_customer) == [True, True, False]
    assert history.counts["rule-made-messages"] == 1


def test_an_event_without_message_has_the_last_one() -> None:
    """`message` is the event's own, `current` the last one so far, of this ticket alone."""
    agent = {"user_id": 5}
    history = history_of(
        rows(
            ticket=[ticket(1), ticket(2)],
            message=[message(1, 100), message(2, 300)],
            event=[event(1, 200, "ticket-closed", **agent), event(2, 400, "ticket-closed", ticket_id=2, **agent)],
        )
    )
    assert (list(history.message), list(history.current)) == ([0, -1, 1, -1, -1], [0, 0, 1, -1, -1])
    assert (list(history.first), list(history.ticket)) == ([0, 3, 5], [0, 0, 0, 1, 1])


@pytest.mark.parametrize(
    ("of_message", "of_ticket", "expected"), [("a", "b", "a"), ("", "b", ""), (None, "b", "b"), (None, None, None)]
)
def test_a_ticket_starts_with_the_subject_of_its_first_message(
    of_message: str | None, of_ticket: str | None, expected: str | None
) -> None:
    """Where that is null, with its own."""
    history = history_of(rows(ticket=[ticket(subject=of_ticket)], message=[message(1, 100, subject=of_message)]))
    assert history.tickets[0].subject == expected


def test_a_ticket_starts_as_spam_only_if_no_event_says_otherwise() -> None:
    """With spam events it starts as no spam; without, the record's value of today holds."""
    tickets = [ticket(1, spam=1), ticket(2, spam=1), ticket(3)]
    starts = history_of(rows(ticket=tickets, event=[event(1, 200, "ticket-marked-spam", ticket_id=2)])).tickets
    assert [(start.spam, start.spam_today) for start in starts] == [(True, True), (False, False), (False, True)]


def test_nothing_is_replayed_before_the_creation() -> None:
    """What was recorded earlier comes at the creation's instant, in the order of ties."""
    messages = [message(1, 40), message(2, 50), message(3, 60)]
    recorded = [event(9, 30, "ticket-closed", user_id=5), message_event(8, 60, of=3)]
    history = history_of(rows(ticket=[ticket()], message=messages, event=recorded))
    assert [line.split()[:2] for line in lines(history)] == [
        ["100", "ticket:1"], ["100", "message:3"], ["100", "event:9"], ["100", "message:2"],
    ]  # fmt: skip
    assert history.counts["events-before-creation"] == 3


def test_ties_on_a_ticket() -> None:
    """Creation; by event id, messages and surveys at their own; messages by id; surveys."""
    history = history_of(
        rows(
            ticket=[ticket(at=100)],
            message=[message(i, 100) for i in (10, 11, 13, 12)],
            survey=[{"id": i, "ticket_id": 1, "score": 4, "scored_at": 100} for i in (21, 20)],
            event=[event(5, 100, "ticket-closed", user_id=1), survey_event(4, 100, 21), message_event(6, 100, 13)],
        )
    )
    keys = ["ticket:1", "survey:21", "event:5", "message:13", "message:11", "message:12", "survey:20"]
    assert list(history.key) == keys


def test_a_ticket_without_events_has_a_lists_only_history() -> None:
    """Creation, messages, the survey and the closing, which comes last; other records make no history of a ticket."""
    history = history_of(
        rows(
            ticket=[ticket(closed_at=100, tags=["old"])],
            message=[message(1, 100), message(2, 100)],
            survey=[{"id": 5, "ticket_id": 1, "score": 2, "scored_at": 100}],
            event=[message_event(3, 100, 2)],
        )
    )
    assert list(history.key) == ["ticket:1", "message:2", "survey:5", "closed:1"]
    assert history.kind[3] == Kind.CLOSED_LISTS_ONLY
    assert not history.tickets[0].full
    assert history.counts["lists-only-closings"] == 1


def test_with_a_full_history_the_closing_of_the_record_is_not_used() -> None:
    """The events say when it was closed."""
    history = history_of(rows(ticket=[ticket(closed_at=500)], event=[event(1, 100, "ticket-created")]))
    assert lines(history) == ["100 ticket:1 CREATED"]
    assert history.tickets[0].full


def test_an_assignment_without_user_is_automatic() -> None:
    """Of a user or a team; with a user behind it, it is not."""
    history = history_of(
        rows(
            ticket=[ticket()],
            event=[
                event(1, 200, "ticket-assigned", {"assignee_user_id": 3}),
                event(2, 200, "ticket-team-assigned", {"assignee_team_id": 3}),
                event(3, 200, "ticket-assigned", {"assignee_user_id": 3}, user_id=3),
                event(4, 200, "ticket-unassigned"),
            ],
        )
    )
    assert list(history.automatic) == [False, True, True, False, False]
    assert (history.counts["automatic-assignments"], history.counts["changes-without-user"]) == (2, 3)


def test_records_of_absent_tickets_are_counted_and_skipped() -> None:
    """Before, between and after the tickets of the snapshot."""
    strangers = (0, 2, 9)
    history = history_of(
        rows(
            ticket=[ticket(1), ticket(3)],
            message=[message(i, 100, ticket_id=i) for i in (1, *strangers)],
            event=[event(i, 200, "ticket-closed", ticket_id=i) for i in strangers],
            survey=[{"id": i, "ticket_id": i, "score": 1, "scored_at": 1} for i in strangers],
        )
    )
    assert list(history.key) == ["ticket:1", "ticket:3"]
    names = ("events-of-absent-tickets", "messages-of-absent-tickets", "surveys-of-absent-tickets")
    assert [history.counts[name] for name in names] == [3, 3, 3]


def test_records_that_the_export_lacks_are_counted() -> None:
    """Events that tell of a message or a survey which is not there."""
    events = [message_event(1, 100, of=1), message_event(2, 100, of=77), survey_event(3, 100, of=5)]
    counts = history_of(rows(ticket=[ticket()], message=[message(1, 100)], event=events)).counts
    assert (counts["message-events-without-message"], counts["survey-events-without-survey"]) == (1, 1)


def test_a_survey_counts_when_it_was_scored() -> None:
    """One that nobody answered is no event."""
    surveys: list[Row] = [
        {"id": 1, "ticket_id": 1, "scored_at": None},
        {"id": 2, "ticket_id": 1, "score": 4, "scored_at": 300},
    ]
    assert lines(history_of(rows(ticket=[ticket()], survey=surveys)))[1:] == ["300 survey:2 SURVEY 4"]


def test_the_last_instant_is_that_of_the_last_event() -> None:
    """Of all tickets; there is none in an empty snapshot."""
    assert history_of(rows(ticket=[ticket(1, 900), ticket(2, 100)])).last == 900
    assert history_of(rows()).last is None


def test_a_merged_customer_is_the_one_it_became() -> None:
    """Through chains; a ring survives in its lowest id; one whose survivor is absent stays."""
    merges = {1: 2, 2: 3, 3: None, 5: 6, 6: 5, 7: 99}
    customers = [{"id": id, "merged_into": into} for id, into in merges.items()]
    history = history_of(rows(customer=customers, ticket=[ticket(id, customer_id=id) for id in merges]))
    assert [start.customer_id for start in history.tickets] == [3, 3, 3, 5, 5, 7]
