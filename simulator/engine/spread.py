"""Spread: a trace as columns, without spelling it out. A remembered step is spread once, and repeated where it ran."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np

from simulator.engine.columns import Bits
from simulator.engine.common import Outside
from simulator.engine.memory import Apart, Entry
from simulator.engine.moment import Effect, Retag
from simulator.engine.packing import ALL_TAGS, OPEN
from simulator.flow import (
    LEVELS,
    OUTSIDE,
    WRITE_ONCE,
    Changes,
    Flow,
    Ints,
    Levels,
    Matches,
    Numbers,
    Runs,
    Told,
    Writes,
    columns,
    ints,
)
from simulator.outcome import Slot, slots

Step = Entry | Apart | None
RowFlags = Callable[[int], tuple[bytes, bytes]]
_Row = tuple[int, ...]


def spread(
    steps: Sequence[Step], moved: Sequence[int], later: Mapping[int, Sequence[Apart]], bits: Bits, flags: RowFlags
) -> Flow:
    """The columns of a trace. `flags`: of columns, by number, whether their value is today's or missing at each row."""
    return _Spread(bits, flags).of(steps, moved, later)


class _Spread:
    def __init__(self, bits: Bits, flags: RowFlags) -> None:
        self.common, self.flags = bits.common, flags
        history = bits.facts.history
        self.ids = ints([ticket.id for ticket in history.tickets])[np.asarray(history.ticket, np.int64)]
        self.at = np.asarray(history.at, np.int64)
        self.rules, self.triggers = Numbers(), Numbers()
        self.told: dict[str, list[Told]] = {"refusals": [], "loops": [], "not_simulated": []}

    def of(self, steps: Sequence[Step], moved: Sequence[int], later: Mapping[int, Sequence[Apart]]) -> Flow:
        apart = [(row, step) for row, step in enumerate(steps) if isinstance(step, Apart)]
        apart += [(row, step) for row, done in later.items() for step in done]
        ran = _Ran(steps)
        replies = [row for row, step in apart for sent in step.sent if sent.action == "replyToTicket"]
        for row, step in apart:
            self._tell(row, step)
        for entry, rows in ran.telling():
            for row in rows:
                self._tell_entry(row, entry)
        flow = {
            "matches": self._matches(ran, apart),
            "changes": self._changes(ran, apart),
            "writes": self._writes(ran, apart, steps, moved),
            "levels": self._levels(ran, apart, steps, moved),
            "runs": self._runs(ran, apart),
            "replies": self.ids[ints(replies)],
        }
        told = {name: tuple(sorted(found)) for name, found in self.told.items()}
        return Flow(rules=tuple(self.rules), triggers=tuple(self.triggers), **flow, **told)  # type: ignore[arg-type]

    def _matches(self, ran: _Ran, apart: Sequence[tuple[int, Apart]]) -> Matches:
        rows, table = ran.rows(
            4, lambda entry: [(self.rules[hit.rule], hit.today, hit.missing, hit.columns) for hit in entry.hits]
        )
        rule, today, missing, of = table
        for number in np.unique(of[of >= 0]).tolist():
            on_today, on_missing = (np.frombuffer(flags, np.uint8) for flags in self.flags(number))
            those = of == number
            today[those] |= on_today[rows[those]]
            missing[those] |= on_missing[rows[those]]
        spelt = columns(
            [
                (row, at, self.rules[match.rule], match.rests_on_today, match.rests_on_missing)
                for row, step in apart
                for at, match in zip(step.instants, step.matches, strict=True)
            ],
            5,
        )
        both = [np.concatenate(pair) for pair in zip((rows, self.at[rows], rule, today, missing), spelt, strict=True)]
        return Matches(self.ids[both[0]], both[1], both[2], both[3] != 0, both[4] != 0)

    def _changes(self, ran: _Ran, apart: Sequence[tuple[int, Apart]]) -> Changes:
        rows, (rule,) = ran.rows(1, lambda entry: [(self.rules[e.rule],) for e in entry.effects if _done(e)])
        spelt = columns([(row, self.rules[c.rule]) for row, step in apart for c in step.changes if c.rule], 2)
        return Changes(self.ids[np.concatenate([rows, spelt[0]])], np.concatenate([rule, spelt[1]]))

    def _writes(
        self, ran: _Ran, apart: Sequence[tuple[int, Apart]], steps: Sequence[Step], moved: Sequence[int]
    ) -> Writes:
        outside = columns(
            [
                (row, slot, OUTSIDE)
                for row, turned in enumerate(moved)
                if turned
                for slot in self._turned(self.common.outside[row], turned)
            ],
            3,
        )
        rows, (slot, author) = ran.rows(2, lambda entry: list(self._written(entry)))
        spelt = columns(
            [
                (row, self._slot(slot), OUTSIDE if change.rule is None else self.rules[change.rule])
                for row, step in apart
                for change in step.changes
                if change.field not in WRITE_ONCE
                for slot in slots(change)
            ],
            3,
        )
        parts = zip(outside, (rows, slot, author), spelt, strict=True)
        table = [np.concatenate(part) for part in parts]
        order = np.argsort(table[0], kind="stable")
        return Writes(*(column[order] for column in (self.ids[table[0]], table[1], table[2])))

    def _slot(self, slot: Slot) -> int:
        return self.common.number(slot)

    def _turned(self, change: Outside | None, turned: int) -> list[int]:
        """The slots of the bits that an outside change turned."""
        assert change is not None
        if change.field != "tags":
            return [self._slot((change.field, ""))]
        return [self._slot(("tags", name)) for name in self.common.packing.names(turned & ALL_TAGS)]

    def _written(self, entry: Entry) -> Iterable[_Row]:
        for effect in entry.effects:
            if isinstance(effect, Retag):
                for name in self.common.packing.names(effect.added | effect.removed):
                    yield self._slot(("tags", name)), self.rules[effect.rule]
            elif _done(effect) and effect.field not in WRITE_ONCE:
                yield self._slot((effect.field, "")), self.rules[effect.rule]

    def _levels(
        self, ran: _Ran, apart: Sequence[tuple[int, Apart]], steps: Sequence[Step], moved: Sequence[int]
    ) -> Levels:
        closed, opened = LEVELS.index("closed"), LEVELS.index("open")
        outside = columns(
            [
                (row, (self.common.outside[row].put & OPEN and opened) or closed)  # type: ignore[union-attr]
                for row, turned in enumerate(moved)
                if turned == OPEN
            ],
            2,
        )
        rows, (value,) = ran.rows(1, lambda entry: [(_level(e.after),) for e in entry.effects if _is_level(e)])  # type: ignore[union-attr]
        spelt = columns(
            [
                (row, _level(change.after), change.at)
                for row, step in apart
                for change in step.changes
                if change.field in ("priority", "status")
            ],
            3,
        )
        row = np.concatenate([outside[0], rows, spelt[0]])
        at = np.concatenate([self.at[outside[0]], self.at[rows], spelt[2]])
        values = np.concatenate([outside[1], value, spelt[1]])
        order = np.argsort(row, kind="stable")
        return Levels(self.ids[row[order]], at[order], values[order])

    def _runs(self, ran: _Ran, apart: Sequence[tuple[int, Apart]]) -> Runs:
        rows, (trigger,) = ran.rows(1, lambda entry: [(self.triggers[name],) for name in entry.phases])
        spelt = columns([(row, self.triggers[name]) for row, step in apart for name in step.phases], 2)
        row, on = np.concatenate([rows, spelt[0]]), np.concatenate([trigger, spelt[1]])
        return Runs(self.ids[row], on, np.ones(len(row), np.int64))

    def _tell(self, row: int, step: Apart) -> None:
        ticket = int(self.ids[row])
        self.told["refusals"].extend(Told(ticket, (one.rule,), one.reason) for one in step.refusals)
        self.told["loops"].extend(Told(ticket, loop.rules, loop.kind) for loop in step.loops)
        self.told["not_simulated"].extend(Told(ticket, (rule,), what) for rule, what in step.not_simulated)

    def _tell_entry(self, row: int, entry: Entry) -> None:
        ticket = int(self.ids[row])
        refused = (e for e in entry.effects if isinstance(e, Effect) and e.reason)
        self.told["refusals"].extend(Told(ticket, (one.rule,), one.reason) for one in refused)
        if entry.loop is not None:
            self.told["loops"].append(Told(ticket, entry.loop, "cascade"))
        self.told["not_simulated"].extend(Told(ticket, (rule,), what) for rule, what in entry.not_simulated)


class _Ran:
    """The remembered steps of a trace, each once, and the rows at which each ran."""

    def __init__(self, steps: Sequence[Step]) -> None:
        place: dict[int, int] = {}
        self.entries: list[Entry] = []
        at = []
        for step in steps:
            if isinstance(step, Entry):
                found = place.get(id(step))
                if found is None:
                    found = place[id(step)] = len(self.entries)
                    self.entries.append(step)
                at.append(found)
            else:
                at.append(-1)
        places = ints(at)
        self._rows = np.flatnonzero(places >= 0)
        self._entry = places[self._rows]

    def rows(self, width: int, of: Callable[[Entry], Sequence[_Row]]) -> tuple[Ints, tuple[Ints, ...]]:
        """What each entry holds, repeated for each row at which it ran: the row, and the columns."""
        held = [of(entry) for entry in self.entries]
        count = ints([len(one) for one in held])
        flat = columns([row for one in held for row in one], width)
        counts = count[self._entry]
        first = np.cumsum(count) - count
        begins = np.cumsum(counts) - counts
        places = np.repeat(first[self._entry] - begins, counts) + np.arange(int(counts.sum()))
        return np.repeat(self._rows, counts), tuple(column[places] for column in flat)

    def telling(self) -> Iterable[tuple[Entry, list[int]]]:
        """The entries with something that is told by its text, and their rows."""
        for place, entry in enumerate(self.entries):
            if entry.loop is not None or entry.not_simulated or any(not _done(e) for e in entry.effects):
                yield entry, self._rows[self._entry == place].tolist()


def _done(effect: Effect | Retag) -> bool:
    return isinstance(effect, Retag) or not effect.reason


def _is_level(effect: Effect | Retag) -> bool:
    return isinstance(effect, Effect) and not effect.reason and effect.field in ("priority", "status")


def _level(value: object) -> int:
    return LEVELS.index(str(value))
