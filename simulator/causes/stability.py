"""STABILITY: whether the change is spread over the history, or comes from one day, one customer or one channel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from simulator.causes.values import Most, Stability, Week
from simulator.diff.values import Diff
from simulator.facts.history import History, Start
from simulator.instants import DAY, format_instant


def stability_of(diff: Diff, history: History, reported: frozenset[int]) -> Stability:
    """The changed tickets by week of creation (UTC), and where most of them are."""
    if not diff.edits:
        return Stability()
    changed = {edit.ticket for edit in diff.edits}
    tickets = [ticket for ticket in history.tickets if ticket.id in reported]
    those = [ticket for ticket in tickets if ticket.id in changed]
    every, some = (Counter(map(_week, part)) for part in (tickets, those))
    weeks = tuple(Week(_date(week * DAY), every[week], some[week]) for week in sorted(every))
    return Stability(weeks, tuple(_most(tickets, those)))


def _week(ticket: Start) -> int:
    """The Monday before, in days since 1970 (which began on a Thursday)."""
    day = ticket.created_at // DAY
    return day - (day + 3) % 7


def _date(at: int) -> str:
    return format_instant(at)[:10]


_KINDS: Mapping[str, Callable[[Start], int | str | None]] = {
    "day": lambda ticket: ticket.created_at // DAY,
    "customer": lambda ticket: ticket.customer_id,
    "channel": lambda ticket: ticket.channel,
}


def _most(tickets: list[Start], changed: list[Start]) -> Iterator[Most]:
    for kind, of in _KINDS.items():
        numbers = Counter(of(ticket) for ticket in changed)
        del numbers[None]
        if numbers:
            place, number = min(numbers.items(), key=lambda pair: (-pair[1], str(pair[0])))
            usual = sum(of(ticket) == place for ticket in tickets)
            name = _date(place * DAY) if kind == "day" and isinstance(place, int) else str(place)
            yield Most(kind, name, number, len(changed), 100 * usual // len(tickets))
