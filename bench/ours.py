"""Parts of the simulator measured inside one process: `python -m bench.ours PART FOLDER` prints seconds of processor.

fetchall  the rows that a run reads, as `sqlite3` gives them
sweep     a further rule set, and one edit, on columns that are known
twin      the plain replay of a sample of customers, scaled to all, two sides
"""

from __future__ import annotations

import gc
import json
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bench.rules import BASELINE, CANDIDATE, as_yaml, one_edit
from simulator.diff.changes import rule_changes
from simulator.diff.values import RuleChange
from simulator.engine.program import compile_program
from simulator.engine.replay import DEFAULT_CASCADE, bits_for, replay_edits, run_program
from simulator.explain.twin import replay as plain_replay
from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from simulator.outcome import Outcome
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet

_READ = (
    "SELECT id, customer_id, channel, via, language, created_at, subject, spam, closed_at FROM ticket ORDER BY id",
    "SELECT id, ticket_id, created_at, from_agent, rule_id, subject, text, channel, via, integration_id, intents "
    "FROM message ORDER BY ticket_id, created_at, id",
    "SELECT ticket_id, created_at, id, type, user_id, context, data FROM event "
    "WHERE object_type = 'Ticket' ORDER BY ticket_id, created_at, id",
    "SELECT id, type, object_type, object_id, data FROM event WHERE type = 'ticket-message-created'",
    "SELECT ticket_id, scored_at, id, score FROM survey ORDER BY ticket_id, scored_at, id",
    "SELECT customer_id, orders_count, total_spent, currency, tags FROM shop_profile ORDER BY customer_id",
)
_SAMPLE = 400  # customers whose tickets the twin replays


def ruleset(written: dict[str, object]) -> RuleSet:
    """A rule set of the benchmark, loaded."""
    loaded, _ = load_text(as_yaml(written), "bench")
    return loaded


def read(connection: sqlite3.Connection) -> tuple[Facts, Directory]:
    """History, facts and directory of a snapshot."""
    return read_facts(connection, read_history(connection)), read_directory(connection)


def fetchall(connection: sqlite3.Connection) -> dict[str, float]:
    """Rows as tuples, and dropped."""
    return {"cpu": _seconds(lambda: [len(connection.execute(query).fetchall()) for query in _READ])}


def sweep(connection: sqlite3.Connection) -> dict[str, float]:
    """Both sides have run; then one set more, and the baseline with one edit, on the same columns."""
    before, after, edited = ruleset(BASELINE), ruleset(CANDIDATE), ruleset(one_edit())
    facts, directory = read(connection)
    bits = bits_for(facts, (before, after, edited))
    program = compile_program(before, bits, directory)
    outcome = run_program(program, DEFAULT_CASCADE)
    lines = sum(len(one.changes) for one in outcome.tickets.values())

    def again(other: RuleSet) -> Outcome:
        changed = [id for id, change in rule_changes(before, other).items() if change is not RuleChange.SAME]
        return replay_edits(program, compile_program(other, bits, directory), outcome, changed)

    further, edit = _seconds(lambda: again(after)), _seconds(lambda: again(edited))
    return {"further": further, "edit": edit, "lines": lines, "events": len(facts.history.at)}


def twin(connection: sqlite3.Connection) -> dict[str, float]:
    """Seconds for all customers, from those of every n-th."""
    facts, directory = read(connection)
    customers = sorted({start.customer_id or 0 for start in facts.history.tickets})
    chosen = set(customers[:: max(1, len(customers) // _SAMPLE)])
    history = facts.history
    rows = [row for row, start in enumerate(history.tickets) if start.customer_id in chosen]
    tickets = {history.tickets[row].id for row in rows}
    share = sum(history.first[row + 1] - history.first[row] for row in rows) / len(history.at)
    sides = [ruleset(BASELINE), ruleset(CANDIDATE)]
    facts.prepare(test.test.path for test in bits_for(facts, sides).tests)
    spent = _seconds(lambda: [plain_replay(side, facts, directory, tickets=tickets) for side in sides])
    return {"cpu": spent / share}


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    begun = time.process_time()
    work()
    spent = time.process_time() - begun
    gc.enable()
    return spent


PARTS = {"fetchall": fetchall, "sweep": sweep, "twin": twin}


def main(part: str, folder: str) -> None:
    """Print the figures of a part on the snapshot of a world."""
    path = (Path(folder) / "helpdesk.db").absolute()
    with closing(sqlite3.connect(path.as_uri() + "?mode=ro", uri=True)) as connection:
        print(json.dumps(PARTS[part](connection)))


if __name__ == "__main__":
    main(*sys.argv[1:])
