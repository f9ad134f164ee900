"""Labelled messages: a file of texts with a label each. Every text becomes a ticket with one customer's message in it.

JSON Lines, a JSON list, or CSV; plain, gzip or zip. The ticket's id is the place of the record in the file, from 1.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from simulator.diagnostics import Diagnostic, Location, Severity, did_you_mean
from simulator.engine.replay import DEFAULT_CASCADE, bits_for, replay
from simulator.errors import InputError, NothingToReplay, input_error
from simulator.facts.directory import read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.instants import MINUTE, parse_instant
from simulator.labels.by_hand import Labelled
from simulator.labels.score import put_on, score
from simulator.rules.model import RuleSet
from simulator.snapshot.schema import schema_sql
from simulator.sources.csv_rows import csv_rows
from simulator.sources.json_text import JsonReader
from simulator.sources.pages import records
from simulator.sources.paths import entries

TEXTS = ("text", "message", "body", "body_text")
LABELS = ("label", "category", "tag", "labels", "tags")
"""Fields taken as text and label where none is named: the first that is there."""

START = parse_instant("2026-03-02T09:00:00Z")
"""When the first ticket is created; each further one comes ten minutes later, so that throttles do not meet."""

_APART = 10 * MINUTE


class Part(NamedTuple):
    """Every record whose place, counted from 1, leaves the same remainder by `of` as `number`: 2/2 is every second."""

    number: int = 1
    of: int = 1


class Message(NamedTuple):
    """A labelled text. `place`: that of its record in the file, from 1."""

    place: int
    text: str
    labels: frozenset[str]


def read_messages(file: Path, text: str | None, label: str | None, part: Part) -> list[Message]:
    """The labelled texts of a part of a file. Raises InputError I001 to I012; I008 with every record that lacks one."""
    found: list[Message] = []
    errors: list[Diagnostic] = []
    names: tuple[str, str] | None = None
    for place, (line, record) in enumerate(_records(file), 1):
        if names is None:
            names = _name(record, text, TEXTS, file), _name(record, label, LABELS, file)
        words, labels = record.get(names[0]), _labels(record.get(names[1]))
        if not isinstance(words, str) or labels is None:
            what = f"record {place} has no {names[0]}" if not isinstance(words, str) else f"record {place} has no label"
            errors.append(Diagnostic("I008", Severity.ERROR, what, Location(str(file), line)))
        elif place % part.of == part.number % part.of:
            found.append(Message(place, words, labels))
        if len(errors) >= _ERRORS:
            break
    if errors:
        raise InputError(errors)
    return found


_ERRORS = 100


def _records(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Line and record."""
    for entry in entries((file,)):
        with entry.open(_quietly) as stream:
            if entry.suffix in (".csv", ".tsv"):
                yield from ((row.line, row.cells) for row in csv_rows(stream, entry.name))
            else:
                by_line = entry.suffix in (".jsonl", ".ndjson")
                for one in records(stream, entry.name, ("data",), JsonReader(), by_line):
                    yield one.line, one.record


def _quietly(count: int) -> None:
    """Nobody is watching."""


def _name(record: Mapping[str, object], wanted: str | None, usual: Collection[str], file: Path) -> str:
    found = [name for name in ((wanted,) if wanted is not None else usual) if name in record]
    if found:
        return found[0]
    what = f"no field {wanted!r}" if wanted is not None else f"none of the fields {', '.join(usual)}"
    near = did_you_mean(wanted, record) if wanted is not None else None
    raise input_error("I008", what, Location(str(file)), near or f"the fields are {', '.join(sorted(record))}"[:200])


def _labels(value: object) -> frozenset[str] | None:
    """One label, or a list of them; an empty list says that the text is none of them."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return frozenset(value)
    return frozenset({value}) if isinstance(value, str) and value else None


def measure_messages(
    messages: Collection[Message], ruleset: RuleSet, tags: frozenset[str], begin: Callable[[str], None]
) -> Labelled:
    """The comparison: by these tags, or by all labels.

    Raises NothingToReplay where there is no message.
    """
    if not messages:
        raise NothingToReplay(Diagnostic("U005", Severity.ERROR, "no labelled message"))
    begin("replaying and comparing")
    with closing(_snapshot(messages)) as connection:
        facts = read_facts(connection, read_history(connection))
        outcome = replay(ruleset, bits_for(facts, (ruleset,)), read_directory(connection), DEFAULT_CASCADE)
        truth = {message.place: message.labels for message in messages}
        put = put_on(outcome, truth)
    said = {label for labels in truth.values() for label in labels}
    return Labelled(score(truth, put, tags or said), outcome, truth)


def _snapshot(messages: Collection[Message]) -> sqlite3.Connection:
    """A snapshot in memory: e-mail tickets of nobody, one message each."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(schema_sql())
    ticket = "INSERT INTO ticket (id, channel, via, from_agent, status, priority, tags, custom_fields, created_at) "
    message = "INSERT INTO message (id, ticket_id, channel, via, from_agent, public, text, intents, sentiments, "
    at = {one.place: START + one.place * _APART for one in messages}
    connection.executemany(
        ticket + "VALUES (?, 'email', 'email', 0, 'open', 'normal', '[]', '{}', ?)",
        [(one.place, at[one.place]) for one in messages],
    )
    connection.executemany(
        message + "created_at) VALUES (?, ?, 'email', 'email', 0, 1, ?, '[]', '[]', ?)",
        [(one.place, one.place, one.text, at[one.place]) for one in messages],
    )
    return connection
