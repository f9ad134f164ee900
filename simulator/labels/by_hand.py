"""By hand: a rule set against the tags that agents set, as the event history of a snapshot tells.

The agents' own taggings are withheld from the replay: else rules would find done what they are asked to do. All else
that happened is replayed as ever, the phases of these events too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Literal, NamedTuple

from simulator.diagnostics import Diagnostic, Severity
from simulator.engine.columns import Bits
from simulator.engine.program import fact_tests_of
from simulator.engine.replay import replay
from simulator.engine.selection import Selection, select, selection_tests
from simulator.errors import NothingToReplay
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.history import History, Kind
from simulator.facts.read_history import read_history
from simulator.facts.values import Value
from simulator.labels.score import put_on, score, tags_of
from simulator.labels.values import Labels, Truth
from simulator.outcome import Outcome
from simulator.rules.model import RuleSet


class Asked(NamedTuple):
    """Which tickets to compare, by which tags (none: those that rules put and people set), replayed in this way."""

    selection: Selection
    tags: frozenset[str]
    facts: Literal["as-of", "current"]
    max_cascade: int


class Labelled(NamedTuple):
    """The comparison, the outcome that it is about, and the tickets that it counts."""

    labels: Labels
    outcome: Outcome
    tickets: Collection[int]


def measure_by_hand(
    connection: sqlite3.Connection, ruleset: RuleSet, asked: Asked, begin: Callable[[str], None]
) -> Labelled:
    """The whole of it. Raises NothingToReplay where no selected ticket has an event history."""
    begin("reading history")
    history, truth = withheld(read_history(connection), _hands(connection))
    begin("reading facts")
    facts, directory = read_facts(connection, history, asked.facts), read_directory(connection)
    tests = [*selection_tests(asked.selection), *fact_tests_of(ruleset)]
    facts.prepare(one.test.path for one in tests)
    bits = Bits(facts, tests)
    selected = select(asked.selection, bits, directory)
    kept = {ticket: tags for ticket, tags in truth.items() if ticket in selected}
    if not kept:
        raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no ticket with an event history to compare"))
    begin("replaying and comparing")
    outcome = replay(ruleset, bits, directory, asked.max_cascade)
    put = put_on(outcome, kept)
    scored = asked.tags or (tags_of(ruleset) | set().union(*put.values())) & set().union(*kept.values())
    return Labelled(score(kept, put, scored, len(selected) - len(kept)), outcome, kept)


def withheld(history: History, hands: frozenset[str]) -> tuple[History, Truth]:
    """The history without the taggings by hand (event keys), and the tags that these leave on each ticket.

    Only tickets with an event history are in the truth: of the others nobody knows who set a tag.
    """
    values: list[Value | None] = list(history.value)
    truth: dict[int, set[str]] = {ticket.id: set() for ticket in history.tickets if ticket.full}
    for row, kind in enumerate(history.kind):
        if kind not in (Kind.TAGS_ADDED, Kind.TAGS_REMOVED) or history.key[row] not in hands:
            continue
        tags, ticket = values[row], history.tickets[history.ticket[row]].id
        values[row] = ()
        if isinstance(tags, tuple) and ticket in truth:
            truth[ticket] = truth[ticket] | {*tags} if kind == Kind.TAGS_ADDED else truth[ticket] - {*tags}
    return replace(history, value=values), truth


def _hands(connection: sqlite3.Connection) -> frozenset[str]:
    """The keys of the taggings that somebody signed."""
    rows = connection.execute(
        "SELECT id FROM event WHERE type IN ('ticket-tags-added', 'ticket-tags-removed') AND user_id IS NOT NULL"
    )
    return frozenset(f"event:{id}" for (id,) in rows)
