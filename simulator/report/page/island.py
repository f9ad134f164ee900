"""The island: every changed ticket as compact JSON for the page's script, which shows it as text and nothing else.

Equal parts are stored once and named by their place. All texts in it have been made visible (`<U+202E>`) before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from simulator.escape import for_terminal
from simulator.report.json_text import Json
from simulator.report.page.formats import net
from simulator.report.page.moves import Move
from simulator.report.page.tickets import Card, EditRow
from simulator.report.page.timeline import Event, Step

LIMIT = 4_200_000
"""Characters of JSON for the tickets: what is beyond is cut, and the page says so."""


@dataclass
class _Pool:
    """Values stored once, each named by the place where it stands."""

    items: list[Json] = field(default_factory=list)
    places: dict[object, int] = field(default_factory=dict)
    size: int = 0

    def place(self, key: object, pack: Callable[[], Json]) -> int:
        """Where the value stands; `key` tells equal ones, `pack` makes the first of them."""
        found = self.places.get(key)
        if found is None:
            value = pack()
            found = self.places[key] = len(self.items)
            self.items.append(value)
            self.size += _size(value)
        return found


@dataclass(frozen=True, slots=True)
class Island:
    """`data`: `texts`, `moves`, `steps` and `tickets`; `kept`: how many tickets are in it."""

    data: dict[str, Json]
    kept: int


def island(cards: Sequence[Card], limit: int = LIMIT) -> Island:
    """As many of the tickets as fit, in their order."""
    packer = _Packer()
    tickets: list[Json] = []
    size = 0
    for card in cards:
        packed = packer.card(card)
        size += _size(packed)
        if size + packer.size > limit:
            break
        tickets.append(packed)
    data: dict[str, Json] = {
        "texts": packer.texts.items,
        "moves": packer.moves.items,
        "steps": packer.steps.items,
        "tickets": tickets,
    }
    return Island(data, len(tickets))


def _size(value: Json) -> int:
    return len(json.dumps(value, separators=(",", ":"))) + 1


class _Packer:
    """Cards -> arrays of numbers."""

    def __init__(self) -> None:
        self.texts, self.moves, self.steps = _Pool(), _Pool(), _Pool()

    @property
    def size(self) -> int:
        """Characters of what is stored once."""
        return self.texts.size + self.moves.size + self.steps.size

    def card(self, card: Card) -> Json:
        """[ticket, customer, created (microseconds), channel, carried, edits, events, events left out]."""
        return [
            card.ticket,
            card.customer,
            card.created,
            self._maybe(card.channel),
            self._maybe(net(card.carried) or None),
            [self._edit(edit) for edit in card.edits],
            [self._event(event) for event in card.events],
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

    def _edit(self, edit: EditRow) -> Json:
        """[move, direct, rules before, rules after]."""
        return [
            self._move(edit.move),
            int(edit.direct),
            self._names(edit.rules_before),
            self._names(edit.rules_after),
        ]

    def _event(self, event: Event) -> Json:
        """[kind, ref, reply, at (microseconds), before, after]; after is missing where both sides did the same."""
        before: list[Json] = [self._step(step) for step in event.before]
        named: list[Json] = [self._text(event.kind), for_terminal(event.ref), for_terminal(event.reply), event.at]
        return [*named, before] if event.same else [*named, before, [self._step(step) for step in event.after]]
