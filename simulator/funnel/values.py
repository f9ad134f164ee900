"""What is told of a rule over a whole history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from simulator.diff.values import RuleSide
from simulator.explain.shortfall import Shortfall
from simulator.rules.model import Condition, Rule, Test


class Part(NamedTuple):
    """A condition, or a part of one. `true`: how often it was true, of all times that the whole was come to.

    `passed`: of a step of the funnel, how often it and all steps before it were true; None of parts within a step.
    """

    condition: Condition
    true: int
    passed: int | None
    parts: tuple[Part, ...]


class Keyword(NamedTuple):
    """A word of a list. `times`: how often it was there; `only`: how often no other word of the list was.

    `matched` and `matched_only`: of these, how often the whole condition was true.
    `tickets`: on how many tickets it was there; `examples`: the first of them, with the event row.
    """

    word: str
    times: int
    only: int
    matched: int
    matched_only: int
    tickets: int
    examples: tuple[tuple[int, int], ...]


class Keywords(NamedTuple):
    """The words of one test, in the order written."""

    test: Test
    words: tuple[Keyword, ...]


class Asked(NamedTuple):
    """A condition of a rule: its own (`branch` empty), or that of a nested branch.

    `times`: how often it was come to; `true`: how often it was true; `steps`: its funnel.
    """

    branch: str
    condition: Condition
    times: int
    true: int
    steps: tuple[Part, ...]
    keywords: tuple[Keywords, ...]


class Miss(NamedTuple):
    """A near miss: a ticket, the event, and what was seen there; `shortfall` is None where nothing more is known."""

    ticket: int
    event: str
    at: int
    shortfall: Shortfall | None


class Misses(NamedTuple):
    """The times when only this was in the way: one of these tests, not as it was `wanted`.

    `of`: how many tests the cheapest way to a match asks for; `tickets`: on how many tickets; `nearest`: the least
    distance first, one a ticket, and where there is no distance the latest first.
    """

    tests: tuple[tuple[Test, bool], ...]
    of: int
    times: int
    tickets: int
    nearest: tuple[Miss, ...]


@dataclass(frozen=True)
class RuleHistory:
    """A rule over the tickets of a history.

    `side`: what the by-rule report says of it; `as_of`: matches that rest on neither today's nor a missing value;
    `overwrites`: whose values it changed, by rule id, and how often; `weeks`: (instant of the Monday, UTC, matches),
    from the first to the last match without gaps; `asked`: its condition, then its branches in the order written.
    """

    rule: Rule
    side: RuleSide
    as_of: int
    overwrites: Mapping[str, int]
    first_match: int | None
    weeks: tuple[tuple[int, int], ...]
    asked: tuple[Asked, ...]
    misses: tuple[Misses, ...]
