"""OCCASIONS: each time an action of a rule could have run on a ticket, and why it did not, or what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from simulator.explain.aim import Aim
from simulator.explain.fate import Undone, stands, undone
from simulator.explain.reasons import NEARNESS, Reason
from simulator.explain.shortfall import Shortfall, shortfall
from simulator.explain.timeline import Asked, Cut, Happening, TimeLine, Try
from simulator.facts.directory import Directory
from simulator.facts.macros import macro_of
from simulator.outcome import Change, Refusal
from simulator.rules.model import Action, Rule, Step


class Route(NamedTuple):
    """An action of a rule and the turns that lead to it: (branch, wanted truth), "" being the rule's own condition.

    `action` is None for a rule without any: the route ends behind its condition.
    """

    action: Action | None
    written: Action | None
    branch: str
    turns: tuple[tuple[str, bool], ...]


class Occasion(NamedTuple):
    """A rule, or one of its actions, at one phase of one event (`event` None: no such phase ever ran).

    `turn`: the branch whose condition was false, "" for the rule's own; `shortfall`: what of it failed;
    `wanted`: the truth that the action asks of it; `deed`: what was changed or refused; `gone`: what of that was
    changed again.
    """

    rule: Rule
    reason: Reason
    route: Route
    event: str | None = None
    at: int = 0
    trigger: str = ""
    depth: int = 0
    turn: str = ""
    wanted: bool = True
    shortfall: Shortfall | None = None
    deed: Change | Refusal | None = None
    gone: tuple[Undone, ...] = ()

    @property
    def near(self) -> bool:
        """A near miss: one condition of several was otherwise."""
        return self.shortfall is not None and self.shortfall.near


_NOWHERE = Route(None, None, "", (("", True),))


def verdict(rule: Rule, line: TimeLine, aim: Aim | None = None) -> Occasion:
    """The occasion on which a rule came nearest to acting (on the aim, if there is one): the first of the nearest."""
    return min(occasions(rule, line, aim), key=_farness)


def occasions(rule: Rule, line: TimeLine, aim: Aim | None = None) -> Iterator[Occasion]:
    """Every occasion of a rule on the ticket, in order; at least one."""
    routes = tuple(routes_of(rule, line.directory, aim)) or (_NOWHERE,)
    if not rule.enabled:
        yield Occasion(rule, Reason.DISABLED, routes[0])
        return
    none = True
    for happening in line.happenings:
        for phase in happening.phases:
            for asked in phase.asked:
                if asked.rule.id == rule.id:
                    none = False
                    for route in routes:
                        found = _on_route(asked, route, line, aim)
                        yield found._replace(
                            event=happening.event, at=happening.at, trigger=phase.trigger, depth=phase.depth
                        )
        for cut in happening.cut:
            if cut.rule.id == rule.id:
                none = False
                yield _cut(cut, happening, routes[0])
    if none:
        yield Occasion(rule, Reason.OTHER_TRIGGER, routes[0])


def routes_of(rule: Rule, directory: Directory, aim: Aim | None = None) -> Iterator[Route]:
    """The actions of a rule that the aim is about (all of them without an aim), in the order written."""
    if not rule.enabled:
        directory = Directory({}, {}, {}, {})  # a macro that only a disabled rule names may be absent
    for branch, steps, wanted in (("then", rule.then, True), ("else", rule.otherwise, False)):
        for route in _routes(rule, steps, branch, (("", wanted),), directory):
            if aim is None or (route.action is not None and aim.written_by(route.action) and aim.puts(route.action)):
                yield route


def _routes(
    rule: Rule, steps: tuple[Step, ...], branch: str, turns: tuple[tuple[str, bool], ...], directory: Directory
) -> Iterator[Route]:
    for place, step in enumerate(steps):
        if not isinstance(step, Action):
            here = f"{branch}.{place}"
            yield from _routes(rule, step.then, f"{here}.then", (*turns, (here, True)), directory)
            yield from _routes(rule, step.otherwise, f"{here}.else", (*turns, (here, False)), directory)
        elif step.kind != "applyMacro":
            yield Route(step, step, branch, turns)
        elif rule.enabled:
            for part in macro_of(rule, step, directory).actions:
                yield Route(part, step, branch, turns)


def _on_route(asked: Asked, route: Route, line: TimeLine, aim: Aim | None) -> Occasion:
    """What became of one action when its rule was asked."""
    conditions = {"": asked.examined, **dict(asked.branches)}
    for turn, wanted in route.turns:
        missing = shortfall(conditions[turn], wanted)
        if missing.gaps:
            reason = Reason.MISSING_FIELD if missing.missing else Reason.CONDITION_FALSE
            return Occasion(asked.rule, reason, route, turn=turn, wanted=wanted, shortfall=missing)
    if route.action is None:
        return Occasion(asked.rule, Reason.NO_ACTION, route)
    return _tried(asked.rule, route, _try(asked, route), line, aim)


def _try(asked: Asked, route: Route) -> Try | None:
    return next(
        (
            one for one in asked.tries
            if one.written is route.written and one.action == route.action and one.branch == route.branch
        ),
        None,
    )  # fmt: skip


def _tried(rule: Rule, route: Route, tried: Try | None, line: TimeLine, aim: Aim | None) -> Occasion:
    deed = tried.deed if tried else None
    if deed is None or (aim is not None and not isinstance(deed, Refusal) and not aim.about(deed)):
        return Occasion(rule, Reason.NO_CHANGE, route)
    if isinstance(deed, Refusal):
        return Occasion(rule, Reason.REFUSED, route, deed=deed)
    gone = undone(deed, line.deeds)
    if aim is not None and aim.tag is not None:
        gone = tuple(one for one in gone if one.tag == aim.tag)
        left = not gone
    else:
        left = stands(deed, gone)
    return Occasion(rule, Reason.ACTED if left else Reason.OVERWRITTEN, route, deed=deed, gone=gone)


def _cut(cut: Cut, happening: Happening, route: Route) -> Occasion:
    return Occasion(
        cut.rule, Reason.CASCADE_LIMIT, route, happening.event, happening.at, cut.trigger, cut.depth
    )  # fmt: skip


def _farness(occasion: Occasion) -> tuple[int, int, int]:
    """By reason; of false conditions by the number of failed tests, then by how many were as they should be."""
    short = occasion.shortfall
    failed, held = (len(short.gaps), short.of - len(short.gaps)) if short else (0, 0)
    return NEARNESS[occasion.reason], failed, -held


def by_nearness(occasion: Occasion) -> tuple[int, int, int]:
    """The key that ranks the verdicts of several rules; equals stay in running order."""
    return _farness(occasion)
