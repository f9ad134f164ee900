"""What applyMacro runs: the snapshot's macro, read exactly, or an error before anything is replayed."""

from __future__ import annotations

from contextlib import closing
from decimal import Decimal

import pytest

from simulator.errors import InputError
from simulator.explain.twin import replay
from simulator.facts.directory import Directory, read_directory
from simulator.facts.facts import read_facts
from simulator.facts.macros import check_macros, macro_of
from simulator.facts.read_history import read_history
from simulator.rules.model import ALWAYS, Action, Branch, FieldValue
from tests.diff.worlds import rule, ruleset
from tests.twin.snapshots import open_snapshot

APPLY = Action("applyMacro", "Close it")
SET_FIELD = {"name": "setCustomFieldValue", "arguments": {"custom_field_id": 7, "value": "EXACT"}}


def directory(*actions: object) -> Directory:
    """A helpdesk with one macro."""
    with closing(open_snapshot({"macro": [{"id": 3, "name": "Close it", "actions": [*actions]}]})) as connection:
        return read_directory(connection)


@pytest.mark.parametrize(("written", "read"), [("999999999999999.123456789", 1), ("1.10000000000000000001", 0)])
def test_numbers_of_a_macro_are_exact(written: str, read: int) -> None:
    """Never through a binary float; one of more digits than the language has is named, not rounded."""
    with closing(open_snapshot({"macro": [{"id": 3, "name": "Close it", "actions": [SET_FIELD]}]})) as connection:
        connection.execute("UPDATE macro SET actions = replace(actions, '\"EXACT\"', ?)", (written,))
        found = macro_of(rule("r"), APPLY, read_directory(connection))
    assert [action.argument for action in found.actions] == [FieldValue("7", Decimal(written))] * read
    assert len(found.not_simulated) == 1 - read


def test_a_macro_is_found_by_name_or_id() -> None:
    """What cannot be simulated of it is named."""
    for wanted in ("Close it", 3):
        found = macro_of(rule("r"), Action("applyMacro", wanted), directory({"name": "zap"}))
        assert len(found.not_simulated) == 1


def test_a_macro_that_is_not_there_is_an_error_wherever_it_stands() -> None:
    """Also in a branch that would never run, and for explain as for run."""
    hidden = rule("r", then=[Branch(ALWAYS, (), (Action("applyMacro", "Nope"),))])
    with pytest.raises(InputError, match='rule "r" applies a macro that the snapshot does not have: Nope'):
        check_macros([hidden], directory())
    with closing(open_snapshot({})) as connection:
        facts = read_facts(connection, read_history(connection))
        with pytest.raises(InputError, match="Nope"):
            replay(ruleset(hidden), facts, directory())
