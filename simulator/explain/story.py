"""STORY of a field or a tag on a ticket: who wrote it, where and over whom; and if nobody did, who could have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from simulator.explain.aim import Aim
from simulator.explain.occasions import Occasion, Route, by_nearness, routes_of, verdict
from simulator.explain.reasons import Reason
from simulator.explain.timeline import TimeLine
from simulator.outcome import Change, FieldState
from simulator.rules.model import Action, Rule, RuleSet


class Write(NamedTuple):
    """A change of it. `action`: the rule's action, None for an outside change and for one on another ticket of the
    customer; `over`: who had written it before, None for the start."""

    change: Change
    action: Action | None
    over: Change | None


class Story(NamedTuple):
    """One side. `value`: what stands in the end; of a tag, whether it is there, of messages, how many go out.

    `writes` in the order of happening; `by`: the last of them, which made what stands (or took the tag off).
    `could_have`: the rules that could write it (could put the tag) and did not, nearest first: where no rule's
    write stands, and of the other side's writers.
    """

    aim: Aim
    value: FieldState
    writes: tuple[Write, ...]
    could_have: tuple[Occasion, ...]

    @property
    def open(self) -> bool:
        """Whether no rule made what stands: nobody wrote it, the outside did, or a tag is not there."""
        return self.by is None or self.by.change.rule is None or self.value is False

    @property
    def by(self) -> Write | None:
        """Whose write stands."""
        return self.writes[-1] if self.writes else None


def stories(baseline: TimeLine, candidate: TimeLine, aim: Aim) -> tuple[Story, Story]:
    """The same of both sides."""
    return _story(baseline, candidate, aim), _story(candidate, baseline, aim)


def _story(line: TimeLine, other: TimeLine, aim: Aim) -> Story:
    writes = tuple(_writes(line, aim))
    there = {change.rule for change in _changes(other, aim)}
    story = Story(aim, _value(line, aim), writes, ())
    could = [
        found
        for rule, found in _verdicts(line.ruleset, line, aim)
        if found.reason not in (Reason.ACTED, Reason.OVERWRITTEN) and (story.open or rule.id in there)
    ]
    own = {rule.id for rule in line.ruleset.rules}
    could += [
        Occasion(rule, Reason.ABSENT, Route(None, None, "", ()))
        for rule in other.ruleset.rules
        if rule.id in there and rule.id not in own
    ]
    return story._replace(could_have=tuple(sorted(could, key=by_nearness)))


def _verdicts(ruleset: RuleSet, line: TimeLine, aim: Aim) -> Iterator[tuple[Rule, Occasion]]:
    """Of the rules that could write it, in running order."""
    for rule in ruleset.rules:
        if any(True for _ in routes_of(rule, line.directory, aim)):
            yield rule, verdict(rule, line, aim)


def _changes(line: TimeLine, aim: Aim) -> Iterator[Change]:
    """The changes of it on the ticket; of a customer's field, on all tickets of the customer."""
    ticket, anywhere = line.outcome.ticket, aim.field.startswith("customer.")
    for deed in line.deeds:
        if isinstance(deed, Change) and aim.about(deed) and (anywhere or deed.ticket == ticket):
            yield deed


def _writes(line: TimeLine, aim: Aim) -> Iterator[Write]:
    last: Change | None = None
    for change in _changes(line, aim):
        yield Write(change, _action(line, change), last)
        last = None if aim.field == "replies" else change


def _action(line: TimeLine, change: Change) -> Action | None:
    for happening in line.happenings:
        for phase in happening.phases:
            for asked in phase.asked:
                for one in asked.tries:
                    if one.deed is change:
                        return one.written
    return None


def _value(line: TimeLine, aim: Aim) -> FieldState:
    """What stands in the end, as far as the replay knows it: a customer's field that no rule wrote is None."""
    final = line.outcome.final
    if aim.tag is not None:
        return aim.tag in final.tags
    if aim.field == "replies":
        return len(line.outcome.sent)
    if aim.field.startswith("custom_fields."):
        return dict(final.custom_fields).get(aim.field.removeprefix("custom_fields."))
    if aim.field in final._fields:
        one: FieldState = getattr(final, aim.field)
        return one
    changes = list(_changes(line, aim))
    return changes[-1].after if changes else (None if aim.field.startswith("customer.") else False)
