"""How far a condition was from the truth: counts, gaps, alternatives, and what must always hold of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.explain.shortfall import Shortfall, shortfall
from simulator.explain.truth import Examined, examine
from simulator.facts.values import Provenance, Seen
from simulator.hours import NEVER
from simulator.rules import model
from simulator.rules.load import parse_condition
from simulator.rules.model import All, Any, Condition, Not


def examined(condition: str, **seen: object) -> Examined:
    """A condition on the fields of a customer's data, of which these are there."""

    def look(path: str) -> Seen:
        value = seen.get(path.rpartition(".")[2])
        return Seen(value, Provenance.AS_OF) if isinstance(value, str) else Seen(None, Provenance.MISSING)

    return examine(parse_condition(condition), look, 0, NEVER)


A, B, C = (f"{{customer.data.{name}: x}}" for name in "abc")


@pytest.mark.parametrize(
    ("condition", "seen", "failed", "of"),
    [
        (f"[{A}, {B}, {C}]", "ab", 1, 3),
        (f"[{A}, {B}, {C}]", "a", 2, 3),
        (f"[{A}, {B}, {C}]", "abc", 0, 3),
        (A, "", 1, 1),
        (f"{{any: [{A}, {B}]}}", "", 1, 1),
        (f"{{any: [{A}, {{all: [{B}, {C}]}}]}}", "b", 1, 1),
        (f"{{any: [{{all: [{A}, {B}]}}, {C}]}}", "a", 1, 2),
        (f"[{A}, {{any: [{B}, {C}]}}]", "a", 1, 2),
        (f"[{A}, {B}, {{not: {C}}}]", "abc", 1, 3),
        (f"{{not: {{any: [{A}, {B}]}}}}", "ab", 2, 2),
        (f"{{not: {{all: [{A}, {B}]}}}}", "ab", 1, 1),
        ("{any: []}", "", 1, 1),
        ("{all: []}", "", 0, 0),
    ],
)
def test_how_many_of_how_many(condition: str, seen: str, failed: int, of: int) -> None:
    """Of the cheapest way to the truth."""
    short = shortfall(examined(condition, **dict.fromkeys(seen, "x")))
    assert (len(short.gaps), short.of) == (failed, of)


def test_where_one_of_several_would_do_all_are_named() -> None:
    """The parts of the one gap."""
    short = shortfall(examined(f"[{A}, {{any: [{B}, {C}]}}]", a="x"))
    assert [
        part.examined.condition.path for part in short.gaps[0].parts if isinstance(part.examined.condition, model.Test)
    ] == [
        "ticket.customer.data.b",
        "ticket.customer.data.c",
    ]


def test_only_missing_values_make_a_missing_field() -> None:
    """One value that is there and wrong, and it is the condition that was false."""
    assert shortfall(examined(f"[{A}, {B}]")).missing
    assert not shortfall(examined(f"[{A}, {B}]", b="y")).missing
    assert not shortfall(examined(A, a="x")).missing


TESTS = st.sampled_from([parse_condition(one) for one in (A, B, C, "{customer.data.d: {neq: x}}")])
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    TESTS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(CONDITIONS, st.sets(st.sampled_from("abcd")), st.booleans())
def test_gaps_are_what_stands_in_the_way(condition: Condition, there: set[str], wanted: bool) -> None:
    """No gaps where the condition is as wanted; else turning one part of each gap makes it so, and less does not."""

    def look(path: str) -> Seen:
        return Seen("x", Provenance.AS_OF) if path[-1] in there else Seen(None, Provenance.MISSING)

    found = examine(condition, look, 0, NEVER)
    short = shortfall(found, wanted)
    assert (not short.gaps) == (found.holds is wanted)
    if any(part.examined.seen is None for gap in short.gaps for part in gap.parts):
        return  # an empty group can never be otherwise
    for place in range(max((len(gap.parts) for gap in short.gaps), default=0)):
        turned = [gap.parts[min(place, len(gap.parts) - 1)].examined for gap in short.gaps]
        assert _with(found, turned).holds is wanted
        assert not turned or _with(found, turned[1:]).holds is not wanted
    assert len(short.gaps) <= short.of


def _with(found: Examined, turned: list[Examined]) -> Examined:
    """The condition where some tests are taken the other way."""
    if isinstance(found.condition, model.Test):
        return replace(found, holds=found.holds is not any(one is found for one in turned))
    parts = tuple(_with(part, turned) for part in found.parts)
    truths = [part.holds for part in parts]
    match found.condition:
        case All():
            return replace(found, parts=parts, holds=all(truths))
        case Any():
            return replace(found, parts=parts, holds=any(truths))
    return replace(found, parts=parts, holds=not truths[0])


def test_a_near_miss_is_one_of_several() -> None:
    """Neither one of one, nor two of three."""
    assert [Shortfall(short.gaps, short.of).near for short in map(shortfall, (
        examined(f"[{A}, {B}]", a="x"), examined(A), examined(f"[{A}, {B}, {C}]", a="x")
    ))] == [True, False, False]  # fmt: skip
