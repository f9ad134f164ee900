"""Fact conditions over whole columns: each distinct condition of both rule sets becomes one bit of each event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from simulator.engine.scan import Texts
from simulator.engine.state import SimulatedReply
from simulator.engine.truth import TIMED, folded, holds, words_of
from simulator.facts.facts import Facts
from simulator.facts.values import Column, Value
from simulator.hours import NEVER, BusinessHours
from simulator.rules.fields import Type, field_of
from simulator.rules.model import Test
from simulator.rules.operators import BUSINESS_HOURS

Mask = npt.NDArray[np.bool_]


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
        self._masks = _masks(facts, self.tests)
        self._provenance: dict[str, tuple[Mask, Mask]] = {}
        self.rows: list[int] = pack(self._masks, len(facts.history.at))
        messages = [i for i, t in enumerate(self.tests) if t.test.path.startswith("message.")]
        self._of_message = sum(1 << place for place in messages)
        self._of_reply = tuple(i for i in messages if self.tests[i].test.operator not in TIMED)
        self._ageing = tuple(i for i in messages if self.tests[i].test.operator in TIMED)
        self._replies: dict[SimulatedReply, int] = {}
        self.moving: tuple[int, ...] = tuple(i for i, t in enumerate(self.tests) if _moves(t.test))

    def mask(self, test: FactTest) -> Mask:
        """Where the condition is true: one flag an event row."""
        return self._masks[self.index[test]]

    def provenance(self, path: str) -> tuple[Mask, Mask]:
        """Of a fact, for each event row: is the value only today's, is it missing."""
        if path not in self._provenance:
            column = self.facts.column(path)
            absent = np.array([*(value is None for value in column.values), True], dtype=np.bool_)
            today = np.array([*column.today, False], dtype=np.bool_)
            self._provenance[path] = (today & ~absent)[column.rows], absent[column.rows]
        return self._provenance[path]

    def with_reply(self, bits: int, reply: SimulatedReply, now: int) -> int:
        """The bits of an event on a ticket whose last message is a simulated reply."""
        if reply not in self._replies:
            self._replies[reply] = self._true_of(reply, self._of_reply, now)
        return bits & ~self._of_message | self._replies[reply] | self._true_of(reply, self._ageing, now)

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


def _moves(test: Test) -> bool:
    """Whether the truth can change between two events: by the passing of time, or because the fact is as of then."""
    return test.operator in TIMED or not test.path.startswith("message.")


def pack(masks: Sequence[Mask], rows: int) -> list[int]:
    """One integer an event row; bit i is `masks[i]`."""
    if not masks:
        return [0] * rows
    packed = np.packbits(np.stack(masks), axis=0, bitorder="little")
    width = packed.shape[0]
    data = np.ascontiguousarray(packed.T).tobytes()
    read = int.from_bytes
    return [read(data[at : at + width], "little") for at in range(0, rows * width, width)]


def _masks(facts: Facts, tests: Sequence[FactTest]) -> list[Mask]:
    by_path: dict[str, list[FactTest]] = defaultdict(list)
    for test in tests:
        by_path[test.test.path].append(test)
    found: dict[FactTest, Mask] = {}
    now = np.asarray(facts.history.at, dtype=np.int64)
    for path, wanted in by_path.items():
        column = facts.column(path)
        for test, mask in zip(wanted, _on_column(column, now, wanted), strict=True):
            found[test] = mask
    return [found[test] for test in tests]


def _on_column(column: Column, now: npt.NDArray[np.int64], tests: Sequence[FactTest]) -> list[Mask]:
    field = field_of(tests[0].test.path)
    assert field is not None
    searched = [t for t in tests if field.type is Type.TEXT and t.test.operator in _COMBINE]
    texts = Texts(column.values) if searched else None
    occurs = texts.occurrences(w for t in searched for w in words_of(t.test)) if texts else {}
    masks = []
    for test in tests:
        if texts is not None and test.test.operator in _COMBINE:
            masks.append(_gather(column, _by_words(test.test, texts, occurs), test))
        elif test.test.operator in TIMED:
            masks.append(_timed(column, now, test))
        else:
            masks.append(_gather(column, _one_by_one(test, column.values), test))
    return masks


def _gather(column: Column, truth: Mask, test: FactTest) -> Mask:
    """The truth of each row from that of its value; the last entry stands for a missing value (row -1)."""
    absent = holds(test.test, None, 0, test.hours)
    gathered: Mask = np.append(truth, absent)[column.rows]
    return gathered


def _one_by_one(test: FactTest, values: Sequence[Value | None]) -> Mask:
    known: dict[object, bool] = {}
    truth = np.zeros(len(values), dtype=np.bool_)
    for place, value in enumerate(values):
        key = (type(value), value)
        if key not in known:
            known[key] = holds(test.test, value, 0, test.hours)
        truth[place] = known[key]
    return truth


def _by_words(test: Test, texts: Texts, occurs: dict[str, Mask]) -> Mask:
    words = words_of(test)
    combine, negate = _COMBINE[test.operator]
    truth: Mask = combine.reduce([occurs[word] for word in words])
    if test.operator in _ENDS:
        for place in np.flatnonzero(truth):
            truth[place] = _ENDS[test.operator](texts.folded[place], folded(words))
    return ~truth if negate else truth


_COMBINE: dict[str, tuple[np.ufunc, bool]] = {
    "containsAny": (np.logical_or, False),
    "containsAll": (np.logical_and, False),
    "notContainsAny": (np.logical_or, True),
    "notContainsAll": (np.logical_and, True),
    "startsWith": (np.logical_or, False),
    "endsWith": (np.logical_or, False),
}
"""Text operators: how the occurrences of their words combine, and whether the result is negated."""

_ENDS: dict[str, Callable[[str, tuple[str, ...]], bool]] = {"startsWith": str.startswith, "endsWith": str.endswith}
"""Asked only of the texts in which a word occurs at all."""


def _timed(column: Column, now: npt.NDArray[np.int64], test: FactTest) -> Mask:
    """gteTimedelta and lteTimedelta: the age of each row's value at the row's own instant."""
    if test.test.reads:
        pairs = zip(column.rows.tolist(), now.tolist(), strict=True)
        values = [*column.values, None]
        return np.fromiter((holds(test.test, values[r], n, test.hours) for r, n in pairs), np.bool_, len(now))
    instants = np.array([*(v if isinstance(v, int) else 0 for v in column.values), 0], dtype=np.int64)
    present = np.array([*(isinstance(v, int) for v in column.values), False], dtype=np.bool_)
    age = now - instants[column.rows]
    span = test.test.operand
    assert isinstance(span, int)
    within = age >= span if test.test.operator == "gteTimedelta" else age <= span
    return within & present[column.rows]
