"""Small histories for explanations: a case names the events of ticket 1 and the rules of one side or of both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager

from simulator.explain.timeline import TimeLine, time_line
from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from tests.twin.runner import ruleset_of
from tests.twin.snapshots import open_snapshot
from tests.twin.stories import told

Case = Mapping[str, object]

ORDER = {"email": "c1@shop.example", "created_at": "2026-02-01T00:00:00Z"}


@contextmanager
def history_of(case: Case) -> Iterator[tuple[Facts, Directory]]:
    """The facts of the case's snapshot. `events`: of ticket 1; `others`: more tickets; `orders`: of customer 1."""
    events = case.get("events", [{"at": "09:00", "customer": "hello"}])
    ticket = {
        "id": 1,
        "customer": 1,
        "events": events,
        "record": {"channel": "email", **_mapping(case.get("record", {}))},
    }
    others = case.get("others", [])
    orders = case.get("orders", [])
    assert isinstance(others, list) and isinstance(orders, list)
    added = {**_mapping(case.get("rows", {})), "shop_order": [{**ORDER, **order} for order in orders]}
    rows = told({"tickets": [ticket, *others], "rows": added})
    with closing(open_snapshot(rows)) as connection:
        yield read_facts(connection, read_history(connection)), read_directory(connection)


def lines_of(case: Case) -> dict[str, TimeLine]:
    """The time lines of ticket 1: `candidate` of `rules`, and `baseline` where the case has one."""
    cascade = case.get("max_cascade", 5)
    assert isinstance(cascade, int)
    with history_of(case) as (facts, directory):
        return {
            side: time_line(ruleset_of({"rules": case[name]}), facts, directory, 1, cascade)
            for side, name in (("baseline", "baseline"), ("candidate", "rules"))
            if name in case
        }


def line_of(case: Case) -> TimeLine:
    """The time line of `rules`."""
    return lines_of(case)["candidate"]


def _mapping(value: object) -> Case:
    assert isinstance(value, Mapping)
    return value
