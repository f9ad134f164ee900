"""What rules read of joined tables, held against the tables that a snapshot has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simulator.diagnostics import Diagnostic, Severity, nearest
from simulator.rules.model import Rule, RuleSet
from simulator.rules.walk import tests_in, tests_of

EXTERNAL = "ticket.customer.external."

Tables = Mapping[str, tuple[str, ...]]
"""Table -> its columns; no columns: they are not known."""


def unknown_in_tables(ruleset: RuleSet, tables: Tables) -> Iterator[Diagnostic]:
    """A warning for each place where a rule or view names a table, or a column, that is not there: C013, C014."""
    readers = [(rule.id, tests_of(rule)) for rule in ruleset.rules]
    readers += [(view.id, tests_in(view.condition)) for view in ruleset.views]
    for id, tests in readers:
        for path, location in dict.fromkeys((test.path, test.location) for test in tests):
            if path.startswith(EXTERNAL):
                table, _, column = path.removeprefix(EXTERNAL).partition(".")
                if table not in tables:
                    what, help = f"the snapshot has no table {table}", _nearest(table, tables)
                    yield Diagnostic("C013", Severity.WARNING, f"{what}: {path} is missing", location, help, id)
                elif lacks(tables, table, column):
                    what, help = f"table {table} has no column {column}", nearest_column(tables, table, column)
                    yield Diagnostic("C014", Severity.WARNING, f"{what}: {path} is missing", location, help, id)


def columns_read(rules: list[Rule]) -> list[tuple[str, str]]:
    """Every table and column that rules name, sorted."""
    paths = {test.path for rule in rules for test in tests_of(rule) if test.path.startswith(EXTERNAL)}
    parts = (path.removeprefix(EXTERNAL).partition(".") for path in paths)
    return sorted((table, column) for table, _, column in parts)


def lacks(tables: Tables, table: str, column: str) -> bool:
    """Whether a table is there and is known not to have this column."""
    return bool(tables.get(table)) and column not in tables[table]


def nearest_column(tables: Tables, table: str, column: str) -> str:
    """Which column may have been meant, or which there are."""
    found = nearest(column, tables[table])
    return f'did you mean "{found}"?' if found else f"its columns are {', '.join(tables[table])}"[:200]


def _nearest(table: str, tables: Tables) -> str:
    found = nearest(table, tables)
    return f'did you mean "{found}"?' if found else "simulator import table NAME FILE"
