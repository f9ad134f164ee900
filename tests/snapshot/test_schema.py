"""The committed schema is that of the tables, and reading a snapshot needs no SQLModel."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from simulator.snapshot.ddl import schema_text
from simulator.snapshot.schema import NOT_CONTENT, columns, keys, marks, schema_sql, texts
from simulator.snapshot.tables import ALL_TABLES, APPLICATION_ID, FORMAT_VERSION

from .making import make


def test_committed_schema_is_that_of_the_tables() -> None:
    """schema.sql is what `python -m simulator.snapshot.ddl` writes."""
    assert schema_sql().rstrip() == schema_text().rstrip()


def test_marks_are_those_of_the_tables() -> None:
    """The header's two numbers come from the same place as the tables."""
    assert marks() == {"application_id": APPLICATION_ID, "user_version": FORMAT_VERSION}


def test_columns_and_keys_are_those_of_the_tables() -> None:
    """Every table is known with its columns in order and its key."""
    assert columns() == {str(t.__tablename__): tuple(t.model_fields) for t in ALL_TABLES}
    assert keys()["shop_profile"] == ("customer_id", "integration_id")
    assert set(columns()) >= NOT_CONTENT


def test_a_column_holds_texts_or_whole_numbers() -> None:
    """Nothing else, and STRICT tables see to it: the fingerprint takes the type of a value from its column."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(schema_sql())
        strict = {str(name): bool(row) for _, name, kind, _, _, row in connection.execute("PRAGMA table_list")
                  if kind == "table" and not str(name).startswith("sqlite_")}  # fmt: skip
        assert strict == dict.fromkeys(columns(), True)
        for table, names in columns().items():
            types = {name: kind for _, name, kind, *_ in connection.execute(f"PRAGMA table_info({table})")}
            assert types == {name: "TEXT" if name in texts()[table] else "INTEGER" for name in names}


def test_opening_imports_no_sqlmodel(tmp_path: Path) -> None:
    """`run` starts fast: neither SQLModel nor SQLAlchemy is loaded to open a snapshot."""
    path = make(tmp_path / "s.db")
    code = (
        "import sys; from pathlib import Path; from simulator.snapshot.store import open_snapshot;"
        f"open_snapshot(Path({str(path)!r})).close();"
        "print([m for m in sys.modules if m.split('.')[0] in ('sqlmodel', 'sqlalchemy', 'pydantic')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
