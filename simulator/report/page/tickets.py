"""The changed tickets: what changes, which rules did it, and the time line of each. The most telling first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diff.values import Edit
from simulator.facts.history import Start
from simulator.outcome import Outcome
from simulator.projection.values import Sales
from simulator.report.page.moves import Move, move_of_edit
from simulator.report.page.timeline import Event, time_line
from simulator.report.ranking import changed_tickets

ROWS = 60
"""How many tickets stand in the page itself; the script shows the others."""

EVENTS = 60
"""How many events of a ticket its time line shows: the first ones at which the sides differ come before all others."""


class TicketFacts(NamedTuple):
    """What a page may tell of a ticket: nothing that anybody wrote, nobody's name."""

    customer: int | None
    created: int
    channel: str | None


def facts_of(tickets: Iterable[Start]) -> dict[int, TicketFacts]:
    """The facts of a history's tickets, by id."""
    return {start.id: TicketFacts(start.customer_id, start.created_at, start.channel) for start in tickets}


class EditRow(NamedTuple):
    """One field that ends differently, and the rules behind it on either side."""

    move: Move
    direct: bool
    rules_before: tuple[str, ...]
    rules_after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """A changed ticket. `created` and `channel` are None where unknown; `carried`: its orders on the before side."""

    ticket: int
    customer: int | None
    created: int | None
    channel: str | None
    carried: Mapping[str, Sales]
    edits: tuple[EditRow, ...]
    events: tuple[Event, ...]
    events_cut: int = 0


Carried = Callable[[int], Mapping[str, Sales]]


def cards(
    edits: Sequence[Edit], before: Outcome, after: Outcome, facts: Mapping[int, TicketFacts], carried: Carried
) -> tuple[Card, ...]:
    """All changed tickets, the most telling first."""
    ranked = changed_tickets(edits)
    return tuple(_card(ticket, own, before, after, facts.get(ticket), carried) for ticket, own in ranked)


def _card(
    ticket: int, edits: Sequence[Edit], before: Outcome, after: Outcome, facts: TicketFacts | None, carried: Carried
) -> Card:
    events = time_line(before.tickets.get(ticket), after.tickets.get(ticket))
    return Card(
        ticket=ticket,
        customer=edits[0].customer,
        created=None if facts is None else facts.created,
        channel=None if facts is None else facts.channel,
        carried=carried(ticket),
        edits=tuple(EditRow(move_of_edit(e), e.direct, e.rules_before, e.rules_after) for e in edits),
        events=_most_telling(events),
        events_cut=max(len(events) - EVENTS, 0),
    )


def _most_telling(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """At most EVENTS of them in their order; where there are more, those at which the sides differ stay first."""
    if len(events) <= EVENTS:
        return events
    ranked = sorted(range(len(events)), key=lambda place: (events[place].same, place))
    return tuple(events[place] for place in sorted(ranked[:EVENTS]))
