"""`explain --rule ID` from the outside: what it prints, how wide, and that `run` says the same numbers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simulator.cli.explain_lines import columns
from tests.cli.program import Ran, run_inside
from tests.twin.snapshots import write_snapshot
from tests.twin.stories import told

GOLD = Path(__file__).parent / "gold"
HOSTILE = "a refund \x1b]0;title\x07 \u202egnihton " + "w" * 300 + " \u6f22\u5b57" * 60
RULES = """version: 1
rules:
  - id: vip
    on: [ticket-created, ticket-message-created]
    if:
      message.from_agent: false
      customer.total_spent: {gte: 500}
    then: [{addTags: [VIP]}, {setPriority: high}]
  - id: words
    on: ticket-created
    if:
      message.from_agent: false
      ticket.channel: email
      any:
        - message.text: {containsAny: [broken, refund, "money back", cracked]}
        - not: {ticket.channel: email}
    then:
      - setPriority: critical
      - if: {ticket.tags: {containsAny: [VIP]}}
        then: [{addTags: [urgent]}]
        else: [{addTags: [later]}]
      - if: {ticket.status: closed}
        then: [{if: {ticket.spam: true}, then: [{addTags: [spam]}]}]
  - {id: calm, on: [ticket-updated], if: {ticket.priority: critical}, then: [{setPriority: low}]}
  - {id: off, enabled: false, on: [ticket-created], then: [{addTags: [x]}]}
  - {id: survey, on: [satisfaction-survey-responded], then: [{addTags: [x]}]}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a snapshot of five tickets, over three weeks, and a rule file."""
    folder = tmp_path_factory.mktemp("rules")

    def ticket(id: int, day: int, *texts: str) -> dict[str, object]:
        events = [{"at": f"2026-03-{day:02}T09:{place:02}:00Z", "customer": text} for place, text in enumerate(texts)]
        return {"id": id, "customer": id // 10, "events": events}

    tickets = [
        ticket(10, 2, "it is broken and cracked", "a photo"),
        ticket(20, 3, "I want a refund"),
        ticket(30, 17, "Broken, too", "and again", "hello?"),
        ticket(40, 18, HOSTILE),
        ticket(50, 19, "nothing of the kind"),
    ]
    orders = [
        {"id": id, "email": f"c{id}@shop.example", "created_at": "2026-02-01T00:00:00Z", "total_minor": minor}
        for id, minor in ((1, 45240), (2, 49999), (3, 60000))
    ]
    write_snapshot(folder / "shop.db", told({"tickets": tickets, "rows": {"shop_order": orders}}))
    (folder / "rules.yaml").write_text(RULES)
    return folder


def explain(shop: Path, *arguments: object) -> Ran:
    """The command on the rule file."""
    return run_inside("explain", *arguments, "--snapshot", "shop.db", "--candidate", "rules.yaml", folder=shop)


def one(shop: Path, rule: str, *arguments: object) -> dict[str, object]:
    """A rule as JSON."""
    ran = explain(shop, "--rule", rule, "--format", "json", *arguments)
    assert ran.code == 0, ran.err
    (found,) = json.loads(ran.out)["rules"]
    assert isinstance(found, dict)
    return found


def test_the_text_is_as_it_was(shop: Path) -> None:
    """Word for word; where a change is meant, the file is written anew from what the test shows."""
    ran = explain(shop, "--rule", "vip", "--rule", "words", "--rule", "off", "--rule", "survey")
    assert ran.out == (GOLD / "rules.txt").read_text("utf-8")


@pytest.mark.parametrize("more", [(), ("--since", "2026-03-03"), ("--where", "ticket.channel: email", "--sample", "3")])
def test_numbers_are_those_of_run(shop: Path, more: tuple[str, ...]) -> None:
    """Asked, matched, tickets, changes, overwritten, last match and what it rests on; the last step is the matches."""
    sides = ("--snapshot", "shop.db", "--baseline", "rules.yaml", "--candidate", "rules.yaml")
    ran = run_inside("run", *sides, *more, "--format", "json", "--no-cache", folder=shop)
    assert ran.code == 0, ran.err
    reported = {rule["id"]: rule for rule in json.loads(ran.out)["rules"]}
    for id in ("vip", "words", "calm", "survey", "off"):
        mine, report = one(shop, id, *more), reported[id]
        assert mine["asked"] == report["events"]["after"]
        for name in ("matched", "tickets", "changes", "only_here", "last_match", "refusals"):
            assert mine[name] == report[name]["after"], (id, name)
        assert mine["overwritten_by"] == report["overwritten"]["after"]
        rests_on = mine["rests_on"]
        assert isinstance(rests_on, dict)
        assert {name: rests_on[name] for name in ("today", "missing")} == report["rests_on"]["after"]
        conditions = mine["conditions"]
        assert isinstance(conditions, list)
        if conditions:
            assert conditions[0]["steps"][-1]["passed"] == mine["matched"]


def test_the_same_numbers_stand_in_the_trail(shop: Path) -> None:
    """Every change of the trail's candidate that a rule made, and nothing else, is counted."""
    sides = ("--snapshot", "shop.db", "--baseline", "none", "--candidate", "rules.yaml")
    assert run_inside("run", *sides, "--report", "trail=trail.jsonl", "-qq", folder=shop).code == 0
    trail = [json.loads(line) for line in (shop / "trail.jsonl").read_text("utf-8").splitlines()]
    for id in ("vip", "words", "calm"):
        mine = one(shop, id)
        assert mine["changes"] == sum(line.get("rule") == id and line.get("side") == "candidate" for line in trail)


def test_words_near_misses_and_branches(shop: Path) -> None:
    """What is counted of each, and the distance of the nearest."""
    words = one(shop, "words")
    conditions = words["conditions"]
    assert isinstance(conditions, list)
    assert [(c["branch"], c["asked"], c["true"], c["never"]) for c in conditions] == [
        ("", 5, 4, None), ("then.1", 4, 1, None), ("then.2", 4, 0, "true"), ("then.2.then.0", 0, 0, None),
    ]  # fmt: skip
    (table,) = conditions[0]["keywords"]
    assert [(w["word"], w["true"], w["only"], w["matched"], w["matched_only"]) for w in table["words"]] == [
        ("broken", 2, 1, 2, 1), ("refund", 2, 2, 2, 2), ("money back", 0, 0, 0, 0), ("cracked", 1, 0, 1, 0),
    ]  # fmt: skip
    assert table["words"][0]["examples"] == [{"ticket": 10, "text": None}, {"ticket": 30, "text": None}]
    misses = one(shop, "vip")["near_misses"]
    assert isinstance(misses, list)
    (kind,) = misses
    assert (kind["of"], kind["times"], kind["tickets"]) == (2, 9, 4)
    nearest = [(miss["ticket"], miss["gaps"][0][0]["distance"]) for miss in kind["nearest"]]
    assert nearest == [(20, "0.01"), (10, "47.60"), (50, None)]


def test_what_people_wrote_is_left_out_unless_it_is_asked_for(shop: Path) -> None:
    """Excerpts around words, in text and in JSON."""
    for style in ("full", "json"):
        quiet = explain(shop, "--rule", "words", "--format", style).out
        whole = explain(shop, "--rule", "words", "--format", style, "--include-text").out
        assert "I want a" not in quiet and "I want a" in whole


@pytest.mark.parametrize("more", [(), ("--include-text",)])
def test_hostile_text_is_inert_and_no_line_is_wider_than_80(shop: Path, more: tuple[str, ...]) -> None:
    """No control or bidi character reaches the terminal, in no rule."""
    rules = [part for id in ("vip", "words", "calm", "off", "survey") for part in ("--rule", id)]
    text = explain(shop, *rules, *more).out
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert max(map(columns, text.splitlines())) <= 80


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--rule", "word"], 'error[U008]: there is no rule "word" in the candidate\n  help: did you mean "words"?'),
        (["--rule", "zzzz"], "the candidate has 5 rules, none with a like id"),
        (["--rule", "vip", "10"], "--rule does not go with a TICKET or CODE"),
        (["--rule", "vip", "--tag", "VIP"], "--rule does not go with --tag"),
        (["--rule", "vip", "--since", "soon"], "error[U002]"),
        (["10", "--since", "2026-03-01"], "--since only goes with --rule"),
    ],
)
def test_what_does_not_fit_is_an_error(shop: Path, arguments: list[str], said: str) -> None:
    """Exit code 2 and what would be right."""
    ran = explain(shop, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_no_ticket_left_is_exit_5(shop: Path) -> None:
    """As in `run`."""
    assert explain(shop, "--rule", "vip", "--since", "2030-01-01").code == 5


def test_the_baseline_needs_no_candidate(shop: Path) -> None:
    """`--side baseline` asks of the baseline."""
    sides = ("--snapshot", "shop.db", "--baseline", "rules.yaml", "--side", "baseline")
    ran = run_inside("explain", "--rule", "vip", *sides, folder=shop)
    assert ran.code == 0 and ran.out.startswith("rule vip in the baseline, over 5 tickets")
    assert run_inside("explain", "--rule", "vip", "--snapshot", "shop.db", folder=shop).code == 2
