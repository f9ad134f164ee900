"""Conditions only: `python -m bench.peers PEER FOLDER` prints what a peer takes for them, in seconds of processor.

The rows are the messages of W0, with what was known at each; the conditions are those of the baseline on texts, numbers
and enums that every peer can say. Reading the rows is not counted. What is counted: lower case where the peer needs it,
and a flag for each row and condition. Engines that take one row at a time are measured on every n-th and scaled. A peer
that finds other hits is no measurement: AssertionError.
"""

from __future__ import annotations

import json
import operator
import re
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from bench.ours import read, ruleset
from bench.rules import BASELINE
from simulator.engine.columns import Bits, FactTest
from simulator.engine.program import fact_tests_of
from simulator.rules.model import Test

COLUMNS = {
    "message.text": "text", "message.channel": "channel", "message.via": "via", "message.from_agent": "from_agent",
    "message.integration_id": "integration_id", "ticket.channel": "ticket_channel", "ticket.language": "language",
    "ticket.customer.integrations.shopify.customer.total_spent": "spent",
    "ticket.customer.integrations.shopify.customer.orders_count": "orders",
}  # fmt: skip
NUMBERS = frozenset({"integration_id", "spent", "orders"})
_COMPARE = {"eq": "==", "gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
_FUNCTION = {"eq": operator.eq, "gte": operator.ge, "gt": operator.gt, "lte": operator.le, "lt": operator.lt}

Rows = dict[str, list[Any]]
Hits = list[int]
Found = tuple[float, Hits]
"""Seconds, and how many rows each condition is true of."""


class Work:
    """The rows, the conditions, and the hits that they must give."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        facts, _ = read(connection)
        self.facts, history = facts, facts.history
        self.at = np.flatnonzero(np.asarray(history.message) >= 0)
        every = dict.fromkeys(fact_tests_of(ruleset(BASELINE)))
        self.tests: list[FactTest] = [t for t in every if t.test.path in COLUMNS and _sayable(t.test)]
        facts.prepare(one.test.path for one in self.tests)
        self.rows: Rows = {name: self._column(path, name) for path, name in COLUMNS.items()}

    def _column(self, path: str, name: str) -> list[Any]:
        column = self.facts.column(path)
        values = [*column.values, None]
        found = [values[row] for row in column.rows[self.at]]
        return [None if value is None else float(value) for value in found] if name in NUMBERS else found

    def ours(self) -> Found:
        """What the engine does: each condition over whole columns, all words in one pass."""
        begun = time.process_time()
        bits = Bits(self.facts, self.tests)
        spent = time.process_time() - begun
        return spent, [int(bits.mask(test)[self.at].sum()) for test in self.tests]


def _sayable(test: Test) -> bool:
    return test.operator in _COMPARE or (test.path == "message.text" and test.operator == "containsAny")


def _words(test: Test) -> list[str]:
    assert isinstance(test.operand, tuple)
    return [word.lower() for word in test.operand]


def _value(test: Test) -> Any:
    return float(test.operand) if COLUMNS[test.path] in NUMBERS else test.operand  # type: ignore[arg-type]


def _pandas(work: Work) -> Callable[[], Hits]:
    pandas: Any = import_module("pandas")
    frame = pandas.DataFrame(work.rows)

    def run() -> Hits:
        lower = frame["text"].str.lower()
        masks = [
            lower.str.contains("|".join(map(re.escape, _words(t))))
            if t.operator == "containsAny"
            else _FUNCTION[t.operator](frame[COLUMNS[t.path]], _value(t))
            for t, _ in work.tests
        ]
        return [int(mask.sum()) for mask in masks]

    return run


def _polars(work: Work) -> Callable[[], Hits]:
    polars: Any = import_module("polars")
    frame = polars.DataFrame(work.rows)

    def run() -> Hits:
        lower = frame.with_columns(polars.col("text").str.to_lowercase())
        masks = lower.select(
            (
                polars.col("text").str.contains_any(_words(t))
                if t.operator == "containsAny"
                else _FUNCTION[t.operator](polars.col(COLUMNS[t.path]), _value(t))
            ).alias(str(place))
            for place, (t, _) in enumerate(work.tests)
        )
        return [int(masks[str(place)].sum() or 0) for place in range(len(work.tests))]

    return run


def _sql(test: Test, contains: Callable[[str], str]) -> str:
    if test.operator == "containsAny":
        return "(" + " OR ".join(contains(_quoted(word)) for word in _words(test)) + ")"
    value = _value(test)
    written = _quoted(value) if isinstance(value, str) else str(value)
    return f"({COLUMNS[test.path]} {'=' if test.operator == 'eq' else _COMPARE[test.operator]} {written})"


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _duckdb(work: Work) -> Callable[[], Hits]:
    duckdb: Any = import_module("duckdb")
    pyarrow: Any = import_module("pyarrow")
    database = duckdb.connect()
    database.register("given", pyarrow.table(work.rows))
    database.execute("CREATE TABLE message AS SELECT * FROM given")
    flags = ", ".join(f"{_sql(t, lambda w: f'contains(text, {w})')} AS c{n}" for n, (t, _) in enumerate(work.tests))
    lowered = "(SELECT * REPLACE (lower(text) AS text) FROM message)"
    counts = ", ".join(f"count(*) FILTER (WHERE c{place})" for place in range(len(work.tests)))

    def run() -> Hits:
        database.execute(f"CREATE OR REPLACE TABLE flag AS SELECT {flags} FROM {lowered}")  # noqa: S608
        return list(database.execute(f"SELECT {counts} FROM flag").fetchall()[0])  # noqa: S608

    return run


def _sqlite(work: Work) -> Callable[[], Hits]:
    """SQLite's LIKE ignores case in ASCII only, so the texts come in lower case, which is not counted."""
    database = sqlite3.connect(":memory:")
    names = list(work.rows)
    database.execute(f"CREATE TABLE message ({', '.join(names)})")
    lowered = {**work.rows, "text": [text.lower() for text in work.rows["text"]]}
    marks = ", ".join("?" * len(names))
    database.executemany(f"INSERT INTO message VALUES ({marks})", zip(*lowered.values(), strict=True))  # noqa: S608
    flags = ", ".join(f"{_sql(t, _like)} AS c{place}" for place, (t, _) in enumerate(work.tests))

    def run() -> Hits:
        rows = database.execute(f"SELECT {flags} FROM message").fetchall()  # noqa: S608
        return [sum(bool(cell) for cell in column) for column in zip(*rows, strict=True)]

    return run


def _like(word: str) -> str:
    return f"text LIKE '%{word[1:-1]}%'"


def _in_words(work: Work, contains: str, either: str, both: str = "and") -> list[str]:
    """The conditions as expressions of one row; `contains` has places for the name and the word."""
    written = []
    for test, _ in work.tests:
        name = COLUMNS[test.path]
        if test.operator == "containsAny":
            parts = [contains.format(name=name, word=json.dumps(word, ensure_ascii=False)) for word in _words(test)]
            written.append(f"({either.join(parts)})")
        else:
            value = json.dumps(_value(test), ensure_ascii=False)
            known = f"{name} != null {both} " if name in NUMBERS else ""
            written.append(f"({known}{name} {_COMPARE[test.operator]} {value})")
    return written


def _one_by_one(work: Work, every: int, asked: Sequence[Callable[[dict[str, Any]], object]]) -> Callable[[], Hits]:
    names = list(work.rows)
    rows = [dict(zip(names, cells, strict=True)) for cells in list(zip(*work.rows.values(), strict=True))[::every]]

    def run() -> Hits:
        hits = [0] * len(asked)
        for row in rows:
            lowered = {**row, "text": row["text"].lower()}
            for place, ask in enumerate(asked):
                hits[place] += bool(ask(lowered))
        return hits

    return run


def _zen(work: Work, every: int) -> Callable[[], Hits]:
    zen: Any = import_module("zen")
    expressions = [zen.compile_expression(text) for text in _in_words(work, "contains({name}, {word})", " or ")]
    return _one_by_one(work, every, [one.evaluate for one in expressions])


def _cel(work: Work, every: int) -> Callable[[], Hits]:
    cel: Any = import_module("cel")
    programs = [cel.compile(text) for text in _in_words(work, "{name}.contains({word})", " || ", "&&")]
    return _one_by_one(work, every, [one.execute for one in programs])


def _rule_engine(work: Work, every: int) -> Callable[[], Hits]:
    rule_engine: Any = import_module("rule_engine")
    rules = [rule_engine.Rule(text) for text in _in_words(work, "{word} in {name}", " or ")]
    return _one_by_one(work, every, [one.matches for one in rules])


def _logic(test: Test) -> Any:
    name = {"var": COLUMNS[test.path]}
    if test.operator == "containsAny":
        return {"or": [{"in": [word, name]} for word in _words(test)]}
    compared = {_COMPARE[test.operator]: [name, _value(test)]}
    return {"and": [{"!=": [name, None]}, compared]} if COLUMNS[test.path] in NUMBERS else compared


def _json_logic(work: Work, every: int) -> Callable[[], Hits]:
    json_logic: Any = import_module("json_logic")

    def asking(logic: Any) -> Callable[[dict[str, Any]], object]:
        return lambda row: bool(json_logic.jsonLogic(logic, row))

    return _one_by_one(work, every, [asking(_logic(test)) for test, _ in work.tests])


def _datalogic(work: Work, every: int) -> Callable[[], Hits]:
    datalogic_py: Any = import_module("datalogic_py")
    engine = datalogic_py.Engine()
    rules = [engine.compile(json.dumps(_logic(test))) for test, _ in work.tests]
    return _one_by_one(work, every, [one.evaluate for one in rules])


WHOLE: dict[str, tuple[str, Callable[[Work], Callable[[], Hits]]]] = {
    "pandas": ("`str.contains`, a pattern a rule", _pandas),
    "polars": ("`contains_any`, a rule at a time", _polars),
    "duckdb": ("one SQL query, `contains`", _duckdb),
    "sqlite3": ("one SQL query, `LIKE`", _sqlite),
}
"""Peers that take whole columns: by package, how they are asked."""

BY_ROW: dict[str, tuple[str, Callable[[Work, int], Callable[[], Hits]], int]] = {
    "zen-engine": ("compiled expressions", _zen, 10),
    "common-expression-language": ("CEL, compiled", _cel, 10),
    "datalogic-py": ("JsonLogic in Rust", _datalogic, 20),
    "rule-engine": ("compiled rules", _rule_engine, 100),
    "panzi-json-logic": ("JsonLogic in Python", _json_logic, 100),
}
"""Engines that take one row at a time, and the share of rows they are given."""


def measure(peer: str, connection: sqlite3.Connection) -> dict[str, float]:
    """Seconds for all rows; ours in the same process too, so that the hits can be compared."""
    work = Work(connection)
    spent, hits = work.ours()
    size = {"rows": len(work.at), "conditions": len(work.tests), "hits": sum(hits)}
    if peer == "ours":
        return {"cpu": spent, **size}
    every = 1 if peer in WHOLE else BY_ROW[peer][2]
    run = WHOLE[peer][1](work) if peer in WHOLE else BY_ROW[peer][1](work, every)
    begun = time.process_time()
    found = run()
    spent = time.process_time() - begun
    wanted = hits if every == 1 else _thinned(work, every)
    differing = [(t.test, a, b) for t, a, b in zip(work.tests, found, wanted, strict=True) if a != b]
    assert not differing, f"{peer}: other hits than ours: {differing[:3]}"
    return {"cpu": spent * len(work.at) / len(range(0, len(work.at), every)), **size}


def _thinned(work: Work, every: int) -> Hits:
    bits = Bits(work.facts, work.tests)
    return [int(bits.mask(test)[work.at[::every]].sum()) for test in work.tests]


def missing(packages: Iterable[str]) -> list[str]:
    """Those of the peers that are not installed."""
    modules = {"zen-engine": "zen", "common-expression-language": "cel", "panzi-json-logic": "json_logic"}
    absent = []
    for package in packages:
        try:
            import_module(modules.get(package, package.replace("-", "_")))
        except ImportError:
            absent.append(package)
    return absent


def main(peer: str, folder: str) -> None:
    """Print a peer's figures on the snapshot of a world."""
    path = (Path(folder) / "helpdesk.db").absolute()
    with closing(sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)) as connection:
        print(json.dumps(measure(peer, connection)))


if __name__ == "__main__":
    main(*sys.argv[1:])
