"""TRIALS: each edit alone on top of the baseline, and the candidate without it, replayed where it takes a replay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from simulator.causes.programs import Households, blended, can_be_blended, parted
from simulator.causes.reach import households_of, reach_of
from simulator.causes.units import Unit, mixed, units_of
from simulator.causes.values import Looked
from simulator.diff.edits import edits_of
from simulator.diff.values import Diff, Edit, Scope
from simulator.diff.writers import last_changes
from simulator.engine.program import Program, compile_program
from simulator.engine.replay import run_program
from simulator.engine.trace import Traced
from simulator.facts.facts import Facts
from simulator.flow import Flow
from simulator.outcome import TicketOutcome
from simulator.rules.model import RuleSet

At = tuple[int, str]
"""Ticket and field."""

Made = Mapping[At, Edit]
"""Edits by ticket and field."""


@dataclass(frozen=True)
class Compared:
    """A comparison that is done, and what it was made from. `room`: how many tickets may be replayed over again, each
    counted as often as it is; None: as many as it takes. `seed`: which, where not all."""

    programs: tuple[Program, Program]
    outcomes: tuple[Traced, Traced]
    scope: Scope
    diff: Diff
    max_cascade: int
    room: int | None
    seed: int = 0

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The edits of the change."""
        before, after = self.rulesets
        return units_of(before, after, self.diff.changes)

    @property
    def rulesets(self) -> tuple[RuleSet, RuleSet]:
        """Baseline and candidate."""
        return self.programs[0].ruleset, self.programs[1].ruleset

    @cached_property
    def households(self) -> Households:
        """Which tickets go together."""
        return households_of(self.programs, [one.trace for one in self.outcomes])

    @cached_property
    def reported(self) -> frozenset[int]:
        """The ids of the tickets that count."""
        return frozenset(self.scope.reported)

    @cached_property
    def row(self) -> Mapping[int, int]:
        """Ticket id -> row of history.tickets."""
        return {ticket.id: row for row, ticket in enumerate(self.households.history.tickets)}

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(rule for unit in self.units for rule in unit.rules)

    @cached_property
    def _may_blend(self) -> bool:
        return can_be_blended(*self.rulesets, self._changed)

    def replay_edits(self, units: Collection[Unit], rows: Sequence[int]) -> Traced:
        """The baseline with some of the edits made, on some tickets (whole households)."""
        if not self._may_blend:
            return self.replay(mixed(*self.rulesets, units), rows)
        taken = {rule for unit in units for rule in unit.rules}
        program = blended(*self.programs, taken, self._changed, rows)
        return run_program(program, self.max_cascade, self.households.ids(rows))

    def replay(self, ruleset: RuleSet, rows: Iterable[int]) -> Traced:
        """Another rule set on some tickets (whole households)."""
        program = compile_program(ruleset, self.programs[0].bits, self.programs[0].directory)
        return run_program(program, self.max_cascade, self.households.ids(rows))

    def edits(self, before: Traced, after: Traced, rows: Iterable[int]) -> dict[At, Edit]:
        """What differs between two outcomes on the reported ones of these tickets."""
        ids = self.households.ids(parted(before, after, rows))
        found: dict[At, Edit] = {}
        for ticket in ids:
            if ticket in self.reported:
                old, new = self._done(before, ticket), self._done(after, ticket)
                lasts = last_changes(old.changes), last_changes(new.changes)
                for edit in edits_of(old, new, self.scope, self.diff.changes, lasts):
                    found[ticket, edit.field] = edit
        return found

    def differing(self, before: Traced, after: Traced, rows: Iterable[int]) -> int:
        """On how many of the reported ones of these tickets something ends other: the tickets of `edits`, quicker."""
        tickets = self.households.history.tickets
        unlike = [row for row in parted(before, after, rows) if tickets[row].id in self.reported]
        doubtful = [row for row in unlike if before.trace.final(row) == after.trace.final(row)]
        return len(unlike) - len(doubtful) + len({ticket for ticket, _ in self.edits(before, after, doubtful)})

    def _done(self, outcome: Traced, ticket: int) -> TicketOutcome:
        side = next((side for side, one in enumerate(self.outcomes) if one is outcome), None)
        return outcome.deeds(ticket) if side is None else self.deeds(side, ticket)

    def deeds(self, side: int, ticket: int) -> TicketOutcome:
        """What was done on a ticket, by the baseline (0) or the candidate (1): asked for again and again, so kept."""
        key = side, ticket
        if key not in self._known:
            self._known[key] = self.outcomes[side].deeds(ticket)
        return self._known[key]

    @property
    def facts(self) -> Facts:
        """The facts on which all was replayed."""
        return self.programs[0].bits.facts

    @cached_property
    def flows(self) -> tuple[Flow, Flow]:
        """Both outcomes as columns, on all tickets."""
        if self.diff.flows is not None and len(self.reported) == len(self.row):
            return self.diff.flows.before, self.diff.flows.after
        before, after = (outcome.flow({}) for outcome in self.outcomes)
        return before, after

    @cached_property
    def _known(self) -> dict[tuple[int, int], TicketOutcome]:
        return {}


@dataclass(frozen=True)
class Trials:
    """`alone[i]`: what edit `i` alone changes on the baseline; `without[i]`: what it changes as the last of all edits.

    Both hold what is known: on tickets that one edit only can reach, and on the others if they were `looked` at;
    `skipped`: ids of those that were not.
    """

    alone: Sequence[Made]
    without: Sequence[Made]
    looked: Looked
    skipped: frozenset[int]


def trials(with_: Compared) -> Trials:
    """Every edit by itself and left out."""
    units = with_.units
    reach = reach_of(units, with_.programs, [one.trace for one in with_.outcomes], with_.households)
    crowded = [row for row, bits in enumerate(reach) if bits & (bits - 1)]
    looked = _looked(with_, crowded, reach)
    alone: list[dict[At, Edit]] = [{} for _ in units]
    without: list[dict[At, Edit]] = [{} for _ in units]
    for edit in with_.diff.edits:
        bits = reach[with_.row[edit.ticket]]
        if not bits & (bits - 1):
            place = bits.bit_length() - 1
            alone[place][edit.ticket, edit.field] = without[place][edit.ticket, edit.field] = edit
    before, after = with_.outcomes
    for place, unit in enumerate(units):
        rows = [row for row in looked if reach[row] >> place & 1]
        if rows:
            only = with_.replay_edits([unit], rows)
            alone[place] |= with_.edits(before, only, rows)
            for other, pairs in _pairs(rows, reach, place).items():
                without[other] |= with_.edits(only, after, pairs)
            rest = [row for row in rows if reach[row].bit_count() > 2]
            if rest:
                others = with_.replay_edits([one for one in units if one != unit], rest)
                without[place] |= with_.edits(others, after, rest)
    skipped = frozenset(with_.households.ids(set(crowded) - set(looked)))
    count = _counting(with_)
    return Trials(alone, without, Looked(count(looked), count(crowded)), skipped & with_.reported)


def _pairs(rows: Iterable[int], reach: Sequence[int], place: int) -> Mapping[int, list[int]]:
    """The rows on which one other edit can matter, by that: all without the other is this one alone."""
    pairs: dict[int, list[int]] = {}
    for row in rows:
        other = reach[row] & ~(1 << place)
        if not other & (other - 1):
            pairs.setdefault(other.bit_length() - 1, []).append(row)
    return pairs


def _counting(with_: Compared) -> Callable[[Iterable[int]], int]:
    """How many of some ticket rows are reported."""
    return lambda rows: sum(id in with_.reported for id in with_.households.ids(rows))


def _replays(edits: int) -> int:
    """How often a ticket is replayed on which so many edits can matter."""
    return edits if edits == 2 else 2 * edits


def _looked(with_: Compared, crowded: Sequence[int], reach: Sequence[int]) -> list[int]:
    """The rows to replay: all if there is room, else first those of tickets that changed, then others by lot."""
    cost = {row: _replays(reach[row].bit_count()) for row in crowded}
    if with_.room is None or sum(cost.values()) <= 3 * with_.room // 10:
        return list(crowded)
    households, room, looked = with_.households, 3 * with_.room // 10, set[int]()
    changed = {one for edit in with_.diff.edits for one in households.of(with_.row[edit.ticket])}
    lots = households.lots(with_.seed).tolist()
    for row in sorted(crowded, key=lambda row: (row not in changed, lots[row])):
        if row not in looked:
            household = households.of(row)
            room -= sum(cost[one] for one in household)
            if room < 0:
                break
            looked.update(household)
    return sorted(looked)
