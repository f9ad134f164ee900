"""The tables of a snapshot: one SQLite file that holds an export as it was, and nothing derived from a replay.

Instants are integers (microseconds since 1970, UTC; columns `*_at`), money is in minor units (`*_minor`) beside
its currency, flags are 0 or 1, lists and open-ended objects are JSON text. Tables are STRICT.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import Column, Index, Integer, Text
from sqlmodel import Field, SQLModel

APPLICATION_ID = 0x53494D55  # "SIMU"
FORMAT_VERSION = 1


def _text(primary_key: bool = False, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(Text, primary_key=primary_key, nullable=nullable and not primary_key))


def _number(primary_key: bool = False, nullable: bool = True) -> Any:
    return Field(
        default=None,
        sa_column=Column(Integer, primary_key=primary_key, nullable=nullable and not primary_key, autoincrement=False),
    )


class _Strict(SQLModel):
    __table_args__: ClassVar[Any] = {"sqlite_strict": True}


class Meta(_Strict, table=True):
    """Facts about the snapshot itself: format, fingerprint, what is imported."""

    __tablename__ = "meta"
    key: str = _text(primary_key=True)
    value: str = _text(nullable=False)


class SourceFile(_Strict, table=True):
    """A file or page that was read: its name (no folder), digest and how many records it gave."""

    __tablename__ = "source_file"
    sha256: str = _text(primary_key=True)
    kind: str = _text(primary_key=True)
    name: str = _text(nullable=False)
    records: int = _number(nullable=False)


class Skipped(_Strict, table=True):
    """What an import left out or doubted: a reason, how often, and one example (an id, never a text)."""

    __tablename__ = "skipped"
    kind: str = _text(primary_key=True)
    reason: str = _text(primary_key=True)
    count: int = _number(nullable=False)
    example: str | None = _text()


class Ticket(_Strict, table=True):
    """A ticket as the export gave it last: these are final values, not those of any earlier time."""

    __tablename__ = "ticket"
    id: int = _number(primary_key=True)
    customer_id: int | None = _number()
    channel: str | None = _text()
    via: str | None = _text()
    from_agent: int | None = _number()
    language: str | None = _text()
    subject: str | None = _text()
    status: str = _text(nullable=False)
    priority: str = _text(nullable=False)
    spam: int | None = _number()
    assignee_user_id: int | None = _number()
    assignee_team_id: int | None = _number()
    tags: str = _text(nullable=False)  # JSON list of names, sorted by code point
    custom_fields: str = _text(nullable=False)  # JSON object: field id -> value
    created_at: int = _number(nullable=False)
    opened_at: int | None = _number()
    closed_at: int | None = _number()
    snooze_at: int | None = _number()
    trashed_at: int | None = _number()
    updated_at: int | None = _number()
    merged_into: int | None = _number()


class Message(_Strict, table=True):
    """A message. `text` is `stripped_text` unless that is null or empty, else `body_text`."""

    __tablename__ = "message"
    __table_args__ = (Index("message_by_ticket", "ticket_id", "created_at", "id"), {"sqlite_strict": True})
    id: int = _number(primary_key=True)
    ticket_id: int = _number(nullable=False)
    created_at: int = _number(nullable=False)
    sent_at: int | None = _number()
    from_agent: int | None = _number()
    public: int | None = _number()
    channel: str | None = _text()
    via: str | None = _text()
    integration_id: int | None = _number()
    rule_id: int | None = _number()
    subject: str | None = _text()
    text: str | None = _text()
    sender_email: str | None = _text()
    receiver_email: str | None = _text()
    source_address: str | None = _text()  # message.source.from.address
    source_name: str | None = _text()  # message.source.from.name
    intents: str = _text(nullable=False)  # JSON list of names
    sentiments: str = _text(nullable=False)  # JSON list of names


class Customer(_Strict, table=True):
    """A helpdesk customer. `integrations` keeps every profile but Shopify's: JSON, type -> object (lowest id wins)."""

    __tablename__ = "customer"
    id: int = _number(primary_key=True)
    email: str | None = _text()
    name: str | None = _text()
    firstname: str | None = _text()
    lastname: str | None = _text()
    language: str | None = _text()
    data: str | None = _text()  # JSON, any shape
    custom_fields: str = _text(nullable=False)  # JSON object: field id -> value
    integrations: str = _text(nullable=False)  # JSON object: recharge, smile ... -> object
    merged_into: int | None = _number()
    updated_at: int | None = _number()


class CustomerAddress(_Strict, table=True):
    """An e-mail address by which a customer is known (own address and channels), trimmed and in lower case."""

    __tablename__ = "customer_address"
    customer_id: int = _number(primary_key=True)
    address: str = _text(primary_key=True)


class ShopProfile(_Strict, table=True):
    """A customer's Shopify profile, one for each integration: totals of today, not of the time of any ticket."""

    __tablename__ = "shop_profile"
    customer_id: int = _number(primary_key=True)
    integration_id: int = _number(primary_key=True)
    shop_customer_id: int | None = _number()
    created_at: int | None = _number()
    orders_count: int | None = _number()
    total_spent: str | None = _text()  # decimal string
    currency: str | None = _text()
    tags: str = _text(nullable=False)  # JSON list: Shopify's comma-separated string, split and trimmed
    orders: str = _text(nullable=False)  # JSON list of the embedded orders, in the API's shape, newest first


class ShopOrder(_Strict, table=True):
    """A Shopify order. `data` is the API object without line items, customer and refunds (last_order.* reads it)."""

    __tablename__ = "shop_order"
    id: int = _number(primary_key=True)
    name: str | None = _text()
    shop_customer_id: int | None = _number()
    email: str | None = _text()  # trimmed, lower case
    created_at: int = _number(nullable=False)
    cancelled_at: int | None = _number()
    updated_at: int | None = _number()
    currency: str = _text(nullable=False)
    total_minor: int = _number(nullable=False)  # total_price: at creation, never net of refunds
    outstanding_minor: int | None = _number()  # total_outstanding
    financial_status: str = _text(nullable=False)
    fulfillment_status: str | None = _text()
    first_fulfilled_at: int | None = _number()
    last_fulfilled_at: int | None = _number()
    tags: str = _text(nullable=False)  # JSON list
    test: int = _number(nullable=False)
    draft: int = _number(nullable=False)
    source_name: str | None = _text()
    origin: str = _text(nullable=False)  # "api" or "csv"
    data: str = _text(nullable=False)  # JSON


class OrderRefund(_Strict, table=True):
    """Money given back on an order: successful refund transactions, else line subtotals and tax less adjustments."""

    __tablename__ = "order_refund"
    __table_args__ = (Index("refund_by_order", "order_id", "at"), {"sqlite_strict": True})
    id: int = _number(primary_key=True)
    order_id: int = _number(nullable=False)
    at: int | None = _number()  # processed_at, else created_at; null: undated (CSV)
    amount_minor: int = _number(nullable=False)
    currency: str = _text(nullable=False)


class Agent(_Strict, table=True):
    """A user of the helpdesk."""

    __tablename__ = "agent"
    id: int = _number(primary_key=True)
    email: str | None = _text()
    name: str | None = _text()
    active: int | None = _number()


class Team(_Strict, table=True):
    """A team of agents."""

    __tablename__ = "team"
    id: int = _number(primary_key=True)
    name: str = _text(nullable=False)


class Tag(_Strict, table=True):
    """A tag of the helpdesk; events name tags by id. Names are case-sensitive."""

    __tablename__ = "tag"
    id: int = _number(primary_key=True)
    name: str = _text(nullable=False)


class Event(_Strict, table=True):
    """An entry of the helpdesk's own history. `ticket_id` is the ticket it belongs to, where that can be told."""

    __tablename__ = "event"
    __table_args__ = (Index("event_by_ticket", "ticket_id", "created_at", "id"), {"sqlite_strict": True})
    id: int = _number(primary_key=True)
    ticket_id: int | None = _number()
    type: str = _text(nullable=False)
    object_type: str | None = _text()
    object_id: int | None = _number()
    user_id: int | None = _number()
    context: str | None = _text()
    data: str = _text(nullable=False)  # JSON object
    created_at: int = _number(nullable=False)


class Survey(_Strict, table=True):
    """A satisfaction survey. Only one that was scored is replayed."""

    __tablename__ = "survey"
    id: int = _number(primary_key=True)
    ticket_id: int = _number(nullable=False)
    customer_id: int | None = _number()
    score: int | None = _number()
    scored_at: int | None = _number()


class LiveRule(_Strict, table=True):
    """A rule that was live (or switched off) in the helpdesk when the export was made."""

    __tablename__ = "rule"
    id: int = _number(primary_key=True)
    name: str = _text(nullable=False)
    description: str | None = _text()
    code: str | None = _text()
    code_ast: str | None = _text()  # JSON
    event_types: str = _text(nullable=False)
    priority: int = _number(nullable=False)
    type: str | None = _text()
    settings: str | None = _text()  # JSON
    deactivated_at: int | None = _number()
    created_at: int | None = _number()
    updated_at: int | None = _number()


class Macro(_Strict, table=True):
    """A macro: the actions that applyMacro runs."""

    __tablename__ = "macro"
    id: int = _number(primary_key=True)
    name: str = _text(nullable=False)
    archived: int = _number(nullable=False)
    actions: str = _text(nullable=False)  # JSON list


class View(_Strict, table=True):
    """A saved view of the helpdesk; its filters are in the language of the rules."""

    __tablename__ = "view"
    id: int = _number(primary_key=True)
    name: str = _text(nullable=False)
    filters: str | None = _text()
    filters_ast: str | None = _text()  # JSON


class ExternalRow(_Strict, table=True):
    """A row of a joined table (loyalty export, warranty list), found by e-mail or customer id."""

    __tablename__ = "external_row"
    __table_args__ = (Index("external_by_key", "table_name", "key"), {"sqlite_strict": True})
    table_name: str = _text(primary_key=True)
    row: int = _number(primary_key=True)
    key: str = _text(nullable=False)  # e-mail trimmed in lower case, or a customer id in digits
    at: int | None = _number()  # from when on the row holds; null: undated
    columns: str = _text(nullable=False)  # JSON object: column -> text


ALL_TABLES: tuple[type[SQLModel], ...] = (
    Meta, SourceFile, Skipped, Ticket, Message, Customer, CustomerAddress, ShopProfile, ShopOrder, OrderRefund,
    Agent, Team, Tag, Event, Survey, LiveRule, Macro, View, ExternalRow,
)  # fmt: skip
