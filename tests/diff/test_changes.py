"""Which rules count as changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from simulator.diagnostics import Location
from simulator.diff.changes import rule_changes
from simulator.hours import BusinessHours
from simulator.rules.load import load_text
from simulator.rules.model import Action, All, Any, Branch, FieldValue, Not, Rule, Trigger
from simulator.rules.model import Test as Asks
from tests.diff.worlds import add_tags, rule, ruleset, spent

VIP = rule("vip", spent("500"), [add_tags("VIP")], priority=10)
OPEN = Asks("message.created_datetime", "duringBusinessHours", True)


def test_rules_are_followed_by_id() -> None:
    """A rule on one side only is added or removed; the result is by id."""
    before, after = ruleset(VIP, rule("a")), ruleset(VIP, rule("z"))
    assert rule_changes(before, after) == {"a": "removed", "vip": "same", "z": "added"}
    assert list(rule_changes(before, after)) == ["a", "vip", "z"]


@pytest.mark.parametrize(
    ("edited", "change"),
    [
        (VIP, "same"),
        (replace(VIP, location=Location("other.yaml", 3)), "same"),
        (replace(VIP, condition=replace(spent("500.00"), location=Location("x", 1))), "same"),
        (replace(VIP, on=(*VIP.on, *VIP.on)), "same"),
        (replace(VIP, condition=All((spent("500"),))), "same"),
        (replace(VIP, priority=9), "moved"),
        (replace(VIP, name="VIPs"), "moved"),
        (replace(VIP, name="VIPs", enabled=False), "edited"),
        (replace(VIP, enabled=False), "edited"),
        (replace(VIP, condition=spent("400")), "edited"),
        (replace(VIP, condition=Not(spent("500"))), "edited"),
        (replace(VIP, on=(Trigger.TICKET_UPDATED,)), "edited"),
        (replace(VIP, then=(add_tags("VIP", "gold"),)), "edited"),
        (replace(VIP, then=(), otherwise=VIP.then), "edited"),
    ],
)  # fmt: skip
def test_what_is_compared(edited: Rule, change: str) -> None:
    """Places are not compared; only priority or name differing is a move; all else is an edit."""
    assert rule_changes(ruleset(VIP), ruleset(edited)) == {"vip": change}
    assert rule_changes(ruleset(edited), ruleset(VIP)) == {"vip": change}


def test_true_is_not_one() -> None:
    """A custom field set to true, to 1 and to the text 1 are three different rules; 1 and 1.0 are one."""
    values = (True, 1, "1", Decimal("1.0"))
    rules = [rule("f", then=[Action("setCustomFieldValue", FieldValue("9", value))]) for value in values]
    found = [rule_changes(ruleset(rules[1]), ruleset(other))["f"].value for other in rules]
    assert found == ["edited", "same", "edited", "same"]


@pytest.mark.parametrize(
    "reads",
    [
        rule("r", OPEN),
        rule("r", Not(Any((spent("1"), All((OPEN,)))))),
        rule("r", then=[Branch(spent("1"), (), (Branch(OPEN, (), ()),))]),
    ],
)
def test_business_hours_edit_the_rules_that_use_them(reads: Rule) -> None:
    """Other hours, holidays or zone edit a rule that asks for them, however deep, and no other."""
    spans = (((540, 1080),), *[()] * 6)
    for hours in (BusinessHours("Europe/Paris"), BusinessHours(spans=spans), BusinessHours(calendars=("FR",))):
        after = replace(ruleset(reads, VIP), hours=hours)
        assert rule_changes(ruleset(reads, VIP), after) == {"r": "edited", "vip": "same"}


WORDS, OTHERS = Asks("message.text", "containsAny", ("a", "b")), Asks("message.text", "containsAny", ("b", "a"))


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (rule("r", WORDS), rule("r", OTHERS), "same"),
        (rule("r", All((WORDS, OPEN))), rule("r", All((OPEN, OTHERS))), "same"),
        (rule("r", Any((WORDS, OPEN))), rule("r", All((WORDS, OPEN))), "edited"),
        (rule("r", then=[add_tags("a", "b")]), rule("r", then=[add_tags("b", "a")]), "same"),
        (rule("r", then=[add_tags("a"), add_tags("b")]), rule("r", then=[add_tags("b"), add_tags("a")]), "edited"),
        (
            replace(rule("r"), on=(Trigger.TICKET_CREATED, Trigger.TICKET_UPDATED)),
            replace(rule("r"), on=(Trigger.TICKET_UPDATED, Trigger.TICKET_CREATED)),
            "same",
        ),
    ],
)
def test_an_order_that_means_nothing_is_no_edit(before: Rule, after: Rule, change: str) -> None:
    """Words, parts, tags and triggers are sets, as the digest of a rule set has them; actions are a list."""
    assert rule_changes(ruleset(before), ruleset(after)) == {"r": change}


def test_another_zone_edits_rules_that_read_stored_texts_as_instants() -> None:
    """What a custom field holds without an offset is an instant of the rule set's zone."""
    due = rule("due", Asks("ticket.custom_fields.due", "lt", 1_700_000_000_000_000, "datetime"))
    before = ruleset(due, VIP)
    in_paris = replace(before, hours=BusinessHours("Europe/Paris"))
    on_holiday = replace(before, hours=BusinessHours(closed=("2026-12-24",)))
    assert rule_changes(before, in_paris) == {"due": "edited", "vip": "same"}
    assert rule_changes(before, on_holiday) == {"due": "same", "vip": "same"}


def test_sets_without_rules() -> None:
    """Against no rules at all every rule is added or removed."""
    assert rule_changes(ruleset(), ruleset(VIP)) == {"vip": "added"}
    assert rule_changes(ruleset(VIP), ruleset()) == {"vip": "removed"}


_DATED = """
version: 1
timezone: {zone}
rules:
  - id: dated
    on: [ticket-created]
    if: {{{field}: {{{operator}: "{written}"}}}}
    then: [{{addTags: [x]}}]
"""


@pytest.mark.parametrize(
    ("field", "operator", "written", "change"),
    [
        ("ticket.created_datetime", "gte", "2026-03-01", "edited"),
        ("ticket.created_datetime", "gte", "2026-03-01T00:00:00+01:00", "same"),
        ("ticket.created_datetime", "gteTimedelta", "7d", "same"),
        ("ticket.subject", "eq", "2026-03-01", "same"),
    ],
)
def test_a_changed_zone_edits_rules_with_instants_without_an_offset(
    field: str, operator: str, written: str, change: str
) -> None:
    """Also where both zones have the same offset at that instant; an instant with an offset is the same anywhere."""
    texts = (_DATED.format(zone=z, field=field, operator=operator, written=written) for z in _ZONES)
    before, after = (load_text(text, "dated")[0] for text in texts)
    assert rule_changes(before, after) == {"dated": change}


_ZONES = ("Europe/Paris", "Europe/Berlin")
