"""The twin: replays a whole history in the plainest way, to explain single tickets and to check the engine against.

It follows the description of replaying sentence by sentence and shares with the engine only the rule model and the
facts. Here is the loop over all tickets in time order, one event wholly finished before the next; `event.py` has what
happens inside one event.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection

from simulator.explain.event import Event, Side, tell_cut
from simulator.explain.outside import (
    RECORDED,
    REPLY_PHASES,
    SNOOZE_END_PHASES,
    change,
    is_skipped,
    kind_in_words,
    phases_of,
    wake,
)
from simulator.explain.record import Nobody, Record, Watcher
from simulator.explain.state import Customer, Reply, Ticket, starting
from simulator.facts.directory import Directory
from simulator.facts.facts import Facts
from simulator.facts.history import History, Kind
from simulator.facts.macros import check_macros
from simulator.instants import format_instant
from simulator.outcome import Change, FieldState, Loop, Outcome
from simulator.rules.model import RuleSet, Trigger, in_running_order


def replay(
    ruleset: RuleSet,
    facts: Facts,
    directory: Directory,
    max_cascade: int = 5,
    tickets: Collection[int] | None = None,
    watcher: Watcher | None = None,
) -> Outcome:
    """What would have stood on each ticket with these rules.

    `tickets`: ids of the tickets to replay, all of them by default; they must be all tickets of their customers,
    because customers carry throttles and custom fields. Snoozes end as in the whole history all the same.
    Raises InputError where a rule applies a macro that the snapshot does not have.
    """
    rules = tuple(rule for rule in in_running_order(ruleset.rules) if rule.enabled)
    check_macros(rules, directory)
    side = Side(rules, ruleset.hours, facts, directory, max_cascade, watcher or Nobody(), ruleset.throttle)
    return _Replay(side).run(tickets)


def of_same_customer(history: History, ticket: int) -> frozenset[int]:
    """The ids of all tickets of the customer of `ticket`, or itself where it has none. KeyError if it is not there."""
    customers = {start.id: start.customer_id for start in history.tickets}
    customer = customers[ticket]
    if customer is None:
        return frozenset((ticket,))
    return frozenset(id for id, other in customers.items() if other == customer)


class _Replay:
    """One rule set over one history."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.history = side.facts.history
        self.customers: dict[tuple[str, int], Customer] = {}
        self.tickets: dict[int, Ticket] = {}
        self.records: dict[int, Record] = {}
        self.snoozed: list[tuple[int, int]] = []  # heap of (end, ticket id) of rules' snoozes, replaced ones too

    def run(self, chosen: Collection[int] | None) -> Outcome:
        """Every outside event in time order, by ticket id at one instant; before it the snoozes that end by then."""
        for at, id, row in self._rows(chosen):
            self._end_snoozes(at)
            self._outside_event(self.tickets[id], row)
        if self.history.last is not None:
            self._end_snoozes(self.history.last)
        return Outcome({id: self.records[id].outcome(self.tickets[id]) for id in sorted(self.tickets)})

    def _rows(self, chosen: Collection[int] | None) -> list[tuple[int, int, int]]:
        """(instant, ticket id, event row) of the chosen tickets, sorted; and each of them as it starts."""
        history, rows = self.history, list[tuple[int, int, int]]()
        for place, start in enumerate(history.tickets):
            if chosen is None or start.id in chosen:
                first, end = history.first[place], history.first[place + 1]
                self.tickets[start.id] = starting(start, self._customer(start.id, start.customer_id), first)
                self.records[start.id] = Record()
                rows += [(history.at[row], start.id, row) for row in range(first, end)]
        return sorted(rows)

    def _customer(self, ticket: int, customer: int | None) -> Customer:
        key = ("ticket", ticket) if customer is None else ("customer", customer)
        return self.customers.setdefault(key, Customer())

    def _end_snoozes(self, until: int) -> None:
        """End what rules snoozed up to an instant, that included: by instant, then by ticket id."""
        while self.snoozed and self.snoozed[0][0] <= until:
            at, id = heapq.heappop(self.snoozed)
            ticket = self.tickets[id]
            if ticket.snoozed_by is not None and ticket.snooze == at:  # it still stands
                self._snooze_ends(ticket, ticket.snoozed_by, at)

    def _outside_event(self, ticket: Ticket, row: int) -> None:
        """An outside event first changes the state, then its phases run."""
        history = self.history
        kind, at, key, with_message = (
            Kind(history.kind[row]),
            history.at[row],
            history.key[row],
            history.message[row] >= 0,
        )
        self.side.watcher.event(ticket, key, at, kind_in_words(kind, history.from_customer[row]))
        ticket.row, ticket.ends_in_a_row = row, 0
        if is_skipped(kind, history.automatic[row], ticket):
            self.records[ticket.start.id].skipped_assignments += 1
            self.side.watcher.skipped()
            self.side.watcher.finished(ticket)
            return
        if with_message:
            ticket.reply = None
        for field, before, after in change(ticket, kind, history.value[row], history.from_customer[row]):
            self._changed(ticket, key, at, RECORDED[kind], field, before, after)
        self._event(ticket, key, at, phases_of(kind, with_message), 0)

    def _snooze_ends(self, ticket: Ticket, rule: str, at: int) -> None:
        """A rule's snooze ends by itself; after `max_cascade` such ends in a row it does so silently."""
        key = f"unsnooze:{ticket.start.id}@{format_instant(at)}"
        self.side.watcher.event(ticket, key, at, f"end of the snooze of rule {rule}")
        wake(ticket)
        self._changed(ticket, key, at, "snooze-ended", "snooze", at, None)
        if ticket.ends_in_a_row >= self.side.max_cascade:
            self._loop(ticket, key, "snooze", rule, at, 0, SNOOZE_END_PHASES)
            return
        ticket.ends_in_a_row += 1
        self._event(ticket, key, at, SNOOZE_END_PHASES, 0)

    def _reply_event(self, ticket: Ticket, reply: Reply, key: str, depth: int) -> None:
        """A simulated reply is a message of its own; it does not reopen the ticket. Too deep, it runs no phases."""
        self.side.watcher.event(ticket, key, reply.at, f"reply of rule {reply.rule}")
        ticket.reply, ticket.last_reply_at = reply, reply.at
        if depth > self.side.max_cascade:
            self._loop(ticket, key, "cascade", reply.rule, reply.at, depth, REPLY_PHASES)
            return
        self._event(ticket, key, reply.at, REPLY_PHASES, depth)

    def _event(self, ticket: Ticket, key: str, at: int, phases: tuple[Trigger, ...], depth: int) -> None:
        """One event wholly finished; then, before anything else, the replies that it sent, one level deeper."""
        replies = Event(self.side, ticket, self.records[ticket.start.id], key, at, depth).run(phases)
        self.side.watcher.finished(ticket)
        if ticket.snoozed_by is not None and ticket.snooze is not None:
            heapq.heappush(self.snoozed, (ticket.snooze, ticket.start.id))
        for number, reply in enumerate(replies, start=1):
            self._reply_event(ticket, reply, f"{key}/reply:{number}", depth + 1)

    def _changed(
        self, ticket: Ticket, key: str, at: int, action: str, field: str, before: FieldState, after: FieldState
    ) -> None:
        change = Change(ticket.start.id, key, at, "", 0, None, "", action, field, before, after)
        self.records[ticket.start.id].changes.append(change)
        self.side.watcher.outside_change(change)

    def _loop(
        self, ticket: Ticket, key: str, kind: str, rule: str, at: int, depth: int, cut: tuple[Trigger, ...]
    ) -> None:
        """An event that goes too far runs no phases: `cut` are those that it would have run."""
        self.records[ticket.start.id].loops.append(Loop(ticket.start.id, key, kind, (rule,)))
        tell_cut(self.side, ticket, key, at, depth, cut)
        self.side.watcher.finished(ticket)
