"""Which views are counted: those of both rule sets, then those saved in the helpdesk."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Severity
from simulator.diff.values import Pair
from simulator.hours import NEVER, BusinessHours
from simulator.rules.canonical import canonical_condition
from simulator.rules.gorgias_code import LiveViewRecord, views_from_gorgias
from simulator.rules.model import Condition, RuleSet
from simulator.rules.operators import BUSINESS_HOURS
from simulator.rules.walk import tests_in
from simulator.views.values import HELPDESK, RULES, Definition, Uncounted, Watched


class Chosen(NamedTuple):
    """The views to count, those that cannot be, and what was found on the way."""

    views: tuple[Watched, ...]
    uncounted: tuple[Uncounted, ...]
    findings: tuple[Diagnostic, ...]


def choose_views(
    connection: sqlite3.Connection,
    baseline: RuleSet,
    candidate: RuleSet,
    read_as: Callable[[Condition], Condition] = lambda condition: condition,
) -> Chosen:
    """The views of the rule sets by id, then those of the helpdesk in the order of their numbers there.

    `read_as`: what the conditions of the helpdesk's views mean under the choices that it leaves open.
    """
    saved = views_from_gorgias(_records(connection))
    hours = candidate.hours if any(candidate.hours.spans) else baseline.hours
    live = []
    findings = list(saved.diagnostics)
    for view in saved.views:
        ask = definition(read_as(view.condition), hours)
        live.append(Watched(view.id, HELPDESK, view.name, "same", Pair(ask, ask)))
        if not any(hours.spans) and _reads_hours(view.condition):
            what = f'view "{view.name}" asks for business hours, and neither rule set states any: never inside them'
            findings.append(Diagnostic("W002", Severity.WARNING, what))
    uncounted = tuple(Uncounted(one.view, one.name, one.reason) for one in saved.unsupported)
    return Chosen((*_of_rules(baseline, candidate), *live), uncounted, tuple(findings))


def definition(condition: Condition, hours: BusinessHours) -> Definition:
    """What a view asks; hours take part only where they are read."""
    return Definition(condition, hours if _reads_hours(condition) else NEVER)


def _reads_hours(condition: Condition) -> bool:
    return any(test.operator in BUSINESS_HOURS or test.reads == "datetime" for test in tests_in(condition))


def _of_rules(baseline: RuleSet, candidate: RuleSet) -> Iterator[Watched]:
    old, new = ({view.id: view for view in rules.views} for rules in (baseline, candidate))
    for id in sorted({*old, *new}):
        asks = [
            definition(views[id].condition, rules.hours)
            for views, rules in ((old, baseline), (new, candidate))
            if id in views
        ]
        if len(asks) == 1:
            change = "removed" if id in old else "added"
        else:
            change = "same" if _same(*asks) else "edited"
        name = (new.get(id) or old[id]).name
        yield Watched(id, RULES, name, change, Pair(asks[0], asks[-1]))


def _same(old: Definition, new: Definition) -> bool:
    return old.hours == new.hours and canonical_condition(old.condition) == canonical_condition(new.condition)


def _records(connection: sqlite3.Connection) -> Iterator[LiveViewRecord]:
    for id, name, filters, ast in connection.execute("SELECT id, name, filters, filters_ast FROM view ORDER BY id"):
        yield LiveViewRecord(id, name, filters or "", _parsed(ast))


def _parsed(text: str | None) -> object:
    """The JSON of a cell; what cannot be read is as if it were not there."""
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
