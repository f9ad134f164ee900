"""Runs a case: a small history, a rule set, and what must come of it, through any replay of the twin's signature.

`case_files()` lists the cases, `check(case, replay)` compares what came with what the case expects: only the parts
that it names. Lines are as `line_of` writes them: event, trigger, depth, rule, branch, action, field: before -> after.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Protocol

import yaml

from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from simulator.instants import format_instant
from simulator.outcome import Change, FieldState, Final, Outcome, Refusal, TicketOutcome
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet
from tests.twin.snapshots import open_snapshot
from tests.twin.stories import told

Case = Mapping[str, object]
CASES = Path(__file__).parent / "cases"


class Replay(Protocol):
    """The twin's signature, or the engine's."""

    def __call__(self, ruleset: RuleSet, facts: Facts, directory: Directory, max_cascade: int = ...) -> Outcome: ...


@cache
def cases() -> dict[str, Case]:
    """Every case by its name, `FILE: NAME`."""
    found: dict[str, Case] = {}
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            name = f"{path.stem}: {case['name']}"
            assert name not in found, f"two cases named {name}"
            found[name] = case
    return found


def run_case(case: Case, replay: Replay) -> Outcome:
    """Build the snapshot, load the rules, replay."""
    with closing(open_snapshot(told(case))) as connection:
        facts, directory = read_facts(connection, read_history(connection)), read_directory(connection)
        cascade = case.get("max_cascade", 5)
        assert isinstance(cascade, int)
        return replay(ruleset_of(case), facts, directory, max_cascade=cascade)


def ruleset_of(case: Case) -> RuleSet:
    """`settings` (zone, hours, lists) and `rules` of a case as one rule set."""
    rules = str(case["rules"]) if "rules" in case else json.dumps(_asking(case))
    body = "".join(f"  {line}\n" for line in rules.splitlines())
    ruleset, _ = load_text(f"version: 1\nname: case\n{case.get('settings', '')}\nrules:\n{body}", "case")
    return ruleset


def _asking(case: Case) -> list[object]:
    """One rule for each of the `conditions`, asked when the ticket is created."""
    conditions = case.get("conditions", {})
    assert isinstance(conditions, Mapping)
    return [
        {"id": id, "name": id, "on": ["ticket-created"], "if": condition, "then": []}
        for id, condition in conditions.items()
    ]


def check(case: Case, replay: Replay) -> None:
    """Fail where the outcome is not what the case expects."""
    expected = case["expect"]
    assert isinstance(expected, Mapping)
    outcome = run_case(case, replay)
    assert {part: PARTS[part](outcome, expected[part]) for part in expected} == dict(expected)


def line_of(change: Change | Refusal) -> str:
    """A change or refusal as one line; outside changes have no trigger, depth, rule and branch."""
    own = f" {change.trigger} {change.depth} {change.rule} {change.branch}" if change.rule is not None else ""
    reason = f" ({change.reason})" if isinstance(change, Refusal) else ""
    what = f"{_shown(change.field, change.before)} -> {_shown(change.field, change.after)}"
    return f"{change.event}{own} {change.action} {change.field}: {what}{reason}"


def _shown(field: str, value: FieldState) -> str:
    if field == "snooze" and isinstance(value, int):
        return format_instant(value)
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def _tickets(outcome: Outcome) -> Iterable[TicketOutcome]:
    return outcome.tickets.values()


def _trail(outcome: Outcome, _: object) -> list[str]:
    return [line_of(change) for ticket in _tickets(outcome) for change in ticket.changes if change.rule is not None]


def _all_changes(outcome: Outcome, _: object) -> list[str]:
    return [line_of(change) for ticket in _tickets(outcome) for change in ticket.changes]


def _outside(outcome: Outcome, _: object) -> list[str]:
    return [line_of(change) for ticket in _tickets(outcome) for change in ticket.changes if change.rule is None]


def _refusals(outcome: Outcome, _: object) -> list[str]:
    return [line_of(refusal) for ticket in _tickets(outcome) for refusal in ticket.refusals]


def _final(outcome: Outcome, expected: object) -> dict[object, dict[str, object]]:
    """Of each ticket named, the fields named."""
    assert isinstance(expected, Mapping)
    return {
        id: {field: _field(outcome.tickets[id].final, field) for field in fields} for id, fields in expected.items()
    }


def _field(final: Final, field: str) -> object:
    value = getattr(final, field)
    if field == "custom_fields":
        return {id: str(item) if isinstance(item, Decimal) else item for id, item in value}
    if field == "snooze" and value is not None:
        return format_instant(value)
    return list(value) if isinstance(value, tuple) else value


def _matches(outcome: Outcome, _: object) -> list[str]:
    flags = {(False, False): "", (True, False): " today", (False, True): " missing", (True, True): " today missing"}
    return [
        f"{match.event} {match.trigger} {match.depth} {match.rule}{flags[match.rests_on_today, match.rests_on_missing]}"
        for ticket in _tickets(outcome)
        for match in ticket.matches
    ]


def _hits(outcome: Outcome, _: object) -> list[str]:
    """Rules that matched at least once, sorted."""
    return sorted({match.rule for ticket in _tickets(outcome) for match in ticket.matches})


def _phases(outcome: Outcome, _: object) -> dict[int, dict[str, int]]:
    return {ticket.ticket: dict(ticket.phases) for ticket in _tickets(outcome)}


def _sent(outcome: Outcome, _: object) -> list[str]:
    lines = []
    for ticket in _tickets(outcome):
        for sent in ticket.sent:
            mail = f" to {', '.join(sent.to)}: {sent.subject}" if sent.action == "sendEmail" else ""
            lines.append(f"{ticket.ticket} {format_instant(sent.at)} {sent.rule} {sent.action}{mail}: {sent.text}")
    return lines


def _loops(outcome: Outcome, _: object) -> list[str]:
    return [
        f"{loop.event} {loop.kind} {', '.join(loop.rules)}" for ticket in _tickets(outcome) for loop in ticket.loops
    ]


def _skipped(outcome: Outcome, _: object) -> dict[int, int]:
    return {ticket.ticket: ticket.skipped_assignments for ticket in _tickets(outcome)}


def _not_simulated(outcome: Outcome, _: object) -> list[str]:
    return [f"{rule} {what}" for ticket in _tickets(outcome) for rule, what in ticket.not_simulated]


PARTS = {
    "trail": _trail,
    "changes": _all_changes,
    "outside": _outside,
    "refusals": _refusals,
    "final": _final,
    "matches": _matches,
    "hits": _hits,
    "phases": _phases,
    "sent": _sent,
    "loops": _loops,
    "skipped": _skipped,
    "not_simulated": _not_simulated,
}
