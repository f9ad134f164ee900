"""`explain TICKET` from the outside: what it prints, how wide, and what of a ticket that is not there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from simulator.cli.explain import command
from simulator.errors import InputError
from tests.twin.snapshots import write_snapshot
from tests.twin.stories import told

HOSTILE = "refund \x1b]0;title\x07 \u202egnihton " + "very " * 100
RULES = """version: 1
rules:
  - id: tag
    on: [ticket-created]
    if: {message.text: {containsAny: [refund]}, customer.email: {containsAny: [shop]}}
    then: [{addTags: [refund]}, {replyToTicket: "hello {{message.text}}"}]
  - {id: far, on: [ticket-created], if: {ticket.channel: phone}, then: []}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with a snapshot of two tickets and a rule file."""
    events = [{"at": "09:00", "customer": HOSTILE}, {"at": "09:10", "do": "ticket-closed"}]
    tickets = [{"id": id, "customer": id, "events": events} for id in (10, 20)]
    write_snapshot(tmp_path / "shop.db", told({"tickets": tickets}))
    (tmp_path / "new.yaml").write_text(RULES)
    return tmp_path


def explain(shop: Path, *arguments: str) -> str:
    """What the command prints; errors are raised."""
    sides = ["--snapshot", str(shop / "shop.db"), "--baseline", "none", "--candidate", str(shop / "new.yaml")]
    result = CliRunner().invoke(command, [*arguments, *sides], standalone_mode=False)
    if result.exception:
        raise result.exception
    return result.output


def test_both_sides_stand_beside_each_other_where_they_part(shop: Path) -> None:
    """The parting, the condition with its value and place, the action, the state."""
    text = explain(shop, "10")
    flowing = " ".join(text.split())
    assert text.startswith("ticket 10: 3 events; the sides part in 3 of 3 events\n")
    for part in (
        "ticket:10 << the sides part here", "-- baseline --", "-- candidate --", "tag: matched", "this did not happen",
        'saw "c10@shop.example" (today\'s value)', "new.yaml:5:", "then > addTags: tags [] -> [refund]",
        "from outside: ticket-closed: status", "after: tags [refund], priority normal",
    ):  # fmt: skip
        assert part in flowing
    assert text.count("part here") == 1


def test_hostile_text_is_inert_and_no_line_is_wider_than_80(shop: Path) -> None:
    """No control or bidi character reaches the terminal."""
    text = explain(shop, "10")
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "very " * 40 not in text
    assert max(map(len, text.splitlines())) <= 80


def test_rules_that_did_not_nearly_match_are_counted_or_shown(shop: Path) -> None:
    """By default a count, with --all each of them."""
    assert "far" not in explain(shop, "10")
    assert "ticket-created: 1 rule did not match" in explain(shop, "10")
    assert "far: did not match" in explain(shop, "10", "--all")


def test_one_side_alone(shop: Path) -> None:
    """--side leaves the other out."""
    text = explain(shop, "10", "--side", "baseline")
    assert text.startswith("ticket 10: 2 events\n")
    assert "tag: matched" not in text
    assert "tag: matched" in explain(shop, "10", "--side", "candidate")


def test_json_holds_the_same(shop: Path) -> None:
    """Events of both sides, rules, tests and actions as data."""
    told = json.loads(explain(shop, "10", "--format", "json"))
    first = told["events"][0]
    (rule,) = first["candidate"]["phases"][0]["rules"]
    assert (first["event"], first["parts"], rule["rule"], rule["matched"]) == ("ticket:10", True, "tag", True)
    assert [test["true"] for test in rule["if"]["all"]] == [True, True]
    assert rule["actions"][0] == {
        "branch": "then",
        "action": "addTags",
        "field": "tags",
        "before": [],
        "after": ["refund"],
    }
    assert told["events"][1] == {**told["events"][1], "event": "ticket:10/reply:1", "baseline": None}


def test_an_unknown_ticket_is_an_error_with_the_nearest_ids(shop: Path) -> None:
    """Exit code 2 and an offer."""
    with pytest.raises(InputError) as raised:
        explain(shop, "14")
    assert raised.value.exit_code == 2
    assert raised.value.diagnostics[0].help == "nearest: 10, 20"
