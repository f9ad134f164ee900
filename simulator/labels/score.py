"""Score: what people set and what rules put, ticket by ticket -> LABELS."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Set

from simulator.labels.values import Labels, Put, Score, TagLabels, Truth
from simulator.outcome import Outcome, TicketOutcome
from simulator.rules.model import RuleSet
from simulator.rules.walk import actions_of


def score(truth: Truth, put: Put, scored: Collection[str], left_out: int = 0) -> Labels:
    """The comparison of the tickets of `truth` by these tags, each by exact name."""
    tickets, names = sorted(truth), frozenset(scored)
    return Labels(
        tickets=len(tickets),
        left_out=left_out,
        exact=sum(truth[ticket] & names == put.get(ticket, frozenset()) & names for ticket in tickets),
        tags=tuple(_tag(tag, truth, put, names) for tag in sorted(names)),
        only_people=_others(truth, tickets, names),
        only_rules=_others(put, tickets, names),
    )


def _others(said: Mapping[int, Set[str]], tickets: Collection[int], scored: Set[str]) -> dict[str, int]:
    """The tags that are not scored -> tickets."""
    return dict(sorted(Counter(tag for one in tickets for tag in said.get(one, ()) if tag not in scored).items()))


def _tag(tag: str, truth: Truth, put: Put, names: frozenset[str]) -> TagLabels:
    labelled = {ticket for ticket, tags in truth.items() if tag in tags}
    tagged = {ticket for ticket in truth if tag in put.get(ticket, ())}
    missed = sorted(labelled - tagged)
    instead: Counter[str] = Counter()
    for ticket in missed:
        found = put.get(ticket, frozenset()) & names
        instead.update(found - truth[ticket] if found else {""})
    counts = Score(len(labelled), len(tagged), len(labelled & tagged))
    return TagLabels(tag, counts, tuple(missed), tuple(sorted(tagged - labelled)), dict(sorted(instead.items())))


def put_by_rules(outcome: TicketOutcome) -> frozenset[str]:
    """The tags that stand at the end and that a rule put there: it was a rule that added each of them last."""
    found: set[str] = set()
    for change in outcome.changes:
        if change.field == "tags":
            assert isinstance(change.before, tuple) and isinstance(change.after, tuple)
            found -= {*change.before} - {*change.after}
            if change.rule is not None:
                found |= {*change.after} - {*change.before}
    return frozenset(found)


def put_on(outcome: Outcome, tickets: Collection[int]) -> Put:
    """The tags that rules put on each of these tickets."""
    return {ticket: put_by_rules(outcome.deeds(ticket)) for ticket in sorted(tickets)}


def tags_of(ruleset: RuleSet) -> frozenset[str]:
    """Every tag that a rule of the set names to be put."""
    put = (action.argument for r in ruleset.rules for action in actions_of(r) if action.kind in ("addTags", "setTags"))
    return frozenset(tag for argument in put if isinstance(argument, tuple) for tag in argument)
