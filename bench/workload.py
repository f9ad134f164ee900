"""A made-up helpdesk of any size, written straight into a snapshot, and the rules to replay on it.

`make_world(folder, tickets)` leaves `helpdesk.db`, `baseline.rules.yaml` and `candidate.rules.yaml` in the folder. The
same number of tickets and the same seed give the same rows on every machine. There are no orders: what a customer has
spent is what the profile says today.
"""
# ruff: noqa: S311 - chance, not secrets

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bench.rules import BASELINE, CANDIDATE, as_yaml
from bench.texts import ANSWERS, CLOSINGS, FIRST, FRAMES, LAST, OPENINGS, PLAIN, PRODUCTS, SUBJECTS, TOPICS
from simulator.instants import SECOND, format_instant
from simulator.snapshot.write import writing

SIZES = {"W0": 10_000, "W1": 100_000, "W2": 1_000_000}
"""Tickets by the name of the world."""

SEED = 4
_BATCH = 5_000  # tickets written at a time
_START = 1_735_689_600 * SECOND  # 2025-01-01
_SECONDS = 365 * 24 * 3600  # of the year that it covers
_CHANNELS = ("email", "chat", "contact_form", "instagram-direct-message", "phone")
_VIA = {"email": "email", "chat": "gorgias_chat", "contact_form": "form", "phone": "aircall"}
_INTEGRATION = {channel: 7000 + place for place, channel in enumerate(_CHANNELS)}
_TEAMS = {401: "French desk", 402: "Returns", 403: "Order care"}
_USERS = range(501, 521)
_TAGS = tuple(dict.fromkeys((*(topic.name for topic in TOPICS), "checked", "by-hand", "VIP", "waiting")))
_TAG_ID = {name: 2600 + place for place, name in enumerate(_TAGS)}
_INTENTS = ("order/status", "return/request", "product/question", "other/thanks", "discount/request")
_SHARES = tuple(accumulate(topic.share for topic in TOPICS))

Value = int | str | None
Row = tuple[Value, ...]


class Customer(NamedTuple):
    """Somebody who writes: the language decides the texts, the orders what the profile says."""

    id: int
    language: str
    name: str
    email: str
    orders: int


@dataclass
class Rows:
    """Rows by table, in the order of its columns, waiting to be written."""

    tables: defaultdict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def add(self, table: str, *values: Value) -> None:
        """One more row."""
        self.tables[table].append(values)

    def write(self, connection: sqlite3.Connection) -> None:
        """Put all that waits into the snapshot."""
        for table, rows in self.tables.items():
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 our own names
        self.tables.clear()


def make_world(folder: Path, tickets: int, seed: int = SEED) -> Path:
    """The snapshot and the rule sets, made unless they are there; the snapshot's path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, ruleset in (("baseline", BASELINE), ("candidate", CANDIDATE)):
        (folder / f"{name}.rules.yaml").write_text(as_yaml(ruleset), encoding="utf-8")
    path = folder / "helpdesk.db"
    if not path.exists():
        with writing(path) as work:
            for rows in world(tickets, seed):
                rows.write(work.connection)
    return path


def world(tickets: int, seed: int = SEED) -> Iterator[Rows]:
    """The rows of a helpdesk with so many tickets, some thousands at a time."""
    rows, dice = Rows(), random.Random(seed)
    _desk(rows)
    people = [_customer(rows, dice, place) for place in range(max(1, tickets * 5 // 8))]
    desk = _Desk(rows, dice)
    for place in range(tickets):
        who = people[int(len(people) * dice.random() ** 1.5)]
        desk.ticket(4_000_000 + 3 * place, _START + place * _SECONDS // tickets * SECOND, who)
        if place % _BATCH == _BATCH - 1:
            yield rows
    yield rows


def _desk(rows: Rows) -> None:
    for id, name in _TEAMS.items():
        rows.add("team", id, name)
    for id in _USERS:
        rows.add("agent", id, f"agent{id}@shop.example.com", f"Agent {id}", 1)
    for name, id in _TAG_ID.items():
        rows.add("tag", id, name)


def _customer(rows: Rows, dice: random.Random, place: int) -> Customer:
    language = "fr" if dice.random() < 0.3 else "en"
    first, last = dice.choice(FIRST), dice.choice(LAST)
    email, orders = f"customer{place}@example.com", int(12 * dice.random() ** 4)
    spent = f"{orders * (20 + 140 * dice.random()):.2f}"
    who = Customer(300_000 + place, language, f"{first} {last}", email, orders)
    rows.add("customer", who.id, email, who.name, first, last, language, None, "{}", "{}", None, None)
    rows.add("customer_address", who.id, email)
    if orders:
        tags = '["VIP"]' if dice.random() < 0.02 else "[]"
        rows.add("shop_profile", who.id, 6101, 7_100_000 + place, _START, orders, spent, "EUR", tags, "[]")
    return who


class _Desk:
    """Writes tickets, one after the other, each with its messages and its history."""

    def __init__(self, rows: Rows, dice: random.Random) -> None:
        self.rows, self.dice = rows, dice
        self.counts: Counter[str] = Counter()

    def ticket(self, id: int, at: int, who: Customer) -> None:
        """A ticket from its creation to the last thing that happened on it."""
        dice = self.dice
        channel = _CHANNELS[int(len(_CHANNELS) * dice.random() ** 2.5)]
        subject = self._filled(dice.choice(SUBJECTS[who.language]))
        tags, assignee, team, closed = set[str](), None, None, None
        self._event(id, "ticket-created", at, None, {"channel": channel})
        self._message(id, at, who, channel, subject, None)
        if dice.random() < 0.1:
            tags.add(self._old_rule(id, at))
        now = at + self._pause(4)
        if dice.random() < 0.06:
            team = dice.choice(tuple(_TEAMS))
            self._event(id, "ticket-team-assigned", now, None, {"assignee_team_id": team})
        if dice.random() < 0.33:
            assignee = dice.choice(_USERS)
            self._event(id, "ticket-assigned", now, assignee, {"assignee_user_id": assignee})
        for _ in range(int(5.0 * dice.random() ** 1.7)):
            now += self._pause(30)
            agent = dice.choice(_USERS) if dice.random() < 0.55 else None
            self._message(id, now, who, channel, subject, agent)
        for what, chance in _SELDOM:
            if dice.random() < chance:
                now += self._pause(1)
                name = what(self, id, now)
                tags |= {name} if name else set()
        if dice.random() < 0.78:
            closed = now = now + self._pause(1)
            self._event(id, "ticket-closed", now, dice.choice(_USERS), {})
            if dice.random() < 0.12:
                now += self._pause(48)
                self._survey(id, now, who)
        self.rows.add(
            "ticket", id, who.id, channel, _VIA.get(channel, channel), 0, who.language, subject,
            "open" if closed is None else "closed", "normal", 0, assignee, team, _json(sorted(tags)), "{}", at, at,
            closed, None, None, now, None,
        )  # fmt: skip

    def _pause(self, hours: int) -> int:
        """Up to so many hours: whole seconds, in microseconds."""
        return (60 + int(self.dice.random() * hours * 3600)) * SECOND

    def _next(self, table: str, first: int) -> int:
        self.counts[table] += 1
        return first + self.counts[table]

    def _event(self, ticket: int, type: str, at: int, user: int | None, data: object, context: str = "") -> None:
        id = self._next("event", 88_000_000)
        context = context or f"{self.dice.getrandbits(64):016x}"
        self.rows.add("event", id, ticket, type, "Ticket", ticket, user, context, _json(data), at)

    def _old_rule(self, ticket: int, at: int) -> str:
        """A rule of then ran and added a tag: recorded, and not replayed."""
        name, context = self.dice.choice(_TAGS), f"{self.dice.getrandbits(64):016x}"
        self._event(ticket, "rule-executed", at, None, {"id": 101}, context)
        self._event(ticket, "ticket-tags-added", at, None, {"tags_added": [_TAG_ID[name]]}, context)
        return name

    def _tagged(self, ticket: int, at: int) -> str:
        name = self.dice.choice(("by-hand", "checked", "VIP", "refund", "late"))
        self._event(ticket, "ticket-tags-added", at, self.dice.choice(_USERS), {"tags_added": [_TAG_ID[name]]})
        return name

    def _snoozed(self, ticket: int, at: int) -> None:
        until = format_instant(at + 24 * 3600 * SECOND)
        self._event(ticket, "ticket-snoozed", at, self.dice.choice(_USERS), {"snooze_datetime": until})

    def _reopened(self, ticket: int, at: int) -> None:
        self._event(ticket, "ticket-reopened", at, self.dice.choice(_USERS), {})

    def _spam(self, ticket: int, at: int) -> None:
        self._event(ticket, "ticket-marked-spam", at, self.dice.choice(_USERS), {})

    def _survey(self, ticket: int, at: int, who: Customer) -> None:
        id, score = self._next("survey", 71_000), 1 + int(5 * self.dice.random() ** 0.4)
        self.rows.add("survey", id, ticket, who.id, score, at)

    def _message(self, ticket: int, at: int, who: Customer, channel: str, subject: str, agent: int | None) -> None:
        id = self._next("message", 930_000_000)
        text = self._letter(who, agent)
        intents = _json([self.dice.choice(_INTENTS)] if agent is None and self.dice.random() < 0.5 else [])
        desk = "hello@shop.example.com"
        sender = who.email if agent is None else f"agent{agent}@shop.example.com"
        self.rows.add(
            "message", id, ticket, at, at, int(agent is not None), 1, channel, _VIA.get(channel, channel),
            _INTEGRATION[channel], None, subject, text, sender, None if agent is None else who.email,
            sender if agent is None else desk, who.name if agent is None else "The shop", intents, "[]",
        )  # fmt: skip
        data = {"ticket_id": ticket, "message_id": id}
        event = self._next("event", 88_000_000)
        context = f"{self.dice.getrandbits(64):016x}"
        self.rows.add(
            "event", event, ticket, "ticket-message-created", "TicketMessage", id, agent, context, _json(data), at
        )

    def _letter(self, who: Customer, agent: int | None) -> str:
        dice, language = self.dice, who.language
        pool = PLAIN[language] if agent is None else ANSWERS[language]
        lines = [self._filled(dice.choice(pool)) for _ in range(2 + int(9.5 * dice.random()))]
        if agent is None:
            lines.insert(len(lines) // 2, self._about(language))
        name = who.name if agent is None else f"Agent {agent}"
        return f"{dice.choice(OPENINGS[language])}\n\n{' '.join(lines)}\n\n{dice.choice(CLOSINGS[language])}\n{name}"

    def _about(self, language: str) -> str:
        """A sentence with a word of one topic, or of none."""
        mark = self.dice.random()
        topic = next((topic for topic, until in zip(TOPICS, _SHARES, strict=True) if mark < until), None)
        if topic is None:
            return self._filled(self.dice.choice(PLAIN[language]))
        words = topic.french if language == "fr" else topic.english
        word = self.dice.choice(words)
        word = word.capitalize() if self.dice.random() < 0.1 else word
        return self._filled(self.dice.choice(FRAMES[language])).replace("{word}", word)

    def _filled(self, template: str) -> str:
        dice = self.dice
        return template.format(
            order=f"#S{10_000 + int(dice.random() * 90_000)}", product=PRODUCTS[int(dice.random() * len(PRODUCTS))],
            days=2 + int(dice.random() * 19), word="{word}",
        )  # fmt: skip


_SELDOM: tuple[tuple[Callable[[_Desk, int, int], str | None], float], ...] = (
    (_Desk._tagged, 0.10),
    (_Desk._snoozed, 0.03),
    (_Desk._reopened, 0.03),
    (_Desk._spam, 0.01),
)
"""What happens on some tickets only, and how often."""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
