"""Compare: the record and the replay of the live rules, ticket by ticket -> FIDELITY."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.facts.history import History
from simulator.facts.rule_made import RuleMade
from simulator.fidelity.counts import Counts, fields_of, rules_of
from simulator.fidelity.finals import Exported, at_the_end
from simulator.fidelity.gaps import log_has_gaps
from simulator.fidelity.occasions import Occasions
from simulator.fidelity.reasons import GroundAt, Reasons, Rules
from simulator.fidelity.sides import OfTicket, by_ticket, recorded, replayed
from simulator.fidelity.units import Pair, Unit, records_idle, units_of
from simulator.fidelity.values import Because, Disagreement, Fidelity, Reason, Same
from simulator.outcome import Outcome

_NOTHING = OfTicket([], [], [])


@dataclass(frozen=True)
class Compared:
    """What the live rules' replay is compared with, and over which tickets: `reported` ones with a recorded history."""

    record: RuleMade
    exported: Mapping[int, Exported]
    history: History
    rules: Rules
    ground: GroundAt
    reported: Collection[int]


def compare(with_: Compared, outcome: Outcome) -> Fidelity:
    """The comparison; `outcome` is that of the live rules."""
    record, history = with_.record, with_.history
    of = by_ticket(record.executed, record.made, record.wrote)
    rows = [row for row, ticket in enumerate(history.tickets) if ticket.full and ticket.id in with_.reported]
    pairs = list(_pairs(with_, outcome, rows, of))
    idle = records_idle(pairs)
    reasons = Reasons(
        with_.rules, record.lost, with_.ground, history,
        lambda pair: log_has_gaps(history, pair.row, of.get(pair.ticket, _NOTHING), pair.exported),
    )  # fmt: skip
    counts, found, touched, same = Counts(), [], 0, 0
    for pair in pairs:
        units = units_of(pair, idle, record.types)
        differing = list(reasons.of(pair, units.units))
        found += [_disagreement(pair, unit, why, history) for unit, why in differing]
        counts.add(pair, units, lambda unit: _is_late(with_.rules, history, unit))
        touched += bool(units.units)
        same += bool(units.units) and not differing
    return Fidelity(
        selected=len(with_.reported),
        compared=len(rows),
        touched=Same(touched, same),
        executions=counts.executions(),
        lately=counts.executions(late=True),
        unrecorded=counts.idle.total(),
        rules=rules_of(counts, with_.rules),
        fields=fields_of(counts, len(rows), record.types),
        reasons=_by_reason(found),
        disagreements=tuple(found),
    )


def _pairs(with_: Compared, outcome: Outcome, rows: Iterable[int], own: Mapping[int, OfTicket]) -> Iterator[Pair]:
    """The tickets on which rules ran, in the record or the replay, or which end different."""
    names = {rule.id: rule.name for rule in with_.record.rules}
    for row in rows:
        id = with_.history.tickets[row].id
        ticket, of, said = outcome.tickets[id], own.get(id, _NOTHING), with_.exported[id]
        final = at_the_end(ticket.final)
        if of is _NOTHING and final == said and not ticket.matches:
            continue
        occasions = Occasions(with_.history, row, with_.record)
        yield Pair(id, row, recorded(of, occasions, names), replayed(ticket, occasions), said, final)


def _is_late(rules: Rules, history: History, unit: Unit) -> bool:
    """Whether an execution lies where the rule already was as the snapshot has it."""
    if unit.rule is None or unit.occasion is None or rules.state(unit.rule) != "live":
        return False
    changed = rules.changed_at(unit.rule)
    return changed is None or history.at[unit.occasion.row] >= changed


def _disagreement(pair: Pair, unit: Unit, reason: Reason, history: History) -> Disagreement:
    place, at = "", None
    if unit.occasion is not None:
        row, wake = unit.occasion
        place, at = history.key[row] + (f"+wake:{wake}" if wake else ""), history.at[row]
    value = True if unit.what == "execution" else unit.value
    old, new = value if unit.recorded else None, value if unit.replayed else None
    if unit.what == "final":
        new = unit.other
    sides = old, new, unit.recorded, unit.replayed
    return Disagreement(pair.ticket, unit.what, place, at, unit.rule, unit.field, *sides, reason)


def _by_reason(found: Sequence[Disagreement]) -> dict[Reason, Because]:
    """Every reason that stands behind anything, in the order in which they are asked for."""
    tickets: dict[Reason, set[int]] = {}
    for one in found:
        tickets.setdefault(one.reason, set()).add(one.ticket)
    numbers = Counter(one.reason for one in found)
    return {reason: Because(numbers[reason], len(tickets[reason])) for reason in Reason if reason in numbers}
