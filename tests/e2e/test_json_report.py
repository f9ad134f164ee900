"""Every number of the JSON report, counted again from the trail and the edits by somebody who mistrusts it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import ALL_TRIGGERS, D, Desk, Json, Run, at, refund, replay, rule, rule_set

CREATED, MESSAGE, UPDATED, ASSIGNED = ALL_TRIGGERS[:4]
LEVELS = ["low", "normal", "high", "critical"]


def busy_desk() -> Desk:
    """Twelve tickets of five customers with a bit of everything."""
    desk = Desk()
    for id in (1, 2, 3, 4):
        desk.shopper(id, 900 + id)
    for id, name in ((5, "VIP"), (6, "refund"), (7, "spam?")):
        desk.tag(id, name)
    for id in (7, 8, 9):
        desk.user(id)
    desk.team(30, "Care")
    for id in range(1, 13):
        desk.story(
            id, at(f"{9 + id % 3:02d}:{id:02d}"), 1 + id % 5, ["I want a refund", "where is it", "thanks"][id % 3]
        )
        if id % 2:
            desk.event("ticket-tags-added", id, at("12:00"), 7, data={"tags_added": [5 + id % 3]})
        if id % 3 == 0:
            desk.event("ticket-closed", id, at("13:00"), 8)
            desk.event("ticket-assigned", id, at("12:30"), data={"assignee_user_id": 8})
        if id % 4 == 0:
            desk.writes(id, at("14:00"), "again: refund!")
        desk.order(id, at(f"{10 + id % 9}:30"), f"{id * 10}.50", shopify=901 + id % 4)
    desk.order(90, at("08:00"), "700.00", shopify=902, refunds=[refund(1, at("11:00"), "300.00")])
    return desk


BASELINE = rule_set(
    tagged := rule(
        "refund",
        MESSAGE,
        [{"addTags": ["refund"]}, {"setPriority": "high"}],
        {"message.text": {"containsAny": ["refund"]}},
    ),
    rule("old-close", CREATED, [{"setStatus": "closed"}], {"message.text": {"containsAny": ["thanks"]}}),
    rule("reply", CREATED, [{"replyToTicket": "Hello {{ticket.customer.firstname}}"}]),
    rule("renamed", UPDATED, [{"addTags": ["seen"]}], {"ticket.tags": {"containsAny": ["refund"]}}),
)
CANDIDATE = rule_set(
    rule(
        "refund",
        MESSAGE,
        [{"addTags": ["refund"]}, {"setPriority": "low"}],
        {"message.text": {"containsAny": ["refund"]}},
    ),
    rule(
        "vip",
        [CREATED, UPDATED],
        [{"addTags": ["VIP"]}, {"setPriority": "critical"}, {"setAssignee": 9}],
        {"customer.total_spent": {"gte": 300}},
        priority=10,
    ),
    rule(
        "reply",
        [MESSAGE, UPDATED],
        [{"replyToTicket": "Hi {{ticket.customer.firstname}}"}],
        {"message.from_agent": False},
    ),
    rule(
        "renamed",
        UPDATED,
        [{"addTags": ["seen"]}],
        {"ticket.tags": {"containsAny": ["refund"]}},
        priority=3,
        name="new name",
    ),
    rule(
        "loop", UPDATED, [{"if": {"ticket.subject": "Subject 12"}, "then": [{"addTags": ["l"]}, {"removeTags": ["l"]}]}]
    ),
    rule("snooze", ASSIGNED, [{"snoozeTicket": "1h"}, {"setCustomFieldValue": {"id": 3, "value": "x"}}]),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("busy")
    return replay(folder, busy_desk().snapshot(folder), CANDIDATE, BASELINE)


def summary(run: Run) -> Json:
    found: Json = run.report["summary"]
    return found


def by_field(run: Run, field: str) -> dict[int, tuple[Any, Any]]:
    return {edit["ticket"]: (edit["before"], edit["after"]) for edit in run.report["edits"] if edit["field"] == field}


def lasts(run: Run, side: str, field: str) -> dict[int, Any]:
    """The last value that rules gave the field, by ticket."""
    return {line["ticket"]: line["after"] for line in run.trail if (line["side"], line["field"]) == (side, field)}


def test_the_shape_of_the_report(run: Run) -> None:
    """The JSON report, the contract that other programs rely on: its keys, in order, and no clock and no host in it."""
    report = run.report
    assert list(report) == [
        "format_version",
        "tool",
        "command",
        "snapshot",
        "baseline",
        "candidate",
        "settings",
        "summary",
        "rules",
        "edits",
        "findings",
        "fidelity",
        "projection",
        "gate",
        "views",
        "causes",
        "assumptions",
    ]
    assert report["format_version"] == "1.0" and report["fidelity"] is None and report["gate"] is None
    assert list(report["snapshot"]) == ["fingerprint", "tickets", "events", "since", "until", "history"]
    assert list(report["baseline"]) == list(report["candidate"]) == ["name", "digest", "rules"]
    assert list(report["summary"])[:8] == [
        "tickets",
        "events",
        "tickets_changed",
        "customers_changed",
        "tags",
        "priority",
        "status",
        "assignee",
    ]
    assert {"id", "change", "events", "matched", "tickets", "edits"} <= set(report["rules"][0])
    assert all(list(finding) == ["code", "severity", "message", "rule", "location"] for finding in report["findings"])
    text = (run.folder / "report.json").read_text(encoding="utf-8")
    assert str(run.folder) not in text, "the command with file names only"
    assert {"baseline.rules.yaml", "candidate.rules.yaml"} <= set(report["command"].split())


def test_tickets_and_events(run: Run) -> None:
    """`tickets` = all replayed; `events` = outside events (no simulated ones, no phases)."""
    assert summary(run)["tickets"] == 12
    assert summary(run)["events"] == 12 + 6 + 4 + 4 + 3
    assert run.report["snapshot"]["history"] == {"full": 12, "lists": 0}
    assert run.report["snapshot"]["tickets"] == 12


def test_changed_tickets_and_customers(run: Run) -> None:
    """`tickets_changed` = tickets with at least one edit."""
    edits = run.report["edits"]
    assert summary(run)["tickets_changed"] == len({edit["ticket"] for edit in edits}) > 0
    assert summary(run)["customers_changed"] == len({edit["customer"] for edit in edits})


def test_tags_are_every_tag_standing_on_either_side(run: Run) -> None:
    """`tags` = every tag standing on either side, with added, removed, before, after and customers."""
    edits = by_field(run, "tags")
    assert list(summary(run)["tags"]) == sorted(summary(run)["tags"])
    for tag, row in summary(run)["tags"].items():
        added = [id for id, (before, after) in edits.items() if tag in after and tag not in before]
        removed = [id for id, (before, after) in edits.items() if tag in before and tag not in after]
        assert (row["added"], row["removed"]) == (len(added), len(removed)), tag
        assert row["after"] - row["before"] == len(added) - len(removed)
        assert row["before"] or row["after"], "only tags that stand on some ticket"
        assert row["customers_added"] <= row["added"] and row["customers_removed"] <= row["removed"]
    assert "l" not in summary(run)["tags"]


def test_customers_gain_a_tag_when_they_had_it_on_no_ticket(run: Run) -> None:
    """customers_added: distinct customers of whom some ticket gains the tag."""
    edits = {e["ticket"]: e for e in run.report["edits"] if e["field"] == "tags"}
    gained = {e["customer"] for e in edits.values() if "VIP" in e["after"] and "VIP" not in e["before"]}
    assert 0 < summary(run)["tags"]["VIP"]["customers_added"] <= len(gained)


def test_the_priority_matrix_with_its_diagonal(run: Run) -> None:
    """The matrix with its diagonal: it holds every ticket once; raised and lowered lie off it."""
    matrix = summary(run)["priority"]["matrix"]
    assert list(matrix) == LEVELS and all(list(row) == LEVELS for row in matrix.values())
    before, after = lasts(run, "baseline", "priority"), lasts(run, "candidate", "priority")
    counted = Counter((before.get(id, "normal"), after.get(id, "normal")) for id in range(1, 13))
    assert {(a, b): n for a, row in matrix.items() for b, n in row.items() if n} == dict(counted)
    assert summary(run)["priority"]["raised"] == sum(
        n for (a, b), n in counted.items() if LEVELS.index(b) > LEVELS.index(a)
    )
    assert summary(run)["priority"]["lowered"] == sum(
        n for (a, b), n in counted.items() if LEVELS.index(b) < LEVELS.index(a)
    )


def test_status_and_assignee(run: Run) -> None:
    """`status` {matrix, closed, reopened}; `assignee` {changed, assigned, unassigned}."""
    status = Counter(by_field(run, "status").values())
    found = summary(run)["status"]
    assert (found["closed"], found["reopened"]) == (status["open", "closed"], status["closed", "open"])
    assert sum(n for row in found["matrix"].values() for n in row.values()) == 12
    people = list(by_field(run, "assignee").values())
    assert summary(run)["assignee"] == {
        "changed": len(people),
        "assigned": sum(before is None for before, _ in people),
        "unassigned": sum(after is None for _, after in people),
    }


def test_replies_count_reply_to_ticket(run: Run) -> None:
    """`replies` {before, after} counting replyToTicket: as many as the trail has."""
    sides = Counter(line["side"] for line in run.trail if line["action"] == "replyToTicket")
    assert summary(run)["replies"] == {"before": sides["baseline"], "after": sides["candidate"]}
    assert sides["baseline"] and sides["candidate"]


def test_replies_of_each_edit_are_those_of_the_trail(run: Run) -> None:
    """replies: all outgoing messages in order, `{"action", "at", "text"}`."""
    for ticket, (before, after) in by_field(run, "replies").items():
        for side, told in (("baseline", before), ("candidate", after)):
            sent = run.steps("action", "at", "after", side=side, ticket=ticket, field="replies")
            assert [(m["action"], m["at"], m["text"]) for m in told] == sent


def test_final_values_of_edits_follow_from_the_trail(run: Run) -> None:
    """An edit's value is the last one of the trail on a side where only rules wrote the field (priority, custom
    fields).
    """
    for field, start in (("priority", "normal"), ("custom_fields.3", None)):
        for ticket, (before, after) in by_field(run, field).items():
            assert before == lasts(run, "baseline", field).get(ticket, start)
            assert after == lasts(run, "candidate", field).get(ticket, start)
    both = {
        id
        for id in range(1, 13)
        if lasts(run, "baseline", "priority").get(id, "normal") != lasts(run, "candidate", "priority").get(id, "normal")
    }
    assert set(by_field(run, "priority")) == both


def test_rules_of_edits_wrote_the_field_in_the_trail(run: Run) -> None:
    """Each edit names the rules that made it on either side; `edits` of a rule counts the edits that name it, `direct`
    as it changed.
    """
    changed = {rule["id"] for rule in run.report["rules"] if rule["change"] != "same"}
    named: Counter[tuple[str, bool]] = Counter()
    for edit in run.report["edits"]:
        for side, key in (("baseline", "before"), ("candidate", "after")):
            wrote = set(run.steps("rule", side=side, ticket=edit["ticket"], field=edit["field"]))
            assert set(edit["rules"][key]) <= wrote
            assert edit["rules"][key] == sorted(set(edit["rules"][key]))
        names = set(edit["rules"]["before"]) | set(edit["rules"]["after"])
        assert edit["direct"] == bool(names & changed)
        named.update((name, edit["direct"]) for name in names)
    for found in run.report["rules"]:
        assert found["edits"] == {"direct": named[found["id"], True], "indirect": named[found["id"], False]}


def test_changes_made_and_tickets_of_rules(run: Run) -> None:
    """By rule: changes made are its lines of the trail; the tickets it changed are among those it matched."""
    for found in run.report["rules"]:
        for side, key in (("baseline", "before"), ("candidate", "after")):
            assert found["changes"][key] == len(run.steps("rule", side=side, rule=found["id"]))
            assert found["tickets"][key] >= len(set(run.steps("ticket", side=side, rule=found["id"])))
            assert found["matched"][key] <= found["events"][key]


def test_matches_counted_with_a_note(run: Run, tmp_path: Path) -> None:
    """`matched` counts phase runs in which the rule's condition was true, `tickets` the tickets; `events` phase runs in
    which it was asked.
    """
    asked = rule("probe", ALL_TRIGGERS, [{"addInternalNote": "a"}])
    hit = rule("hit", ALL_TRIGGERS, [{"addInternalNote": "h"}], {"message.text": {"containsAny": ["refund"]}})
    reply = rule("reply", CREATED, [{"replyToTicket": "x"}])
    made = replay(tmp_path, run.folder / "s.db", rule_set(asked, hit, reply))
    assert (
        made.of_rule("probe")["matched"]["after"]
        == len(made.steps("rule", rule="probe"))
        == made.of_rule("hit")["events"]["after"]
    )
    assert made.of_rule("hit")["matched"]["after"] == len(made.steps("rule", rule="hit"))
    assert made.of_rule("hit")["tickets"]["after"] == len(set(made.steps("ticket", rule="hit")))
    assert made.of_rule("probe")["last_match"]["after"] == max(made.steps("at", rule="probe"))


def test_refusals_are_counted_as_in_their_file(run: Run) -> None:
    """Refusals by rule and reason are the lines of `--report refusals=`."""
    counted = Counter((r["side"], r["rule"], r["reason"]) for r in run.refusals)
    assert counted
    for found in run.report["rules"]:
        for side, key in (("baseline", "before"), ("candidate", "after")):
            told = {reason: n for (s, id, reason), n in counted.items() if (s, id) == (side, found["id"])}
            assert found["refusals"][key] == told


def test_the_csv_holds_the_edits(run: Run) -> None:
    """`csv` (edits): a row an edit, in the same order."""
    assert [(row["ticket"], row["field"]) for row in run.csv] == [
        (str(e["ticket"]), e["field"]) for e in run.report["edits"]
    ]


def test_instants_end_in_z_with_six_digits_only_if_any(tmp_path: Path) -> None:
    """Instants ISO 8601 in UTC ending in `Z`, six digits of fraction only if any."""
    desk = Desk()
    desk.story(1, "2026-03-02T11:00:00.5+01:00")
    desk.story(2, "2026-03-02T10:00:00+00:00", customer=2)
    made = replay(tmp_path, desk.snapshot(tmp_path), rule_set(rule("a", CREATED, [{"snoozeTicket": "1h"}])))
    assert made.steps("at", "after") == [
        ("2026-03-02T10:00:00.500000Z", "2026-03-02T11:00:00.500000Z"),
        (D, at("11:00")),
    ]


def test_same_input_same_bytes(run: Run, tmp_path: Path) -> None:
    """Same input, same bytes: all files, from a snapshot imported elsewhere from records in another order."""
    desk = busy_desk()
    for records in desk.records.values():
        records.reverse()
    again = replay(tmp_path, desk.snapshot(tmp_path), CANDIDATE, BASELINE)
    for name in ("report.json", "trail.jsonl", "refusals.jsonl", "attribution.jsonl", "edits.csv"):
        assert (again.folder / name).read_bytes() == (run.folder / name).read_bytes(), name
    assert again.outcome.out == run.outcome.out


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, str):
        yield value


def test_money_of_the_report_is_that_of_the_attribution_lines(run: Run) -> None:
    """`projection.attribution` = per side tickets, converted, orders, by_currency, reasons, by_agent: a recount of the
    lines.
    """
    sides = run.report["projection"]["attribution"]
    for name, side in (("baseline", "before"), ("candidate", "after")):
        block = sides.get(side) or sides[name]
        lines = [line for line in run.attribution if line["side"] == name]
        assert block["orders"] in (len(lines), sum(line["reason"] == "attributed" for line in lines))
        assert block["reasons"] == dict(Counter(line["reason"] for line in lines))
        assert block["converted"] == len({line["ticket"] for line in lines if line["reason"] == "attributed"})
        cents = {
            key: sum(int(line[key].replace(".", "")) for line in lines if line["reason"] == "attributed")
            for key in ("gross", "refunded", "net")
        }
        assert {
            key: int(value.replace(".", "")) for key, value in block["by_currency"]["USD"].items() if key in cents
        } == cents
        assert block["tickets"] == 12
    assert not [text for text in _strings(run.report["projection"]) if "e+" in text]


def test_json_is_the_same_on_stdout(run: Run, tmp_path: Path) -> None:
    """`--format json` prints what `--report json=` writes."""
    made = replay(tmp_path, run.folder / "s.db", CANDIDATE, BASELINE, "--format", "json")
    assert json.loads(made.outcome.out) == made.report
    assert made.outcome.out.encode() == (made.folder / "report.json").read_bytes()


def test_the_command_names_its_options_and_files_by_name(run: Run, tmp_path: Path) -> None:
    """The command with file names only, and what was chosen in `settings`."""
    made = replay(tmp_path, run.folder / "s.db", CANDIDATE, BASELINE, "--since", "2026-03-01", "--sample", "50%")
    assert "/" not in made.report["command"]
    assert made.report["settings"]["since"].startswith("2026-03-01")
