"""Measure: the live rules of a snapshot, their replay, and the record of what they really did -> FIDELITY."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from simulator.engine.columns import Bits
from simulator.facts.rule_made import Amount, amount_of_record, read_rule_made
from simulator.fidelity.compare import Compared, compare
from simulator.fidelity.finals import read_exported
from simulator.fidelity.reasons import Rules
from simulator.fidelity.values import Fidelity
from simulator.outcome import Outcome
from simulator.rules.assume import Assumed
from simulator.rules.live import read_live
from simulator.rules.model import RuleSet


@dataclass(frozen=True)
class Yardstick:
    """The live rules of a snapshot that has a record of them; `why` there is none, where there is none."""

    live: RuleSet | None
    why: str = ""
    listed: bool = True  # False: the snapshot lists no rules at all

    def read_as(self, assumed: Assumed) -> Yardstick:
        """The same, with the live rules as they read under the choices that the helpdesk leaves open."""
        return self if self.live is None else replace(self, live=assumed.rules(self.live))

    @property
    def rulesets(self) -> tuple[RuleSet, ...]:
        """The rule sets to be replayed, whose fact conditions must be among the bits: the live one, or none."""
        return () if self.live is None else (self.live,)


def yardstick(connection: sqlite3.Connection) -> Yardstick:
    """The live rules, if there is anything to compare them with. Counts only, where there is not."""
    amount = amount_of_record(connection)
    why = _why_not(amount)
    if why:
        return Yardstick(None, why, amount.rules > 0)
    live, _ = read_live(connection)
    if not live.rules:
        return Yardstick(None, "none of the live rules can be simulated")
    return Yardstick(live)


def _why_not(amount: Amount) -> str:
    if not amount.rules:
        return "the snapshot has no live rules: import rules.json"
    if not amount.events:
        return "the snapshot has no event history: import the events, which record what rules did"
    if not amount.executions:
        return (
            f"none of the {amount.events:,} recorded events is of the type rule-executed: "
            "no rule ran, or the export leaves these events out"
        )
    return ""


def measure(
    stick: Yardstick,
    connection: sqlite3.Connection,
    bits: Bits,
    reported: Collection[int],
    replay: Callable[[RuleSet], Outcome],
) -> Fidelity:
    """The comparison over the reported tickets.

    `bits` hold the tests of the yardstick's rule sets; `replay` gives the outcome of the live rules, and is not called
    where there is nothing to compare with.
    """
    history = bits.facts.history
    why = stick.why or ("" if any(t.full and t.id in reported for t in history.tickets) else _NO_HISTORY)
    if stick.live is None or why:
        return Fidelity(why=why, listed=stick.listed, selected=len(reported))
    record = read_rule_made(connection)
    listed = {rule.name: rule for rule in record.rules}
    rules = Rules(listed, {rule.id: rule for rule in stick.live.rules})

    def ground(path: str, row: int) -> tuple[bool, bool]:
        today, missing = bits.provenance(path)
        return bool(today[row]), bool(missing[row])

    with_ = Compared(record, read_exported(connection), history, rules, ground, reported)
    return compare(with_, replay(stick.live))


_NO_HISTORY = "no ticket of the selection has an event history: there is no record of what rules did on it"
