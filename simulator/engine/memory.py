"""Memory: what a step did is done again wherever the rules would see the same thing, without asking them again.

Real histories repeat themselves. What rules do in an event depends on its look (see `program.py`) and on the bits of
the ticket's packed state that the rules possible there care for: that is the key. What is remembered holds for all
states that agree in those bits: which bits the step sets and takes away, which rules matched, what changed.

Not remembered is what depends on more: texts that are filled in, instants, what a customer's tickets share.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import NamedTuple

from simulator.engine.common import Common
from simulator.engine.moment import Effect, Hit, Retag
from simulator.engine.packing import FIELDS
from simulator.engine.step import Result
from simulator.outcome import Change, Loop, Match, Refusal, Sent

CAPACITY = 300_000
"""Steps remembered at most; when there are more, all are forgotten and the memory begins anew."""

_APART = frozenset({"snooze", "replies", "subject"})


class Entry(NamedTuple):
    """A remembered step. `number` is the same for steps that changed the same, of whichever program."""

    keep: int
    put: int
    effects: tuple[Effect | Retag, ...]
    hits: tuple[Hit, ...]
    phases: tuple[str, ...]
    loop: tuple[str, ...] | None
    not_simulated: tuple[tuple[str, str], ...]
    number: int

    @property
    def quiet(self) -> bool:
        """Whether no rule matched or acted."""
        return not self.hits and not self.effects and not self.not_simulated and self.loop is None


class Apart(NamedTuple):
    """What was done step by step, spelt out; `packed` is the state after."""

    packed: int
    changes: tuple[Change, ...]
    refusals: tuple[Refusal, ...]
    matches: tuple[Match, ...]
    instants: tuple[int, ...]  # of the matches
    sent: tuple[Sent, ...]
    loops: tuple[Loop, ...]
    phases: tuple[str, ...]
    not_simulated: tuple[tuple[str, str], ...]


class Known:
    """What is known of the rows of one look. `care` is 0 and `apart` true where nothing can be remembered."""

    __slots__ = ("apart", "care", "entries")

    def __init__(self, care: int, apart: bool) -> None:
        self.care, self.apart = care, apart
        self.entries: dict[int, Entry | None] = {}  # None: this step is not one to remember


class Memory(dict[int, Known]):
    """Look -> what is known of it. `capacity` 0: nothing is remembered, and the outcome is the same.

    All programs on a snapshot share one, as a look means the same in each of them.
    """

    def __init__(self, common: Common, capacity: int = CAPACITY) -> None:
        super().__init__()
        self._common, self._capacity = common, capacity
        self.quiet: dict[Hashable, tuple[str, ...]] = {}  # steps apart in which no rule matches or acts: their phases
        self.size = 0
        self.evaluated = 0  # steps that the rules were asked for

    def __missing__(self, look: int) -> Known:
        apart = self._capacity == 0 or look & self._common.apart != 0
        known = self[look] = Known(self._common.care_of(look), apart)
        return known

    def keep(self, look: int, packed: int, result: Result) -> Entry | None:
        """Remember what a step did to a packed state at a row of this look, if that can be."""
        entry = self._entry(packed, result)
        if self.size >= self._capacity:
            self.clear()
            self.size = 0
        known = self[look]
        known.entries[packed & known.care] = entry
        self.size += 1
        return entry

    def keep_quiet(self, key: Hashable, result: Result) -> bool:
        """Remember a step in which no rule matched or acted; whether it was one."""
        if result.hits or result.effects or result.not_simulated or result.loop is not None:
            return False
        if self._capacity:
            if len(self.quiet) >= self._capacity:
                self.quiet.clear()
            self.quiet[key] = tuple(result.phases)
        return True

    def _entry(self, packed: int, result: Result) -> Entry | None:
        if result.sent or any(isinstance(effect, Effect) and _is_apart(effect.field) for effect in result.effects):
            return None
        turned = packed ^ result.packed
        if turned & FIELDS.mask:
            turned |= FIELDS.mask  # custom fields are put as a whole, so that they can be renumbered
        entry = Entry(
            ~turned, result.packed & turned, tuple(result.effects), tuple(result.hits), tuple(result.phases),
            result.loop, tuple(result.not_simulated), 0,
        )  # fmt: skip
        return numbered(entry, entry.put, self._common)


def portable(entry: Entry) -> Entry:
    """An entry for another process, which has other numbers."""
    return entry._replace(number=0)


def numbered(entry: Entry, put: int, common: Common) -> Entry:
    """An entry with the number that its effects have here."""
    return entry._replace(put=put, number=common.number(tuple([_exactly(effect) for effect in entry.effects])))


def _is_apart(field: str) -> bool:
    return field in _APART or field.startswith("customer.")


def _exactly(effect: Effect | Retag) -> Hashable:
    """An effect that equals another only where nothing can tell them apart: true is not 1, and 0 not 0.00."""
    if isinstance(effect, Effect) and effect.field.startswith("custom_fields."):
        return effect, type(effect.before), str(effect.before), type(effect.after), str(effect.after)
    return effect
