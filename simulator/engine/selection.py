"""Which tickets a run reports: by the period of their creation, a condition at their start, a sample of customers.

Selection never touches the replay: every ticket of a chosen customer is replayed, whole.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from simulator.engine.columns import Bits, FactTest
from simulator.engine.conditions import Check, compile_check, fact_tests
from simulator.engine.moment import Moment, Unpacked
from simulator.engine.phases import CREATED
from simulator.engine.state import Shared
from simulator.facts.directory import Directory
from simulator.facts.history import Start
from simulator.hours import NEVER
from simulator.rules.model import Condition


@dataclass(frozen=True, slots=True)
class Sample:
    """So many customers, or such a share of them; the seed decides which."""

    count: int | None = None
    share: Fraction | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Selection:
    """[since, until) on the ticket's creation, a condition before the first phase, a sample of customers."""

    since: int | None = None
    until: int | None = None
    where: Condition | None = None
    sample: Sample | None = None


def selection_tests(selection: Selection) -> Iterator[FactTest]:
    """The fact conditions that the selection reads."""
    if selection.where is not None:
        yield from fact_tests(selection.where, NEVER)


def select(selection: Selection, bits: Bits, directory: Directory) -> frozenset[int]:
    """The ids of the tickets to report."""
    tickets = bits.facts.history.tickets
    chosen = picked(selection, tickets)
    if selection.where is not None:
        check = compile_check(selection.where, CREATED, bits, NEVER)
        chosen = [row for row in chosen if _holds_at_start(check, row, bits, directory)]
    return frozenset(tickets[row].id for row in chosen)


def picked(selection: Selection, tickets: Sequence[Start]) -> list[int]:
    """The rows of the tickets that period and sample choose; the condition is not asked."""
    chosen = [
        row
        for row, ticket in enumerate(tickets)
        if (selection.since is None or ticket.created_at >= selection.since)
        and (selection.until is None or ticket.created_at < selection.until)
    ]
    if selection.sample is None:
        return chosen
    people = _sampled(selection.sample, [_person(ticket) for ticket in tickets])
    return [row for row in chosen if _person(tickets[row]) in people]


def _holds_at_start(check: Check | bool, row: int, bits: Bits, directory: Directory) -> bool:
    if isinstance(check, bool):
        return check
    facts = bits.facts
    ticket, event = facts.history.tickets[row], facts.history.first[row]
    packing = bits.common.packing
    packed, rest = packing.start(ticket.spam, ticket.spam_today), Unpacked(ticket.subject)
    at = facts.history.at[event]
    moment = Moment(facts, directory, packing, ticket, event, at, packed, rest, Shared(), plain=False)
    moment.trigger = CREATED
    return check(bits.rows[event], moment)


def _person(ticket: Start) -> str:
    """Who a ticket belongs to in a sample: its customer, or itself."""
    return f"ticket:{ticket.id}" if ticket.customer_id is None else f"customer:{ticket.customer_id}"


def _sampled(sample: Sample, people: list[str]) -> frozenset[str]:
    """The people whose digest comes first: a larger sample of the same seed holds the smaller one."""
    known = sorted(set(people), key=lambda one: hashlib.sha256(f"{sample.seed}:{one}".encode()).digest())
    count = sample.count if sample.share is None else math.ceil(sample.share * len(known))
    return frozenset(known[:count])
