"""Random worlds for properties: `snapshots()` gives rows for `open_snapshot`, `rulesets()` rule sets over them.

    @given(snapshots(), rulesets(), cascades())
    def test_...(rows, ruleset, max_cascade):
        with world(rows) as (facts, directory):
            replay(ruleset, facts, directory, max_cascade)

`seeded_world(seed)` gives the three for a number: it does not shrink, and makes hundreds a second.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from hypothesis import strategies as st

from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import Facts, read_facts
from simulator.facts.read_history import read_history
from simulator.rules.load import load_text
from simulator.rules.model import RuleSet
from tests.twin.dice import Dice, seeded, thrown
from tests.twin.random_rulesets import ruleset_text
from tests.twin.random_snapshots import snapshot
from tests.twin.snapshots import Rows, open_snapshot


def snapshots() -> st.SearchStrategy[Rows]:
    """The rows of small snapshots."""
    return thrown(snapshot)


def ruleset_texts() -> st.SearchStrategy[str]:
    """The texts of rule files over such snapshots."""
    return thrown(ruleset_text)


def rulesets() -> st.SearchStrategy[RuleSet]:
    """Rule sets as loaded from such texts."""
    return ruleset_texts().map(loaded)


def cascades() -> st.SearchStrategy[int]:
    """The greatest depth: mostly the default, now and then none or little."""
    return thrown(_cascade)


def seeded_world(seed: int) -> tuple[Rows, str, int]:
    """A snapshot's rows, the text of a rule file, and a greatest depth."""
    dice = seeded(seed)
    return snapshot(dice), ruleset_text(dice), _cascade(dice)


def loaded(text: str) -> RuleSet:
    """The rule set of a text, warnings left aside."""
    return load_text(text, "random")[0]


def _cascade(dice: Dice) -> int:
    return dice.pick(5, 5, 5, 0, 1, 2)


@contextmanager
def world(rows: Rows) -> Iterator[tuple[Facts, Directory]]:
    """The facts and the directory of a snapshot in memory, while it is open."""
    with closing(open_snapshot(rows)) as connection:
        yield read_facts(connection, read_history(connection)), read_directory(connection)
