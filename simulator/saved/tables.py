"""The tables of a saved run: one SQLite file that tells what two rule sets did, for reports and for questions in SQL.

Instants are integers (microseconds since 1970, UTC; columns `*_at` and `at`), money is in minor units (`*_minor`)
beside its currency, flags are 0 or 1. Columns that can hold a text, a number, a flag or a list, such as `before` and
`after`, are JSON, exact to the last digit; null is nothing. `side` is `baseline` or `candidate`. Tables are STRICT.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Column, Index, Integer, Text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

APPLICATION_ID = 0x53494D52  # "SIMR"
FORMAT_VERSION = 1

_OPTIONS: dict[str, Any] = {"sqlite_strict": True}
_BY_KEY: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
"""Rows lie in the order of their key, without another index."""


def _text(primary_key: bool = False, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(Text, primary_key=primary_key, nullable=nullable and not primary_key))


def _number(primary_key: bool = False, nullable: bool = True) -> Any:
    return Field(
        default=None,
        sa_column=Column(Integer, primary_key=primary_key, nullable=nullable and not primary_key, autoincrement=False),
    )


class _Saved(SQLModel, registry=registry()):
    """Its own registry: a snapshot has tables of the same names."""

    __table_args__: ClassVar[Any] = _OPTIONS


class Meta(_Saved, table=True):
    """Facts about the file itself: its digest."""

    __tablename__ = "meta"
    key: str = _text(primary_key=True)
    value: str = _text(nullable=False)


class SavedRun(_Saved, table=True):
    """The run, one row: what was compared, and all of the report that is not a table of its own."""

    __tablename__ = "run"
    id: int = _number(primary_key=True)  # 1
    command: str = _text(nullable=False)
    verdict: str = _text(nullable=False)
    tool: str = _text(nullable=False)  # JSON: name, version
    snapshot: str = _text(nullable=False)  # JSON: fingerprint, tickets, events, since, until ...
    snapshot_path: str = _text(nullable=False)  # from the folder of the saved run
    snapshot_digest: str | None = _text()  # the snapshot's own seal
    settings: str = _text(nullable=False)  # JSON: the options that decided it
    summary: str = _text(nullable=False)  # JSON
    open_time: str = _text(nullable=False)  # JSON: side -> priority -> microseconds
    who: str | None = _text()  # JSON: the answer to --who
    assumptions: str = _text(nullable=False)  # JSON list
    rests_on: str = _text(nullable=False)  # JSON list
    money: str | None = _text()  # JSON: what a report for people says of it
    projection: str | None = _text()  # JSON: the block of the JSON report
    fidelity: str | None = _text()  # JSON: the block of the JSON report
    believed: str | None = _text()  # JSON: what a report for people says of fidelity
    views: str | None = _text()  # JSON: the block of the JSON report
    queues: str | None = _text()  # JSON: what a report for people says of views
    causes: str | None = _text()  # JSON: the block of the JSON report
    reasons: str | None = _text()  # JSON: what a report for people says of causes
    choices: str | None = _text()  # JSON: the block `assumptions` of the JSON report
    gate: str | None = _text()  # JSON
    attribution: str | None = _text()  # JSON: parameters and counts of the join; null without orders


class SavedRuleSet(_Saved, table=True):
    """A side's rule set. `path`: a file or folder from the folder of the saved run, or live, or none."""

    __tablename__ = "rule_set"
    side: str = _text(primary_key=True)
    name: str = _text(nullable=False)
    path: str = _text(nullable=False)
    digest: str = _text(nullable=False)
    rules: int = _number(nullable=False)
    canonical: str = _text(nullable=False)  # JSON: what the digest is made of


class SavedRule(_Saved, table=True):
    """A rule of either set: what became of it, and the edits that name it."""

    __tablename__ = "rule"
    id: str = _text(primary_key=True)
    place: int = _number(nullable=False)  # in the report
    name: str = _text(nullable=False)
    change: str = _text(nullable=False)  # added, removed, edited, moved or same
    direct_edits: int = _number(nullable=False)
    indirect_edits: int = _number(nullable=False)


class SavedRuleSide(_Saved, table=True):
    """What a rule did on one side, over the reported tickets."""

    __tablename__ = "rule_side"
    __table_args__ = _BY_KEY
    rule: str = _text(primary_key=True)
    side: str = _text(primary_key=True)
    events: int = _number(nullable=False)
    matched: int = _number(nullable=False)
    tickets: int = _number(nullable=False)
    changes: int = _number(nullable=False)
    overwritten: str = _text(nullable=False)  # JSON: by whom -> how often
    only_here: int = _number(nullable=False)
    last_match: int | None = _number()
    on_today: int = _number(nullable=False)
    on_missing: int = _number(nullable=False)
    refusals: str = _text(nullable=False)  # JSON: reason -> how often


class SavedTicket(_Saved, table=True):
    """A reported ticket."""

    __tablename__ = "ticket"
    id: int = _number(primary_key=True)
    customer: int | None = _number()
    channel: str | None = _text()
    created_at: int = _number(nullable=False)
    spam: int = _number(nullable=False)  # as it began
    spam_today: int = _number(nullable=False)
    full_history: int = _number(nullable=False)


class SavedOutcome(_Saved, table=True):
    """How a reported ticket ends on one side."""

    __tablename__ = "outcome"
    __table_args__ = _BY_KEY
    ticket: int = _number(primary_key=True)
    side: str = _text(primary_key=True)
    tags: str = _text(nullable=False)  # JSON list, sorted
    priority: str = _text(nullable=False)
    status: str = _text(nullable=False)
    assignee: int | None = _number()
    team: int | None = _number()
    subject: str | None = _text()
    spam: int = _number(nullable=False)
    snooze_at: int | None = _number()
    trashed: int = _number(nullable=False)
    custom_fields: str = _text(nullable=False)  # JSON object


class SavedEdit(_Saved, table=True):
    """A field of a ticket that ends differently."""

    __tablename__ = "edit"
    __table_args__ = (Index("edit_by_ticket", "ticket"), _OPTIONS)
    place: int = _number(primary_key=True)
    ticket: int = _number(nullable=False)
    customer: int | None = _number()
    field: str = _text(nullable=False)
    before: str | None = _text()  # JSON
    after: str | None = _text()  # JSON
    direct: int = _number(nullable=False)
    rules_before: str = _text(nullable=False)  # JSON list
    rules_after: str = _text(nullable=False)  # JSON list


class SavedTiming(_Saved, table=True):
    """A tag or priority that both sides end with, set at another instant."""

    __tablename__ = "timing"
    place: int = _number(primary_key=True)
    ticket: int = _number(nullable=False)
    customer: int | None = _number()
    field: str = _text(nullable=False)
    value: str = _text(nullable=False)
    before_at: int = _number(nullable=False)
    after_at: int = _number(nullable=False)
    rules_before: str = _text(nullable=False)  # JSON list
    rules_after: str = _text(nullable=False)  # JSON list


class SavedChange(_Saved, table=True):
    """A line of the trail. `rule` is null for the outside world, kept for the tickets that end differently."""

    __tablename__ = "change"
    __table_args__ = _BY_KEY
    ticket: int = _number(primary_key=True)
    side: str = _text(primary_key=True)
    place: int = _number(primary_key=True)
    event: str = _text(nullable=False)
    at: int = _number(nullable=False)
    trigger: str = _text(nullable=False)
    depth: int = _number(nullable=False)
    rule: str | None = _text()
    branch: str = _text(nullable=False)
    action: str = _text(nullable=False)
    field: str = _text(nullable=False)
    before: str | None = _text()  # JSON
    after: str | None = _text()  # JSON


class SavedRefusal(_Saved, table=True):
    """An action that was refused."""

    __tablename__ = "refusal"
    __table_args__ = _BY_KEY
    ticket: int = _number(primary_key=True)
    side: str = _text(primary_key=True)
    place: int = _number(primary_key=True)
    event: str = _text(nullable=False)
    at: int = _number(nullable=False)
    trigger: str = _text(nullable=False)
    depth: int = _number(nullable=False)
    rule: str = _text(nullable=False)
    branch: str = _text(nullable=False)
    action: str = _text(nullable=False)
    field: str = _text(nullable=False)
    before: str | None = _text()  # JSON
    after: str | None = _text()  # JSON
    reason: str = _text(nullable=False)


class SavedFinding(_Saved, table=True):
    """A finding or a caution, or both: each has its place in either list, null where it is not in it."""

    __tablename__ = "finding"
    id: int = _number(primary_key=True)
    place: int | None = _number()
    caution_place: int | None = _number()
    code: str = _text(nullable=False)
    severity: str = _text(nullable=False)
    message: str = _text(nullable=False)
    rule: str | None = _text()
    file: str | None = _text()
    line: int | None = _number()
    column: int | None = _number()
    help: str | None = _text()
    source: str | None = _text()


class SavedPurchase(_Saved, table=True):
    """A shop order as the join saw it: no e-mail address, no shop customer."""

    __tablename__ = "purchase"
    id: int = _number(primary_key=True)
    customer: int | None = _number()
    created_at: int = _number(nullable=False)
    currency: str = _text(nullable=False)
    total_minor: int = _number(nullable=False)
    paid_minor: int | None = _number()
    financial_status: str = _text(nullable=False)
    test: int = _number(nullable=False)
    draft: int = _number(nullable=False)
    cancelled_at: int | None = _number()
    source: str = _text(nullable=False)
    not_counted: str | None = _text()  # why it counts nowhere, whatever the tickets
    gross_minor: int = _number(nullable=False)
    refunded_minor: int = _number(nullable=False)
    net_minor: int = _number(nullable=False)
    foreign_refunds: int = _number(nullable=False)


class SavedVerdict(_Saved, table=True):
    """What became of an order on one side: the ticket that took it, or the reason why none did."""

    __tablename__ = "attribution"
    __table_args__ = _BY_KEY
    order_id: int = _number(primary_key=True)
    side: str = _text(primary_key=True)
    reason: str = _text(nullable=False)
    ticket: int | None = _number()


class SavedCredit(_Saved, table=True):
    """A ticket of the money on one side, and who is credited. `reported`: its orders are in the report's totals."""

    __tablename__ = "credit"
    __table_args__ = _BY_KEY
    ticket: int = _number(primary_key=True)
    side: str = _text(primary_key=True)
    reported: int = _number(nullable=False)
    agent: str | None = _text()  # an id, (unassigned) or (not closed); null: nothing to credit
    team: str | None = _text()
    basis: str | None = _text()
    customer: int | None = _number()
    created_at: int = _number(nullable=False)
    channel: str = _text(nullable=False)
    status: str = _text(nullable=False)
    priority: str = _text(nullable=False)
    tags: str = _text(nullable=False)  # JSON list
    spam: int = _number(nullable=False)
    trashed_at: int | None = _number()
    merged_into: int | None = _number()
    from_agent: int = _number(nullable=False)
    assignee: int | None = _number()
    assignee_team: int | None = _number()
    full_history: int = _number(nullable=False)
    trash_recorded: int = _number(nullable=False)


ALL_TABLES: tuple[type[SQLModel], ...] = (
    Meta, SavedRun, SavedRuleSet, SavedRule, SavedRuleSide, SavedTicket, SavedOutcome, SavedEdit, SavedTiming,
    SavedChange, SavedRefusal, SavedFinding, SavedPurchase, SavedVerdict, SavedCredit,
)  # fmt: skip
"""`meta` first: the digest is looked for in the second page."""
