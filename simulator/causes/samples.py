"""SAMPLES: tickets of a cause that are worth opening: a typical one, one at the edge, the most valuable, an odd one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from simulator.causes.clusters import Cluster
from simulator.causes.programs import lot
from simulator.causes.trials import Compared
from simulator.causes.values import Sample
from simulator.engine.conditions import is_fact
from simulator.explain.words import short, span
from simulator.facts.facts import Facts
from simulator.facts.values import Value
from simulator.rules.fields import canonical
from simulator.rules.model import Test

_SPENT = canonical("customer.total_spent")
_ORDERED = ("gt", "gte", "lt", "lte")
_TIMED = ("gteTimedelta", "lteTimedelta")


def samples_of(cluster: Cluster, with_: Compared) -> tuple[Sample, ...]:
    """At most one of each kind, no ticket twice; the same for the same seed."""
    tickets, found = cluster.tickets, dict[int, Sample]()
    for sample in (
        *_typical(cluster, with_.seed),
        *_boundary(tickets, _tests(cluster, with_), with_),
        *_valuable(tickets, with_),
        *_odd(cluster, with_.seed),
    ):
        found.setdefault(sample.ticket, sample)
    return tuple(found.values())


def _kinds(cluster: Cluster) -> dict[tuple[str, ...], list[int]]:
    """What happens to tickets, all together -> those to which it does."""
    happens: defaultdict[int, list[str]] = defaultdict(list)
    for item in cluster.items:
        happens[item.edit.ticket].append(item.what)
    kinds: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for ticket in sorted(happens):
        kinds[tuple(sorted(happens[ticket]))].append(ticket)
    return kinds


def _typical(cluster: Cluster, seed: int) -> Iterator[Sample]:
    what, tickets = min(_kinds(cluster).items(), key=lambda pair: (-len(pair[1]), pair[0]))
    yield _drawn("typical", what, tickets, seed)


def _odd(cluster: Cluster, seed: int) -> Iterator[Sample]:
    kinds = _kinds(cluster)
    if len(kinds) > 1:
        what, tickets = min(kinds.items(), key=lambda pair: (len(pair[1]), pair[0]))
        yield _drawn("odd", what, tickets, seed)


def _drawn(kind: str, what: Sequence[str], tickets: Sequence[int], seed: int) -> Sample:
    """One of the tickets to which the same happens, by lot."""
    ticket = min(tickets, key=lambda one: lot(seed, one))
    return Sample(ticket, kind, f"{len(tickets):,} such: {'; '.join(what)}")


def _tests(cluster: Cluster, with_: Compared) -> list[Test]:
    """The tests with a limit that differ in the parts that turned."""
    parts = [with_.units[cluster.places[0]].parts[part] for part in cluster.parts] if cluster.places else []
    return [
        test for part in parts for test in part.tests
        if test.operator in (*_ORDERED, *_TIMED) and is_fact(test) and isinstance(test.operand, int | Decimal)
    ]  # fmt: skip


class _Near(NamedTuple):
    distance: Decimal
    ticket: int
    why: str


def _boundary(tickets: Sequence[int], tests: Sequence[Test], with_: Compared) -> Iterator[Sample]:
    near = [one for test in tests for ticket in tickets for one in _nearness(ticket, test, with_)]
    if near:
        nearest = min(near)
        yield Sample(nearest.ticket, "boundary", nearest.why)


def _nearness(ticket: int, test: Test, with_: Compared) -> Iterator[_Near]:
    facts, row = with_.facts, with_.row[ticket]
    event = facts.history.first[row]
    at = facts.history.at[event]
    value, limit = facts.seen(test.path, event, at).value, test.operand
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not isinstance(limit, int | Decimal):
        return
    if test.operator in _TIMED:
        age = at - int(value)
        said = f"{short(test.path)} {span(age)} before, limit {span(int(limit))}"
        yield _Near(abs(Decimal(age - limit)), ticket, said)
    else:
        yield _Near(abs(Decimal(value) - limit), ticket, f"{short(test.path)} {value} when created, limit {limit}")


def _valuable(tickets: Sequence[int], with_: Compared) -> Iterator[Sample]:
    """The ticket whose customer had spent the most by its last event."""
    spent = [(amount, -ticket) for ticket in tickets if (amount := _spent(with_.facts, with_.row[ticket])) is not None]
    if spent and (most := max(spent))[0] > 0:
        yield Sample(-most[1], "most valuable", f"the customer had spent {most[0]}")


def _spent(facts: Facts, row: int) -> Decimal | None:
    event = facts.history.first[row + 1] - 1
    value: Value | None = facts.seen(_SPENT, event, facts.history.at[event]).value
    return value if isinstance(value, Decimal) else None
