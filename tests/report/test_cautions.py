"""Cautions about what a snapshot lacks, assumptions, and what hits rest on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.diff.compare import compare
from simulator.report.assumptions import assumptions, rests_on
from simulator.report.cautions import CODES, cautions, short
from simulator.report.values import SnapshotInfo
from simulator.rules.model import Action, Branch, Not, Rule, Trigger
from simulator.rules.model import Test as Asks
from simulator.snapshot.holdings import Holdings
from tests.diff.worlds import SPENT, match, rule, ruleset, scope, side, spent, ticket

FULL = Holdings(9, 9, 9, 9, 9, 9, 9, 9, 0, 9, 9, 9, ("loyalty",))
TEXT = Asks("message.text", "containsAny", ("refund",))
READS_MESSAGES = [rule(f"m{place}", Not(TEXT)) for place in range(14)]
OTHERS = [rule(f"o{place}") for place in range(16)]


def test_the_sentence() -> None:
    """How many rules of how many, what they read, what is lacking, and what follows; the same on both sides once."""
    rules = ruleset(*READS_MESSAGES, *OTHERS)
    (caution,) = cautions(rules, rules, replace(FULL, messages=0))
    assert caution.message == "14 of 30 rules read message.text; this snapshot has no messages: they cannot match"


def test_both_sides_in_one_sentence() -> None:
    """Where the numbers differ, each side has its own; a side without such rules is left out."""
    lacking = replace(FULL, messages=0)
    (caution,) = cautions(ruleset(READS_MESSAGES[0]), ruleset(*READS_MESSAGES), lacking)
    assert caution.message.startswith(
        "1 of 1 rule of the baseline and 14 of 14 rules of the candidate read message.text;"
    )
    (alone,) = cautions(ruleset(), ruleset(READS_MESSAGES[0], OTHERS[0]), lacking)
    assert alone.message.startswith("1 of 2 rules of the candidate reads message.text;")


@pytest.mark.parametrize(
    ("code", "reads", "lacking"),
    [
        ("C001", rule("r", then=[Branch(TEXT, (), ())]), {"messages": 0}),
        ("C001", rule("r", Asks("ticket.last_message_datetime", "gteTimedelta", 1)), {"messages": 0}),
        ("C002", rule("r", Asks("message.intents.name", "containsAny", ("x",))), {"intents": 0}),
        ("C003", rule("r", spent("5")), {"orders": 0, "shop_profiles": 0}),
        ("C004", rule("r", spent("5")), {"orders": 0}),
        ("C005", rule("r", on=[Trigger.TICKET_UPDATED]), {"full": 8, "lists": 1}),
        ("C006", rule("r", Asks("ticket.assignee_user.email", "eq", "a@example.com")), {"users": 0}),
        ("C007", rule("r", then=[Action("setAssignee", "a@example.com")]), {"users": 0}),
        ("C008", rule("r", then=[Action("setTeamAssignee", "Care")]), {"teams": 0}),
        ("C009", rule("r", Asks("ticket.satisfaction_survey.score", "lte", 2)), {"surveys": 0}),
        ("C010", rule("r", on=[Trigger.SURVEY_RESPONDED]), {"surveys": 0}),
        (
            "C011",
            rule("r", Asks("ticket.customer.integrations.smile.customer.vip_tier.name", "eq", "x")),
            {"loyalty": 0},
        ),
        ("C012", rule("r", Asks("ticket.customer.integrations.recharge.status", "eq", "x")), {"subscriptions": 0}),
        ("C013", rule("r", Asks("ticket.customer.external.loyalty.tier", "eq", "x")), {"external": ()}),
    ],
)
def test_each_lack(code: str, reads: Rule, lacking: dict[str, int]) -> None:
    """A rule that reads what is lacking gives its caution; with the data there, with the rule off, none."""
    rules = ruleset(reads)
    assert [found.code for found in cautions(rules, rules, replace(FULL, **lacking))] == [code]  # type: ignore[arg-type]
    assert code in CODES
    off = ruleset(replace(reads, enabled=False))
    assert cautions(off, off, replace(FULL, **lacking)) == cautions(rules, rules, FULL) == ()  # type: ignore[arg-type]


def test_an_assignee_by_id_needs_no_agents() -> None:
    """Ids are taken as they are."""
    rules = ruleset(rule("r", then=[Action("setAssignee", 7), Action("setTeamAssignee", 3)]))
    assert cautions(rules, rules, replace(FULL, users=0, teams=0)) == ()


def test_paths_are_named_as_an_admin_writes_them() -> None:
    """The alias where there is one, but the documented name of a message's text."""
    assert [short(path) for path in (SPENT, "message.text", "ticket.subject")] == [
        "customer.total_spent", "message.text", "ticket.subject",
    ]  # fmt: skip


def test_hits_that_rest_on_today_s_totals() -> None:
    """By side and rule: totals where only totals are read, values otherwise."""
    rules = ruleset(rule("vip", spent("5")), rule("lang", Asks("ticket.customer.language", "eq", "fr")))
    hits = [match(1, "vip", today=True), match(1, "vip"), match(1, "lang", today=True, missing=True)]
    old, new = side(rules, ticket(1)), side(rules, ticket(1, matches=hits))
    assert rests_on(rules, rules, compare(old, new, scope([1]))) == (
        "candidate: 1 of 1 hits of lang rests on today's values",
        "candidate: 1 of 1 hits of lang rests on a missing value",
        "candidate: 1 of 2 hits of vip rests on today's totals",
    )


def test_assumptions_say_how_tickets_start_and_which_history_they_have() -> None:
    """Starting values are assumptions; lists-only histories and today's facts are said."""
    info = SnapshotInfo("", 9, 9, None, None, 5, 4)
    text = " ".join(assumptions(info, {"facts": "current"}))
    assert "priority and custom fields at the start are assumptions" in text
    assert "5 tickets have their full event history; 4 have lists only" in text
    assert "--facts current" in text
