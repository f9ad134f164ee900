"""`import gorgias`: which files and records are the helpdesk's, and where each goes in the snapshot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from simulator.snapshot.merge import Merge
from simulator.sources.fields import FieldError, address, child, children, needed_id
from simulator.sources.gorgias import history
from simulator.sources.gorgias.customers import address_rows, customer_row, is_full, profile_rows
from simulator.sources.gorgias.settings import agent_row, macro_row, rule_row, tag_row, team_row, view_row
from simulator.sources.gorgias.tickets import message_row, survey_row, ticket_row
from simulator.sources.intake import Source
from simulator.sources.json_text import Record
from simulator.sources.stems import kind_of
from simulator.sources.tally import Tally

Take = Callable[[Record, Merge, Tally], None]

_STEMS = {
    "ticket": "tickets", "tickets": "tickets", "ticket_detail": "tickets", "ticket_details": "tickets",
    "message": "messages", "messages": "messages", "ticket_messages": "messages",
    "customer": "customers", "customers": "customers",
    "event": "events", "events": "events",
    "survey": "surveys", "surveys": "surveys", "satisfaction_survey": "surveys", "satisfaction_surveys": "surveys",
    "tag": "tags", "tags": "tags",
    "user": "users", "users": "users", "agents": "users",
    "team": "teams", "teams": "teams",
    "rule": "rules", "rules": "rules",
    "macro": "macros", "macros": "macros",
    "view": "views", "views": "views",
}  # fmt: skip
_URI = re.compile(r"/api/([a-z-]+)(?:/\d+/(messages))?(?:[/?]|$)")
_OURS = re.compile(rb'"uri"\s*:\s*"/api/[a-z-]+')


def take(kind: str, record: Record, merge: Merge, tally: Tally) -> None:
    """Put one API object of a kind, and what it carries inside, into the snapshot."""
    _TAKES[kind](record, merge, tally)


def _ticket(ticket: Record, merge: Merge, tally: Tally) -> None:
    row = ticket_row(ticket)
    merge.put("ticket", row)
    identity = needed_id(ticket)
    for index, message in enumerate(children(ticket, "messages")):
        with _inside(f"messages[{index}]"):
            merge.put("message", message_row(message, identity))
    survey = child(ticket, "satisfaction_survey")
    if survey.get("id") is not None:
        with _inside("satisfaction_survey"):
            merge.put("survey", survey_row(survey, identity))
    _mentioned(ticket, merge, tally)


def _mentioned(ticket: Record, merge: Merge, tally: Tally) -> None:
    """The customer, user, team and tags inside a ticket, for exports that have no file of their own for them."""
    customer = child(ticket, "customer")
    if customer.get("id") is not None:
        with _inside("customer"):
            _customer(customer, merge, tally)
    user, team = child(ticket, "assignee_user"), child(ticket, "assignee_team")
    if user.get("id") is not None:
        merge.put_if_absent("agent", agent_row(user))
    if team.get("id") is not None and team.get("name") is not None:
        merge.put_if_absent("team", team_row(team))
    for tag in ticket.get("tags") or ():  # type: ignore[union-attr]
        if isinstance(tag, dict) and tag.get("id") is not None:
            merge.put_if_absent("tag", tag_row(tag))


def _customer(customer: Record, merge: Merge, _tally: Tally) -> None:
    row = customer_row(customer)
    if not is_full(customer):
        merge.put_if_absent("customer", row)
        return
    owner = needed_id(customer)
    tables = (("customer_address", address_rows(customer)), ("shop_profile", profile_rows(customer)))
    if merge.wins("customer", row):
        for table, rows in tables:
            merge.replace_children(table, "customer_id", owner, rows)
    else:
        for table, rows in tables:
            for child_row in rows:
                merge.put_if_absent(table, child_row)


@contextmanager
def _inside(path: str) -> Iterator[None]:
    """Say where in the record an error is."""
    try:
        yield
    except FieldError as error:
        raise FieldError(error.code, f"{path}.{error.path}", error.message) from None


_TAKES: dict[str, Take] = {
    "tickets": _ticket,
    "messages": lambda record, merge, _: merge.put("message", message_row(record)),
    "customers": _customer,
    "events": lambda record, merge, _: merge.put("event", history.event_row(record)),
    "surveys": lambda record, merge, _: merge.put("survey", survey_row(record)),
    "tags": lambda record, merge, _: merge.put("tag", tag_row(record)),
    "users": lambda record, merge, _: merge.put("agent", agent_row(record)),
    "teams": lambda record, merge, _: merge.put("team", team_row(record)),
    "rules": lambda record, merge, _: merge.put("rule", rule_row(record)),
    "macros": lambda record, merge, _: merge.put("macro", macro_row(record)),
    "views": lambda record, merge, _: merge.put("view", view_row(record)),
}


def kind_of_record(record: Record, page_uri: str | None) -> str | None:
    """By the record's own uri, else by its page's."""
    for uri in (record.get("uri"), page_uri):
        match = _URI.match(uri) if isinstance(uri, str) else None
        if match is not None:
            return _STEMS.get((match[2] or match[1]).replace("-", "_"))
    return None


def finish(merge: Merge, tally: Tally) -> None:
    """Resolve the tickets of events, give mentioned customers their address, count what belongs to no ticket."""
    connection = merge.connection
    connection.execute(history.FROM_MESSAGES)
    connection.execute(history.FROM_SURVEYS)
    _own_addresses(merge)
    for table in ("message", "event", "survey"):
        orphans = (
            f"SELECT count(*), min(id) FROM {table} WHERE ticket_id IS NOT NULL"  # noqa: S608 our own names
            " AND NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.id = ticket_id)"
        )
        count, example = connection.execute(orphans).fetchone()
        reason = "of tickets that are not in the snapshot: not replayed"
        connection.execute("DELETE FROM skipped WHERE kind = ? AND reason = ?", (f"{table}s", reason))
        if count:
            tally.add(f"{table}s", reason, str(example), count)


def _own_addresses(merge: Merge) -> None:
    """Customers known only from inside a ticket have no channels: their own address is all there is."""
    without = (
        "SELECT id, email FROM customer WHERE email <> ''"
        " AND NOT EXISTS (SELECT 1 FROM customer_address WHERE customer_id = customer.id)"
    )
    for identity, email in merge.connection.execute(without).fetchall():
        known = address(email)
        if known:
            merge.put_if_absent("customer_address", {"customer_id": identity, "address": known})


GORGIAS = Source(
    name="gorgias",
    kinds=frozenset(_TAKES),
    envelopes=("data",),
    kind_of_stem=lambda stem: kind_of(stem, _STEMS),
    kind_of_record=kind_of_record,
    is_ours=lambda head: _OURS.search(head) is not None,
    take=take,
    finish=finish,
)
