"""The funnel of a condition, and the words of its lists, counted over its sightings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from simulator.explain.truth import Examined
from simulator.flow import Ints
from simulator.funnel.sightings import Sightings
from simulator.funnel.values import Asked, Keyword, Keywords, Part
from simulator.funnel.watched import WordList
from simulator.rules.model import All, Condition, Not, Test

EXAMPLES = 3
"""Tickets that are named for a word."""


def counted(seen: Sightings, ticket_of: Ints) -> Asked:
    """A condition with its counts. `ticket_of`: the id of the ticket of each event row."""
    return Asked(
        seen.spot.branch,
        seen.spot.condition,
        len(seen.row),
        seen.count(one.holds for one in seen.found),
        tuple(_steps(seen)),
        tuple(_keywords(seen, one, ticket_of) for one in seen.spot.lists),
    )


def _steps(seen: Sightings) -> Iterator[Part]:
    """The parts of an `all` at the top, one after the other; any other condition is one step."""
    condition = seen.spot.condition
    if not isinstance(condition, All) or not condition.parts:
        part = _part(seen, condition, seen.found)
        yield part._replace(passed=part.true)
        return
    through = np.ones(len(seen.truths), np.bool_)
    for place, part_condition in enumerate(condition.parts):
        parts = [one.parts[place] for one in seen.found]
        through &= np.fromiter((one.holds for one in parts), np.bool_, len(parts))
        yield _part(seen, part_condition, parts)._replace(passed=seen.count(through.tolist()))


def _part(seen: Sightings, condition: Condition, found: Sequence[Examined]) -> Part:
    """A part of the condition; `found`: how each of the truths makes it."""
    parts = tuple(
        _part(seen, part, [one.parts[place] for one in found]) for place, part in enumerate(parts_of(condition))
    )
    return Part(condition, seen.count(one.holds for one in found), None, parts)


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """What a condition is made of; nothing for a test."""
    if isinstance(condition, Test):
        return ()
    return (condition.part,) if isinstance(condition, Not) else condition.parts


def _keywords(seen: Sightings, words: WordList, ticket_of: Ints) -> Keywords:
    whole = (1 << len(words.words)) - 1
    has = [truth >> words.first & whole for truth in seen.truths]
    return Keywords(
        words.test, tuple(_keyword(seen, word, 1 << place, has, ticket_of) for place, word in enumerate(words.words))
    )


def _keyword(seen: Sightings, word: str, bit: int, has: Sequence[int], ticket_of: Ints) -> Keyword:
    """`has`: which words of the list each of the truths has."""
    there, alone = [one & bit != 0 for one in has], [one == bit for one in has]
    rows = seen.row[seen.where(there)]
    tickets, first = np.unique(ticket_of[rows], return_index=True)
    return Keyword(
        word,
        times=len(rows),
        only=seen.count(alone),
        matched=seen.count(map(_both, there, seen.found)),
        matched_only=seen.count(map(_both, alone, seen.found)),
        tickets=len(tickets),
        examples=tuple(zip(tickets[:EXAMPLES].tolist(), rows[first[:EXAMPLES]].tolist(), strict=True)),
    )


def _both(there: bool, found: Examined) -> bool:
    return there and found.holds
