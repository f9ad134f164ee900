"""Random small helpdesks and rule sets: trail, refusals and edits, line by line, against the documentation."""

from __future__ import annotations

import os
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.by_the_book import Book, edits, happenings
from tests.e2e.desk import ALL_TRIGGERS, Desk, Json, replay, rule, rule_set

SEEDS = int(os.environ.get("SIMULATOR_SEEDS", "40"))
TAGS = ["a", "b", "c"]
CHANGES = [
    "ticket-tags-added",
    "ticket-tags-removed",
    "ticket-closed",
    "ticket-reopened",
    "ticket-assigned",
    "ticket-unassigned",
    "ticket-team-assigned",
    "ticket-snoozed",
    "ticket-self-unsnoozed",
    "ticket-subject-updated",
    "ticket-marked-spam",
    "ticket-unmarked-spam",
    "ticket-trashed",
    "ticket-untrashed",
    "ticket-merged",
    "ticket-customer-updated",
]


def random_desk(dice: random.Random) -> Desk:
    """Up to five tickets of two customers and nobody, on a grid of instants with many ties."""
    desk = Desk()
    for id in (1, 2):
        desk.customer(id)
    for number, tag in enumerate(TAGS, 5):
        desk.tag(number, tag)
    for id in (7, 8):
        desk.user(id)
    desk.team(30, "Care")
    grid = [f"2026-03-02T{hour:02d}:{minute:02d}:00Z" for hour in (10, 11, 12) for minute in (0, 4, 5, 30)]
    for id in range(1, dice.randint(2, 6)):
        _ticket(desk, dice, id, grid)
    return desk


def _ticket(desk: Desk, dice: random.Random, id: int, grid: list[str]) -> None:
    born = dice.choice(grid[:6])
    later = [instant for instant in grid if instant >= born]
    closed = dice.choice([None, *later])
    desk.ticket(id, born, dice.choice([1, 1, 2, None]), spam=dice.random() < 0.15, closed_datetime=closed)
    full = dice.random() < 0.85
    if full:
        desk.event("ticket-created", id, born)
    if dice.random() < 0.9:
        _message(desk, dice, id, born)
    for _ in range(dice.randint(0, 7)):
        when = dice.choice(later)
        if not full or dice.random() < 0.35:
            _message(desk, dice, id, when)
        else:
            _change(desk, dice, id, when, later)
    if dice.random() < 0.3:
        desk.survey(id + 70, id, 3, dice.choice(later), recorded=full and dice.random() < 0.5)


def _message(desk: Desk, dice: random.Random, id: int, when: str) -> None:
    user = dice.choice([None, None, 7])
    text = dice.choice(["I want a Refund", "thanks", "no"])
    by_rule = {"rule_id": 4, "from_agent": True} if dice.random() < 0.1 else {}
    subject = dice.choice([None, "S"])
    if dice.random() < 0.6:
        desk.writes(id, when, text, user, subject=subject, **by_rule)
    else:
        desk.message(id, when, text, **({"from_agent": user is not None} | by_rule), subject=subject)


def _change(desk: Desk, dice: random.Random, id: int, when: str, later: list[str]) -> None:
    type = dice.choice(CHANGES)
    data: Json = {"tags_added": [dice.choice([5, 6, 7])]} if type == "ticket-tags-added" else {}
    if type == "ticket-tags-removed":
        data = {"tags_removed": [dice.choice([5, 6, 7])]}
    more: dict[str, Json] = {
        "ticket-assigned": {"assignee_user_id": dice.choice([7, 8])},
        "ticket-team-assigned": {"assignee_team_id": 30},
        "ticket-snoozed": {"snooze_datetime": dice.choice(later)},
        "ticket-subject-updated": {"subject": "T"},
    }
    data |= more.get(type, {})
    event = desk.event(type, id, when, dice.choice([None, 7]), data=data)
    if dice.random() < 0.25:
        desk.event("rule-executed", id, when, context=event["context"], data={"id": 1, "name": "old"})


CONDITIONS: list[Any] = [
    {"ticket.tags": {"containsAny": ["a"]}},
    {"ticket.tags": {"notContainsAny": ["b", "c"]}},
    {"ticket.priority": "high"},
    {"ticket.status": "open"},
    {"ticket.status": "closed"},
    {"message.from_agent": False},
    {"message.text": {"containsAny": ["REFUND"]}},
    {"ticket.assignee_user_id": {"isEmpty": True}},
    {"ticket.assignee_user_id": 7},
    {"ticket.snooze_datetime": {"isNotEmpty": True}},
    {"ticket.subject": "S"},
    {"ticket.spam": False},
    None,
]
ACTIONS: list[Any] = [
    {"addTags": ["a"]},
    {"addTags": ["c", "b"]},
    {"removeTags": ["a"]},
    {"setTags": ["b"]},
    {"setTags": []},
    {"setPriority": "high"},
    {"setPriority": "low"},
    {"setStatus": "closed"},
    {"setStatus": "open"},
    {"setAssignee": 7},
    {"setAssignee": 8},
    {"setAssignee": None},
    {"setTeamAssignee": 30},
    {"setTeamAssignee": None},
    {"snoozeTicket": "30m"},
    {"snoozeTicket": "1h"},
    {"snoozeTicket": "2h"},
    {"setSubject": "S"},
    {"replyToTicket": "thanks {{ticket.status}}"},
    {"replyToTicket": "refund"},
    {"addInternalNote": "n {{ticket.status}}"},
    "trashTicket",
    "excludeFromCSAT",
    {"setCustomFieldValue": {"id": 3, "value": "v"}},
    {"setCustomFieldValue": {"id": 3, "value": "w"}},
    {"setCustomerCustomFieldValue": {"id": 3, "value": "gold"}},
]


def random_rules(dice: random.Random) -> Json:
    return rule_set(*(_rule(dice, f"r{number}") for number in range(dice.randint(1, 6))))


def _rule(dice: random.Random, id: str) -> Json:
    on = dice.sample(ALL_TRIGGERS, dice.randint(1, 3))
    made = rule(
        id, on, _branch(dice, 2), _condition(dice), priority=dice.choice([0, 0, 5]), name=dice.choice(["n", "m", id])
    )
    return (
        made
        | ({"else": _branch(dice, 1)} if dice.random() < 0.3 else {})
        | ({"enabled": False} if dice.random() < 0.05 else {})
    )


def _condition(dice: random.Random) -> Any:
    one, two = dice.choice(CONDITIONS), dice.choice(CONDITIONS[:-1])
    form = dice.randint(0, 5)
    if one is None or form > 2:
        return one
    return [{"any": [one, two]}, {"not": one}, [one, two]][form]


def _branch(dice: random.Random, depth: int) -> list[Any]:
    items: list[Any] = []
    for _ in range(dice.randint(1, 3)):
        if depth and dice.random() < 0.2:
            items.append(
                {"if": dice.choice(CONDITIONS[:-1]), "then": _branch(dice, depth - 1), "else": _branch(dice, 0)}
            )
        else:
            items.append(dice.choice(ACTIONS))
    return items


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_trail_is_what_the_documentation_says(seed: int, tmp_path: Path) -> None:
    """Each of (snapshot, rule set, settings) has one trail: phases, cascade, replies, throttle, snoozes and ties as
    written.
    """
    dice = random.Random(seed)
    desk, rules, deepest = random_desk(dice), random_rules(dice), dice.choice([5, 5, 1, 2])
    book = Book(desk, rules, deepest)
    book.replay()
    run = replay(tmp_path, desk.snapshot(tmp_path), rules, "none", "--max-cascade", deepest)
    told = [{key: value for key, value in line.items() if key != "side"} for line in run.trail]
    assert told == [line for id in sorted(book.tickets) for line in book.tickets[id].trail]
    keys = ("ticket", "event", "trigger", "depth", "rule", "branch", "action", "reason")
    assert [tuple(r[key] for key in keys) for r in run.refusals] == [
        r for id in sorted(book.tickets) for r in book.tickets[id].refused
    ]
    assert run.report["summary"]["events"] == len(happenings(desk))


def _changed_rules(dice: random.Random, rules: Json) -> Json:
    """The set again with a rule dropped, added, edited or moved here and there."""
    made = []
    for old in rules["rules"]:
        form = dice.randint(0, 7)
        if form == 0:
            continue
        made.append(
            old
            | {1: {"priority": 9}, 2: {"then": _branch(dice, 1)}, 3: {"enabled": False}, 4: {"name": "o"}}.get(form, {})
        )
    return rule_set(*made, *([_rule(dice, "new")] if dice.random() < 0.4 else []))


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_edits_are_what_the_documentation_says(seed: int, tmp_path: Path) -> None:
    """Frozen edits per ticket between the two outcomes: each names the rules that made it, direct or indirect;
    summaries follow.
    """
    dice = random.Random(f"edits {seed}")
    desk, old = random_desk(dice), random_rules(dice)
    new = _changed_rules(dice, old)
    before, after = Book(desk, old), Book(desk, new)
    before.replay()
    after.replay()
    rules = [{rule["id"]: rule for rule in rules["rules"]} for rules in (old, new)]
    changed = {id for id in rules[0] | rules[1] if rules[0].get(id) != rules[1].get(id)}
    run = replay(tmp_path, desk.snapshot(tmp_path), new, old)
    expected = list(edits(before, after, changed))
    assert run.report["edits"] == expected
    assert {rule["id"] for rule in run.report["rules"] if rule["change"] != "same"} == changed
    _check_summary(run.report["summary"], before, after, expected)
    for found in run.report["rules"]:
        id = found["id"]
        assert found["events"] == {"before": before.asked[id], "after": after.asked[id]}
        assert found["matched"] == {"before": before.matched[id], "after": after.matched[id]}
        assert found["tickets"] == {
            "before": len(before.tickets_of.get(id, ())),
            "after": len(after.tickets_of.get(id, ())),
        }
        named = [edit["direct"] for edit in expected if id in {*edit["rules"]["before"], *edit["rules"]["after"]}]
        assert found["edits"] == {"direct": sum(named), "indirect": len(named) - sum(named)}


def _check_summary(summary: Json, before: Book, after: Book, expected: list[Json]) -> None:
    pairs = [(before.tickets[id].values, after.tickets[id].values) for id in sorted(before.tickets)]
    assert summary["tickets_changed"] == len({edit["ticket"] for edit in expected})
    for tag, row in summary["tags"].items():
        assert row["before"] == sum(tag in one["tags"] for one, _ in pairs)
        assert row["after"] == sum(tag in two["tags"] for _, two in pairs)
        assert row["added"] == sum(tag in two["tags"] - one["tags"] for one, two in pairs)
        assert row["removed"] == sum(tag in one["tags"] - two["tags"] for one, two in pairs)
    assert set(summary["tags"]) == {tag for pair in pairs for values in pair for tag in values["tags"]}
    for field in ("priority", "status"):
        found = {(a, b): n for a, row in summary[field]["matrix"].items() for b, n in row.items() if n}
        assert found == dict(Counter((one[field], two[field]) for one, two in pairs))
    sent = [
        sum(m["action"] == "replyToTicket" for s in book.tickets.values() for m, _ in s.sent)
        for book in (before, after)
    ]
    assert summary["replies"] == {"before": sent[0], "after": sent[1]}
    moved = [(one["assignee"], two["assignee"]) for one, two in pairs if one["assignee"] != two["assignee"]]
    assert summary["assignee"] == {
        "changed": len(moved),
        "assigned": sum(a is None for a, _ in moved),
        "unassigned": sum(b is None for _, b in moved),
    }
