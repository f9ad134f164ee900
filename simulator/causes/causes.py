"""Clusters -> CAUSES: each in words and numbers, its own writing apart from what other rules did because of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from simulator.causes.clusters import Cluster, clusters
from simulator.causes.items import Item
from simulator.causes.samples import samples_of
from simulator.causes.trials import Compared, Trials
from simulator.causes.values import Cause, Group


def causes_of(with_: Compared, found: Trials) -> tuple[Cause, ...]:
    """All causes of the diff, those of the most tickets first."""
    return tuple(_cause(with_, cluster, found) for cluster in clusters(with_, found))


def _cause(with_: Compared, cluster: Cluster, found: Trials) -> Cause:
    units = [with_.units[place] for place in cluster.places]
    rules = tuple(sorted({rule for unit in units for rule in unit.rules}))
    direct = [item for item in cluster.items if set(item.rules) & set(rules)]
    knock_on = [item for item in cluster.items if not set(item.rules) & set(rules)]
    customers = {item.edit.customer for item in cluster.items} - {None}
    return Cause(
        rules=rules,
        part=_words(with_, cluster),
        turn=cluster.turn,
        tickets=len(cluster.tickets),
        changes=len(cluster.items),
        customers=len(customers),
        direct=_groups(direct),
        knock_on=_groups(knock_on),
        samples=samples_of(cluster, with_),
        by_name=len(found.skipped.intersection(cluster.tickets)),
    )


def _words(with_: Compared, cluster: Cluster) -> str:
    if len(cluster.places) == 1:
        parts = with_.units[cluster.places[0]].parts
        return "; ".join(parts[place].words for place in cluster.parts or range(len(parts)))
    return "together" if cluster.places else "not told apart: too many tickets for a replay of each edit"


def _groups(items: Iterable[Item]) -> tuple[Group, ...]:
    """By what happens and who wrote it, the most tickets first."""
    tickets: defaultdict[tuple[str, tuple[str, ...]], set[int]] = defaultdict(set)
    for item in items:
        tickets[item.what, item.rules].add(item.edit.ticket)
    groups = (Group(what, rules, len(own)) for (what, rules), own in tickets.items())
    return tuple(sorted(groups, key=lambda group: (-group.tickets, group.what, group.rules)))
