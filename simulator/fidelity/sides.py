"""What rules did on one ticket, in the record and in the replay, in the same terms: units by occasion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from simulator.facts.rule_made import NOTE, REPLY, Executed, Made, Wrote
from simulator.facts.values import Value
from simulator.fidelity.occasions import Occasion, Occasions
from simulator.outcome import Change, Match, TicketOutcome


class Ran(NamedTuple):
    """A rule ran: its name in the rule set."""

    occasion: Occasion
    rule: str


class Did(NamedTuple):
    """A rule changed a field, or wrote a message (field `replies`; value REPLY or NOTE and the rule)."""

    occasion: Occasion
    field: str
    value: Value | None


EVENT_FIELDS = ("tags", "status", "assignee", "team", "subject", "snooze", "trashed")
"""Fields of which the helpdesk records each change."""

MESSAGES = "replies"
FIELDS = (*EVENT_FIELDS, MESSAGES)

SNOOZED = "set"
"""A snooze is compared by its being set: until when, depends on how far the log lags behind its cause."""


@dataclass
class Recorded:
    """The record of one ticket; changes with their instant."""

    ran: dict[Ran, Executed] = field(default_factory=dict)
    did: dict[Did, int] = field(default_factory=dict)


@dataclass
class Replayed:
    """The replay of one ticket. `effects`: executions that changed something; `wrote`: all fields that rules wrote."""

    ran: dict[Ran, list[Match]] = field(default_factory=dict)
    effects: set[Ran] = field(default_factory=set)
    did: dict[Did, str] = field(default_factory=dict)  # with the rule that did it
    wrote: set[str] = field(default_factory=set)


class OfTicket(NamedTuple):
    """The record of one ticket as it was read."""

    executed: list[Executed]
    made: list[Made]
    wrote: list[Wrote]


def recorded(of: OfTicket, occasions: Occasions, names: Mapping[int, str]) -> Recorded:
    """The record in units. A rule that the snapshot does not list is named by its number."""
    found = Recorded()
    for run in of.executed:
        found.ran.setdefault(Ran(occasions.recorded(run.context, run.at), rule_name(run.rule, names)), run)
    for made in of.made:
        value = SNOOZED if made.field == "snooze" else made.value
        found.did.setdefault(Did(occasions.recorded(made.context, made.at), made.field, value), made.at)
    for wrote in of.wrote:
        said = (wrote.action, rule_name(wrote.rule, names))
        found.did.setdefault(Did(occasions.recorded(wrote.context, wrote.at), MESSAGES, said), wrote.at)
    return found


def rule_name(number: int | None, names: Mapping[int, str]) -> str:
    """The name of a rule in the rule set, or its number where the snapshot does not list it."""
    return "rule without a number" if number is None else names.get(number, f"rule {number}")


def replayed(outcome: TicketOutcome, occasions: Occasions) -> Replayed:
    """The replay in units: what rules did; what came from outside is left out."""
    found = Replayed()
    for change in outcome.changes:
        occasion = occasions.replayed(change.event)
        if change.rule is None:
            continue
        found.effects.add(Ran(occasion, change.rule))
        found.wrote.add(change.field)
        for name, value in _units(change):
            found.did.setdefault(Did(occasion, name, value), change.rule)
    for match in outcome.matches:
        found.ran.setdefault(Ran(occasions.replayed(match.event), match.rule), []).append(match)
    return found


def _units(change: Change) -> Iterator[tuple[str, Value | None]]:
    if change.field == "tags":
        yield from (("tags", tag) for tag in _tags(change))
    elif change.field == "snooze":
        yield "snooze", SNOOZED
    elif change.field == MESSAGES and change.action in (REPLY, NOTE):
        yield MESSAGES, (change.action, change.rule or "")
    elif change.field in EVENT_FIELDS:
        yield change.field, change.after


def _tags(change: Change) -> Iterator[str]:
    before, after = ({*side} if isinstance(side, tuple) else set() for side in (change.before, change.after))
    yield from (f"+{tag}" for tag in sorted(after - before))
    yield from (f"-{tag}" for tag in sorted(before - after))


def by_ticket(executed: Iterable[Executed], made: Iterable[Made], wrote: Iterable[Wrote]) -> dict[int, OfTicket]:
    """The record, ticket by ticket."""
    found: dict[int, OfTicket] = {}
    for run in executed:
        _of(found, run.ticket).executed.append(run)
    for one in made:
        _of(found, one.ticket).made.append(one)
    for message in wrote:
        _of(found, message.ticket).wrote.append(message)
    return found


def _of(found: dict[int, OfTicket], ticket: int) -> OfTicket:
    own = found.get(ticket)
    if own is None:
        own = found[ticket] = OfTicket([], [], [])
    return own
