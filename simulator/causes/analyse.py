"""ANALYSE: a comparison that is done -> CAUSES. The whole stage as one function."""

from __future__ import annotations

from simulator.causes.by_edit import by_edit
from simulator.causes.by_rule import by_rule
from simulator.causes.causes import causes_of
from simulator.causes.stability import stability_of
from simulator.causes.trials import Compared, trials
from simulator.causes.values import Causes

LEAST_ROOM = 100_000


USUAL_CHANGES = 16
"""So many changes on a ticket are usual; where there are more, each replay of one takes longer."""


def room_for(tickets: int, changes: int) -> int:
    """How many tickets are replayed over again by default: about as many as the replay of one side takes.

    `changes`: what rules changed on all of them; where that is a hundred things a ticket, fewer are replayed.
    """
    return max(LEAST_ROOM, tickets) // max(1, changes // (USUAL_CHANGES * max(1, tickets)))


LEAST_WORTH = 10_000
"""With less room than this nothing of worth can be told, and it would still take minutes."""


def analyse(with_: Compared) -> Causes | None:
    """Causes, by edit, by rule of either side, and stability; None where rules change too much on each ticket."""
    if with_.room is not None and with_.room < LEAST_WORTH:
        return None
    found = trials(with_)
    flows = with_.flows
    return Causes(
        causes=causes_of(with_, found),
        by_edit=by_edit(with_, found),
        before=by_rule(with_, 0, flows[0]),
        after=by_rule(with_, 1, flows[1]),
        stability=stability_of(with_.diff, with_.households.history, with_.reported),
    )
