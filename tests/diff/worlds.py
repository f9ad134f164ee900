"""Small rule sets and outcomes made by hand, for the tests of the diff and of the reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from simulator.diff.values import Scope, Side
from simulator.hours import BusinessHours
from simulator.instants import parse_instant
from simulator.outcome import Change, FieldScalar, FieldState, Final, Match, Outcome, Refusal, Sent, TicketOutcome
from simulator.rules.model import ALWAYS, Action, Condition, Rule, RuleSet, Step, Test, Trigger, in_running_order

T0 = parse_instant("2026-03-02T09:00:00Z")
HOUR = 3_600_000_000
SPENT = "ticket.customer.integrations.shopify.customer.total_spent"


def rule(
    id: str,
    condition: Condition = ALWAYS,
    then: Sequence[Step] = (),
    *,
    name: str = "",
    priority: int = 0,
    enabled: bool = True,
    on: Sequence[Trigger] = (Trigger.TICKET_CREATED,),
) -> Rule:
    """A rule that is named as its id unless said otherwise."""
    return Rule(id, name or id, tuple(on), priority, enabled, condition, tuple(then), ())


def spent(amount: str) -> Test:
    """A test on the money spent."""
    return Test(SPENT, "gte", Decimal(amount))


def add_tags(*tags: str) -> Action:
    """The action that adds tags."""
    return Action("addTags", tags)


def ruleset(*rules: Rule, name: str = "main", zone: str = "UTC") -> RuleSet:
    """A rule set in running order."""
    return RuleSet(name, in_running_order(rules), BusinessHours(zone))


def change(
    ticket: int,
    rule: str | None,
    field: str,
    before: FieldState,
    after: FieldState,
    *,
    at: int = T0,
    branch: str = "then",
    action: str = "setPriority",
    event: str = "",
    trigger: str = "ticket-created",
) -> Change:
    """A change on a ticket; from outside where `rule` is None."""
    where = ("", 0, "") if rule is None else (trigger, 0, branch)
    return Change(
        ticket, event or f"ticket:{ticket}", at, where[0], where[1], rule, where[2], action, field, before, after
    )


def tagged(ticket: int, rule: str | None, before: str, after: str, at: int = T0) -> Change:
    """A change of tags, both lists written with blanks between."""
    return change(ticket, rule, "tags", tuple(before.split()), tuple(after.split()), at=at, action="addTags")


def match(ticket: int, rule: str, *, today: bool = False, missing: bool = False, event: str = "") -> Match:
    """A hit of a rule in the phase ticket-created."""
    return Match(ticket, event or f"ticket:{ticket}", "ticket-created", 0, rule, today, missing)


def refusal(ticket: int, rule: str, reason: str = "recent-auto-reply") -> Refusal:
    """A reply that was refused."""
    where = (ticket, f"ticket:{ticket}", T0, "ticket-created", 0, rule, "then", "replyToTicket", "replies")
    return Refusal(*where, None, "Hello", reason)


def sent(rule: str, text: str, at: int = T0, action: str = "replyToTicket") -> Sent:
    """A message of a rule."""
    return Sent(action, at, text, rule)


_START: Mapping[str, FieldState] = {
    "tags": (), "priority": "normal", "status": "open", "assignee": None, "team": None, "subject": "Order",
    "spam": False, "snooze": None, "trashed": False,
}  # fmt: skip


def ticket(
    id: int,
    *changes: Change,
    sent: Sequence[Sent] = (),
    matches: Sequence[Match] = (),
    refusals: Sequence[Refusal] = (),
    phases: Mapping[str, int] | None = None,
) -> TicketOutcome:
    """A ticket whose final state is what its changes leave."""
    state = dict(_START)
    custom: dict[str, FieldScalar] = {}
    for made in changes:
        if made.field in state:
            state[made.field] = made.after
        elif made.field.startswith("custom_fields.") and not isinstance(made.after, tuple):
            custom[made.field.removeprefix("custom_fields.")] = made.after
    final = Final(**state, custom_fields=tuple(sorted(custom.items())))  # type: ignore[arg-type]
    runs = {"ticket-created": 1} if phases is None else phases
    return TicketOutcome(id, final, changes, tuple(refusals), tuple(matches), tuple(sent), (), runs)


def outcome(*tickets: TicketOutcome) -> Outcome:
    """A side's tickets by id."""
    return Outcome({found.ticket: found for found in sorted(tickets, key=lambda t: t.ticket)})


def side(rules: RuleSet, *tickets: TicketOutcome) -> Side:
    """A rule set and what came of it."""
    return Side(rules, outcome(*tickets))


def scope(tickets: Iterable[int], customers: Mapping[int, int | None] | None = None, **more: object) -> Scope:
    """All of these tickets, each of customer ticket + 1000 unless said otherwise."""
    reported = sorted(tickets)
    owners = {found: found + 1000 for found in reported} if customers is None else dict(customers)
    events = len(reported)
    return Scope(frozenset(reported), owners, events, **more)  # type: ignore[arg-type]
