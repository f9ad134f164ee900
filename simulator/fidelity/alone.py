"""Fidelity without a candidate: the live rules of a snapshot replayed, and compared with what they really did."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from simulator.diagnostics import Diagnostic, Severity
from simulator.engine.columns import Bits
from simulator.engine.program import fact_tests_of
from simulator.engine.replay import replay
from simulator.engine.selection import Selection, select, selection_tests
from simulator.errors import InputError, NothingToReplay
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.history import History
from simulator.facts.read_history import read_history
from simulator.fidelity.measure import measure, yardstick
from simulator.fidelity.values import Fidelity
from simulator.rules.model import RuleSet


class Asked(NamedTuple):
    """What to compare: a selection, and of it only these tickets (all where there are none), replayed in this way."""

    selection: Selection
    tickets: frozenset[int]
    facts: Literal["as-of", "current"]
    max_cascade: int


class Alone(NamedTuple):
    """The comparison, the rules that were replayed (None where none were), and the history that they ran on."""

    fidelity: Fidelity
    live: RuleSet | None
    history: History


def measure_alone(connection: sqlite3.Connection, asked: Asked, begin: Callable[[str], None]) -> Alone:
    """The whole of it. Raises NothingToReplay where no ticket is selected, InputError U007 for an unknown ticket.

    `begin` is told the name of each stage as it begins.
    """
    stick = yardstick(connection)
    begin("reading history")
    history = read_history(connection)
    _look_up(asked.tickets, history)
    begin("reading facts")
    facts, directory = read_facts(connection, history, asked.facts), read_directory(connection)
    tests = [*selection_tests(asked.selection), *(test for rules in stick.rulesets for test in fact_tests_of(rules))]
    facts.prepare(one.test.path for one in tests)
    bits = Bits(facts, tests)
    selected = select(asked.selection, bits, directory)
    selected &= asked.tickets or selected
    if not selected:
        raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no ticket to replay"))
    begin("replaying and comparing")
    fidelity = measure(stick, connection, bits, selected, lambda live: replay(live, bits, directory, asked.max_cascade))
    return Alone(fidelity, stick.live, history)


def _look_up(wanted: Collection[int], history: History) -> None:
    ids = sorted(ticket.id for ticket in history.tickets)
    unknown = sorted({*wanted} - {*ids})
    if unknown:
        raise InputError(_unknown(ticket, ids) for ticket in unknown)


def _unknown(ticket: int, ids: list[int]) -> Diagnostic:
    near = f"the nearest is {min(ids, key=lambda one: (abs(one - ticket), one))}" if ids else None
    return Diagnostic("U007", Severity.ERROR, f"there is no ticket {ticket} in the snapshot", help=near)
