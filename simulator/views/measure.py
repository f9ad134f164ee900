"""Measure: both outcomes, seen through the chosen views -> VIEWS."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

import numpy as np

from simulator.diagnostics import Diagnostic, Severity
from simulator.diff.values import Pair
from simulator.engine.moment import CUSTOMER_FIELD
from simulator.engine.trace import Traced
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.rules.fields import Kind, field_of
from simulator.rules.walk import tests_in
from simulator.views.asked import Asked
from simulator.views.between import turns
from simulator.views.chosen import Chosen
from simulator.views.moves import moves_of
from simulator.views.numbers import count_of, stayed_of, traffic_of, unlike
from simulator.views.stays import Stays, watch
from simulator.views.steps import steps_of
from simulator.views.values import Differs, Reads, ViewDiff, Views, Watched


def measure_views(
    chosen: Chosen, facts: Facts, directory: Directory, outcomes: Pair[Traced], reported: Collection[int]
) -> Views | None:
    """All chosen views over the reported tickets; None where there are neither views nor any that cannot be counted."""
    history = facts.history
    if (not chosen.views and not chosen.uncounted) or history.last is None:
        return None
    rows = [row for row, ticket in enumerate(history.tickets) if ticket.id in reported]
    steps = steps_of(min(history.tickets[row].created_at for row in rows), history.last)
    found = tuple(_Counted(chosen.views, facts, directory, outcomes, rows, history.last).views(steps.starts))
    ever, at_end = (moves_of(found, standing) for standing in (ViewDiff.entered, ViewDiff.left_over))
    return Views(len(rows), history.last, steps.width, steps.starts, found, ever, at_end, chosen.uncounted)


class _Counted:
    """The stays on both sides, and what is made of them."""

    def __init__(
        self,
        views: Sequence[Watched],
        facts: Facts,
        directory: Directory,
        outcomes: Pair[Traced],
        rows: list[int],
        until: int,
    ) -> None:
        self.chosen, self.history, self.until = views, facts.history, until
        before, after = outcomes.before.trace, outcomes.after.trace
        self.asked = Asked((ask for view in views for ask in view.ask), facts, before.common.packing, directory)
        self.rows = other = rows
        if not self.asked.reads(CUSTOMER_FIELD):  # these may differ by what happened on another ticket
            differ = before.unlike(after)
            other = [row for row in rows if row in differ]
        turned = turns(self.asked, self.history, until)
        self.other = other
        self.before = watch(self.asked, before, rows, turned, until)
        new = watch(self.asked, after, other, turned, until)
        self.after = [mine.with_others(other, others) for mine, others in zip(self.before, new, strict=True)]
        self.last = np.array([self.history.first[row + 1] - 1 for row in rows], np.int64)

    def views(self, starts: tuple[int, ...]) -> Iterator[ViewDiff]:
        for view in self.chosen:
            places = [self.asked.place_of(ask) for ask in view.ask]
            old, new = self.before[places[0]], self.after[places[1]]
            counts = Pair(count_of(old, self.until), count_of(new, self.until))
            traffic = Pair(traffic_of(old, starts), traffic_of(new, starts))
            yield ViewDiff(view, counts, traffic, tuple(self._differs(places, old, new)), tuple(self._reads(view)))

    def _differs(self, places: Sequence[int], old: Stays, new: Stays) -> Iterator[Differs]:
        """Where both sides ask the same, only tickets on which something else was done can differ."""
        rows = unlike(old, new, self.other if places[0] == places[1] else self.rows)
        before, after = (stayed_of(stays, self.until, rows) for stays in (old, new))
        for row in sorted(rows):
            yield Differs(self.history.tickets[row].id, Pair(before.get(row), after.get(row)))

    def _reads(self, view: Watched) -> Iterator[Reads]:
        """What of the facts is missing, or only today's, on each ticket's last event."""
        paths = {test.path for ask in view.ask for test in tests_in(ask.condition)}
        for path in sorted(paths):
            field = field_of(path)
            if path == "event.type":
                yield Reads(path, len(self.last), 0)
            elif field is not None and (field.kind is not Kind.STATE or path.startswith(CUSTOMER_FIELD)):
                today, missing = self.asked.bits.provenance(path)
                yield Reads(path, int(missing[self.last].sum()), int(today[self.last].sum()))


def view_findings(views: Views) -> Iterator[Diagnostic]:
    """A warning for each view and field that no reported ticket has."""
    for one in views.views:
        for read in one.reads:
            if read.missing == views.tickets:
                what = f'view "{one.view.name}" reads {read.path}, which none of {views.tickets:,} tickets has'
                yield Diagnostic("W001", Severity.WARNING, what)
