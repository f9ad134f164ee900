"""One report with a bit of everything. `python -m tests.report.example` writes the gold files anew."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from simulator.diagnostics import Diagnostic, Location, Severity
from simulator.diff.compare import compare
from simulator.diff.values import Scope, Side
from simulator.money import Money
from simulator.outcome import Loop, Outcome, Sent
from simulator.report.build import build
from simulator.report.csv_edits import csv_lines
from simulator.report.findings import replay_findings
from simulator.report.json_report import json_report
from simulator.report.markdown import markdown
from simulator.report.refusals import refusal_lines
from simulator.report.terminal import terminal
from simulator.report.trail import trail_lines
from simulator.report.values import Report, RuleSetInfo, SnapshotInfo
from simulator.rules.model import Test as Asks
from simulator.rules.model import Trigger
from simulator.snapshot.holdings import Holdings
from tests.diff.worlds import (
    HOUR,
    T0,
    add_tags,
    change,
    match,
    refusal,
    rule,
    ruleset,
    scope,
    sent,
    side,
    spent,
    tagged,
    ticket,
)  # fmt: skip

GOLD = Path(__file__).parent / "gold"
HOSTILE = "=cmd|' /C calc'!A0 \x1b[31m\u202e @team"

_HOURS = rule(
    "out-of-hours", Asks("message.created_datetime", "outsideBusinessHours", True), on=[Trigger.MESSAGE_CREATED]
)
_REPLY = rule("auto-reply", name=f"Auto {HOSTILE}", on=[Trigger.TICKET_CREATED, Trigger.TICKET_UPDATED])
_REFUND = rule("refund", Asks("message.text", "containsAny", ("refund", "remboursé")), [add_tags("refund")])
_VIP = rule("vip-spent", spent("500"), [add_tags("VIP")], priority=100)
_VIP_LOWER = rule("vip-spent", spent("300"), [add_tags("VIP")], priority=100)


def before() -> Side:
    """The baseline: four tickets."""
    rules = ruleset(_HOURS, _REPLY, _REFUND, _VIP, rule("old-one"))
    return side(
        rules,
        ticket(
            9,
            tagged(9, "vip-spent", "", "VIP"),
            change(9, "vip-spent", "priority", "normal", "high"),
            matches=[match(9, "vip-spent", today=True)],
        ),
        ticket(
            10,
            tagged(10, "old-one", "", "old"),
            sent=[sent("auto-reply", "Hello")],
            refusals=[refusal(10, "auto-reply")],
        ),
        ticket(11, change(11, None, "status", "open", "closed", action="ticket-closed")),
        ticket(12),
    )


def after() -> Side:
    """The candidate: VIP from 300, an e-mail, a snooze, custom fields, and a rule less."""
    rules = ruleset(_HOURS, _REPLY, _REFUND, _VIP_LOWER, name="candidate")
    email = Sent("sendEmail", T0, "Bonjour é", "auto-reply", ("a@example.com",), "Re: é")
    number = Decimal("12345678901234567890.10")
    return side(
        rules,
        ticket(
            9,
            tagged(9, "vip-spent", "", "VIP"),
            tagged(9, "refund", "VIP", f"VIP {HOSTILE.replace(' ', '_')}"),
            change(9, "vip-spent", "priority", "normal", "critical", branch="then.1.else"),
            matches=[match(9, "vip-spent", today=True), match(9, "refund", missing=True)],
        ),
        ticket(
            10,
            change(10, "refund", "assignee", None, 7, action="setAssignee"),
            change(10, "refund", "snooze", None, T0 + HOUR + 1, action="snoozeTicket"),
            change(10, "refund", "custom_fields.7", None, number, action="setCustomFieldValue"),
            change(10, "refund", "customer.custom_fields.8", "blue", True, action="setCustomerCustomFieldValue"),
            change(10, "auto-reply", "replies", None, email.text, action="sendEmail"),
            change(10, "auto-reply", "excludeFromCSAT", False, True, action="excludeFromCSAT"),
            sent=[email],
            matches=[match(10, "refund"), match(10, "auto-reply")],
        ),
        ticket(11, change(11, None, "status", "open", "closed", action="ticket-closed")),
        ticket(12),
    )


def example_scope() -> Scope:
    """Four tickets of three customers."""
    return scope(
        (9, 10, 11, 12),
        {9: 900, 10: 1000, 11: 1000, 12: None},
        exported=lambda customer, field: "blue",
        instants={f"ticket:{i}": T0 for i in (9, 10, 11, 12)},
        created=dict.fromkeys((9, 10, 11, 12), T0),
        last=T0 + 10 * HOUR,
    )


def example() -> Report:
    """The report of both sides."""
    old, new = before(), after()
    looping = replace(new.outcome.tickets[12], loops=(Loop(12, "ticket:12", "cascade", ("refund", "vip-spent")),))
    cut_off = Side(new.rules, Outcome({**new.outcome.tickets, 12: looping}))
    return build(
        command="run --baseline main.yaml --candidate candidate.yaml",
        snapshot=SnapshotInfo("f" * 64, 4, 5, T0, T0 + 10 * HOUR, 3, 1, {"events of tickets not in the snapshot": 2}),
        holdings=Holdings(4, 0, 3, 0, 0, 1, 0, 3, 1),
        baseline=RuleSetInfo("main", "a" * 64, 5),
        candidate=RuleSetInfo("candidate", "b" * 64, 4),
        settings={"facts": "as-of", "max_cascade": 5, "where": None},
        before=old,
        after=new,
        diff=compare(old, new, example_scope(), "VIP", {900: Money(81250, "EUR")}),
        findings=[
            Diagnostic(
                "L001", Severity.NOTE, f"unknown path {HOSTILE}", Location("candidate.yaml", 3, 5), rule="auto-reply"
            ),
            *replay_findings([side.outcome.flow({}) for side in (old, cut_off)]),
        ],
    )


def formats() -> dict[str, str]:
    """File name in the gold folder -> what the format gives for the example."""
    report, reported = example(), (9, 10, 11, 12)
    old, new = before().outcome, after().outcome
    return {
        "report.json": json_report(report),
        "trail.jsonl": "".join(trail_lines(old, new, reported)),
        "refusals.jsonl": "".join(refusal_lines(old, new, reported)),
        "edits.csv": "".join(csv_lines(report.diff.edits)),
        "full.txt": terminal(report),
        "comment.md": markdown(report),
        "concise.txt": terminal(report, "concise"),
        "colour.txt": terminal(report, "concise", colour=True),
    }


if __name__ == "__main__":
    for name, text in formats().items():
        (GOLD / name).write_bytes(text.encode("utf-8"))
