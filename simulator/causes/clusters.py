"""CLUSTERS: all that a diff changes under the edits of rules that brought it about. Each item is in one cause.

What changes on a ticket belongs to the rule's edit that alone brings the same about; where several would, to those of
them that wrote it; where none would, to those without which it does not come. Where a rule was edited in several
parts, the same is asked of its parts. So nothing is guessed: all of it was replayed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from simulator.causes.items import Item, items_of
from simulator.causes.trials import Compared, Made, Trials
from simulator.causes.units import Unit, with_rule
from simulator.causes.values import Turn
from simulator.diff.values import Edit
from simulator.flow import Flow

Places = tuple[int, ...]
"""Edits of rules, by their places among the units; or the parts of one."""


class Cluster(NamedTuple):
    """What comes of one cause. `places`: of the units; `parts`: of a single unit, which of its parts."""

    places: Places
    parts: Places
    turn: Turn | None
    items: tuple[Item, ...]

    @property
    def tickets(self) -> list[int]:
        """Their ids, ascending."""
        return sorted({item.edit.ticket for item in self.items})


def clusters(with_: Compared, found: Trials) -> list[Cluster]:
    """The causes of all that the diff changes, those of the most tickets first."""
    matched = [_matched(flow) for flow in with_.diff.flows or ()]
    made: list[Cluster] = []
    for places, items in _by_units(with_, found).items():
        split: defaultdict[tuple[Places, Turn | None], list[Item]] = defaultdict(list)
        parts = _parts(with_, places, items, found)
        for item, part in zip(items, parts, strict=True):
            turn = _turn(with_.units[places[0]], item.edit.ticket, matched) if len(places) == 1 and matched else None
            split[part, turn].append(item)
        made += [Cluster(places, part, turn, tuple(own)) for (part, turn), own in split.items()]
    return sorted(made, key=lambda one: (-len(one.tickets), one.places, one.parts, one.turn or ""))


def _by_units(with_: Compared, found: Trials) -> Mapping[Places, list[Item]]:
    by_units: defaultdict[Places, list[Item]] = defaultdict(list)
    of_rule = {rule: place for place, unit in enumerate(with_.units) for rule in unit.rules}
    for edit in with_.diff.edits:
        for item in items_of(edit, with_.deeds):
            places = () if edit.ticket in found.skipped else _brought_about(item, found, with_.units)
            by_units[places or _written(item, of_rule)].append(item)
    return by_units


def _brought_about(item: Item, found: Trials, units: Sequence[Unit]) -> Places:
    give = tuple(place for place, made in enumerate(found.alone) if item.same_as(_at(made, item)))
    if len(give) > 1:
        return tuple(place for place in give if set(item.rules) & set(units[place].rules)) or give
    if give:
        return give
    last = tuple(place for place, made in enumerate(found.without) if item.same_as(_at(made, item)))
    return last or tuple(place for place, made in enumerate(found.without) if _at(made, item) is not None)


def _at(made: Made, item: Item) -> Edit | None:
    return made.get((item.edit.ticket, item.edit.field))


def _written(item: Item, of_rule: Mapping[str, int]) -> Places:
    """Without a replay: the edits of the rules that wrote it."""
    return tuple(sorted({of_rule[rule] for rule in item.rules if rule in of_rule}))


def _parts(with_: Compared, places: Places, items: Sequence[Item], found: Trials) -> list[Places]:
    """Of items that one unit brings about: by which of its parts, if it has several; all of them where none alone."""
    parts = with_.units[places[0]].parts if len(places) == 1 else ()
    if len(parts) < 2:
        return [tuple(range(len(parts)))] * len(items)
    (id,) = with_.units[places[0]].rules
    rows = with_.households.whole(
        {with_.row[item.edit.ticket] for item in items if item.edit.ticket not in found.skipped}
    )
    before = with_.outcomes[0]
    alone = [
        with_.edits(before, with_.replay(with_rule(with_.rulesets[0], id, part.rule), rows), rows) for part in parts
    ]
    return [
        tuple(place for place, made in enumerate(alone) if item.same_as(_at(made, item))) or tuple(range(len(parts)))
        for item in items
    ]


def _matched(flow: Flow) -> Mapping[str, frozenset[int]]:
    """Rule -> the tickets on which it matched."""
    return {
        rule: frozenset(flow.matches.ticket[flow.matches.rule == place].tolist())
        for place, rule in enumerate(flow.rules)
    }


def _turn(unit: Unit, ticket: int, matched: Sequence[Mapping[str, frozenset[int]]]) -> Turn:
    was, now = (any(ticket in side.get(rule, ()) for rule in unit.rules) for side in matched)
    if was == now:
        return Turn.OTHER
    return Turn.NOW if now else Turn.NO_LONGER
