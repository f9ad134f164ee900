"""Random worlds seen through random views: the conditions of one random rule set are asked of what another one does."""

from __future__ import annotations

from dataclasses import replace

from simulator.diff.values import Pair
from simulator.engine.replay import bits_for, replay
from simulator.engine.trace import Traced
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.rules.model import RuleSet
from simulator.views.chosen import Chosen, definition
from simulator.views.measure import measure_views
from simulator.views.values import RULES, Views, Watched
from tests.twin.worlds import loaded, seeded_world


def rules_of(seed: int) -> tuple[RuleSet, RuleSet, RuleSet]:
    """A baseline, a candidate that differs in some rules, and a rule set whose conditions are asked as views."""
    texts = [seeded_world(seed + shift)[1] for shift in (0, 1_000_000, 2_000_000)]
    baseline, other, asking = (loaded(text) for text in texts)
    ids = {rule.id for rule in other.rules[:1]}
    rules = (*(rule for rule in baseline.rules if rule.id not in ids), *other.rules[:1])
    return baseline, replace(baseline, rules=rules), asking


def views_asked(asking: RuleSet) -> tuple[Watched, ...]:
    """The conditions of its rules as views."""
    return tuple(
        Watched(rule.id, RULES, rule.name, "same", Pair(ask, ask))
        for rule in asking.rules
        for ask in [definition(rule.condition, asking.hours)]
    )


def outcomes(baseline: RuleSet, candidate: RuleSet, facts: Facts, directory: Directory) -> Pair[Traced]:
    """Both sides, on the same columns."""
    bits = bits_for(facts, (baseline, candidate))
    return Pair(replay(baseline, bits, directory), replay(candidate, bits, directory))


def counted(views: tuple[Watched, ...], facts: Facts, directory: Directory, both: Pair[Traced]) -> Views | None:
    """The views over all tickets."""
    tickets = frozenset(ticket.id for ticket in facts.history.tickets)
    return measure_views(Chosen(views, (), ()), facts, directory, both, tickets)
