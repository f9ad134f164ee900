"""The HTML report: whole, true to the JSON report, sealed, and the same every time."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from itertools import pairwise

import pytest

from simulator.escape import for_terminal
from simulator.instants import parse_instant
from simulator.projection.project import projection_json
from simulator.report.html import html_report
from simulator.report.json_report import report_json
from simulator.report.page.formats import anchor, instant, number
from simulator.report.page.island import island
from simulator.report.page.tickets import EVENTS, Card, cards
from tests.diff.worlds import outcome, tagged, ticket
from tests.report import example, test_money
from tests.report.html.pages import Shape, hostile_page, hostile_report


def page(strangers: int | None = None) -> str:
    """The page of the example, with money where `strangers` says how many orders have no customer."""
    projection = None if strangers is None else test_money.projection(strangers)
    return html_report(example.example(), example.before(), example.after(), projection)


def numbers_of(value: object) -> Iterator[int]:
    """All numbers in a value of JSON."""
    if isinstance(value, dict):
        for part in value.values():
            yield from numbers_of(part)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value


def test_every_element_is_closed() -> None:
    """The page is well-formed: each element ends where it should."""
    assert Shape(page(0)).faults == []
    assert Shape(page(1)).faults == []


def test_headings_go_down_one_by_one() -> None:
    """One h1, and no level is left out."""
    levels = [int(tag[1]) for tag, _ in Shape(page(0)).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1 and levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_ids_are_unique_and_links_lead_somewhere() -> None:
    """Every id stands once, and every fragment that is no ticket's or rule's of a cut table has a target."""
    shape = Shape(page(0))
    ids = [value for _, name, value in shape.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    targets = {value[1:] for tag, name, value in shape.attributes if tag == "a" and name == "href"}
    assert targets <= set(ids)
    labels = [v for _, name, v in shape.attributes if name == "aria-labelledby"]
    assert {part for label in labels for part in label.split()} <= set(ids)


def test_every_number_of_the_summary_is_on_the_page() -> None:
    """What the JSON report counts, the page shows."""
    words = Shape(page()).words
    shown = set(re.findall(r"\d[\d,]*", words))
    summary = report_json(example.example())["summary"]
    assert {number(found) for found in numbers_of(summary)} <= shown


def test_every_rule_and_every_edit_is_on_the_page() -> None:
    """Each rule has its row with its counts, each changed ticket its card."""
    report = example.example()
    shape = Shape(page())
    ids = {value for _, name, value in shape.attributes if name == "id"}
    assert {f"rule-{anchor(rule.id)}" for rule in report.diff.rules} <= ids
    assert {f"ticket-{edit.ticket}" for edit in report.diff.edits} <= ids
    for caution in report.cautions:
        assert for_terminal(caution.message) in shape.words
    for sentence in (report.verdict, *report.assumptions, *report.rests_on):
        assert sentence in shape.words


def test_cautions_stand_above_the_numbers() -> None:
    """They are read first."""
    text = page()
    assert 0 < text.index('id="cautions"') < text.index('id="numbers"')


def test_every_amount_of_money_is_on_the_page() -> None:
    """Gross, refunded and net of both sides, carried by kind, credit moved: as the JSON report has them."""
    words = Shape(page(0)).words.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-").replace(",", "")
    block = json.dumps(projection_json(test_money.projection(0)))
    amounts = set(re.findall(r'"(-?\d+\.\d\d)"', block))
    assert len(amounts) > 5
    assert all(f"{amount} EUR" in words for amount in amounts)


def test_money_is_refused_in_place_of_numbers() -> None:
    """With too many orders of strangers no amount is on the page, but why, and what would lift it."""
    words = Shape(page(1)).words
    assert "Money is not computed because 1 of 3 orders" in words
    assert "To lift this, import the customers" in words
    assert "EUR" not in re.sub(r"812\.50\s+EUR", "", words)  # what a customer spent is a fact, no projection


@pytest.mark.parametrize("strangers", [None, 0, 1])
def test_words(strangers: int | None) -> None:
    """Nothing is called the rules' doing, in the text or in the words of the script."""
    shape = Shape(page(strangers))
    text = (shape.words + json.dumps(shape.island("words"))).lower()
    refused = ("generated", "caused", "saved sales", "uplift", "will earn", "projected revenue")
    assert [word for word in refused if word in text] == []
    assert not re.search(r"\broi\b", text)
    if strangers == 0:
        assert "L0 accounting" in shape.words


def test_the_policy_names_the_hashes_of_style_and_scripts() -> None:
    """Nothing but our style and our two scripts may run, and nothing may be loaded."""
    shape = Shape(page())
    policy = next(value for _, name, value in shape.attributes if name == "content" and "default-src" in value)
    code = [text for text in shape.raw["script"] if not text.startswith("{")]
    for text in (*shape.raw["style"], *code):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy
    assert len(code) == 2 and len(shape.raw["style"]) == 1
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none';")


def test_no_address_outside_the_file() -> None:
    """No URL, no import, no inline handler, no inline style."""
    text = page(0)
    shape = Shape(text)
    assert not re.search(r"https?:|@import|url\(", text)
    loads = [value for _, name, value in shape.attributes if name in {"href", "src", "action", "srcset", "data"}]
    assert all(value.startswith("#") or value == "data:," for value in loads)
    assert not [name for _, name, _ in shape.attributes if name.startswith("on") or name == "style"]


def test_same_input_same_text() -> None:
    """Twice the same page, in ASCII, so that no encoding can change it."""
    assert page(0) == page(0)
    assert page(0).isascii()


CANARIES = ("canary-subject", "canary-reply", "canary@example.com", "canary-mail")


def test_text_and_addresses_stay_out() -> None:
    """Subjects, messages and addressees are in the outcome, not on the page."""
    report, old, new = hostile_report("canary")
    assert any(made.field == "subject" for made in old.outcome.tickets[1].changes)
    texts = {"subject": "canary-subject", "replies": "canary-reply"}
    sides = []
    for it in (old, new):
        tickets = []
        for found in it.outcome.tickets.values():
            changes = [c._replace(after=texts[c.field]) if c.field in texts else c for c in found.changes]
            address = ("canary@example.com",)
            sent = [s._replace(text="canary-mail", to=address, subject="canary-subject") for s in found.sent]
            tickets.append(ticket(found.ticket, *changes, sent=sent))
        sides.append(type(it)(it.rules, outcome(*tickets)))
    text = html_report(report, sides[0], sides[1])
    assert [canary for canary in CANARIES if canary in text] == []
    assert "its text is left out" in text


def test_island_holds_every_changed_ticket() -> None:
    """The script lists what the page lists, in the same order."""
    report = example.example()
    data = Shape(page()).island("data")
    assert isinstance(data, dict)
    listed = [row[0] for row in data["tickets"]]
    assert sorted(listed) == sorted({edit.ticket for edit in report.diff.edits})


def _many(count: int) -> tuple[Card, ...]:
    changed = [tagged(i, "rule", "", "VIP") for i in range(count)]
    after = outcome(*(ticket(c.ticket, c) for c in changed))
    before = outcome(*(ticket(c.ticket) for c in changed))
    edits = [example.example().diff.edits[0]._replace(ticket=i) for i in range(count)]
    return cards(edits, before, after, {}, lambda _: {})


def test_island_is_cut_at_its_limit() -> None:
    """What does not fit is left out, and counted as left out."""
    found = island(_many(200), limit=4000)
    assert 0 < found.kept < 200
    assert len(json.dumps(found.data, separators=(",", ":"))) < 4100


def test_a_long_time_line_keeps_where_the_sides_differ() -> None:
    """The first events at which the sides differ stay, the rest is counted."""
    same = [tagged(1, None, "", "a", at)._replace(event=f"event:{at}") for at in range(EVENTS + 40)]
    late = tagged(1, "rule", "a", "a VIP", 10**6)
    (card,) = cards(
        [example.example().diff.edits[0]._replace(ticket=1)],
        outcome(ticket(1, *same)), outcome(ticket(1, *same, late)), {}, lambda _: {},
    )  # fmt: skip
    assert (len(card.events), card.events_cut) == (EVENTS, 41)
    assert not card.events[-1].same


def test_instants_and_anchors() -> None:
    """Seconds only where there are any; what may not stand in a fragment becomes its code points."""
    assert instant(parse_instant("2026-03-02T09:00Z")) == "2026-03-02 09:00 UTC"
    assert instant(parse_instant("2026-03-02T09:00:05.000001Z")) == "2026-03-02 09:00:05.000001 UTC"
    assert anchor("vip-spent_2") == "vip-spent_2"
    assert anchor("é x") == ".e9..20.x"


def test_hostile_page_is_no_other_page() -> None:
    """A page full of one text is well-formed and says it."""
    shape = Shape(hostile_page("plain"))
    assert shape.faults == []
    assert "name plain" in shape.words
