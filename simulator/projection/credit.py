"""Who gets the credit: the assignee (and the team) at the ticket's last close (step 7, and step 10 for new rules).

Reassigning a ticket after its close changes nothing. A ticket that is open or reopened at as_of credits nobody yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple

from simulator.projection.values import Ticket, TicketEvent

UNASSIGNED: Literal["(unassigned)"] = "(unassigned)"
NOT_CLOSED: Literal["(not closed)"] = "(not closed)"
Holder = int | Literal["(unassigned)", "(not closed)"]
"""A user's or team's id, or why there is none."""


class Basis(StrEnum):
    """What a credit rests on."""

    EVENTS = "events"
    CURRENT = "from current value"
    KEPT = "kept from history: no events to replay"


class Credit(NamedTuple):
    """Agent and team of a ticket at its last close."""

    agent: Holder
    team: Holder
    basis: Basis = Basis.EVENTS


OPEN = Credit(NOT_CLOSED, NOT_CLOSED)


def credit_of(ticket: Ticket, as_of: int) -> Credit:
    """The credit by the recorded events up to `as_of`, in the order of (at, id).

    Without any event: the current assignee of a closed ticket (basis CURRENT), else nobody.
    """
    if not ticket.events:
        return _current(ticket)
    return _replay(sorted((e for e in ticket.events if e.at <= as_of), key=_when))


def credit_with_rules(ticket: Ticket, simulated: Sequence[TicketEvent], as_of: int) -> Credit:
    """The credit had the rules made the `simulated` changes (their order counts, ids do not).

    Assignments that rules made in history are dropped; the simulated ones stand before history's events of the same
    instant; human ones stay; automatic ones are ignored while the ticket is already assigned. Simulated closes and
    reopenings count only if history never closes the ticket. A ticket without events keeps history's credit (basis
    KEPT), unless `full_history` says that there really was no change.

    To compare two rule sets, use this for both sides: automatic assignments then give way alike.
    """
    if not ticket.events and (ticket.status == "closed" or not ticket.full_history):
        return _current(ticket)._replace(basis=Basis.KEPT)
    history = [e for e in ticket.events if e.at <= as_of and not _rule_assigned(e)]
    closes_itself = any(e.type == "closed" for e in history)
    new = [e for e in simulated if e.at <= as_of and not (closes_itself and e.type in ("closed", "reopened"))]
    placed = [((e.at, 0, 0), e) for e in new] + [((e.at, 1, e.id), e) for e in history]
    return _replay((event for _, event in sorted(placed, key=lambda pair: pair[0])), automatic_yields=True)


def _when(event: TicketEvent) -> tuple[int, int]:
    return event.at, event.id


def _current(ticket: Ticket) -> Credit:
    if ticket.status != "closed":
        return OPEN
    return Credit(_holder(ticket.assignee_user_id), _holder(ticket.assignee_team_id), Basis.CURRENT)


def _holder(holder: int | None) -> Holder:
    return UNASSIGNED if holder is None else holder


def _rule_assigned(event: TicketEvent) -> bool:
    return event.by == "rule" and event.type not in ("closed", "reopened")


def _replay(events: Iterable[TicketEvent], automatic_yields: bool = False) -> Credit:
    agent: int | None = None
    team: int | None = None
    credit = OPEN
    for event in events:
        kind = event.type
        yields = automatic_yields and event.by == "auto"
        if kind == "closed":
            credit = Credit(_holder(agent), _holder(team))
        elif kind == "reopened":
            credit = OPEN
        elif kind == "assigned":
            agent = agent if yields and agent is not None else event.user_id
        elif kind == "team_assigned":
            team = team if yields and team is not None else event.team_id
        elif kind == "unassigned":
            agent = None
        else:
            team = None
    return credit
