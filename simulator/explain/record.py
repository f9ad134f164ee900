"""What is written down while a side is replayed: the outcome of each ticket as it grows, and who may look on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from simulator.explain.acts import Deed
from simulator.explain.moment import Moment
from simulator.explain.state import Ticket
from simulator.explain.truth import Examined
from simulator.outcome import Change, Loop, Match, Refusal, Sent, TicketOutcome
from simulator.rules.model import Action, Rule


class Watcher(Protocol):
    """Somebody who looks on, to tell the time line of a ticket afterwards. A watcher changes nothing."""

    def event(self, ticket: Ticket, event: str, at: int, what: str) -> None:
        """An event begins: an outside one, the end of a snooze, or a reply. Its own change comes next."""

    def outside_change(self, change: Change) -> None:
        """The event itself changed the state."""

    def skipped(self) -> None:
        """The event is an automatic assignment that found the ticket assigned already."""

    def phase(self, trigger: str, depth: int) -> None:
        """A phase begins."""

    def asked(self, rule: Rule, examined: Examined) -> None:
        """A rule's condition was looked at."""

    def branched(self, branch: str, examined: Examined) -> None:
        """The condition of a nested branch was looked at, within the rule asked last."""

    def tried(self, written: Action, action: Action, branch: str, deed: Change | Refusal | None) -> None:
        """An action of the rule asked last ran: it changed something, was refused, or changed nothing (None).

        `written` is the action as the rule has it: of a macro's actions, the applyMacro.
        """

    def cut(self, trigger: str, depth: int, rule: Rule, examined: Examined) -> None:
        """A rule whose condition was true in a phase that the limit of the cascade left out."""

    def finished(self, ticket: Ticket) -> None:
        """The event with all its phases is over; a reply of its own comes after it as another event."""


class Nobody:
    """The watcher that looks at nothing."""

    def event(self, ticket: Ticket, event: str, at: int, what: str) -> None: ...

    def outside_change(self, change: Change) -> None: ...

    def skipped(self) -> None: ...

    def phase(self, trigger: str, depth: int) -> None: ...

    def asked(self, rule: Rule, examined: Examined) -> None: ...

    def branched(self, branch: str, examined: Examined) -> None: ...

    def tried(self, written: Action, action: Action, branch: str, deed: Change | Refusal | None) -> None: ...

    def cut(self, trigger: str, depth: int, rule: Rule, examined: Examined) -> None: ...

    def finished(self, ticket: Ticket) -> None: ...


@dataclass(slots=True)
class Record:
    """The outcome of one ticket as it grows, in the order in which things happen."""

    changes: list[Change] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    loops: list[Loop] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)
    skipped_assignments: int = 0
    not_simulated: list[tuple[str, str]] = field(default_factory=list)

    def write(self, deed: Deed, moment: Moment, rule: str, branch: str, action: str) -> Change | Refusal:
        """Write down what an action did, or that it was refused."""
        where = (moment.ticket.start.id, moment.event, moment.now, moment.trigger, moment.depth)
        what = (branch, action, deed.field, deed.before, deed.after)
        if deed.reason is not None:
            refusal = Refusal(*where, rule, *what, deed.reason)
            self.refusals.append(refusal)
            return refusal
        change = Change(*where, rule, *what)
        self.changes.append(change)
        if deed.sent is not None:
            self.sent.append(deed.sent)
        return change

    def outcome(self, ticket: Ticket) -> TicketOutcome:
        """The outcome as a frozen value."""
        return TicketOutcome(
            ticket.start.id, ticket.final(), tuple(self.changes), tuple(self.refusals), tuple(self.matches),
            tuple(self.sent), tuple(self.loops), dict(sorted(self.phases.items())), self.skipped_assignments,
            tuple(self.not_simulated),
        )  # fmt: skip
