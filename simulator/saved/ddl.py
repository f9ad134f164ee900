"""The text of `schema.sql`, made from the tables: `python -m simulator.saved.ddl > simulator/saved/schema.sql`."""

from __future__ import annotations

from simulator.saved.tables import ALL_TABLES, APPLICATION_ID, FORMAT_VERSION
from simulator.snapshot.ddl import statements


def schema_text() -> str:
    """Every statement that makes an empty saved run."""
    return statements(ALL_TABLES, APPLICATION_ID, FORMAT_VERSION)


if __name__ == "__main__":
    print(schema_text().rstrip())
