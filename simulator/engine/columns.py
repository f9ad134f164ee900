"""Fact conditions over whole columns: each distinct condition of both rule sets becomes one bit of each event."""

from __future__ import annotations

import json
from array import array
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from simulator.engine.common import Common
from simulator.engine.opening import open_at
from simulator.engine.scan import Words
from simulator.engine.state import SimulatedReply
from simulator.engine.truth import TIMED, holds, words_of
from simulator.facts.facts import Facts
from simulator.facts.folding import FoldedTexts
from simulator.facts.values import Column, Value
from simulator.hours import NEVER, BusinessHours
from simulator.rules.fields import Type, field_of
from simulator.rules.model import Test
from simulator.rules.operators import BUSINESS_HOURS

if TYPE_CHECKING:
    from simulator.engine.memory import Memory

Mask = npt.NDArray[np.bool_]
Packed = npt.NDArray[np.uint8]
"""A flag for each event row, eight in a byte."""


class FactTest(NamedTuple):
    """A condition on a fact, with the hours it reads (NEVER for all but the hours operators and any-typed instants)."""

    test: Test
    hours: BusinessHours


def fact_test(test: Test, hours: BusinessHours) -> FactTest:
    """The condition as a key: hours take part only where they are read."""
    return FactTest(test, hours if test.operator in BUSINESS_HOURS or test.reads == "datetime" else NEVER)


class Bits:
    """The truth of every fact condition at every event row: `mask(test)` over rows, `rows[i]` as one integer."""

    def __init__(self, facts: Facts, tests: Iterable[FactTest]) -> None:
        self.facts = facts
        self.tests: tuple[FactTest, ...] = tuple(dict.fromkeys(tests))
        self.index: dict[FactTest, int] = {test: place for place, test in enumerate(self.tests)}
        self._masks = _packed_masks(facts, self.tests)
        self._provenance: dict[str, tuple[Mask, Mask]] = {}
        self.rows: list[int] = pack(
            ((place, self.mask(test)) for place, test in enumerate(self.tests)), len(facts.history.at), len(self.tests)
        )
        messages = [i for i, t in enumerate(self.tests) if t.test.path.startswith("message.")]
        self._of_message = sum(1 << place for place in messages)
        self._dated = tuple(i for i in messages if _dated(self.tests[i].test))
        self._of_reply: defaultdict[str, list[int]] = defaultdict(list)  # path -> tests of what a reply says
        for place in messages:
            if not _dated(self.tests[place].test):
                self._of_reply[self.tests[place].test.path].append(place)
        self._replies: dict[tuple[str, Value | None], int] = {}
        self.memories: dict[Hashable, Memory] = {}  # what was learnt on these columns, by what was assumed
        self.moving: tuple[int, ...] = tuple(i for i, t in enumerate(self.tests) if _moves(t.test))

    @cached_property
    def common(self) -> Common:
        """What all programs on these columns share."""
        return Common(self.facts.history)

    def mask(self, test: FactTest) -> Mask:
        """Where the condition is true: one flag an event row."""
        packed, rows = self._masks[self.index[test]], len(self.facts.history.at)
        return np.unpackbits(packed, count=rows, bitorder="little").view(np.bool_)

    def provenance(self, path: str) -> tuple[Mask, Mask]:
        """Of a fact, for each event row: is the value only today's, is it missing."""
        if path not in self._provenance:
            column = self.facts.column(path)
            absent = np.append(column.absent, True)
            today = np.append(np.asarray(column.today, dtype=np.bool_), False)
            self._provenance[path] = (today & ~absent)[column.rows], absent[column.rows]
        return self._provenance[path]

    def with_reply(self, bits: int, reply: SimulatedReply, now: int) -> int:
        """The bits of an event on a ticket whose last message is a simulated reply."""
        bits &= ~self._of_message
        for path, places in self._of_reply.items():
            value = reply.field(path)
            known = self._replies.get((path, value))
            if known is None:
                known = self._replies[path, value] = self._true_of(reply, places, now)
            bits |= known
        return bits | self._true_of(reply, self._dated, now)

    def _true_of(self, reply: SimulatedReply, places: Iterable[int], now: int) -> int:
        bits = 0
        for place in places:
            test, hours = self.tests[place]
            if holds(test, reply.field(test.path), now, hours):
                bits |= 1 << place
        return bits

    def at(self, row: int, now: int) -> int:
        """The bits on the ticket of event row `row`, after that event, at a later instant."""
        bits = self.rows[row]
        for place in self.moving:
            test, hours = self.tests[place]
            value = self.facts.seen(test.path, row, now).value
            bits = bits | 1 << place if holds(test, value, now, hours) else bits & ~(1 << place)
        return bits


def _dated(test: Test) -> bool:
    """Whether the truth depends on when a message was sent."""
    return test.operator in TIMED or test.path in ("message.created_datetime", "message.sent_datetime")


def _moves(test: Test) -> bool:
    """Whether the truth can change between two events: by the passing of time, or because the fact is as of then."""
    return test.operator in TIMED or not test.path.startswith("message.")


def pack(masks: Iterable[tuple[int, Mask]], rows: int, width: int) -> list[int]:
    """One integer of `width` bits an event row, from (bit, mask) pairs; a bit without a mask is 0.

    Equal ones are one object: real histories repeat themselves.
    """
    words = np.zeros((max(1, -(-width // 64)), rows), np.uint64)
    for bit, mask in masks:
        words[bit // 64] |= np.left_shift(mask, np.uint64(bit % 64), dtype=np.uint64)
    first, *others = (word.tolist() for word in words)
    known: dict[int | tuple[int, ...], int] = {}
    if not others:
        return [known.setdefault(number, number) for number in first]
    packed = []
    for parts in zip(first, *others, strict=True):
        number = known.get(parts)
        if number is None:
            number = known[parts] = sum(part << 64 * place for place, part in enumerate(parts))
        packed.append(number)
    return packed


def _packed_masks(facts: Facts, tests: Sequence[FactTest]) -> list[Packed]:
    """The truth of each test over all rows: out of the cache, or worked out, those of a path together."""
    rows = len(facts.history.at)
    found: dict[FactTest, Packed] = {}
    missing: dict[str, list[FactTest]] = defaultdict(list)
    for test in tests:
        kept = facts.cache.get(_name(facts, test)) if _may_keep(test) else None
        if kept is not None and len(kept) == (rows + 7) // 8:
            found[test] = np.frombuffer(kept, np.uint8)
        else:
            missing[test.test.path].append(test)
    for path, wanted in missing.items():
        for test, mask in zip(wanted, _on_column(facts, path, wanted), strict=True):
            found[test] = np.packbits(mask, bitorder="little")
            if _may_keep(test):
                facts.cache.put(_name(facts, test), found[test].tobytes())
    return [found[test] for test in tests]


def _may_keep(test: FactTest) -> bool:
    """Whether the truth follows from snapshot and program alone: hours also go by the time zones of the system."""
    return test.hours == NEVER and test.test.reads != "datetime"


def _name(facts: Facts, test: FactTest) -> str:
    """What the truth of a test is called in the cache: all that makes it another test."""
    path, operator, operand, reads = test.test.path, test.test.operator, test.test.operand, test.test.reads
    written = str(operand) if isinstance(operand, Decimal) else operand
    assumed = [] if test.test.missing and not test.test.exact else [test.test.missing, test.test.exact]
    return "truth/" + json.dumps([facts.mode, path, operator, type(operand).__name__, written, reads, *assumed])


def _on_column(facts: Facts, path: str, tests: Sequence[FactTest]) -> list[Mask]:
    field = field_of(path)
    assert field is not None
    now = np.asarray(facts.history.at, dtype=np.int64)
    searched = [t for t in tests if field.type is Type.TEXT and t.test.operator in _COMBINE and not t.test.exact]
    by_words = _by_words(facts.texts(path), [t.test for t in searched]) if searched else {}
    column = facts.column(path)
    masks = []
    for test in tests:
        if test.test in by_words:
            truth = by_words[test.test]
            masks.append(_gather(column, truth if test.test.missing else truth & ~column.absent, test))
        elif test.test.operator in TIMED:
            masks.append(_timed(column, now, test))
        elif test.test.operator in BUSINESS_HOURS and field.type is Type.DATETIME:
            wanted = test.test.operator == "duringBusinessHours"
            masks.append(_gather(column, (open_at(test.hours, _instants(column)) == wanted) & ~column.absent, test))
        else:
            masks.append(_gather(column, _one_by_one(test, column.values), test))
    return masks


def _gather(column: Column, truth: Mask, test: FactTest) -> Mask:
    """The truth of each row from that of its value; the last entry stands for a missing value (row -1)."""
    absent = holds(test.test, None, 0, test.hours)
    gathered: Mask = np.append(truth, absent)[column.rows]
    return gathered


def _one_by_one(test: FactTest, values: Sequence[Value | None]) -> Mask:
    return np.fromiter((holds(test.test, value, 0, test.hours) for value in values), np.bool_, len(values))


def _by_words(texts: Iterable[FoldedTexts], tests: Sequence[Test]) -> dict[Test, Mask]:
    """The truth of tests that look for words, over all texts: one pass."""
    words = Words(word for test in tests for word in words_of(test))
    parts: dict[Test, list[Mask]] = {test: [] for test in tests}
    for run in texts:
        found = words.search(run)
        for test, truths in parts.items():
            combine, negate, where = _COMBINE[test.operator]
            truth: Mask = combine.reduce(found.of(words_of(test), where), axis=0)
            truths.append(~truth if negate else truth)
    return {test: np.concatenate([np.zeros(0, np.bool_), *truths]) for test, truths in parts.items()}


_COMBINE: dict[str, tuple[np.ufunc, bool, str]] = {
    "containsAny": (np.logical_or, False, "anywhere"),
    "containsAll": (np.logical_and, False, "anywhere"),
    "notContainsAny": (np.logical_or, True, "anywhere"),
    "notContainsAll": (np.logical_and, True, "anywhere"),
    "startsWith": (np.logical_or, False, "start"),
    "endsWith": (np.logical_or, False, "end"),
}
"""Text operators: how the occurrences of their words combine, whether the result is negated, and where they count."""


def _timed(column: Column, now: npt.NDArray[np.int64], test: FactTest) -> Mask:
    """gteTimedelta and lteTimedelta: the age of each row's value at the row's own instant."""
    if test.test.reads:
        pairs = zip(column.rows.tolist(), now.tolist(), strict=True)
        values = [*column.values, None]
        return np.fromiter((holds(test.test, values[r], n, test.hours) for r, n in pairs), np.bool_, len(now))
    present = np.append(~column.absent, False)
    instants = np.append(_instants(column), 0)
    age = now - instants[column.rows]
    span = test.test.operand
    assert isinstance(span, int)
    within: Mask = (age >= span if test.test.operator == "gteTimedelta" else age <= span) & present[column.rows]
    return within


def _instants(column: Column) -> npt.NDArray[np.int64]:
    """The values as whole numbers, 0 for missing ones."""
    if isinstance(column.values, array):
        return np.asarray(column.values, np.int64)
    return np.array([value if isinstance(value, int) else 0 for value in column.values], dtype=np.int64)
