"""Work, counted: how many steps the rules are asked for. A clock would say less, and not the same everywhere."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from simulator.bundled import build_demo
from simulator.engine.columns import Bits
from simulator.engine.program import compile_program
from simulator.engine.replay import bits_for, replay_edits, run_program
from simulator.engine.trace import Traced
from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import read_facts
from simulator.facts.read_history import read_history
from simulator.rules import model
from simulator.rules.load import load_ruleset
from simulator.snapshot.store import open_snapshot

RULES = Path(__file__).parents[2] / "rulesets"


def evaluated(bits: Bits) -> int:
    """Steps for which rules were asked on these columns, so far."""
    return sum(memory.evaluated for memory in bits.memories.values())


def other_threshold(ruleset: model.RuleSet) -> tuple[model.RuleSet, str]:
    """The set with the first threshold of money moved a little, and the rule that has it."""

    def moved(condition: model.Condition) -> model.Condition:
        if isinstance(condition, model.Test) and isinstance(condition.operand, Decimal):
            return replace(condition, operand=condition.operand + 1)
        if isinstance(condition, model.All):
            return replace(condition, parts=tuple(moved(part) for part in condition.parts))
        return condition

    for place, rule in enumerate(ruleset.rules):
        if rule.enabled and moved(rule.condition) != rule.condition:
            edited = replace(rule, condition=moved(rule.condition))
            return replace(ruleset, rules=(*ruleset.rules[:place], edited, *ruleset.rules[place + 1 :])), rule.id
    raise AssertionError("no rule of the set has a threshold")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    """The snapshot of the invented shop."""
    path = tmp_path_factory.mktemp("shop") / "demo.db"
    build_demo(path)
    with closing(open_snapshot(path)) as connection:
        yield connection


def test_rules_are_asked_once_for_what_looks_alike(shop: sqlite3.Connection) -> None:
    """Most events look like one that was seen before, and a second program pays only for what it changes."""
    baseline, _ = load_ruleset(RULES / "baseline")
    edited, changed = other_threshold(baseline)
    facts, directory = read_facts(shop, read_history(shop)), read_directory(shop)
    bits = bits_for(facts, [baseline, edited])
    events = len(facts.history.at)

    before, first = _ran(baseline, bits, directory)
    again, second = _ran(baseline, bits, directory)
    assert (before, first > 0) == (again, True)
    assert first < events / 3
    assert second < first / 3

    old, new = (compile_program(ruleset, bits, directory) for ruleset in (baseline, edited))
    so_far = evaluated(bits)
    replay_edits(old, new, before, [changed], 5)
    assert evaluated(bits) - so_far < first / 2


def _ran(ruleset: model.RuleSet, bits: Bits, directory: Directory) -> tuple[Traced, int]:
    so_far = evaluated(bits)
    outcome = run_program(compile_program(ruleset, bits, directory), 5)
    return outcome, evaluated(bits) - so_far
