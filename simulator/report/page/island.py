"""The island: every changed ticket as compact JSON for the page's script, which shows it as text and nothing else.

Equal parts are stored once and named by their place. All texts in it have been made visible (`<U+202E>`) before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, takewhile

from simulator.escape import for_terminal
from simulator.instants import SECOND
from simulator.report.json_text import Json
from simulator.report.page.formats import net
from simulator.report.page.moves import Move
from simulator.report.page.tickets import Card, EditRow
from simulator.report.page.timeline import Event, Step

LIMIT = 4_000_000
"""Characters of JSON for the tickets: what is beyond is cut, and the page says so."""


_NUMBER = re.compile(r"[1-9][0-9]{0,14}", re.ASCII)


@dataclass
class _Pool:
    """Values stored once, each named by the place where it stands."""

    items: list[Json] = field(default_factory=list)
    places: dict[object, int] = field(default_factory=dict)

    def place(self, key: object, pack: Callable[[], Json]) -> int:
        """Where the value stands; `key` tells equal ones, `pack` makes the first of them."""
        found = self.places.get(key)
        if found is None:
            value = pack()
            found = self.places[key] = len(self.items)
            self.items.append(value)
        return found


@dataclass(frozen=True, slots=True)
class Island:
    """`data`: `texts`, `moves`, `steps`, `panes`, `edits` and `tickets`; `kept`: how many tickets are in it."""

    data: dict[str, Json]
    kept: int


def island(cards: Sequence[Card], limit: int = LIMIT) -> Island:
    """As many of the tickets as fit, in their order."""
    packer = _Packer()
    tickets = [packer.card(card) for card in cards]
    pools: dict[str, Json] = {name: pool.items for name, pool in packer.pools.items()}
    kept = _fitting(tickets, limit - _size(pools))
    return Island({**pools, "tickets": tickets[:kept]}, kept)


def _fitting(tickets: Sequence[Json], room: int) -> int:
    """How many of the first tickets have room."""
    if _size(tickets) <= room:
        return len(tickets)
    ends = accumulate(_size(ticket) + 1 for ticket in tickets)
    return sum(1 for _ in takewhile(lambda end: end <= room, ends))


def _size(value: Json) -> int:
    return len(json.dumps(value, separators=(",", ":")))


class _Packer:
    """Cards -> arrays of numbers."""

    def __init__(self) -> None:
        self.texts, self.moves, self.steps, self.panes, self.edits = (_Pool() for _ in range(5))

    @property
    def pools(self) -> dict[str, _Pool]:
        """What is stored once, by name."""
        return {
            "texts": self.texts, "moves": self.moves, "steps": self.steps, "panes": self.panes, "edits": self.edits,
        }  # fmt: skip

    def card(self, card: Card) -> Json:
        """[ticket, customer, created (seconds), channel, carried, edits, start (microseconds), events, left out]."""
        start = card.events[0].at if card.events else 0
        return [
            card.ticket,
            card.customer,
            None if card.created is None else card.created // SECOND,
            self._maybe(card.channel),
            self._maybe(net(card.carried) or None),
            [self._edit(edit) for edit in card.edits],
            start,
            [self._event(event, start) for event in card.events],
            card.events_cut,
        ]

    def _text(self, text: str) -> int:
        return self.texts.place(text, lambda: for_terminal(text))

    def _maybe(self, text: str | None) -> int:
        return -1 if text is None else self._text(text)

    def _names(self, names: Iterable[str]) -> list[Json]:
        return [self._text(name) for name in names]

    def _move(self, move: Move) -> int:
        """[field, before, after, gained, lost, withheld]."""
        return self.moves.place(
            move,
            lambda: [
                self._text(move.field),
                self._maybe(move.before),
                self._maybe(move.after),
                self._names(move.gained),
                self._names(move.lost),
                int(move.withheld),
            ],
        )

    def _step(self, step: Step) -> int:
        """[rule, action, branch, depth, move]."""
        return self.steps.place(
            step,
            lambda: [
                self._maybe(step.rule),
                self._text(step.action),
                self._text(step.branch),
                step.depth,
                self._move(step.move),
            ],
        )

    def _pane(self, steps: tuple[Step, ...]) -> int:
        """The steps of one side at one event."""
        return self.panes.place(steps, lambda: [self._step(step) for step in steps])

    def _edit(self, edit: EditRow) -> int:
        """[move, direct, rules before, rules after]."""
        return self.edits.place(
            edit,
            lambda: [
                self._move(edit.move),
                int(edit.direct),
                self._names(edit.rules_before),
                self._names(edit.rules_after),
            ],
        )

    def _event(self, event: Event, start: int) -> Json:
        """[kind, ref, seconds since the start, before, after (-1: the same), reply, microseconds beyond the seconds].

        The last two are left out where they are empty.
        """
        seconds, micros = divmod(event.at - start, SECOND)
        packed: list[Json] = [
            self._text(event.kind),
            int(event.ref) if _NUMBER.fullmatch(event.ref) else for_terminal(event.ref),
            seconds,
            self._pane(event.before),
            -1 if event.same else self._pane(event.after),
        ]
        return [*packed, for_terminal(event.reply), micros] if event.reply or micros else packed
