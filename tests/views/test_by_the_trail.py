"""Every number of a view agrees with the trail: counted again by plain code, on random worlds and on the demo shop."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import closing
from math import ceil

import pytest

from simulator.bundled import build_demo, demo_folder
from simulator.diff.values import Pair
from simulator.engine.trace import Traced
from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from simulator.rules.load import load_ruleset
from simulator.snapshot.store import open_snapshot
from simulator.views.chosen import choose_views
from simulator.views.measure import measure_views
from simulator.views.values import Count, Stayed, Traffic, Views, Wait
from tests.twin.snapshots import Rows
from tests.twin.worlds import seeded_world, world
from tests.views.plain import Plain
from tests.views.worlds import counted, outcomes, rules_of, views_asked

Stays = dict[int, list[tuple[int, int | None]]]


def check(
    views: Views, facts: Facts, directory: Directory, both: Pair[Traced], tickets: list[int], more: list[int]
) -> int:
    """Hold all numbers of all views against plain ones; how many stays there were."""
    seen = 0
    sides = Pair(*(Plain(outcome, tickets, facts, directory) for outcome in both))
    for one in views.views:
        stays = Pair(*(
            {ticket: found for ticket in tickets if (found := plain.stays(ask, ticket, more))}
            for plain, ask in zip(sides, one.view.ask, strict=True)
        ))  # fmt: skip
        for after in (False, True):
            assert one.count[after] == count(stays[after], views.until)
            assert list(one.traffic[after]) == traffic(stays[after], views.steps)
            gone = sorted({*stays[after]} - {*stays[not after]})
            assert list(one.entered(bool(after))) == gone
            ends = Pair(*({t for t, found in side.items() if found[-1][1] is None} for side in stays))
            assert list(one.left_over(bool(after))) == sorted(ends[after] - ends[not after])
            seen += len(stays[after])
        differ = {t for t in tickets if stays.before.get(t) != stays.after.get(t)}
        assert {d.ticket: d.stayed for d in one.differs} == {
            ticket: Pair(*(stayed(side.get(ticket), views.until) for side in stays)) for ticket in differ
        }
    return seen


def stayed(found: list[tuple[int, int | None]] | None, until: int | None) -> Stayed | None:
    """The stays of one ticket."""
    assert until is not None
    if not found:
        return None
    time = sum((until if end is None else end) - since for since, end in found)
    return Stayed(len(found), found[0][0], time, found[-1][1] is None)


def count(stays: Stays, until: int | None) -> Count:
    """The numbers of one side."""
    assert until is not None
    every = [stay for found in stays.values() for stay in found]
    held = [(sum(a <= at and (b is None or at < b) for a, b in every), -at) for at, _ in every]
    peak, peak_at = max(held) if held else (0, None)
    times = sorted(sum((until if b is None else b) - a for a, b in found) for found in stays.values())
    wait = Wait(sum(times), times[ceil(len(times) / 2) - 1], times[ceil(len(times) * 9 / 10) - 1]) if times else None
    ended = sum(end is not None for _, end in every)
    return Count(len(every) - ended, len(stays), len(every), ended, peak, None if peak_at is None else -peak_at, wait)


def traffic(stays: Stays, steps: tuple[int, ...]) -> list[Traffic]:
    """What happens in each step."""
    every = [stay for found in stays.values() for stay in found]
    came = [bisect_right(steps, since) - 1 for since, _ in every]
    left = [bisect_right(steps, end) - 1 for _, end in every if end is not None]
    found, held = [], 0
    for step in range(len(steps)):
        entries, exits = came.count(step), left.count(step)
        held += entries - exits
        found.append(Traffic(entries, exits, held))
    return found


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_random_views_of_random_worlds(first: int) -> None:
    """Any condition that a rule can have, on any history, with replies, snoozes, custom fields and orders in it."""
    seen = 0
    for seed in range(first, first + 40):
        rows = seeded_world(seed)[0]
        baseline, candidate, asking = rules_of(seed)
        with world(rows) as (facts, directory):
            both = outcomes(baseline, candidate, facts, directory)
            views = counted(views_asked(asking), facts, directory, both)
            if views is not None:
                tickets = [ticket.id for ticket in facts.history.tickets]
                seen += check(views, facts, directory, both, tickets, instants_of(rows))
    assert seen > 100


def instants_of(rows: Rows) -> list[int]:
    """Every instant that stands anywhere in the rows: at some of them orders are placed, paid back or sent."""
    cells = [value for records in rows.values() for record in records for name, value in record.items() if "at" in name]
    return [value for value in cells if isinstance(value, int) and value > 10**15]


def test_the_demo_shop(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The views of the rule sets and of the helpdesk, over every twelfth ticket."""
    path = tmp_path_factory.mktemp("views") / "demo.db"
    build_demo(path)
    baseline, candidate = (load_ruleset(demo_folder() / "rulesets" / side)[0] for side in ("baseline", "candidate"))
    with closing(open_snapshot(path)) as connection:
        facts, directory = read_facts(connection, read_history(connection)), read_directory(connection)
        both = outcomes(baseline, candidate, facts, directory)
        tickets = sorted(ticket.id for ticket in facts.history.tickets)[::12]
        chosen = choose_views(connection, baseline, candidate)
        views = measure_views(chosen, facts, directory, both, frozenset(tickets))
        assert views is not None and views.tickets == len(tickets)
        assert check(views, facts, directory, both, tickets, []) > 100
