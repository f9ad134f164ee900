"""The text of `schema.sql`, made from the tables: `python -m simulator.snapshot.ddl > simulator/snapshot/schema.sql`.

The text is committed so that opening a snapshot needs neither SQLModel nor SQLAlchemy; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement
from sqlmodel import SQLModel

from simulator.snapshot.tables import ALL_TABLES, APPLICATION_ID, FORMAT_VERSION


def schema_text() -> str:
    """Every statement that makes an empty snapshot, in the order of the tables, then of the indexes by name."""
    return statements(ALL_TABLES, APPLICATION_ID, FORMAT_VERSION)


def statements(models: Sequence[type[SQLModel]], application_id: int, version: int) -> str:
    """The same for the tables of any file of ours; the first table must be `meta`, which holds the digest."""
    marks = [f"PRAGMA application_id = {application_id}", f"PRAGMA user_version = {version}"]
    tables = [model.metadata.tables[str(model.__tablename__)] for model in models]
    creates = [_compiled(CreateTable(table)) for table in tables]
    indexes = sorted((index for table in tables for index in table.indexes), key=lambda index: str(index.name))
    return "".join(f"{text};\n\n" for text in (*marks, *creates, *(_compiled(CreateIndex(index)) for index in indexes)))


def _compiled(statement: ExecutableDDLElement) -> str:
    lines = str(statement.compile(dialect=sqlite.dialect())).strip().splitlines()
    return "\n".join(line.rstrip().expandtabs(2) for line in lines if line.strip())


if __name__ == "__main__":
    print(schema_text().rstrip())
